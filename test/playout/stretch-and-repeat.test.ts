import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { decodeRate } from '../../src/playout/decode-rate.ts';
import { mergeInto } from '../../src/playout/merge.ts';
import { pitchBefore } from '../../src/playout/pitch.ts';
import { createRepetition } from '../../src/playout/repetition.ts';
import { noiseShape } from '../../src/playout/shaped-noise.ts';
import { compareStretches } from '../../src/playout/similarity.ts';
import { accelerate, preemptiveExpand, stretchablePeriod } from '../../src/playout/time-stretch.ts';
import { append, createTrack, type Track } from '../../src/playout/track.ts';

const RATE = decodeRate(48_000);

/** A vowel: harmonics of a period of so many samples. */
function vowel(period: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    let sum = 0;
    for (let k = 1; k <= 10; k++) sum += Math.sin((2 * Math.PI * k * i) / period + k) / k;
    return 0.2 * sum;
  });
}

function hiss(length: number): Float32Array {
  const rng = createRng(2);
  return Float32Array.from({ length }, () => 0.2 * (rng.next() - 0.5));
}

function trackOf(sound: Float32Array): Track {
  const track = createTrack(48_000, RATE);
  append(track, sound);
  return track;
}

describe('stretching time', () => {
  it.each([180, 240, 377, 500])('finds the period of %i samples in a vowel, or a multiple', (period) => {
    const found = stretchablePeriod(vowel(period, 4800), 1000, 1e-6, RATE) ?? 0;
    const periods = Math.max(1, Math.round(found / period));
    expect(Math.abs(found - periods * period)).toBeLessThanOrEqual(6);
  });

  it('leaves a vowel as it was, shorter or longer by the period', () => {
    const period = 240;
    const long = vowel(period, 9600);
    const faster = long.slice();
    accelerate(faster, 2400, 9600, period);
    const slower = new Float32Array(9600 + period);
    slower.set(long);
    preemptiveExpand(slower, 2400, 9600, period);
    for (let i = 0; i < 9600 - period; i++) {
      expect(faster[i]).toBeCloseTo(long[i] as number, 5);
      expect(slower[i]).toBeCloseTo(long[i] as number, 5);
    }
  });

  it('changes nothing before the cut when it slows down', () => {
    const sound = new Float32Array(6000);
    sound.set(hiss(5000));
    const slower = sound.slice();
    preemptiveExpand(slower, 1720, 5000, 300);
    expect(slower.subarray(0, 1720)).toEqual(sound.subarray(0, 1720));
  });

  it('refuses loud noise, and takes what is no louder than the background', () => {
    expect(stretchablePeriod(hiss(4800), 1000, 1e-6, RATE)).toBeNull();
    expect(stretchablePeriod(hiss(4800), 1000, 1e-3, RATE)).not.toBeNull();
  });
});

describe('repeating the pitch', () => {
  it.each([190, 333, 480, 700])('finds the period of %i samples, or a multiple, within a sample', (period) => {
    const { leastDifferent, correlation } = pitchBefore(vowel(period, 4800), 4800, RATE);
    const periods = Math.round(leastDifferent / period);
    expect(Math.abs(leastDifferent - periods * period)).toBeLessThanOrEqual(1);
    expect(correlation).toBeGreaterThan(0.98);
  });

  it('goes on with a lost vowel as it would have gone on', () => {
    const track = trackOf(vowel(400, 4800));
    const repetition = createRepetition(track, RATE, createRng(1));
    const from = track.tail;
    while (track.tail < from + 960) repetition.extend(track);
    const expected = trackOf(vowel(400, 4800 + 2000)).samples;
    const both = new Float32Array(1920);
    both.set(track.samples.subarray(from, from + 960));
    both.set(expected.subarray(from, from + 960), 960);
    expect(compareStretches(both, 0, 960, 960).correlation).toBeGreaterThan(0.98);
  });

  it.each([
    ['a vowel', vowel(400, 4800), 0.8],
    ['noise', hiss(4800), 0.3],
  ] as const)('fades %s to silence in time', (_, sound, seconds) => {
    const track = trackOf(sound);
    const repetition = createRepetition(track, RATE, createRng(1));
    const from = track.tail;
    let before = 1;
    while (track.tail < from + seconds * 48_000) {
      repetition.extend(track);
      expect(repetition.gain()).toBeLessThanOrEqual(before);
      before = repetition.gain();
    }
    expect(repetition.gain()).toBe(0);
    repetition.extend(track);
    expect(track.samples.subarray(track.tail - 60, track.tail).every((x) => x === 0)).toBe(true);
  });

  it('makes silence of silence', () => {
    const track = trackOf(new Float32Array(4800));
    createRepetition(track, RATE, createRng(1)).extend(track);
    expect(track.tail).toBeGreaterThan(track.origin + 4800);
    expect(track.samples.every((x) => x === 0)).toBe(true);
  });
});

describe('merging', () => {
  it('takes a vowel up again in step', () => {
    const track = trackOf(vowel(400, 4800));
    const repetition = createRepetition(track, RATE, createRng(1));
    for (let i = 0; i < 3; i++) repetition.extend(track);
    track.head = track.tail - 60;
    const at = mergeInto(track, repetition, vowel(400, 6000).slice(4950, 5910));
    const inStep = (at - track.origin - 4950) / 400;
    expect(Math.abs(inStep - Math.round(inStep)) * 400).toBeLessThanOrEqual(8);
    expect(track.tail).toBe(at + 960);
  });

  it('does not come back louder than it left', () => {
    const track = trackOf(new Float32Array(4800).fill(0.001));
    const repetition = createRepetition(track, RATE, createRng(1));
    repetition.extend(track);
    track.head = track.tail - 60;
    const at = mergeInto(track, repetition, vowel(400, 960));
    const early = track.samples.subarray(at, at + 100).map(Math.abs);
    expect(Math.max(...early)).toBeLessThan(0.1);
    expect(track.samples[track.tail - 1]).toBeCloseTo(vowel(400, 960)[959] as number, 2);
  });
});

describe('the envelope of noise', () => {
  it('of white noise is flat, and its level the level', () => {
    const { coefficients, excitation } = noiseShape(hiss(9600), 9600, 9590, 6);
    // The level is that of 128 samples: of uniform noise, within 4 % (one standard deviation).
    expect(Math.abs(excitation / (0.2 / Math.sqrt(12)) - 1)).toBeLessThan(0.12);
    for (const a of coefficients) expect(Math.abs(a)).toBeLessThan(0.05);
  });

  it('of a first-order recursion is that recursion', () => {
    const x = hiss(48_000);
    for (let i = 1; i < x.length; i++) x[i] = (x[i] as number) + 0.9 * (x[i - 1] as number);
    const { coefficients } = noiseShape(x, x.length, x.length - 2, 2);
    expect(coefficients[0]).toBeCloseTo(-0.9, 1);
    expect(Math.abs(coefficients[1] as number)).toBeLessThan(0.05);
  });

  it('of silence makes silence', () => {
    expect(noiseShape(new Float32Array(1000), 1000, 900, 6).excitation).toBe(0);
  });
});
