import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Impairment, PathRule } from '../src/core/path-profile.ts';
import type { Stack, Trial, TrialResult } from './support-handshake.ts';

const SEEDS = 40;
const WITHIN_SECONDS = 20;
/** So few that two cores stay idle most of the time: a call that waits for a retransmission costs nothing, making keys does. */
const CONCURRENCY = 4;

interface Path {
  readonly name: string;
  readonly action: Impairment | null;
  readonly duplicate?: boolean;
}

const loss = (lossRatio: number): Path => ({ name: `${lossRatio * 100} % loss`, action: { kind: 'bernoulli-loss', lossRatio } });
const delay = (delayMs: number): Path => ({ name: `${delayMs} ms one way`, action: { kind: 'delay', delayMs } });
const PATHS: readonly Path[] = [
  { name: 'nothing', action: null },
  ...[0.05, 0.1, 0.2, 0.3].map(loss),
  ...[300, 600, 1000].map(delay),
  { name: '0-40 ms, reordering', action: { kind: 'jitter', distribution: 'uniform', jitterMs: 20, reorder: true } },
  { name: 'every packet twice', action: null, duplicate: true },
];

/**
 * Prints how often, and how fast, two peers connect (ICE and DTLS) over paths that harm every packet: ours, and libwebrtc's side by side where
 * @roamhq/wrtc, an optional dependency, is installed; CALLPROBE_LIBWEBRTC may name another folder in which it is.
 * @param args parts of the names of paths; all when none is given
 */
export async function run(args: string[]): Promise<void> {
  const libwebrtcAt = findLibwebrtc();
  const stacks: readonly Stack[] = libwebrtcAt === null ? ['werift'] : ['werift', 'libwebrtc'];
  console.log(
    `connected within ${WITHIN_SECONDS} s, of ${SEEDS} seeds, and seconds it took (median, most); everything impaired, both ways`,
  );
  console.log(`${CONCURRENCY} calls at a time on ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`);
  if (libwebrtcAt === null)
    console.log('libwebrtc: absent (@roamhq/wrtc is not installed, neither here nor in the folder that CALLPROBE_LIBWEBRTC names)');
  console.log(`${'path'.padEnd(22)}${stacks.map((stack) => stack.padEnd(24)).join('')}`);
  for (const path of PATHS.filter(({ name }) => args.length === 0 || args.some((part) => name.includes(part)))) {
    const cells: string[] = [];
    for (const stack of stacks) cells.push(describe(await runTrial(stack, path, libwebrtcAt ?? '')).padEnd(24));
    console.log(`${path.name.padEnd(22)}${cells.join('')}`);
  }
}

function runTrial(stack: Stack, { action, duplicate = false }: Path, libwebrtcAt: string): Promise<TrialResult> {
  const rules: PathRule[] = action === null ? [] : [{ match: 'any', direction: 'both', action, provenance: {} }];
  const seeds = Array.from({ length: SEEDS }, (_, n) => n + 1);
  const trial: Trial = { stack, rules, duplicate, seeds, concurrency: CONCURRENCY, withinMs: WITHIN_SECONDS * 1000, libwebrtcAt };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(import.meta.dirname, 'support-handshake.js'), JSON.stringify(trial)], (error, stdout) => {
      if (error === null) resolve(JSON.parse(stdout) as TrialResult);
      else reject(error);
    });
  });
}

function describe(result: TrialResult): string {
  const seconds = result.filter((one) => one !== null).toSorted((a, b) => a - b);
  const at = (share: number): string => (seconds[Math.floor(share * (seconds.length - 1))] ?? Number.NaN).toFixed(1);
  return `${seconds.length}/${result.length}${seconds.length === 0 ? '' : `  ${at(0.5)} s, ${at(1)} s`}`;
}

function findLibwebrtc(): string | null {
  const folder = process.env['CALLPROBE_LIBWEBRTC'];
  try {
    return createRequire(folder === undefined ? import.meta.url : join(folder, 'x.js')).resolve('@roamhq/wrtc');
  } catch {
    return null;
  }
}
