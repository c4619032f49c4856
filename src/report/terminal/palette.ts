import { Chalk } from 'chalk';
import type { Outcome } from '../../core/verdict.ts';
import type { RenderOptions } from '../options.ts';

type Paint = (text: string) => string;

/** Colours by meaning. At level 0 all of them return their text unchanged: nothing is told by colour alone. */
export interface Palette {
  readonly good: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
  readonly title: Paint;
  readonly dim: Paint;
  readonly outcome: (outcome: Outcome) => Paint;
}

export function createPalette(level: RenderOptions['colourLevel']): Palette {
  const chalk = new Chalk({ level });
  const good = chalk.green;
  const warn = chalk.yellow;
  const bad = chalk.red;
  const outcomes = { pass: good.bold, warn: warn.bold, fail: bad.bold, inconclusive: warn.bold };
  return { good, warn, bad, title: chalk.bold, dim: chalk.dim, outcome: (outcome) => outcomes[outcome] };
}
