import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { waitFor } from '../waiting.ts';
import { CHANNEL, unwrapChannelData, wrapChannelData } from './frames.ts';
import type { RelayAccess } from './relay-access.ts';
import { RelayFailure } from './relay-failure.ts';
import { openRelaySocket, type RelaySocket } from './relay-socket.ts';
import {
  ATTRIBUTE,
  CLASS,
  isIntact,
  longTermKey,
  METHOD,
  readErrorCode,
  readStun,
  readUint32,
  readXorAddress,
  type StunMessage,
  type TransportAddress,
  writeStun,
  xorAddress,
} from './stun-message.ts';

/** A request over UDP is sent again after so long, then twice as long, up to a second (RFC 8489 section 6.2.1 begins with 500 ms). */
const FIRST_RETRY_MS = 300;
const MAX_RETRY_MS = 1000;
/** How long the relay is asked to keep what it gave; far longer than it is used between two refreshes. */
const LIFETIME_SECONDS = 600;
/** RFC 8656 section 14: REQUESTED-TRANSPORT of UDP, REQUESTED-ADDRESS-FAMILY of IPv6. */
const UDP_PROTOCOL = Uint8Array.of(17, 0, 0, 0);
const IPV6_FAMILY = Uint8Array.of(2, 0, 0, 0);
const UNAUTHORIZED = 401;
const STALE_NONCE = 438;
const FAMILY_NOT_SUPPORTED = 440;
/** What a relay answers when it knows the user but not like this (RFC 8656 section 18.x): forbidden, wrong credentials. */
const REFUSALS_OF_USER: ReadonlySet<number> = new Set([401, 403, 441]);
/** How often a request is begun anew because the relay asks for it: with credentials, then with a newer nonce. */
const MAX_ROUNDS = 4;

export interface AllocationEvents {
  /** A datagram of the other peer. */
  onDatagram(payload: Buffer): void;
  /** Anything at all came from the relay. */
  onSignOfLife(): void;
  onRefused(): void;
  onEnded(): void;
}

/** One peer's place on a TURN relay (RFC 8656): a connection to it, an address there, and one channel to the other peer's. */
export interface Allocation {
  /** Asks for nothing but an answer, which a relay gives to anybody: that it wants credentials. */
  reach(untilMs: number): Promise<void>;
  /** Asks for an address on the relay. */
  allocate(untilMs: number): Promise<TransportAddress>;
  /** Opens the channel to the other peer's address on the relay, or keeps it open. */
  bind(peer: TransportAddress, untilMs: number): Promise<void>;
  /** Keeps the address, and hears whether the relay still knows it: `forgotten` when it says that it does not. No answer is `silent`. */
  refresh(untilMs: number): Promise<'kept' | 'forgotten' | 'silent'>;
  /** Sends a datagram to the other peer, over the channel. */
  send(payload: Uint8Array): void;
  /** Gives the address back (without waiting for an answer) and ends the connection. May be called again. */
  close(): void;
}

/**
 * Connects to one address of the relay and makes an allocation there, step by step. Every step is bounded by its own time.
 * Each rejects with a {@link RelayFailure}, which says nothing of addresses or credentials.
 */
export async function openAllocation(
  access: RelayAccess,
  address: string,
  localAddress: string | null,
  clock: Clock,
  events: AllocationEvents,
  signal: AbortSignal,
): Promise<Allocation> {
  const pending = new Map<string, (response: StunMessage) => void>();
  let realm: Uint8Array | null = null;
  let nonce: Uint8Array | null = null;
  let key: Uint8Array | null = null;
  let allocated = false;
  /** What a relay that wants no credentials has given already. */
  let granted: StunMessage | null = null;
  let closed = false;
  let refused = false;

  const onRefused = (): void => {
    refused = true;
    events.onRefused();
  };
  const onFrame = (frame: Buffer): void => {
    events.onSignOfLife();
    const payload = unwrapChannelData(frame);
    if (payload !== null) {
      events.onDatagram(payload);
      return;
    }
    const message = readStun(frame);
    if (message === null) return;
    if (message.class === CLASS.indication) {
      const data = message.method === METHOD.data ? message.attributes.get(ATTRIBUTE.data) : undefined;
      if (data !== undefined) events.onDatagram(Buffer.from(data));
      return;
    }
    // Success under credentials has to be signed with them: whoever else is on the way could say it too.
    if (message.class === CLASS.success && key !== null && !isIntact(frame, key)) return;
    pending.get(hex(message.transactionId))?.(message);
  };
  const socket: RelaySocket = await openRelaySocket(access, address, localAddress, { ...events, onFrame, onRefused }, signal);

  const write = (method: number, transactionId: Uint8Array, own: ReadonlyMap<number, Uint8Array>): Buffer => {
    const attributes = new Map(own);
    if (key !== null && realm !== null && nonce !== null) {
      attributes.set(ATTRIBUTE.username, Buffer.from(access.username));
      attributes.set(ATTRIBUTE.realm, realm);
      attributes.set(ATTRIBUTE.nonce, nonce);
    }
    return writeStun({ method, class: CLASS.request, transactionId, attributes }, key);
  };

  /** One transaction: the response, or null when none came in time. */
  const ask = async (method: number, make: Attributes, untilMs: number): Promise<StunMessage | null> => {
    const transactionId = Uint8Array.from(randomBytes(12));
    const frame = write(method, transactionId, make(transactionId));
    const answer = new Promise<StunMessage>((resolve) => pending.set(hex(transactionId), resolve));
    try {
      for (let waitMs = FIRST_RETRY_MS; !closed; waitMs = Math.min(2 * waitMs, MAX_RETRY_MS)) {
        socket.send(frame);
        const thisUntilMs = access.transport === 'udp' ? Math.min(untilMs, clock.now() + waitMs) : untilMs;
        const waited = await waitFor(answer, thisUntilMs, { clock, signal });
        if (waited.end === 'done') return waited.value;
        if (waited.end === 'aborted' || clock.now() >= untilMs) return null;
      }
      return null;
    } finally {
      pending.delete(hex(transactionId));
    }
  };

  /** Asks, and asks again with credentials or a newer nonce where the relay wants that. */
  const askAsUser = async (method: number, make: Attributes, untilMs: number): Promise<StunMessage | null> => {
    for (let round = 1; ; round++) {
      const asUser = key !== null;
      const response = await ask(method, make, untilMs);
      if (response === null || response.class === CLASS.success) return response;
      const code = readErrorCode(response);
      const wanted = code === STALE_NONCE || (code === UNAUTHORIZED && !asUser);
      if (!wanted || !takeChallenge(response) || round === MAX_ROUNDS) return response;
    }
  };

  const takeChallenge = ({ attributes }: StunMessage): boolean => {
    realm = attributes.get(ATTRIBUTE.realm) ?? realm;
    nonce = attributes.get(ATTRIBUTE.nonce) ?? nonce;
    if (realm === null || nonce === null) return false;
    key = longTermKey(access.username, Buffer.from(realm).toString(), access.password);
    return true;
  };

  const allocateRequest = (more: readonly (readonly [number, Uint8Array])[]): Attributes => {
    return () => new Map([[ATTRIBUTE.requestedTransport, UDP_PROTOCOL], [ATTRIBUTE.lifetime, uint32(LIFETIME_SECONDS)], ...more]);
  };

  return {
    async reach(untilMs) {
      const response = await ask(METHOD.allocate, allocateRequest([]), untilMs);
      if (response === null) {
        const why = refused ? 'the machine there says that nobody listens' : 'the relay did not answer in time';
        throw new RelayFailure('turn-unreachable', why);
      }
      if (response.class !== CLASS.success) takeChallenge(response);
      else {
        granted = response;
        allocated = true;
      }
    },
    async allocate(untilMs) {
      let response = granted ?? (await askAsUser(METHOD.allocate, allocateRequest([]), untilMs));
      if (response !== null && readErrorCode(response) === FAMILY_NOT_SUPPORTED && isIPv6(address)) {
        response = await askAsUser(METHOD.allocate, allocateRequest([[ATTRIBUTE.requestedAddressFamily, IPV6_FAMILY]]), untilMs);
      }
      const relayed = checked(response, 'gave no address');
      allocated = true;
      const at = readXorAddress(relayed, ATTRIBUTE.xorRelayedAddress);
      if (at === null) throw new RelayFailure('turn-allocation-failed', 'the relay named no address');
      return at;
    },
    async bind(peer, untilMs) {
      const request: Attributes = (transactionId) =>
        new Map([
          [ATTRIBUTE.channelNumber, uint32(CHANNEL * 0x10000)],
          [ATTRIBUTE.xorPeerAddress, xorAddress(peer, transactionId)],
        ]);
      checked(await askAsUser(METHOD.channelBind, request, untilMs), 'opened no channel to the other side');
    },
    async refresh(untilMs) {
      const response = await askAsUser(METHOD.refresh, () => new Map([[ATTRIBUTE.lifetime, uint32(LIFETIME_SECONDS)]]), untilMs);
      if (response === null) return 'silent';
      return response.class === CLASS.success && readUint32(response, ATTRIBUTE.lifetime) !== 0 ? 'kept' : 'forgotten';
    },
    send: (payload) => socket.send(wrapChannelData(payload)),
    close() {
      if (closed) return;
      closed = true;
      if (allocated) socket.send(write(METHOD.refresh, Uint8Array.from(randomBytes(12)), new Map([[ATTRIBUTE.lifetime, uint32(0)]])));
      socket.close();
    },
  };
}

/** The attributes of a request; an address in them is written with the transaction's number. */
type Attributes = (transactionId: Uint8Array) => ReadonlyMap<number, Uint8Array>;

function checked(response: StunMessage | null, what: string): StunMessage {
  if (response === null) throw new RelayFailure('turn-allocation-failed', `the relay ${what} in time`);
  if (response.class === CLASS.success) return response;
  const code = readErrorCode(response);
  if (code !== null && REFUSALS_OF_USER.has(code)) {
    throw new RelayFailure('turn-auth-failed', `the relay does not accept this user name and password (error ${code})`);
  }
  throw new RelayFailure('turn-allocation-failed', `the relay ${what} (error ${code ?? 'without a number'})`);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
