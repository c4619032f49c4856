import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { createBackgroundNoise } from '../../src/playout/background-noise.ts';

/** Noise of the given root mean square. */
function hiss(length: number, rms: number): Float32Array {
  const rng = createRng(5);
  return Float32Array.from({ length }, () => rms * Math.sqrt(3) * (2 * rng.next() - 1));
}

function hum(length: number, rms: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => rms * Math.SQRT2 * Math.sin(i / 40));
}

/** Listens to a sound as a receiver does, a stretch after the other. */
function heardOf(...sounds: readonly Float32Array[]): number | null {
  const background = createBackgroundNoise();
  for (const sound of sounds) for (let end = 300; end <= sound.length; end += 256) background.listen(sound, end);
  return background.heard();
}

describe('the noise behind a voice', () => {
  it('is unknown until a faint and flat stretch has been heard', () => {
    expect(createBackgroundNoise().heard()).toBeNull();
    expect(heardOf(hiss(9600, 0.1))).toBeNull();
    expect(heardOf(hum(9600, 0.001))).toBeNull();
    expect(createBackgroundNoise().power()).toBeGreaterThan(0);
  });

  it('is as loud as the faintest stretch, whatever is heard besides', () => {
    // Of 256 uniform samples the mean square is within 20 % (three standard deviations of 0.9 / 16).
    const heard = heardOf(hiss(9600, 0.1), hiss(9600, 0.002), hiss(9600, 0.1)) ?? 0;
    expect(heard / 0.002 ** 2).toBeGreaterThan(0.7);
    expect(heard / 0.002 ** 2).toBeLessThan(1.1);
  });

  it('is never less than one step of 16 bits', () => {
    expect(heardOf(hiss(9600, 1e-6))).toBe(1 / 32_768 ** 2);
  });
});
