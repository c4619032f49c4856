import type { FailureCode, PhaseResult } from '../core/call-record.ts';
import type { Warning } from '../core/report.ts';

/** What to do about each way a relay can fail. */
const HINTS: Readonly<Partial<Record<FailureCode, string>>> = {
  'turn-resolve-failed': "check the name in --turn and this machine's name servers, or give the relay's address in digits",
  'turn-unreachable': 'check host and port in --turn; where UDP is kept away, ?transport=tcp or turns: on port 443 may get through',
  'turn-certificate-refused': 'check host and port in --turn; a self-signed relay of your own is taken with --turn-insecure',
  'turn-auth-failed':
    'check CALLPROBE_TURN_USER and CALLPROBE_TURN_PASSWORD, or the file of --turn-credentials; some relays give passwords that expire',
  'turn-allocation-failed':
    'ask the owner of the relay whether it lets its users reach each other, and how many connections each of them may have',
  'turn-lost': 'try again; when it happens every time after as long, compare with another relay and another network',
  'turn-cut': 'try again, over another network and with another --turn transport, to see which of them are cut off',
};

/** A warning, with a hint, for every phase in which the relay failed. */
export function relayHints(phases: readonly PhaseResult[]): readonly Warning[] {
  return phases.flatMap(({ failure }) => {
    const hint = failure === null ? undefined : HINTS[failure.code];
    return failure === null || hint === undefined ? [] : [{ code: failure.code, message: failure.message, hint }];
  });
}
