import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ENGINES } from '../call/engines/start-engine.ts';
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
  /** Where credentials may be found. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How each real engine is started. */
  readonly engines: typeof ENGINES;
  /** The addresses of each network interface, in digits, without those that are good for one link alone. */
  interfaces(): Readonly<Record<string, readonly string[]>>;
}

/** Drawn seeds stay short enough to be typed again. */
const SEED_LIMIT = 1_000_000;

/** Where the package lies when this file is in its `dist/app`. */
const PACKAGE_ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

/** The machine the program runs on. */
export function machineHost(packageRoot: string = PACKAGE_ROOT): Host {
  const { version } = JSON.parse(readFileSync(`${packageRoot}package.json`, 'utf8')) as { version: string };
  return {
    clock: machineClock,
    nowIso: () => new Date().toISOString(),
    drawSeed: () => randomInt(SEED_LIMIT),
    tool: { name: 'callprobe', version, node: process.version, platform: `${process.platform}-${process.arch}` },
    packageRoot,
    environment: process.env,
    engines: ENGINES,
    interfaces: () =>
      Object.fromEntries(
        Object.entries(networkInterfaces()).map(([name, addresses]) => [
          name,
          (addresses ?? []).filter(({ family, scopeid }) => family === 'IPv4' || scopeid === 0).map(({ address }) => address),
        ]),
      ),
  };
}
