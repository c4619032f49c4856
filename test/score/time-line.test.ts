import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import type { Signal } from '../../src/core/signal.ts';
import { durationSeconds } from '../../src/core/signal.ts';
import { type HeardOverTime, TIME_LINE_SCORES, type TimeLineScore } from '../../src/core/time-line.ts';
import { prepareFrontEnd } from '../../src/score/front-end.ts';
import { createScoring } from '../../src/score/score-recording.ts';
import { hearOverTime, keepStrongest, MOST_EVENTS } from '../../src/score/time-line/time-line.ts';
import * as other from '../support/degradations.ts';
import * as loss from '../support/lossy.ts';
import * as voice from '../support/robots.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const speech = bundledSpeech('en-female', 5);
const { samples: x, sampleRateHz: rate } = speech;
const rng = () => createRng(5);
/** Without speech in the reference from 2.4 to 2.8 s; with speech without a pause from 3 to 5 s. */
const FROM = 3.2;
const TO = 4.1;

/** The speech with one stretch of it as it is in a harmed copy. */
function harmed(copy: Float32Array, from = FROM, to = TO): Float32Array {
  const out = x.slice();
  out.set(copy.subarray(Math.round(from * rate), Math.round(to * rate)), Math.round(from * rate));
  return out;
}

function heard(samples: Float32Array, reference: Signal = speech): HeardOverTime | null {
  return hearOverTime(createScoring(prepareFrontEnd(reference, { samples, sampleRateHz: rate }), null));
}

const ring = voice.ring(x, 50);
const known = new Map<Float32Array, HeardOverTime>();
/** What was heard of a copy, each listened to once. */
function over(samples: Float32Array): HeardOverTime {
  const before = known.get(samples);
  if (before !== undefined) return before;
  const found = heard(samples);
  if (found === null) throw new Error('nothing was found');
  known.set(samples, found);
  return found;
}

const burst = harmed(ring);
const lateBurst = other.delay(burst, 2000);
const values = ({ timeLine }: HeardOverTime, id: TimeLineScore): readonly (number | null)[] => timeLine.scores[id].values;
const worst = (line: readonly (number | null)[], except: readonly number[] = []): number =>
  Math.max(...line.map((value, second) => (value === null || except.includes(second) ? 0 : value)));

describe('the time line of a voice', () => {
  test('shows nothing where nothing was done, and no value where nobody speaks', () => {
    const clean = over(x);
    expect(clean.events).toEqual([]);
    expect(clean.timeLine.eventsLeftOut).toBe(0);
    for (const id of ['metallic', 'discontinuity', 'noisiness', 'clipping'] as const) expect(worst(values(clean, id))).toBeLessThan(0.05);
    expect(Math.min(...values(clean, 'mosLqo').map((value) => value ?? 5))).toBeGreaterThan(4.5);
    expect(values(over(lateBurst), 'metallic').slice(0, 2)).toEqual([null, null]);
    expect(clean.timeLine.scores.metallic.nullMeans).toContain('speaks');
  });

  test.each([
    ['ring modulation', () => burst, 'buzz'],
    ['a comb filter', () => harmed(voice.comb(x, 4, 0.8)), 'comb'],
    ['aliasing', () => harmed(voice.holdSamples(x, 4)), 'tone'],
    ['packets played twice', () => harmed(loss.packetRepeat(x, rng(), 0.5, 2)), null],
  ])('places %s within 0.2 s, in that second and not in the others', (_, degrade, part) => {
    const found = over(degrade());
    expect(found.events.map(({ kind }) => kind)).toEqual(['metallic']);
    const event = found.events[0];
    expect(Math.abs((event?.at ?? 0) - FROM)).toBeLessThan(0.2);
    expect(Math.abs((event?.at ?? 0) + (event?.seconds ?? 0) - TO)).toBeLessThan(0.2);
    if (part !== null) expect(event?.part).toBe(part);
    expect(values(found, 'metallic')[3]).toBeGreaterThan(0.9);
    expect(worst(values(found, 'metallic'), [3, 4])).toBeLessThan(0.05);
    const opinions = values(found, 'mosLqo');
    expect(opinions[3]).toBeLessThan((opinions[1] ?? 0) - 0.5);
    expect(opinions[1]).toBeGreaterThan(4);
  });

  test('places gaps to some milliseconds, noise in a pause, and clipping, each by itself', () => {
    const peak = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const samples = harmed(other.addNoise(x, other.whiteNoise(x.length, rng()), 10), 2.3, 2.9).map((value, i) => {
      const loud = i > FROM * rate && i < 3.8 * rate ? 4 * value : value;
      return Math.max(-peak, Math.min(peak, loud));
    });
    samples.fill(0, Math.round(0.9 * rate), Math.round(1.1 * rate));
    samples.fill(0, Math.round(4.6 * rate), Math.round(4.7 * rate));
    const { events, timeLine } = over(samples);
    const of = (kind: string) => events.filter((event) => event.kind === kind);
    expect(of('drop').map(({ at }) => at)).toEqual([expect.closeTo(0.9, 1), expect.closeTo(4.6, 1)]);
    expect(of('drop').map(({ seconds }) => seconds)).toEqual([expect.closeTo(0.2, 1), expect.closeTo(0.1, 1)]);
    expect(of('noise')).toHaveLength(1);
    expect(of('noise')[0]?.at).toBeGreaterThan(2.2);
    expect(of('noise')[0]?.at).toBeLessThan(2.8);
    expect(of('clipping')).toHaveLength(1);
    expect(of('clipping')[0]?.at).toBeCloseTo(FROM, 1);
    expect(timeLine.scores.noisiness.values[2]).toBeGreaterThan(0.9);
    expect(timeLine.scores.noisiness.values[0]).toBe(0);
    expect(timeLine.scores.clipping.values[3]).toBeGreaterThan(0.9);
    expect(timeLine.scores.clipping.values[1]).toBe(0);
    expect(timeLine.scores.discontinuity.values[2]).toBeLessThan(0.05);
  });

  test('is deaf to gain, and moves with a delay', () => {
    const plain = over(burst);
    const softer = over(other.gain(burst, -12));
    expect(softer.events).toEqual(plain.events);
    for (const id of ['metallic', 'discontinuity', 'noisiness'] as const) expect(values(softer, id)).toEqual(values(plain, id));
    const late = over(lateBurst);
    expect(late.events.length).toBe(1);
    expect(late.events[0]?.at).toBeCloseTo((plain.events[0]?.at ?? 0) + 2, 1);
    expect(late.events[0]?.spokenFrom).toBeCloseTo(plain.events[0]?.spokenFrom ?? 0, 1);
    expect(values(late, 'metallic')[5]).toBeCloseTo(values(plain, 'metallic')[3] ?? 0, 1);
  });
});

describe('the events of a recording', () => {
  test('lie within it, in order of time, finite and few, whatever it holds', () => {
    const random = rng();
    const hostile = [
      Float32Array.from({ length: 3 * rate }, () => 2 * random.next() - 1),
      x.map((value, i) => (Math.floor(i / 160) % 3 === 0 ? 0 : i % 7000 < 50 ? Number.NaN : value)),
      x.map((value) => Math.sign(value)),
      x.slice(0, 0.7 * rate),
    ];
    for (const samples of hostile) {
      const found = heard(samples);
      if (found === null) continue;
      const end = durationSeconds({ samples, sampleRateHz: rate });
      expect(found.events.length).toBeLessThanOrEqual(MOST_EVENTS);
      let before = 0;
      for (const { at, seconds, strength } of found.events) {
        expect(at).toBeGreaterThanOrEqual(before);
        expect(seconds).toBeGreaterThan(0);
        expect(at + seconds).toBeLessThanOrEqual(end + 0.001);
        expect(strength).toBeGreaterThanOrEqual(0);
        expect(strength).toBeLessThanOrEqual(1);
        before = at;
      }
      for (const id of TIME_LINE_SCORES) {
        expect(values(found, id)).toHaveLength(found.timeLine.speechSeconds.length);
        for (const value of values(found, id)) expect(value === null || Number.isFinite(value)).toBe(true);
      }
    }
  });

  test('are none where the reference was not found', () => {
    expect(heard(new Float32Array(x.length))).toBeNull();
    expect(heard(other.whiteNoise(x.length, rng()))).toBeNull();
  });

  test('are cut to a number, the weakest first, and counted when there are more', () => {
    const events = Array.from({ length: MOST_EVENTS + 30 }, (_, i) => ({
      ...{ at: i, seconds: 0.1, spokenFrom: i, spokenTo: i, kind: 'drop' as const, part: null, detail: '' },
      strength: (i % 100) / 100,
    }));
    const { kept, leftOut } = keepStrongest(events);
    expect(kept).toHaveLength(MOST_EVENTS);
    expect(leftOut).toBe(30);
    expect(kept.map(({ at }) => at)).toEqual(kept.map(({ at }) => at).sort((a, b) => a - b));
    expect(Math.min(...kept.map(({ strength }) => strength))).toBeGreaterThan(0.09);
  });
});
