import { describe, expect, it } from 'vitest';
import { inSixteenBits, joinSound } from '../../src/audio/join-sound.ts';
import { readWav, writeWav } from '../../src/audio/wav.ts';

const tone = (rateHz: number, seconds: number): Int16Array =>
  Int16Array.from({ length: rateHz * seconds }, (_, n) => Math.round(8_000 * Math.sin((2 * Math.PI * 440 * n) / rateHz)));

describe('stretches of sound joined', () => {
  it('stay as they are at the rate asked for, sample for sample', () => {
    const samples = tone(48_000, 0.1);
    const joined = joinSound(
      [
        { samples: samples.subarray(0, 480), sampleRateHz: 48_000 },
        { samples: samples.subarray(480), sampleRateHz: 48_000 },
      ],
      48_000,
    );
    expect(joined.samples).toEqual(Float32Array.from(samples, (sample) => sample / 32_768));
  });

  it('keep their length and their sound across a change of rate', () => {
    const parts = [
      { samples: tone(16_000, 0.5), sampleRateHz: 16_000 },
      { samples: tone(48_000, 0.5), sampleRateHz: 48_000 },
    ];
    const { samples } = joinSound(parts, 48_000);
    expect(samples).toHaveLength(48_000);
    const expected = (n: number): number => (8_000 / 32_768) * Math.sin((2 * Math.PI * 440 * n) / 48_000);
    for (let n = 2_000; n < 22_000; n += 997) expect(samples[n]).toBeCloseTo(expected(n), 3);
  });

  it('are nothing when there are none', () => {
    expect(joinSound([], 48_000).samples).toHaveLength(0);
  });
});

describe('sound in steps of 16 bits', () => {
  it('comes back from a file the same, clipped where it is too loud, silent where it is no number', () => {
    const sound = inSixteenBits({ samples: Float32Array.of(0.1, -0.999, 1.7, -3, Number.NaN, 0), sampleRateHz: 48_000 });
    expect(readWav(writeWav(sound), 'x')).toEqual(sound);
    expect([...sound.samples.slice(2, 5)]).toEqual([Math.fround(32_767 / 32_768), -1, 0]);
  });
});
