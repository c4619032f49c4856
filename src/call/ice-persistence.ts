import type * as Werift from 'werift';

/** How often a peer that is still looking for a way looks for checks that have failed. */
const LOOK_MS = 100;

/** `CandidatePairState.FAILED` of werift, which exports the type alone. */
const FAILED = 4;

/** How often werift sends a check again, which is how its checks are told from other requests. */
const WERIFT_RETRANSMISSIONS = 4;
/** A check goes out at 0, 0.1, 0.3, 0.7, 1.5 and 3.1 s, and may be answered until 6.3 s. */
const CHECK: { readonly retransmissions: number; readonly responseTimeout: number } = { retransmissions: 5, responseTimeout: 100 };

/** What of werift's `Connection` (0.24.4, `ice/src/ice.ts`) is needed to check a pair again. */
interface Checks {
  readonly protocols: readonly Protocol[];
  readonly checkList: readonly { readonly state: number; handle: unknown }[];
  checkStart(pair: unknown): unknown;
}

/** One socket of werift's, as checks use it (`ice/src/stun/protocol.ts`). */
interface Protocol {
  request(request: unknown, address: unknown, key: unknown, retransmissions: unknown, onSent: unknown): Promise<unknown>;
}

/**
 * Keeps a peer checking for as long as it is asked to connect. werift sends each check five times within 0.8 s and forgets it after 1.6 s, so that no
 * answer is ever in time over a path with 800 ms each way; then it takes the pair for failed and falls silent. Others go on: one check may take 39.5 s (RFC 8445 section 14.3), and browsers repeat theirs until the call is given up. A path that
 * loses many of the checks, or all of them at first, must not look like one that lets none through.
 */
export function keepChecking(ice: Werift.RTCIceTransport): void {
  const checks = ice.connection as unknown as Checks;
  if (typeof checks.checkStart !== 'function') throw new Error('this werift keeps its connectivity checks elsewhere');
  const startAgain = (): void => {
    for (const pair of checks.checkList) {
      if (pair.state === FAILED) pair.handle = checks.checkStart(pair);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  ice.onStateChange.subscribe((state) => {
    clearInterval(timer);
    if (state === 'checking') for (const protocol of checks.protocols) waitLonger(protocol);
    if (state === 'checking') timer = setInterval(startAgain, LOOK_MS);
  });
}

/** Lets a check wait for its answer for as long as {@link CHECK} says. */
function waitLonger(protocol: Protocol): void {
  const request = protocol.request.bind(protocol);
  protocol.request = (message, address, key, retransmissions, onSent) =>
    retransmissions === WERIFT_RETRANSMISSIONS
      ? request(message, address, key, { ...CHECK, onRequestSent: onSent }, undefined)
      : request(message, address, key, retransmissions, onSent);
}
