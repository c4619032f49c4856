import { describe, expect, it } from 'vitest';
import { butterworthHighPass, filterSections } from '../../../src/dsp/filters.ts';
import { resample } from '../../../src/dsp/resample.ts';
import { listenTo } from '../../../src/score/single-ended/listening.ts';
import { speechStretches } from '../../../src/score/single-ended/stretches.ts';
import { whiteNoise } from '../../support/signals.ts';

describe('listening in pieces', () => {
  it.each([8_000, 11_025])('leaves no seam at %i Hz', (sampleRateHz) => {
    const signal = whiteNoise(4, 21, sampleRateHz);
    const { raw, samples } = listenTo(signal);
    const whole = resample(signal, 16_000).samples;
    const filtered = filterSections(whole, butterworthHighPass(2, 120, 16_000));
    let [resampled, passed] = [0, 0];
    for (let i = 0; i < whole.length; i++) {
      resampled = Math.max(resampled, Math.abs((raw[i] as number) - (whole[i] as number)));
      passed = Math.max(passed, Math.abs((samples[i] as number) - (filtered[i] as number)));
    }
    expect(raw.length).toBe(whole.length);
    expect(resampled).toBeLessThan(1e-5);
    expect(passed).toBeLessThan(1e-5);
  });
});

describe('stretches of speech', () => {
  it.each([0, 1, 700, 1500, 2300, 6100])('hold every active frame of %i once, and about 15 s each', (count) => {
    const active = new Uint8Array(2 * count).map((_, i) => i % 2);
    const stretches = speechStretches(active);
    expect(stretches.reduce((sum, { activeFrames }) => sum + activeFrames, 0)).toBe(count);
    stretches.forEach(({ from, to, activeFrames }, i) => {
      expect(from).toBe(i === 0 ? 0 : stretches[i - 1]?.to);
      expect(active.subarray(from, to).reduce((sum, x) => sum + x, 0)).toBe(activeFrames);
      if (count > 1500) expect(Math.abs(activeFrames - 1500)).toBeLessThanOrEqual(750);
    });
  });
});
