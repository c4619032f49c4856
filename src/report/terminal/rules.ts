import { formatPercent } from '../../core/format.ts';
import type { Report } from '../../core/report.ts';
import type { RuleMeasurement } from '../../core/rule-measurement.ts';
import { escapeText } from '../terminal-text.ts';
import { DIRECTION_WORDS } from '../words.ts';
import { hanging } from './layout.ts';
import type { Palette } from './palette.ts';

const NAME_COLUMNS = 9;

/**
 * What each rule of the emulated path asked of the voice, and what it did: only the numbers a rule asks for, and only the voice packets
 * (or the link they share); the JSON has every class. Nothing for a path without rules, and for reports from before rules were measured.
 */
export function ruleLines(report: Report, columns: number, palette: Palette): string[] {
  const lines = (report.ruleMeasurements ?? [])
    .filter(({ packetClass, measured }) => (packetClass === 'rtp' || packetClass === 'all') && measured.matched > 0)
    .flatMap((measurement) => {
      const told = [...lossWords(measurement), ...delayWords(measurement), ...countWords(measurement), ...rateWords(measurement)];
      if (told.length === 0) return [];
      const text = `${DIRECTION_WORDS[measurement.direction]}, ${escapeText(measurement.kind)}: ${told.join('; ')}`;
      return hanging(`  rule ${measurement.rule + 1}`, text, NAME_COLUMNS, columns);
    });
  return lines.length === 0 ? [] : [palette.title('What the path was asked for, and what it did to the voice'), ...lines];
}

function lossWords({ requested, measured }: RuleMeasurement): string[] {
  if (requested.lossRatio === null || measured.lossRatio === null) return [];
  const bursts =
    requested.meanLossBurst === null || measured.meanLossBurst === null || measured.longestLossBurst === null
      ? ''
      : `, in bursts of ${requested.meanLossBurst.toFixed(1)} (did ${measured.meanLossBurst.toFixed(1)}, longest ${measured.longestLossBurst})`;
  return [`asked to lose ${formatPercent(requested.lossRatio)}, lost ${formatPercent(measured.lossRatio)} of ${measured.awake}${bursts}`];
}

function delayWords({ requested, measured }: RuleMeasurement): string[] {
  if (requested.meanDelayMs === null || measured.addedDelayMs === null) return [];
  const { mean, p95 } = measured.addedDelayMs;
  return [`asked to add ${milliseconds(requested.meanDelayMs)}, added ${milliseconds(mean)} (95 % under ${milliseconds(p95)})`];
}

function countWords({ requested, measured }: RuleMeasurement): string[] {
  const share = (verb: string, past: string, asked: number | null, count: number): string[] =>
    asked === null || measured.awake === 0
      ? []
      : [`asked to ${verb} ${formatPercent(asked)}, ${past} ${formatPercent(count / measured.awake)}`];
  return [
    ...share('double', 'doubled', requested.duplicateRatio, measured.duplicated),
    ...share('corrupt', 'corrupted', requested.corruptRatio, measured.corrupted),
  ];
}

function rateWords({ requested, measured }: RuleMeasurement): string[] {
  if (requested.rateBps === null || measured.passedBps === null) return [];
  return [`asked to pass ${kilobits(requested.rateBps)} at most, passed ${kilobits(measured.passedBps)}`];
}

/** To a tenth below ten, whole from there. */
function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

function kilobits(bps: number): string {
  return `${(bps / 1000).toFixed(bps < 10_000 ? 1 : 0)} kbit/s`;
}
