import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAnalyser } from '../src/app/analyser.ts';
import { machineHost } from '../src/app/host.ts';
import { type BuiltInPath, listBuiltInPaths } from '../src/app/paths.ts';
import { runCall } from '../src/app/run.ts';
import { resolveRunSettings } from '../src/config/run-settings.ts';
import { measuredValue } from '../src/core/measurement.ts';
import { DIRECTIONS, type Direction } from '../src/core/packet.ts';
import type { Report } from '../src/core/report.ts';

/**
 * Places a real call over every built-in path, or over those named, and sets what was measured beside what docs/paths.md expects.
 * Arguments: path names, and `seed=N` (default 1).
 */
export async function run(args: string[]): Promise<void> {
  const seed = args.find((arg) => arg.startsWith('seed='))?.slice('seed='.length) ?? '1';
  const names = args.filter((arg) => !arg.startsWith('seed='));
  const folder = await mkdtemp(join(tmpdir(), 'callprobe-profiles-'));
  const analyser = openAnalyser(2);
  let outside = 0;
  try {
    for (const path of listBuiltInPaths()) {
      if (names.length > 0 && !names.includes(path.name)) continue;
      const settings = resolveRunSettings({ path: path.name, seed, output: join(folder, path.name) });
      const hooks = { signal: new AbortController().signal, onProgress: () => undefined };
      const { report } = await runCall(settings, machineHost(`${process.cwd()}/`), analyser, hooks);
      const misses = compare(path, report);
      outside += misses.length === 0 ? 0 : 1;
      console.log(
        `${path.name.padEnd(18)} ${describe(report).padEnd(64)} ${misses.length === 0 ? 'as expected' : `NOT: ${misses.join('; ')}`}`,
      );
    }
    console.log(`${outside} outside what docs/paths.md says, seed ${seed}`);
  } finally {
    await analyser.close();
    await rm(folder, { recursive: true });
  }
}

function heard(
  report: Report,
  direction: Direction,
): { readonly loss: number | null; readonly delayMs: number | null; readonly mos: number | null } {
  const part = report.directions[direction];
  const delay = measuredValue(part?.network?.oneWayDelayP50Seconds);
  return {
    loss: measuredValue(part?.network?.lossRatio),
    delayMs: delay === null ? null : delay * 1000,
    mos: measuredValue(part?.scores.mosLqo.measurement),
  };
}

function describe(report: Report): string {
  const parts = DIRECTIONS.map((direction) => {
    const { loss, delayMs, mos } = heard(report, direction);
    return `${direction} ${loss === null ? '-' : (loss * 100).toFixed(1)} % ${delayMs?.toFixed(0) ?? '-'} ms MOS ${mos?.toFixed(1) ?? '-'}`;
  });
  return `${report.verdict.diagnosis}${report.health?.valid === false ? ' (machine not fit)' : ''}: ${parts.join(', ')}`;
}

function compare({ expected }: BuiltInPath, report: Report): string[] {
  const misses: string[] = [];
  if (!expected.diagnoses.includes(report.verdict.diagnosis))
    misses.push(`diagnosis ${report.verdict.diagnosis}, expected ${expected.diagnoses.join('/')}`);
  for (const direction of DIRECTIONS) {
    const { loss, delayMs } = heard(report, direction);
    const within = (what: string, value: number | null, range: readonly [number, number] | undefined): void => {
      if (value !== null && range !== undefined && (value < range[0] || value > range[1]))
        misses.push(`${direction} ${what} ${value.toFixed(3)}`);
    };
    within('loss', loss, expected.lossRatio?.[direction]);
    within('delay', delayMs, expected.delayMs?.[direction]);
  }
  return misses;
}
