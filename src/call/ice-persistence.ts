import type * as Werift from 'werift';

/** How often a peer that is still looking for a way looks for checks that have failed. */
const LOOK_MS = 100;

/** `CandidatePairState.FAILED` of werift, which exports the type alone. */
const FAILED = 4;

/** What of werift's `Connection` (0.24.4, `ice/src/ice.ts`) is needed to check a pair again. */
interface Checks {
  readonly checkList: readonly { readonly state: number; handle: unknown }[];
  checkStart(pair: unknown): unknown;
}

/**
 * Keeps a peer checking for as long as it is asked to connect. werift sends each check five times within 1.6 s, then takes the pair for failed and
 * falls silent. Others go on: one check may take 39.5 s (RFC 8445 section 14.3), and browsers repeat theirs until the call is given up. A path that
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
    if (state === 'checking') timer = setInterval(startAgain, LOOK_MS);
  });
}
