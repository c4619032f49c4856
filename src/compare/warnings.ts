import { OWN_PEERS } from '../core/call-plan.ts';
import type { Comparison } from '../core/comparison.ts';
import { joinWords } from '../core/format.ts';
import type { Report } from '../core/report.ts';
import type { Group } from './compare.ts';

type Warning = Comparison['warnings'][number];

/** What reports without a receiver were heard by. */
const OWN_RECEIVER = 'callprobe';

/** What two runs must share to be compared like with like. The path is not among them: it is what is compared. */
const MUST_AGREE: readonly { readonly code: string; readonly what: string; readonly of: (report: Report) => unknown }[] = [
  { code: 'kind-differs', what: 'some are calls and some are scored recordings', of: (report) => report.kind },
  {
    code: 'conformance-differs',
    what: 'their scores were computed by different versions of the metrics',
    of: (report) => report.conformance,
  },
  { code: 'codec-differs', what: 'they used different codec settings', of: (report) => report.plan?.codec ?? capturedCodec(report) },
  { code: 'stimulus-differs', what: 'they spoke different speech', of: whatWasSpoken },
  {
    code: 'duration-differs',
    what: 'they spoke for different lengths of time',
    of: (report) => spoken(report, (stimulus) => stimulus.seconds),
  },
  { code: 'peers-differ', what: 'their calls were between different peers', of: ({ peers }) => peers ?? OWN_PEERS },
  {
    code: 'playout-differs',
    what: 'their receivers were set differently',
    of: (report) => report.plan?.playout ?? report.capture?.playout,
  },
];

/** All that keeps the runs of the groups from being compared like with like, or their difference from being believed. */
export function findWarnings(
  groups: readonly Group[],
  { by, repeats, runsNeeded }: { readonly by: string; readonly repeats: number; readonly runsNeeded: number },
): Warning[] {
  const entries = groups.flatMap((group) => group.entries);
  const warnings: Warning[] = [];
  const few = groups.filter((group) => group.entries.length < runsNeeded);
  if (few.length > 0) {
    const counts = joinWords(few.map((group) => `${group.name} has ${group.entries.length}`));
    warnings.push({
      code: 'too-few-runs',
      message: `too few runs: ${counts}, at least ${runsNeeded} each are needed to tell a difference from chance`,
    });
  }
  if (groups.length === 1) {
    warnings.push({ code: 'one-group', message: `all runs have the same ${by}: there is nothing to compare them with` });
  }
  if (repeats > 0) {
    warnings.push({ code: 'repeated-report', message: `${repeats} of the reports given are the same as another and were counted once` });
  }
  for (const { code, what, of } of MUST_AGREE) {
    if (new Set(entries.map(({ report }) => JSON.stringify(of(report)) ?? '')).size > 1) {
      warnings.push({ code, message: `the runs are not alike: ${what}` });
    }
  }
  if (receiversDiffer(entries.map(({ report }) => report))) {
    warnings.push({
      code: 'receivers-differ',
      message: 'the runs are not alike: between the same peers, other receivers played what came',
    });
  }
  for (const group of groups) warnings.push(...warnOfGroup(group));
  return warnings;
}

function warnOfGroup({ name, entries }: Group): Warning[] {
  const warnings: Warning[] = [];
  const invalid = entries.filter(({ report }) => report.health?.valid === false);
  if (invalid.length > 0) {
    const message = `${name}: the machine was not fit to measure in ${joinWords(invalid.map((entry) => entry.name))}`;
    warnings.push({ code: 'invalid-health', message });
  }
  const speechless = entries.filter(({ report }) =>
    Object.values(report.directions).some((side) => side?.scores.mosLqo.measurement.status !== 'ok'),
  );
  if (speechless.length > 0) {
    const message = `${name}: ${speechless.length} of ${entries.length} runs without scores in some direction; the medians are of the others`;
    warnings.push({ code: 'missing-scores', message });
  }
  const seeds = entries.filter(({ report }) => report.path?.kind === 'emulated').map(({ report }) => `${report.path?.name} ${report.seed}`);
  if (new Set(seeds).size < seeds.length) {
    const message = `${name}: some runs over an emulated path share a seed, so they repeat one draw of its losses instead of adding another`;
    warnings.push({ code: 'same-seed', message });
  }
  return warnings;
}

/** What a captured stream was coded with, as far as its packets tell; undefined without a capture. */
function capturedCodec({ capture }: Report): unknown {
  if (capture === undefined) return undefined;
  const { codec, redundant } = capture.streams[capture.chosen] ?? {};
  return { codec, redundant, packetTimeMs: capture.packetTimeMs };
}

/** Of a capture only the name of its reference is known. */
function whatWasSpoken(report: Report): unknown {
  return report.plan === null ? report.capture?.reference : spoken(report, (stimulus) => stimulus.sha256);
}

/**
 * Whether some voice was heard through another receiver although the peers were the same: a replay through our receiver beside the call that a real engine
 * heard. Where the peers differ, that is said of them.
 */
function receiversDiffer(reports: readonly Report[]): boolean {
  const heardBy = new Map<string, Set<string>>();
  for (const { peers, directions } of reports) {
    for (const [name, direction] of Object.entries(directions)) {
      if (!direction) continue;
      const key = JSON.stringify([peers ?? OWN_PEERS, name]);
      heardBy.set(key, (heardBy.get(key) ?? new Set()).add(direction.receiver ?? OWN_RECEIVER));
    }
  }
  return [...heardBy.values()].some((receivers) => receivers.size > 1);
}

function spoken(report: Report, of: (stimulus: { readonly sha256: string; readonly seconds: number }) => unknown): unknown {
  return report.plan === null ? undefined : [of(report.plan.stimuli.up), of(report.plan.stimuli.down)];
}
