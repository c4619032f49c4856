import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { createComfortNoise } from '../../src/playout/comfort-noise.ts';
import { noiseShape } from '../../src/playout/shaped-noise.ts';

function noiseOf(payload: Uint8Array, samples: number): Float32Array {
  const out = new Float32Array(samples);
  createComfortNoise(payload, createRng(5))?.(out);
  return out;
}

const levelDb = (x: Float32Array): number => 10 * Math.log10(x.reduce((sum, v) => sum + v * v, 0) / x.length);

describe('comfort noise (RFC 3389)', () => {
  it.each([30, 50, 78])('is %i dB below full scale, whatever its envelope', (level) => {
    expect(levelDb(noiseOf(Uint8Array.of(level), 80_000))).toBeCloseTo(-level, 0);
    expect(levelDb(noiseOf(Uint8Array.of(level, 20, 180, 127, 90), 80_000))).toBeCloseTo(-level, 0);
  });

  it('has the envelope its reflection coefficients describe', () => {
    // k = -0.9 and 0.5: a1 = k1 (1 + k2) = -1.35, a2 = k2.
    const payload = Uint8Array.of(30, 127 - Math.round(0.9 * 127), 127 + Math.round(0.5 * 127));
    const { coefficients } = noiseShape(noiseOf(payload, 80_000), 80_000, 79_800, 2);
    expect(coefficients[0]).toBeCloseTo(-1.35, 1);
    expect(coefficients[1]).toBeCloseTo(0.5, 1);
  });

  it('needs a level', () => {
    expect(createComfortNoise(new Uint8Array(0), createRng(5))).toBeNull();
  });

  it('of any bytes is noise that stays where it is', () => {
    const rng = createRng(6);
    for (let i = 0; i < 200; i++) {
      const payload = Uint8Array.from({ length: 1 + Math.floor(rng.next() * 30) }, () => Math.floor(rng.next() * 256));
      const sound = noiseOf(payload, 2000);
      expect(sound.every((x) => Number.isFinite(x) && Math.abs(x) < 100)).toBe(true);
    }
    expect(noiseOf(Uint8Array.from([20, ...Array(12).fill(254)]), 20_000).every((x) => Number.isFinite(x) && Math.abs(x) < 100)).toBe(true);
  });
});
