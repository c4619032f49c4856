import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../core/clock.ts';
import type { ToolInfo } from '../core/report.ts';
import { machineClock } from '../path/relay-clock.ts';

/** What a use case takes from the machine it runs on, besides files and sockets. */
export interface Host {
  readonly clock: Clock;
  /** The time of day, UTC, ISO 8601. */
  nowIso(): string;
  /** A seed for a run that was given none: any whole number from 0. */
  drawSeed(): number;
  readonly tool: ToolInfo;
  /** Where the package lies, for the bundled stimuli. */
  readonly packageRoot: string;
}

/** Drawn seeds stay short enough to be typed again. */
const SEED_LIMIT = 1_000_000;

/** The machine the program runs on. */
export function machineHost(): Host {
  const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
  const { version } = JSON.parse(readFileSync(`${packageRoot}package.json`, 'utf8')) as { version: string };
  return {
    clock: machineClock,
    nowIso: () => new Date().toISOString(),
    drawSeed: () => randomInt(SEED_LIMIT),
    tool: { name: 'callprobe', version, node: process.version, platform: `${process.platform}-${process.arch}` },
    packageRoot,
  };
}
