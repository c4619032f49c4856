import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createFrameSplitter, padFrame } from './frames.ts';
import type { RelayAccess } from './relay-access.ts';
import { RelayFailure } from './relay-failure.ts';

/** Unsent bytes beyond which media is dropped rather than queued: two seconds of a call, whose voice is of no use later than that. */
const MAX_UNSENT_BYTES = 32 * 1024;
/** Asked of the kernel, so that a busy moment of this process loses nothing. */
const SOCKET_BUFFER_BYTES = 1024 * 1024;

/** One connection to a relay, over whichever transport: frames go and come. */
export interface RelaySocket {
  /** Sends a frame now. What the connection cannot take any more is dropped, as a full queue on the way would. */
  send(frame: Buffer): void;
  /** Ends the connection. Leaves no handle open; may be called again. */
  close(): void;
}

export interface RelaySocketEvents {
  onFrame(frame: Buffer): void;
  /** UDP: the other machine said that nobody listens (ICMP). It may be said more than once, and may not be final. */
  onRefused(): void;
  /** TCP and TLS: the connection has ended without our doing. */
  onEnded(): void;
}

/**
 * Connects to one address of the relay. For UDP nothing is sent yet.
 * @param signal gives up
 * @throws RelayFailure when there is no connection, or (TLS) no trust in the other side
 */
export function openRelaySocket(
  access: Omit<RelayAccess, 'localAddresses' | 'username' | 'password'>,
  address: string,
  localAddress: string | null,
  events: RelaySocketEvents,
  signal: AbortSignal,
): Promise<RelaySocket> {
  return access.transport === 'udp'
    ? openDatagrams(address, access.port, localAddress, events)
    : openStream(access, address, localAddress, events, signal);
}

function openDatagrams(address: string, port: number, localAddress: string | null, events: RelaySocketEvents): Promise<RelaySocket> {
  const socket = createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    recvBufferSize: SOCKET_BUFFER_BYTES,
    sendBufferSize: SOCKET_BUFFER_BYTES,
  });
  let closed = false;
  const close = (): void => {
    if (!closed) socket.close();
    closed = true;
  };
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      close();
      reject(new RelayFailure('turn-unreachable', `there is no way to the relay from here (${error.code ?? 'unknown reason'})`));
    };
    socket.once('error', fail);
    socket.bind({ port: 0, exclusive: true, ...(localAddress === null ? {} : { address: localAddress }) }, () => {
      socket.connect(port, address, (error?: Error) => {
        if (error) return fail(error);
        socket.off('error', fail);
        // A connected socket hears the ICMP answers to what it sent, and nothing from anybody but the relay.
        socket.on('error', (trouble: NodeJS.ErrnoException) => {
          if (trouble.code === 'ECONNREFUSED') events.onRefused();
        });
        socket.on('message', (frame) => events.onFrame(frame));
        resolve({
          send(frame) {
            if (!closed) socket.send(frame, () => undefined);
          },
          close,
        });
      });
    });
  });
}

function openStream(
  { host, port, transport, insecure }: Omit<RelayAccess, 'localAddresses' | 'username' | 'password'>,
  address: string,
  localAddress: string | null,
  events: RelaySocketEvents,
  signal: AbortSignal,
): Promise<RelaySocket> {
  const target = { host: address, port, ...(localAddress === null ? {} : { localAddress }) };
  return new Promise((resolve, reject) => {
    let open = false;
    let ours = false;
    const secure = transport === 'tls';
    // The name goes into the certificate's check even where the address was found in another way.
    const naming = isIP(host) === 0 ? { servername: host } : {};
    const socket: Socket = secure ? connectTls({ ...target, ...naming, rejectUnauthorized: !insecure }) : connectTcp(target);
    socket.setNoDelay(true);
    const splitter = createFrameSplitter();
    const close = (): void => {
      ours = true;
      socket.destroy();
    };
    const giveUp = (): void => {
      close();
      reject(new RelayFailure('turn-unreachable', 'the relay did not take the connection in time'));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      open = true;
      signal.removeEventListener('abort', giveUp);
      resolve({
        send(frame) {
          if (socket.writable && socket.writableLength <= MAX_UNSENT_BYTES) socket.write(padFrame(frame));
        },
        close,
      });
    });
    socket.on('data', (bytes) => {
      const frames = splitter.push(bytes);
      if (frames === null) socket.destroy();
      for (const frame of frames ?? []) events.onFrame(frame);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', giveUp);
      if (!open) reject(whyNot(error, transport));
    });
    socket.on('close', () => {
      if (!open) reject(new RelayFailure('turn-unreachable', 'the connection was closed before it stood'));
      else if (!ours) events.onEnded();
    });
  });
}

/** OpenSSL's and Node's names of what is wrong with a certificate. */
const CERTIFICATE_TROUBLE = /CERT|UNABLE_TO|ALTNAME|CRL_|INVALID_CA|HOSTNAME_MISMATCH/;

function whyNot({ code = 'unknown reason' }: NodeJS.ErrnoException, transport: RelayAccess['transport']): RelayFailure {
  if (transport === 'tls' && CERTIFICATE_TROUBLE.test(code)) {
    return new RelayFailure('turn-certificate-refused', `the other side's certificate is not to be trusted (${code})`);
  }
  return new RelayFailure('turn-unreachable', `the connection to the relay failed (${code})`);
}
