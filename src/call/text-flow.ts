import { connect, createServer, type Socket } from 'node:net';
import type { TextSettings } from '../core/call-plan.ts';
import type { CallRecord, PhaseFailure, TextFlowRecord } from '../core/call-record.ts';
import type { Clock } from '../core/clock.ts';
import type { LoopbackEndpoint } from '../path/relay-address.ts';
import { listenAnywhere } from '../path/relay-listen.ts';
import { cutShort, startTextExchange } from './text-exchange.ts';
import { sleepUntil } from './waiting.ts';

/** How long the last echoes are waited for at the end, and how often they are looked for. */
const LAST_ECHOES_MS = 300;
const LAST_ECHOES_STEP_MS = 20;
/** What a machine answers that has no loopback interface, or has it down. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL']);
/** Unsent bytes beyond which no further text is written: a stalled connection must not fill memory. */
const MAX_UNSENT_BYTES = 64 * 1024;

/** The far end of the text flow: sends back every byte. */
export interface EchoServer {
  readonly endpoint: LoopbackEndpoint;
  close(): Promise<void>;
}

export async function openEchoServer(address: string): Promise<EchoServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.pipe(socket);
  });
  const port = await listenAnywhere(server, address);
  return {
    endpoint: { address, port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Texts over a TCP connection of their own, beside the call. */
export interface TextFlow {
  /** Resolves when there is nothing more to learn about whether texts pass: at the first echo in time, or when the connection has failed. */
  readonly decided: Promise<'echoed' | 'broken'>;
  /** When the first text will have been out for the time a text is given; before it is sent, that time from now. */
  patienceEndsMs(): number;
  /**
   * Ends the flow, after a moment for the last echoes unless the call was aborted. The failure is set when no text was echoed, or the connection
   * broke; it is the abort's own where texts had less time than `textMs` before it.
   */
  stop(aborted: CallRecord['aborted']): Promise<TextFlowRecord>;
}

/** Connects to the near side of the text relay and sends a text every interval, starting as soon as the connection stands. */
export function startTextFlow(near: LoopbackEndpoint, text: TextSettings, textMs: number, clock: Clock): TextFlow {
  const startMs = clock.now();
  let failure: PhaseFailure | null = null;
  let stopping = false;
  let open = false;
  const socket = connect({ host: near.address, port: near.port, noDelay: true });
  const exchange = startTextExchange({
    clock,
    ...text,
    textMs,
    send(bytes) {
      if (socket.destroyed || !socket.writable || socket.writableLength > MAX_UNSENT_BYTES) return false;
      socket.write(bytes);
      return true;
    },
  });
  const broken = new Promise<'broken'>((resolve) => {
    socket.on('connect', () => {
      open = true;
    });
    socket.on('data', (bytes) => exchange.receive(bytes));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!open) failure = notOpened(error.code ?? error.message);
    });
    socket.on('close', () => {
      if (stopping) return;
      const seconds = ((clock.now() - startMs) / 1000).toFixed(1);
      failure ??= { code: 'text-closed', message: `the text connection was closed from outside after ${seconds} s` };
      exchange.stopSending();
      resolve('broken');
    });
  });

  return {
    decided: Promise.race([exchange.firstEcho.then(() => 'echoed' as const), broken]),
    patienceEndsMs: () => (exchange.firstSentMs() ?? clock.now()) + textMs,
    async stop(aborted) {
      exchange.stopSending();
      const untilMs = aborted !== null ? 0 : clock.now() + LAST_ECHOES_MS;
      while (!exchange.isAnswered() && failure === null && clock.now() < untilMs) {
        await sleepUntil(clock.now() + LAST_ECHOES_STEP_MS, { clock });
      }
      stopping = true;
      socket.destroy();
      const counts = exchange.counts();
      if (counts.echoed === 0) {
        const triedMs = clock.now() - (exchange.firstSentMs() ?? startMs);
        failure ??= aborted !== null && triedMs < textMs ? cutShort(aborted) : noEcho(counts.sent, (clock.now() - startMs) / 1000);
      }
      return { ...counts, failure };
    },
  };
}

/** The near end is on this machine: where that cannot be reached, no path has been tried. */
function notOpened(code: string): PhaseFailure {
  if (OWN_FAULTS.has(code)) return { code: 'no-loopback', message: `this machine has no way to its own loopback address (${code})` };
  return { code: 'text-refused', message: `the text connection was refused (${code})` };
}

function noEcho(sent: number, seconds: number): PhaseFailure {
  return { code: 'text-timeout', message: `${sent} texts were sent over TCP in ${seconds.toFixed(1)} s and none came back` };
}
