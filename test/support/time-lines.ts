import { TIME_LINE_SCORES, type TimeLine, type TimeLineScore } from '../../src/core/time-line.ts';

type Values = readonly (number | null)[];

/** A time line of so many seconds with speech in all of them, scores as given, and nothing wrong otherwise. */
export function buildTimeLine(seconds: number, given: Partial<Record<TimeLineScore, Values>> = {}): TimeLine {
  const clean = (id: TimeLineScore): number => (id === 'mosLqo' ? 4.5 : id === 'metallic' ? 0.01 : 0);
  const units: Partial<Record<TimeLineScore, 'MOS' | 'dB'>> = { mosLqo: 'MOS', levelChange: 'dB' };
  const scores = TIME_LINE_SCORES.map((id) => {
    const values = given[id] ?? Array.from({ length: seconds }, () => clean(id));
    return [id, { unit: units[id] ?? 'score', values, nullMeans: 'nobody speaks in this second' }] as const;
  });
  return {
    stepSeconds: 1,
    speechSeconds: Array.from({ length: seconds }, (_, second) => ((given.metallic ?? [])[second] === null ? 0 : 0.8)),
    scores: Object.fromEntries(scores) as unknown as TimeLine['scores'],
    eventsLeftOut: 0,
  };
}
