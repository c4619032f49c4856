import { measuredValue } from '../core/measurement.ts';
import type { DirectionName, DirectionReport } from '../core/report.ts';
import type { Check, Diagnosis, Thresholds } from '../core/verdict.ts';
import { DAMAGE_SCORES, outagesOf, worstStatus } from './checks.ts';

/** The diagnoses that name what a voice sounds like; all others are about whether it arrives at all. */
export type Damage = Extract<Diagnosis, 'clear' | 'metallic' | 'choppy' | 'noisy' | 'distorted' | 'muffled' | 'echoing' | 'delayed'>;

export interface DirectionFinding {
  readonly direction: DirectionName;
  readonly report: DirectionReport;
  readonly damage: Damage;
  /** Other damage over its warning limit, worst first. */
  readonly also: readonly Damage[];
  readonly status: 'pass' | 'warn' | 'fail';
  /** The worst of all severities: 0 nothing wrong, the warning and failing limits of the 0–1 scores at theirs, 1 worst. */
  readonly severity: number;
  readonly mosLqo: number | null;
  /** Whether there was anything to judge: a mean opinion score or any damage score. */
  readonly scored: boolean;
}

/** In order of precedence where two are equally bad: what falls in the first class first, as in ITU-T P.563's decision by dominant class. */
const KINDS: readonly Exclude<Damage, 'clear'>[] = ['metallic', 'choppy', 'echoing', 'noisy', 'distorted', 'muffled', 'delayed'];

/**
 * Names the dominant damage of one direction that has speech.
 *
 * 1. `metallic` when the score has reached the failing limit and clipping is not the larger: loss bridged by a robotic sound raises nearly every other
 *    score as well, and of all detectors this one is silent on the most other kinds of damage. The drop-outs are then named beside it.
 *    So `choppy` is sound that goes *missing*, `metallic` is sound that is *filled in* robotically.
 * 2. `echoing` when the echo is over the failing limit and more is not missing than that: a second voice fills the pauses and adds to the first, so it explains
 *    noise and distortion.
 * 3. `choppy`, `noisy` or clipped when one is over the failing limit, the worst of them: holes and noise smear the long-term spectrum, so they
 *    explain coloration and distortion, not the other way round.
 * 4. Otherwise the worst of what is over its warning limit.
 * 5. When only the mean opinion score is too low: the worst score over half its warning limit, or else `distorted`, P.563's last class
 *    ("unnatural voice").
 */
export function findDamage(
  direction: DirectionName,
  report: DirectionReport,
  checks: readonly Check[],
  thresholds: Thresholds,
): DirectionFinding {
  const severity = severities(report, thresholds);
  const { warnAbove } = thresholds.score;
  const status = worstStatus(checks);
  const ranked = KINDS.filter((kind) => severity[kind] > warnAbove).sort((a, b) => severity[b] - severity[a]);
  const damage = status === 'pass' ? 'clear' : dominant(report, severity, ranked, thresholds);
  const mosLqo = measuredValue(report.scores.mosLqo.measurement);
  return {
    direction,
    report,
    damage,
    also: status === 'pass' ? [] : ranked.filter((kind) => kind !== damage),
    status,
    severity: Math.max(mosSeverity(mosLqo, thresholds), ...KINDS.map((kind) => severity[kind])),
    mosLqo,
    scored: mosLqo !== null || DAMAGE_SCORES.some((id) => measuredValue(report.scores[id].measurement) !== null),
  };
}

/** Orders findings from worse to better: by status, then mean opinion score, then severity. */
export function byWorse(a: DirectionFinding, b: DirectionFinding): number {
  const rank = { fail: 0, warn: 1, pass: 2 };
  return rank[a.status] - rank[b.status] || (a.mosLqo ?? 5) - (b.mosLqo ?? 5) || b.severity - a.severity;
}

type Severities = Readonly<Record<Exclude<Damage, 'clear'>, number>>;

function dominant(report: DirectionReport, severity: Severities, ranked: readonly Damage[], thresholds: Thresholds): Damage {
  const { warnAbove, failAbove } = thresholds.score;
  const clipping = measuredValue(report.scores.clipping.measurement) ?? 0;
  if (severity.metallic >= failAbove && clipping <= severity.metallic) return 'metallic';
  if (severity.echoing > failAbove && severity.choppy <= severity.echoing) return 'echoing';
  const plain = [
    { kind: 'choppy' as const, value: severity.choppy },
    { kind: 'noisy' as const, value: severity.noisy },
    { kind: 'distorted' as const, value: clipping },
  ].sort((a, b) => b.value - a.value)[0];
  if (plain !== undefined && plain.value > failAbove) return plain.kind;
  if (ranked[0] !== undefined) return ranked[0];
  const heard = KINDS.filter((kind) => kind !== 'delayed').sort((a, b) => severity[b] - severity[a])[0] ?? 'distorted';
  return severity[heard] >= warnAbove / 2 ? heard : 'distorted';
}

function severities(report: DirectionReport, thresholds: Thresholds): Severities {
  const score = (id: 'metallic' | 'distortion' | 'discontinuity' | 'noisiness' | 'coloration' | 'echo' | 'clipping'): number =>
    measuredValue(report.scores[id].measurement) ?? 0;
  const { warnAbove, failAbove } = thresholds.score;
  const metallic = score('metallic');
  const delaySeconds = measuredValue(report.mouthToEarDelaySeconds);
  // The distortion score contains the metallic one: where that speaks, only clipping is distortion of its own.
  const distorted = metallic > warnAbove ? score('clipping') : Math.max(score('distortion'), score('clipping'));
  return {
    metallic,
    // However the rest of it sounds, and wherever the hole fell: a voice that was away for seconds is broken up.
    choppy: outagesOf(report).length > 0 ? 1 : score('discontinuity'),
    noisy: score('noisiness'),
    distorted,
    muffled: score('coloration'),
    echoing: score('echo'),
    delayed:
      delaySeconds === null
        ? 0
        : between(
            delaySeconds * 1000,
            0,
            thresholds.delayMs.warnAbove,
            thresholds.delayMs.failAbove,
            2 * thresholds.delayMs.failAbove,
            warnAbove,
            failAbove,
          ),
  };
}

/** A mean opinion score on the same scale as damage: 5 is 0, the limits meet the limits, 1 is 1. */
function mosSeverity(mos: number | null, { mosLqo, score }: Thresholds): number {
  return mos === null ? 0 : between(-mos, -5, -mosLqo.warnBelow, -mosLqo.failBelow, -1, score.warnAbove, score.failAbove);
}

/** Piecewise linear and held to 0–1: `none` → 0, `warn` → `atWarn`, `fail` → `atFail`, `worst` → 1. */
function between(value: number, none: number, warn: number, fail: number, worst: number, atWarn: number, atFail: number): number {
  const part = (from: number, to: number): number => (to === from ? 1 : Math.min(1, Math.max(0, (value - from) / (to - from))));
  if (value <= warn) return atWarn * part(none, warn);
  if (value <= fail) return atWarn + (atFail - atWarn) * part(warn, fail);
  return atFail + (1 - atFail) * part(fail, worst);
}
