import { describe, expect, it } from 'vitest';
import {
  butterworthBandPass,
  butterworthHighPass,
  butterworthLowPass,
  designFir,
  filterFir,
  filterSections,
  sectionsGain,
} from '../../src/dsp/filters.ts';
import { rms } from '../../src/dsp/levels.ts';
import { tone, whiteNoise } from '../support/signals.ts';

const RATE = 16_000;
const db = (gain: number): number => 20 * Math.log10(gain);

describe('Butterworth filters', () => {
  it.each([2, 4, 6])('of order %i lose 3.01 dB at their edge', (order) => {
    expect(db(sectionsGain(butterworthLowPass(order, 1_000, RATE), 1_000, RATE))).toBeCloseTo(-3.0103, 4);
    expect(db(sectionsGain(butterworthHighPass(order, 1_000, RATE), 1_000, RATE))).toBeCloseTo(-3.0103, 4);
  });

  it.each([2, 4, 6])('of order %i fall by 6 dB per order and octave', (order) => {
    const highPass = butterworthHighPass(order, 1_000, RATE);
    expect(db(sectionsGain(highPass, 50, RATE)) - db(sectionsGain(highPass, 25, RATE))).toBeCloseTo(6.02 * order, 1);
  });

  it('are monotone, as their name promises', () => {
    const lowPass = butterworthLowPass(4, 2_000, RATE);
    for (let hz = 0; hz < 7_900; hz += 100) {
      expect(sectionsGain(lowPass, hz + 100, RATE)).toBeLessThanOrEqual(sectionsGain(lowPass, hz, RATE) + 1e-12);
    }
  });

  it('pass a band and stop what is beside it', () => {
    const band = butterworthBandPass(4, 300, 3_000, RATE);
    expect(db(sectionsGain(band, 1_000, RATE))).toBeCloseTo(0, 1);
    expect(db(sectionsGain(band, 75, RATE))).toBeLessThan(-45);
    expect(db(sectionsGain(band, 7_000, RATE))).toBeLessThan(-35);
  });

  it('do to a tone what their gain says', () => {
    const sections = butterworthHighPass(2, 1_000, RATE);
    const out = filterSections(tone(400, 1, RATE).samples, sections);
    const got = rms(out, RATE / 2) / rms(tone(400, 1, RATE).samples, RATE / 2);
    expect(got).toBeCloseTo(sectionsGain(sections, 400, RATE), 3);
  });

  it('refuse edges beyond half the rate, odd orders and empty bands', () => {
    expect(() => butterworthLowPass(2, 8_000, RATE)).toThrow(RangeError);
    expect(() => butterworthLowPass(2, 0, RATE)).toThrow(RangeError);
    expect(() => butterworthHighPass(3, 100, RATE)).toThrow(RangeError);
    expect(() => butterworthBandPass(2, 3_000, 300, RATE)).toThrow(RangeError);
  });
});

describe('linear-phase filters', () => {
  it('pass everything untouched when asked for a gain of one everywhere', () => {
    const noise = whiteNoise(1, 0.1, RATE).samples;
    const out = filterFir(noise, designFir(new Float64Array(65).fill(1), 65));
    for (let i = 0; i < noise.length; i++) expect(out[i]).toBeCloseTo(noise[i] as number, 9);
  });

  it('follow a wanted response without delay', () => {
    const gains = Float64Array.from({ length: 129 }, (_, k) => (k < 48 ? 1 : k > 80 ? 0 : (80 - k) / 32));
    const taps = designFir(gains, 257);
    const low = tone(1_000, 0.5, RATE).samples;
    const passed = filterFir(low, taps);
    for (let i = 1_000; i < 7_000; i++) expect(Math.abs((passed[i] as number) - (low[i] as number))).toBeLessThan(5e-3);
    expect(rms(filterFir(tone(6_500, 0.5, RATE).samples, taps), 1_000, 7_000)).toBeLessThan(1e-3);
  });

  it('refuse an even number of taps', () => {
    expect(() => designFir([1, 1], 64)).toThrow(RangeError);
  });
});
