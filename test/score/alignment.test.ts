import { describe, expect, it } from 'vitest';
import type { Signal } from '../../src/core/signal.ts';
import type { Alignment } from '../../src/score/alignment.ts';
import { align } from '../../src/score/alignment.ts';
import { cut, delayed, inserted, lossy, noisy, removed } from '../support/edits.ts';
import { silence, speechLike } from '../support/signals.ts';

const RATE = 16_000;
const HOP = 160;
const speech: Signal = speechLike(1, 6, RATE);

function alignmentOf(recording: Signal, reference: Signal = speech): Alignment {
  return align(Float64Array.from(reference.samples), Float64Array.from(recording.samples), RATE, HOP);
}

/** Delay in the middle of the recording's sounding part, ms. */
function delayMs(alignment: Alignment): number {
  const sounding = [...alignment.samples].filter((_, t) => (alignment.waveform[t] as number) > 0.3).sort((a, b) => a - b);
  return ((sounding[sounding.length >> 1] ?? Number.NaN) / RATE) * 1000;
}

describe('a constant delay', () => {
  it.each([0, 1, 7.3, 50, 137.5, 480, 1_000, 2_000])('of %d ms is found within 0.1 ms, without a step', (ms) => {
    const alignment = alignmentOf(delayed(speech, Math.round((ms / 1000) * RATE)));
    expect(Math.abs(delayMs(alignment) - ms)).toBeLessThan(0.1);
    expect(alignment.steps).toEqual([]);
  });

  it.each([-30, -500, -2_000])('of %d ms, a recording that began late, is found within 0.1 ms', (ms) => {
    expect(Math.abs(delayMs(alignmentOf(delayed(speech, (ms / 1000) * RATE))) - ms)).toBeLessThan(0.1);
  });

  it('is found between samples', () => {
    const wide = speechLike(2, 4, 48_000);
    const reference = { samples: wide.samples.filter((_, i) => i % 3 === 0), sampleRateHz: RATE };
    const recording = { samples: wide.samples.filter((_, i) => i % 3 === 1), sampleRateHz: RATE };
    expect(delayMs(alignmentOf(recording, reference))).toBeCloseTo(-1_000 / 48_000, 2);
  });

  it('is found in a recording cut short, and in one much longer', () => {
    expect(Math.abs(delayMs(alignmentOf(cut(speech, 2, 4))) + 2_000)).toBeLessThan(0.1);
    const long = inserted(delayed(speech, RATE), 7, 4);
    expect(Math.abs(delayMs(alignmentOf(long)) - 1_000)).toBeLessThan(0.1);
  });

  it('is found under noise 5 dB louder than the speech', () => {
    expect(Math.abs(delayMs(alignmentOf(noisy(delayed(speech, 3_200), -5, 4))) - 200)).toBeLessThan(1);
  });

  it.each([1, 3, 8])('is found, with one slip there and back at most, when four packets in ten are lost in bursts of %i', (burst) => {
    const alignment = alignmentOf(lossy(delayed(speech, 4_800), 0.4, burst, 9));
    expect(Math.abs(delayMs(alignment) - 300)).toBeLessThan(1);
    expect(alignment.steps.length).toBeLessThanOrEqual(2);
  });
});

describe('a change of delay', () => {
  it.each([8, 12, 20, 40, 120])('by %i ms inserted is one step of that size, placed within 20 ms', (ms) => {
    const { steps } = alignmentOf(inserted(speech, 3, ms / 1000));
    const total = steps.reduce((sum, step) => sum + step.ms, 0);
    expect(Math.abs(total - ms)).toBeLessThan(1);
    expect(stepsFrom(steps, 3 - 0.02, 3 + ms / 1000 + 0.02)).toBe(steps.length);
  });

  it.each([8, 12, 20, 40, 120])('by %i ms removed is one step of that size, placed within 20 ms', (ms) => {
    const { steps } = alignmentOf(removed(speech, 3.2, ms / 1000));
    expect(steps.length).toBe(1);
    expect(Math.abs((steps[0]?.ms ?? 0) + ms)).toBeLessThan(1);
    expect(stepsFrom(steps, 3.2 - 0.02, 3.2 + 0.02)).toBe(1);
  });

  it('twice over, there and back, is two steps that cancel', () => {
    const { steps } = alignmentOf(removed(inserted(speech, 1.5, 0.03), 4, 0.03));
    expect(Math.abs(steps.reduce((sum, step) => sum + step.ms, 0))).toBeLessThan(1);
    expect(Math.max(...steps.map((step) => step.ms))).toBeGreaterThan(25);
  });
});

function stepsFrom(steps: Alignment['steps'], fromSeconds: number, toSeconds: number): number {
  return steps.filter((step) => step.frame * HOP >= fromSeconds * RATE - HOP / 2 && step.frame * HOP <= toSeconds * RATE + HOP / 2).length;
}

describe('clock drift', () => {
  const long = speechLike(3, 36, RATE);

  it.each([-200, 0, 60, 300])('of %i ppm is measured within 10', (ppm) => {
    const ratio = 1 + ppm * 1e-6;
    const samples = Float32Array.from({ length: Math.floor(long.samples.length * Math.min(1, ratio)) - 40 }, (_, i) =>
      interpolated(long.samples, i / ratio),
    );
    const { driftPpm } = alignmentOf({ samples, sampleRateHz: RATE }, long);
    expect(Math.abs((driftPpm ?? Number.NaN) - ppm)).toBeLessThan(10);
  });

  it('is not guessed from a short recording', () => {
    expect(alignmentOf(speech).driftPpm).toBeNull();
  });
});

/** Cubic interpolation (Catmull and Rom). */
function interpolated(samples: Float32Array, place: number): number {
  const i = Math.floor(place);
  const x = place - i;
  const [a, b, c, d] = [samples[i - 1] ?? 0, samples[i] ?? 0, samples[i + 1] ?? 0, samples[i + 2] ?? 0];
  return b + (x / 2) * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)));
}

describe('what cannot be aligned', () => {
  it.each([
    ['nothing with nothing', silence(0, RATE), silence(0, RATE)],
    ['nothing with speech', silence(0, RATE), speech],
    ['speech with nothing', speech, silence(0, RATE)],
    ['silence with speech', silence(2, RATE), speech],
    ['speech with silence', speech, silence(2, RATE)],
    ['a few samples', cut(speech, 1, 1.004), cut(speech, 1, 1.02)],
  ])('%s still gives a finite track', (_, reference, recording) => {
    const alignment = alignmentOf(recording, reference);
    expect(alignment.samples.length).toBe(Math.floor(recording.samples.length / HOP));
    for (const values of [alignment.samples, alignment.similarity, alignment.waveform]) expect(values.every(Number.isFinite)).toBe(true);
    expect(alignment.driftPpm).toBeNull();
  });
});
