import type { Writable } from 'node:stream';

export type ColourLevel = 0 | 1 | 2 | 3;

/** Where a command writes: the result to `out`, everything else to `err`. */
export interface Output {
  readonly out: Writable;
  readonly err: Writable;
  /** Columns to lay the result out for. */
  readonly columns: number;
  /** Colours the result may use, by chalk's levels. */
  readonly colourLevel: ColourLevel;
  /** Whether `err` is a terminal, on which progress may be drawn. */
  readonly interactive: boolean;
}

/** Width of a report that goes to no terminal. */
const DEFAULT_COLUMNS = 80;
const MIN_COLUMNS = 60;
const MAX_COLUMNS = 120;

/** How the process's own streams are to be used. */
export function processOutput(env: NodeJS.ProcessEnv, argv: readonly string[]): Output {
  const { stdout, stderr } = process;
  const columns = stdout.isTTY ? Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, stdout.columns || DEFAULT_COLUMNS)) : DEFAULT_COLUMNS;
  return {
    out: stdout,
    err: stderr,
    columns,
    colourLevel: colourLevel(env, argv, stdout.isTTY === true),
    interactive: stderr.isTTY === true,
  };
}

/** Flag over NO_COLOR over FORCE_COLOR over TERM over whether the stream is a terminal (no-color.org). */
export function colourLevel(env: NodeJS.ProcessEnv, argv: readonly string[], isTerminal: boolean): ColourLevel {
  if (argv.includes('--no-color')) return 0;
  if (argv.includes('--color')) return 1;
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return 0;
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') return 1;
  if (env['TERM'] === 'dumb' || !isTerminal) return 0;
  return env['COLORTERM'] === 'truecolor' ? 3 : env['TERM']?.includes('256') === true ? 2 : 1;
}
