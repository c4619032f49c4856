import { describe, expect, it } from 'vitest';
import { crossCorrelate, normalisedCorrelation, peakLag } from '../../src/dsp/correlation.ts';
import { activeLevel, amplitudeToDb, dbToAmplitude, levelDbov, powerToDb, rms } from '../../src/dsp/levels.ts';
import { hzToMel, melBank, melInto, melToHz } from '../../src/dsp/mel.ts';
import { powerSpectra, spectraDb } from '../../src/dsp/stft.ts';
import { besselI0, hann, hannSymmetric, kaiserAt } from '../../src/dsp/windows.ts';
import { delayed } from '../support/edits.ts';
import { silence, speechLike, tone, whiteNoise } from '../support/signals.ts';

const RATE = 16_000;

describe('short-time spectra', () => {
  const layout = { window: hann(640), hop: 160, fftSize: 1024, frames: 20, offset: -240 };

  it('read the squared amplitude of a tone at its bin', () => {
    const { power, bins } = powerSpectra(tone(1_000, 0.5, RATE, 0.5).samples, layout);
    expect(bins).toBe(513);
    expect(power[10 * bins + 64]).toBeCloseTo(0.25, 3);
    expect(power[10 * bins + 200]).toBeLessThan(1e-9);
  });

  it('assume silence beyond the ends', () => {
    const { power, bins } = powerSpectra(tone(1_000, 0.05, RATE).samples, layout);
    expect(power[15 * bins + 64]).toBe(0);
    expect(powerSpectra(new Float32Array(0), layout).power.every((p) => p === 0)).toBe(true);
  });

  it('in dB stop at the floor', () => {
    expect(spectraDb(powerSpectra(silence(0.2, RATE).samples, layout), -140).every((level) => level === -140)).toBe(true);
  });
});

describe('mel bands', () => {
  const bank = melBank(24, 100, 7_000, 1024, RATE);

  it('invert the scale', () => {
    for (const hz of [0, 100, 1_000, 7_000]) expect(melToHz(hzToMel(hz))).toBeCloseTo(hz, 8);
  });

  it('read the mean power of a flat spectrum', () => {
    const out = new Float64Array(24);
    melInto(bank, new Float64Array(513).fill(3), 0, out, 0);
    for (const value of out) expect(value).toBeCloseTo(3, 12);
  });

  it('rise in frequency, and answer most to their own centre', () => {
    for (let b = 1; b < 24; b++) expect(bank.centresHz[b]).toBeGreaterThan(bank.centresHz[b - 1] as number);
    const power = new Float64Array(513);
    power[Math.round((bank.centresHz[12] as number) / 15.625)] = 1;
    const out = new Float64Array(24);
    melInto(bank, power, 0, out, 0);
    expect(out.indexOf(Math.max(...out))).toBe(12);
  });
});

describe('correlation', () => {
  const a = whiteNoise(1, 0.05, RATE).samples;

  it('agrees with its definition at every lag', () => {
    const b = whiteNoise(2, 0.03, RATE).samples;
    const { values, firstLag } = crossCorrelate(a, b);
    expect([values.length, firstLag]).toEqual([a.length + b.length - 1, 1 - a.length]);
    for (const lag of [firstLag, -77, 0, 5, b.length - 1]) {
      let sum = 0;
      for (let n = 0; n < a.length; n++) sum += (a[n] as number) * (b[n + lag] ?? 0);
      expect(values[lag - firstLag]).toBeCloseTo(sum, 9);
    }
  });

  it.each([-200, 0, 1, 333])('finds a delay of %i samples', (lag) => {
    expect(peakLag(crossCorrelate(a, delayed({ samples: a, sampleRateHz: RATE }, lag).samples))).toBe(lag);
  });

  it('is 1 for a scaled copy, -1 for its opposite, 0 for silence', () => {
    const loud = a.map((x) => 3 * x);
    const inverse = a.map((x) => -x);
    expect(normalisedCorrelation(a, 0, loud, 0, a.length)).toBeCloseTo(1, 6);
    expect(normalisedCorrelation(a, 0, inverse, 0, a.length)).toBeCloseTo(-1, 6);
    expect(normalisedCorrelation(a, 0, new Float32Array(a.length), 0, a.length)).toBe(0);
  });

  it('of nothing is nothing', () => {
    expect(peakLag(crossCorrelate([], a))).toBe(0);
  });
});

describe('levels', () => {
  it('give a full-scale sine -3.01 dBov', () => {
    expect(levelDbov(tone(1_000, 1, RATE, 1).samples)).toBeCloseTo(-3.0103, 3);
  });

  it('follow gain dB for dB, and leave activity alone', () => {
    const speech = speechLike(5, 3, RATE);
    const before = activeLevel(speech.samples, RATE);
    const after = activeLevel(
      speech.samples.map((x) => x * dbToAmplitude(-20)),
      RATE,
    );
    expect(after.dbov).toBeCloseTo(before.dbov - 20, 3);
    expect(after.activeRatio).toBe(before.activeRatio);
  });

  it('do not count pauses', () => {
    const { samples } = tone(500, 1, RATE);
    const longer = new Float32Array(3 * RATE);
    longer.set(samples);
    expect(activeLevel(longer, RATE).dbov).toBeCloseTo(activeLevel(samples, RATE).dbov, 6);
    expect(activeLevel(longer, RATE).activeRatio).toBeCloseTo(1 / 3, 3);
  });

  it('of silence and of nothing are -120, never less', () => {
    expect(activeLevel(new Float32Array(RATE), RATE)).toEqual({ dbov: -120, activeRatio: 0 });
    expect(activeLevel(new Float32Array(0), RATE)).toEqual({ dbov: -120, activeRatio: 0 });
    expect([powerToDb(0), amplitudeToDb(0), rms([])]).toEqual([-120, -120, 0]);
  });
});

describe('windows', () => {
  it('of Hann add up to a constant at half overlap', () => {
    const window = hann(64);
    for (let i = 0; i < 32; i++) expect((window[i] as number) + (window[i + 32] as number)).toBeCloseTo(1, 12);
  });

  it('that are symmetric close at zero', () => {
    const window = hannSymmetric(65);
    expect([window[0], window[32]]).toEqual([0, 1]);
    expect(window[64]).toBeCloseTo(0, 12);
    expect(hannSymmetric(1)).toEqual(Float64Array.of(1));
  });

  it('of Kaiser rest on tabled Bessel values (Abramowitz & Stegun table 9.8)', () => {
    expect(besselI0(0)).toBe(1);
    expect(besselI0(1)).toBeCloseTo(1.2660658778, 9);
    expect(besselI0(5)).toBeCloseTo(27.2398718236, 9);
    expect([kaiserAt(0, 8), kaiserAt(1.01, 8)]).toEqual([1, 0]);
  });
});
