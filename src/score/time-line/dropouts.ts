import { DIP_FROM_DB, discontinuityOf } from '../discontinuity.ts';
import { FRAMES_PER_SECOND } from '../front-end.ts';
import type { Gap } from '../gaps.ts';
import { type FoundEvent, joinMarks, secondsOf } from './stretches.ts';

/** Gaps and dips with less than this between them are one event, seconds. */
const JOINED_SECONDS = 0.15;
/** Where speech is so much softer than usual, beyond the 6 dB that are no dropout, it dips, dB; shorter dips than 30 ms are none. */
const DIP_DB = 3;
const DIP_JOINING = { bridgedFrames: 3, bridgedInAll: 5, leastMarks: 3 };
/** Dips without a gap are an event when a second with them would score this. */
const LEAST_STRENGTH = 0.3;

interface Group {
  readonly at: number;
  end: number;
  readonly gaps: Gap[];
}

/**
 * Speech that is missing, or so soft that it is as good as missing, gaps and dips close to each other together. Strength: the discontinuity of a second
 * that has them.
 * @param dips losses of level, frame by frame, dB
 * @param active 1 for frames of speech
 */
export function dropouts(gaps: readonly Gap[], dips: Float64Array, active: Uint8Array): FoundEvent[] {
  const marks = Uint8Array.from(dips, (db) => (db > DIP_DB ? 1 : 0));
  const pieces = [
    ...gaps.map((gap) => ({ at: gap.startSeconds, end: gap.startSeconds + gap.seconds, gap })),
    ...joinMarks(marks, active, DIP_JOINING).map(({ from, to }) => ({ at: secondsOf(from), end: secondsOf(to), gap: null })),
  ].sort((a, b) => a.at - b.at);
  const groups: Group[] = [];
  for (const { at, end, gap } of pieces) {
    let group = groups.at(-1);
    if (group === undefined || at - group.end > JOINED_SECONDS) {
      group = { at, end, gaps: [] };
      groups.push(group);
    }
    group.end = Math.max(group.end, end);
    if (gap !== null) group.gaps.push(gap);
  }
  return groups.map((group) => eventOf(group, dips)).filter(({ strength }, i) => strength >= LEAST_STRENGTH || groups[i]?.gaps.length);
}

function eventOf({ at, end, gaps }: Group, dips: Float64Array): FoundEvent {
  const perSecond = Math.max(1, end - at);
  const within = dips.subarray(Math.floor(at * FRAMES_PER_SECOND), Math.ceil(end * FRAMES_PER_SECOND));
  const dip = within.reduce((sum, db) => sum + db, 0) / FRAMES_PER_SECOND;
  const missing = gaps.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    at,
    seconds: end - at,
    kind: 'drop',
    strength: discontinuityOf(Math.min(1, missing / perSecond), gaps.length / perSecond, dip / perSecond),
    part: null,
    detail: gaps.length === 0 ? `speech up to ${Math.round(Math.max(...within) + DIP_FROM_DB)} dB too soft` : gapWords(gaps, missing),
  };
}

function gapWords(gaps: readonly Gap[], missing: number): string {
  const hard = gaps.filter((gap) => gap.hard).length;
  const how = hard === gaps.length ? 'cut off' : hard === 0 ? 'faded out' : 'cut off and faded out';
  return `speech ${how}${gaps.length === 1 ? '' : ` ${gaps.length} times`}, ${Math.round(missing * 1000)} ms missing`;
}
