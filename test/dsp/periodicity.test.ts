import { expect, test } from 'vitest';
import { createPeriodicityMeter } from '../../src/dsp/periodicity.ts';
import { whiteNoise } from '../support/signals.ts';

const meter = createPeriodicityMeter(640, 40, 320);

test('a pulse train has its period, to a fraction of a sample, and not a multiple of it', () => {
  for (const period of [57, 100.5, 160, 233.3]) {
    const x = Float64Array.from({ length: 2000 }, (_, i) =>
      [1, 2, 3, 4].reduce((sum, k) => sum + Math.cos((2 * Math.PI * k * i) / period), 0),
    );
    const { strength, lag } = meter.measure(x, 500);
    expect(strength).toBeGreaterThan(0.97);
    expect(Math.abs(lag - period)).toBeLessThan(0.5);
  }
});

test('noise is not periodic, silence has strength 0, and both ends of the signal may be passed', () => {
  const noise = Float64Array.from(whiteNoise(1, 0.2, 16_000).samples);
  expect(meter.measure(noise, 1000).strength).toBeLessThan(0.5);
  expect(meter.measure(new Float64Array(1000), 0).strength).toBe(0);
  expect(meter.measure(noise, -400).strength).toBeLessThanOrEqual(1);
  expect(meter.measure(noise, noise.length - 10).strength).toBeLessThanOrEqual(1);
  expect(meter.measure(noise, noise.length + 10).strength).toBe(0);
});

test('gain does not matter', () => {
  const noise = Float64Array.from(whiteNoise(2, 0.2, 16_000).samples);
  const { strength, lag } = { ...meter.measure(noise, 500) };
  const louder = meter.measure(
    noise.map((x) => 100 * x),
    500,
  );
  expect(louder.strength).toBeCloseTo(strength, 9);
  expect(louder.lag).toBeCloseTo(lag, 6);
});

test('lags that do not fit the window are refused', () => {
  expect(() => createPeriodicityMeter(300, 40, 320)).toThrow(RangeError);
  expect(() => createPeriodicityMeter(640, 0, 320)).toThrow(RangeError);
});
