import { describe, expect, it } from 'vitest';
import { readWav, readWavFile, writeWav } from '../../src/audio/wav.ts';
import { createRng } from '../../src/core/rng.ts';
import { chunk, latin1, pcmFloat, pcmInt, wavBytes } from '../support/wav-bytes.ts';

const rng = createRng(20);
const RATES = [4000, 8000, 11025, 16000, 44100, 48000, 96000, 192000];

function randomInts(bits: number, count: number): number[] {
  const half = 2 ** (bits - 1);
  const values = Array.from({ length: count - 4 }, () => Math.floor((rng.next() * 2 - 1) * half));
  return [-half, half - 1, 0, -1, ...values];
}

/** Frames of `channels` samples to the mean of each. */
function means(values: readonly number[], channels: number): Float32Array {
  return Float32Array.from({ length: values.length / channels }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += Math.fround(values[i * channels + c] as number);
    return sum / channels;
  });
}

describe('reading a WAV', () => {
  for (const bits of [8, 16, 24, 32]) {
    for (const channels of [1, 2, 3, 8]) {
      it(`gives ${bits}-bit integers in ${channels} channels divided by full scale and averaged`, () => {
        const values = randomInts(bits, 240);
        for (const sampleRateHz of RATES) {
          const file = readWavFile(wavBytes(pcmInt(values, bits), { bits, channels, sampleRateHz }), 'a.wav');
          const scaled = values.map((value) => value / 2 ** (bits - 1));
          expect(file.signal).toEqual({ samples: means(scaled, channels), sampleRateHz });
          expect(file.format).toEqual({ channels, sampleRateHz, bitDepth: bits, encoding: 'int', extensible: false });
          expect(file.warnings).toEqual([]);
        }
      });
    }
  }

  for (const bits of [32, 64] as const) {
    for (const channels of [1, 2, 5]) {
      it(`gives ${bits}-bit floats in ${channels} channels averaged`, () => {
        const values = Array.from({ length: 200 }, () => rng.next() * 2 - 1);
        const file = readWavFile(wavBytes(pcmFloat(values, bits), { bits, tag: 3, channels, sampleRateHz: 48000 }), 'a.wav');
        expect(file.signal.samples).toEqual(means(values, channels));
        expect(file.format).toMatchObject({ channels, bitDepth: bits, encoding: 'float' });
      });
    }
  }

  it('gives the same sound from EXTENSIBLE as from plain', () => {
    const values = randomInts(24, 100);
    const plain = readWavFile(wavBytes(pcmInt(values, 24), { bits: 24 }), 'a.wav');
    const wrapped = readWavFile(wavBytes(pcmInt(values, 24), { bits: 24, extensibleValidBits: 20 }), 'a.wav');
    expect(wrapped.signal).toEqual(plain.signal);
    expect(wrapped.format).toMatchObject({ bitDepth: 20, extensible: true });
    const floats = pcmFloat([0.5, -0.25], 32);
    const float = readWavFile(wavBytes(floats, { bits: 32, tag: 3, extensibleValidBits: 32 }), 'a.wav');
    expect([...float.signal.samples]).toEqual([0.5, -0.25]);
  });

  it('keeps 8-bit silence at exactly zero', () => {
    expect([...readWav(wavBytes(new Uint8Array(4).fill(128), { bits: 8 }), 'a.wav').samples]).toEqual([0, 0, 0, 0]);
  });

  it('decodes the same across the borders of its blocks', () => {
    const values = Array.from({ length: 3 * 65536 + 17 }, (_, i) => (i * 7919) % 32768);
    expect(readWav(wavBytes(pcmInt(values, 16)), 'a.wav').samples).toEqual(Float32Array.from(values, (value) => value / 32768));
  });

  it('reads from a view into a larger buffer', () => {
    const wav = wavBytes(pcmInt([1, 2, 3], 16));
    const padded = new Uint8Array(wav.length + 13);
    padded.set(wav, 7);
    expect(readWav(padded.subarray(7, 7 + wav.length), 'a.wav')).toEqual(readWav(wav, 'a.wav'));
  });

  const sound = pcmInt([100, -200, 300], 16);
  const expected = Float32Array.of(100 / 32768, -200 / 32768, 300 / 32768);
  const odd = latin1('odd');
  const mended: readonly (readonly [what: string, bytes: Uint8Array, warnings: readonly string[]])[] = [
    ['an odd chunk with its pad byte', wavBytes(sound, { beforeData: chunk('LIST', odd) }), []],
    ['an odd chunk without its pad byte', wavBytes(sound, { beforeData: chunk('LIST', odd, false) }), []],
    [
      'chunks before, between and after',
      wavBytes(sound, { beforeFmt: chunk('JUNK', odd), beforeData: chunk('fact', odd), afterData: chunk('id3 ', odd) }),
      [],
    ],
    ['a fmt chunk of 18 bytes', wavBytes(sound, { declaredFmtBytes: 18, beforeData: new Uint8Array(2) }), []],
    ['the size ffmpeg declares into a pipe', wavBytes(sound, { declaredDataBytes: 0xffffffff }), []],
    ['the size sox declares into a pipe', wavBytes(sound, { declaredDataBytes: 0x7ffff000 }), []],
    ['a data size of 0 with sound after it', wavBytes(sound, { declaredDataBytes: 0 }), ['wav-unfinished-header']],
    ['a data size beyond the end of the file', wavBytes(sound, { declaredDataBytes: 600 }), ['wav-truncated']],
    ['half a frame missing at the end', wavBytes(sound, { declaredDataBytes: 7 }), []],
    ['half a frame too much at the end', wavBytes(Uint8Array.of(...sound, 9)), []],
  ];
  for (const [what, bytes, warnings] of mended) {
    it(`reads a file with ${what}`, () => {
      const file = readWavFile(bytes, 'a.wav');
      expect(file.signal.samples).toEqual(expected);
      expect(file.warnings.map((warning) => warning.code)).toEqual(warnings);
    });
  }

  it('warns of float sound above full scale, and keeps it', () => {
    const file = readWavFile(wavBytes(pcmFloat([0.5, -3], 32), { bits: 32, tag: 3 }), 'a.wav');
    expect([...file.signal.samples]).toEqual([0.5, -3]);
    expect(file.warnings.map((warning) => warning.code)).toEqual(['wav-over-full-scale']);
  });
});

describe('writing a WAV', () => {
  it('gives back every 16-bit value when read again, at any rate', () => {
    const samples = Float32Array.from({ length: 65536 }, (_, i) => (i - 32768) / 32768);
    for (const sampleRateHz of RATES) {
      const bytes = writeWav({ samples, sampleRateHz });
      expect(readWav(bytes, 'a.wav')).toEqual({ samples, sampleRateHz });
    }
  });

  it('writes the same bytes as the plainest WAV of those samples', () => {
    const bytes = writeWav({ samples: Float32Array.of(0.5, -0.25, 0), sampleRateHz: 16000 });
    expect(bytes).toEqual(wavBytes(pcmInt([16384, -8192, 0], 16)));
  });

  it('rounds to the nearest step, halves up, and clamps what is beyond full scale', () => {
    const samples = Float32Array.of(1.4 / 32768, 1.5 / 32768, -1.5 / 32768, 1, 7, -7);
    const read = readWav(writeWav({ samples, sampleRateHz: 8000 }), 'a.wav').samples;
    expect(Array.from(read, (sample) => sample * 32768)).toEqual([1, 2, -1, 32767, 32767, -32768]);
  });

  it('moves no sample inside full scale by more than half a step', () => {
    const samples = Float32Array.from({ length: 5000 }, () => (rng.next() * 2 - 1) * 0.999);
    const read = readWav(writeWav({ samples, sampleRateHz: 48000 }), 'a.wav').samples;
    const worst = samples.reduce((max, sample, i) => Math.max(max, Math.abs(sample - (read[i] as number))), 0);
    expect(worst).toBeLessThanOrEqual(0.5 / 32768);
    expect(worst).toBeGreaterThan(0.45 / 32768);
  });

  it('refuses what no file can hold', () => {
    expect(() => writeWav({ samples: Float32Array.of(Number.NaN), sampleRateHz: 8000 })).toThrow(RangeError);
    expect(() => writeWav({ samples: new Float32Array(1), sampleRateHz: 0 })).toThrow(RangeError);
    expect(() => writeWav({ samples: new Float32Array(1), sampleRateHz: 44100.5 })).toThrow(RangeError);
  });
});
