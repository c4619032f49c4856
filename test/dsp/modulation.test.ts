import { expect, test } from 'vitest';
import { bandEnvelope, ENVELOPE_RATE_HZ, MODULATION_WINDOW, modulationSpectrum, soundingWindows } from '../../src/dsp/modulation.ts';
import { tone } from '../support/signals.ts';

test('a modulated envelope has the square of its depth at its frequency', () => {
  const bin = 26;
  const hz = (bin * ENVELOPE_RATE_HZ) / MODULATION_WINDOW;
  for (const depth of [0.1, 0.5]) {
    const envelope = Float64Array.from({ length: 4096 }, (_, i) => 3 * (1 + depth * Math.sin((2 * Math.PI * hz * i) / ENVELOPE_RATE_HZ)));
    const spectrum = modulationSpectrum(envelope, soundingWindows(envelope));
    expect(spectrum[bin]).toBeCloseTo(depth * depth, 6);
    expect(spectrum[bin + 10]).toBeLessThan(1e-12);
  }
});

test('the envelope of a steady tone in the band is steady, and out of the band is small', () => {
  const { samples } = tone(1500, 1, 16_000);
  const inside = bandEnvelope(Float64Array.from(samples), 16_000, 1000, 2200).subarray(200);
  const outside = bandEnvelope(Float64Array.from(samples), 16_000, 3600, 6500).subarray(200);
  // A rectified sine of amplitude 0.5 has mean 1/π.
  expect(Math.min(...inside)).toBeGreaterThan(0.25);
  expect(Math.max(...inside)).toBeLessThan(0.34);
  expect(Math.max(...outside)).toBeLessThan(0.2);
});

test('pauses are not looked at, and an envelope shorter than a window has none to look at', () => {
  const envelope = Float64Array.from({ length: 4096 }, (_, i) => (i < 2048 ? 1 : 0.001));
  const windows = soundingWindows(envelope);
  expect(windows[0]).toBe(1);
  expect(windows[windows.length - 1]).toBe(0);
  expect(soundingWindows(new Float64Array(100))).toHaveLength(0);
  expect(modulationSpectrum(new Float64Array(4096), soundingWindows(new Float64Array(4096))).every((v) => v === 0)).toBe(true);
});
