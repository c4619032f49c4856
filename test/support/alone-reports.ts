import { type Measurement, measured } from '../../src/core/measurement.ts';
import type { DirectionReport, Report } from '../../src/core/report.ts';
import { notScored } from '../../src/core/scores.ts';
import { type Evidence, type EvidenceId, FOUND_FROM, type SingleEnded } from '../../src/core/single-ended.ts';
import { judgeAlone } from '../../src/verdict/alone.ts';
import { recordingReport } from './reports.ts';

/** What a recording shows by itself: nothing, but for the signs given with their strengths. */
export function aloneEvidence(strengths: Partial<Record<EvidenceId, number>>): SingleEnded {
  const sign = (
    id: EvidenceId,
    measurement: Measurement,
    parts: Evidence['parts'] = {},
    kind: string | null = null,
  ): [EvidenceId, Evidence] => [
    id,
    { measurement, parts, strength: strengths[id] ?? (['deadPauses', 'bandwidth', 'level'].includes(id) ? null : 0.02), kind },
  ];
  const share = (id: EvidenceId): Measurement => measured((strengths[id] ?? 0) >= FOUND_FROM ? 0.31 : 0.04, 'ratio');
  return {
    status: 'heard',
    reason: null,
    speechSeconds: measured(8.2, 's'),
    speechRatio: measured(0.64, 'ratio'),
    evidence: Object.fromEntries([
      sign('mutes', share('mutes'), { count: measured(7, 'count'), seconds: measured(0.28, 's') }),
      sign('deadPauses', measured(0.02, 'ratio'), { count: measured(3, 'count') }),
      sign('repetition', share('repetition'), { worst: measured(0.06, 'ratio') }),
      sign('robotization', share('robotization')),
      sign('constantPitch', share('constantPitch'), { pitch: measured(110, 'Hz') }),
      sign('buzz', measured(8.4, 'dB'), { frequency: measured(50.1, 'Hz') }),
      sign('clipping', measured(0, 'ratio')),
      sign(
        'noise',
        measured(-14, 'dB'),
        { voicedShare: measured(0.3, 'ratio'), humFrequency: measured(50, 'Hz'), humLevel: measured(-15, 'dB') },
        'hum',
      ),
      sign('bandwidth', measured(7750, 'Hz'), { limit: measured(24_000, 'Hz') }),
      sign('level', measured(-26, 'dBov')),
    ]) as Record<EvidenceId, Evidence>,
  };
}

/** A recording scored without its reference. */
export function aloneReport(singleEnded: SingleEnded, call: Parameters<typeof recordingReport>[1] = {}): Report {
  const report = recordingReport({}, call);
  const recording = report.directions.recording as DirectionReport;
  const alone: DirectionReport = {
    ...recording,
    ...notScored('no reference was given to compare the recording with'),
    singleEnded,
    events: [],
  };
  return { ...report, directions: { recording: alone }, verdict: judgeAlone(recording.recording ?? '', singleEnded) };
}
