import type { Report } from '../core/report.ts';
import type { Outcome } from '../core/verdict.ts';

/** What the process tells whoever started it. docs/exit-codes.md explains each. */
export const EXIT = {
  ok: 0,
  /** Measured, and something is wrong: a threshold missed, a call blocked or dropped. */
  finding: 1,
  /** The command cannot be meant, or its input cannot be read. */
  usage: 2,
  /** Nothing could be concluded: the machine was too slow, or the run was cut short. */
  inconclusive: 3,
  /** A bug of ours. */
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export function exitCodeOf(outcome: Outcome): number {
  if (outcome === 'fail') return EXIT.finding;
  return outcome === 'inconclusive' ? EXIT.inconclusive : EXIT.ok;
}

/** The exit code of a call: a relay that refuses the user's credentials is the user's to mend, everything else is told by the outcome. */
export function exitCodeOfCall({ phases, verdict }: Report): number {
  const refused = phases.some(({ failure }) => failure?.code === 'turn-auth-failed');
  return refused ? EXIT.usage : exitCodeOf(verdict.outcome);
}
