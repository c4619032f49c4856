import { describe, expect, it } from 'vitest';
import { readWav, readWavFile } from '../../src/audio/wav.ts';
import { checkWavHead, MAX_WAV_BYTES, WAV_HEAD_BYTES } from '../../src/audio/wav-header.ts';
import { UserError } from '../../src/core/errors.ts';
import { createRng } from '../../src/core/rng.ts';
import { chunk, concatBytes, latin1, pcmFloat, pcmInt, wavBytes } from '../support/wav-bytes.ts';

const sound = pcmInt([100, -200, 300, -400], 16);

function refusalOf(read: () => unknown): UserError {
  try {
    read();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

const floats = (...values: number[]): Uint8Array => wavBytes(pcmFloat(values, 32), { bits: 32, tag: 3 });

describe('a file that cannot be read', () => {
  const cases: readonly (readonly [what: string, bytes: Uint8Array, code: string, says: RegExp])[] = [
    ['an empty file', new Uint8Array(0), 'wav-empty', /empty/],
    ['text named .wav', latin1('Dear diary, today'), 'wav-not-riff', /not a WAV/],
    ['one byte', latin1('x'), 'wav-not-riff', /not a WAV/],
    ['an Ogg file', latin1('OggS and more of it'), 'wav-not-riff', /Ogg.*ffmpeg -i a\.wav/],
    ['RF64', wavBytes(sound, { magic: 'RF64' }), 'wav-not-riff', /RF64.*ffmpeg/],
    ['RIFX', wavBytes(sound, { magic: 'RIFX' }), 'wav-not-riff', /RIFX.*ffmpeg/],
    ['an AVI file', wavBytes(sound, { form: 'AVI ' }), 'wav-not-wave', /AVI/],
    ['a file cut inside RIFF', latin1('RIF'), 'wav-truncated-header', /header/],
    ['a file cut inside fmt', wavBytes(sound).subarray(0, 30), 'wav-truncated-header', /header/],
    ['no fmt chunk', wavBytes(sound, { omit: 'fmt' }), 'wav-no-format', /no fmt/],
    ['no chunks at all', wavBytes(sound).subarray(0, 12), 'wav-no-format', /no fmt/],
    ['no data chunk', wavBytes(sound, { omit: 'data' }), 'wav-no-data', /no data/],
    ['a header alone', wavBytes(sound).subarray(0, 44), 'wav-no-samples', /no sound/],
    ['less than one frame', wavBytes(sound).subarray(0, 45), 'wav-no-samples', /no sound/],
    ['an empty data chunk before a list', wavBytes(new Uint8Array(0), { afterData: chunk('LIST', sound) }), 'wav-no-samples', /no sound/],
    ['a fmt chunk of 10 bytes', wavBytes(sound, { declaredFmtBytes: 10 }), 'wav-bad-header', /10 bytes/],
    ['zero channels', wavBytes(sound, { channels: 0 }), 'wav-no-channels', /0 channels/],
    ['nine channels', wavBytes(sound, { channels: 9 }), 'wav-too-many-channels', /9 channels/],
    ['65535 channels', wavBytes(sound, { channels: 65535, frameBytes: 2 }), 'wav-too-many-channels', /65535/],
    ['0 Hz', wavBytes(sound, { sampleRateHz: 0 }), 'wav-bad-rate', /0 Hz/],
    ['3999 Hz', wavBytes(sound, { sampleRateHz: 3999 }), 'wav-bad-rate', /3999 Hz/],
    ['192001 Hz', wavBytes(sound, { sampleRateHz: 192001 }), 'wav-bad-rate', /192001 Hz/],
    ['A-law', wavBytes(sound, { tag: 6, bits: 8 }), 'wav-unsupported-format', /A-law.*ffmpeg -i a\.wav/],
    ['mu-law', wavBytes(sound, { tag: 7, bits: 8 }), 'wav-unsupported-format', /mu-law.*sox a\.wav/],
    ['ADPCM', wavBytes(sound, { tag: 0x11, bits: 8 }), 'wav-unsupported-format', /IMA ADPCM/],
    ['A-law in EXTENSIBLE', wavBytes(sound, { tag: 6, bits: 8, extensibleValidBits: 8 }), 'wav-unsupported-format', /A-law/],
    ['an unknown tag', wavBytes(sound, { tag: 0x1234 }), 'wav-unsupported-format', /0x1234/],
    ['an unknown GUID', wavBytes(sound, { extensibleValidBits: 16, guidTail: new Array(14).fill(1) }), 'wav-unsupported-format', /GUID/],
    ['EXTENSIBLE without its extension', wavBytes(sound, { tag: 0xfffe }), 'wav-bad-header', /EXTENSIBLE/],
    ['16-bit float', wavBytes(sound, { tag: 3 }), 'wav-unsupported-format', /16-bit float/],
    ['64-bit integers', wavBytes(sound, { bits: 64 }), 'wav-unsupported-format', /64-bit int/],
    ['0 bits', wavBytes(sound, { bits: 0 }), 'wav-unsupported-format', /0-bit/],
    ['frames of 0 bytes', wavBytes(sound, { frameBytes: 0 }), 'wav-bad-header', /contradicts/],
    ['NaN', floats(0, Number.NaN), 'wav-bad-samples', /not a number/],
    ['infinity', floats(0, Number.NEGATIVE_INFINITY), 'wav-bad-samples', /not a number/],
    ['a double beyond float', wavBytes(pcmFloat([1e300], 64), { bits: 64, tag: 3 }), 'wav-bad-samples', /not a number/],
    ['float noise of absurd size', floats(1e20), 'wav-bad-samples', /not a number/],
  ];
  for (const [what, bytes, code, says] of cases) {
    it(`is refused with a hint: ${what}`, () => {
      const refusal = refusalOf(() => readWav(bytes, 'a.wav'));
      expect(refusal.code).toBe(code);
      expect(`${refusal.message} ${refusal.hint}`).toMatch(says);
      expect(refusal.message).toMatch(/^a\.wav: [^\n]+$/);
      expect(refusal.hint).toMatch(/^[^\n]+$/);
    });
  }

  it('is refused for its length before anything is decoded', () => {
    const seconds = (count: number): Uint8Array => wavBytes(new Uint8Array(count * 4000), { bits: 8, sampleRateHz: 4000 });
    expect(refusalOf(() => readWav(seconds(601), 'a.wav')).code).toBe('wav-too-long');
    expect(readWav(seconds(600), 'a.wav').samples.length).toBe(600 * 4000);
    expect(refusalOf(() => readWav(seconds(3), 'a.wav', { maxSeconds: 2 })).message).toMatch(/3 s long; the limit is 2 s/);
  });

  it('is quoted in the command that converts it', () => {
    const bytes = wavBytes(sound, { tag: 6, bits: 8 });
    expect(refusalOf(() => readWav(bytes, "my 'best' call.wav")).hint).toContain("ffmpeg -i 'my '\\''best'\\'' call.wav'");
    expect(refusalOf(() => readWav(bytes, '-f.wav')).hint).toContain("'-f.wav'");
  });
});

describe('the head of a file', () => {
  const threeHours = 3 * 3600 * 16000 * 2;
  const head = wavBytes(new Uint8Array(WAV_HEAD_BYTES - 44), { declaredDataBytes: threeHours });

  it('is enough to refuse three hours of sound', () => {
    expect(head.length).toBe(WAV_HEAD_BYTES);
    expect(refusalOf(() => checkWavHead(head, threeHours + 44, 'a.wav', 600)).code).toBe('wav-too-long');
    expect(refusalOf(() => checkWavHead(wavBytes(sound, { tag: 6, bits: 8 }), 5e9, 'a.wav', 600)).code).toBe('wav-unsupported-format');
  });

  it('lets a file pass whose length is within the limit, or not yet known', () => {
    expect(() => checkWavHead(head, 16000 * 2 * 600 + 44, 'a.wav', 600)).not.toThrow();
    const farFmt = wavBytes(sound, { beforeFmt: chunk('JUNK', new Uint8Array(70000)) });
    const farData = wavBytes(sound, { beforeData: chunk('JUNK', new Uint8Array(70000)) });
    for (const bytes of [farFmt, farData]) {
      for (const cut of [20, 40, WAV_HEAD_BYTES]) {
        expect(() => checkWavHead(bytes.subarray(0, cut), bytes.length, 'a.wav', 600)).not.toThrow();
      }
      expect(readWav(bytes, 'a.wav').samples.length).toBe(4);
    }
  });

  it('refuses a file too large to open, whatever it holds', () => {
    const bytes = wavBytes(sound, { beforeData: chunk('JUNK', new Uint8Array(70000)) });
    const refusal = refusalOf(() => checkWavHead(bytes.subarray(0, WAV_HEAD_BYTES), MAX_WAV_BYTES + 1, 'a.wav', 600));
    expect(refusal.code).toBe('wav-too-large');
  });
});

describe('damage at random', () => {
  const frames = Array.from({ length: 64 }, (_, i) => Math.sin(i / 3) * 0.5);
  const ints = (bits: number): Uint8Array =>
    pcmInt(
      frames.map((value) => Math.round(value * 2 ** (bits - 1))),
      bits,
    );
  const healthy: readonly Uint8Array[] = [
    wavBytes(ints(16)),
    wavBytes(ints(8), { bits: 8 }),
    wavBytes(ints(24), { bits: 24, channels: 2, extensibleValidBits: 24 }),
    wavBytes(pcmFloat(frames, 32), { bits: 32, tag: 3, channels: 4 }),
    wavBytes(pcmFloat(frames, 64), { bits: 64, tag: 3, beforeData: chunk('LIST', latin1('abc')) }),
  ];

  function damage(bytes: Uint8Array, next: () => number): Uint8Array {
    let hurt = Uint8Array.from(bytes);
    const wounds = 1 + Math.floor(next() * 4);
    for (let i = 0; i < wounds && hurt.length > 0; i++) {
      // Two wounds in three hit the header, where they matter.
      const reach = next() < 2 / 3 ? Math.min(70, hurt.length) : hurt.length;
      const at = Math.floor(next() * reach);
      const kind = next();
      if (kind < 0.6) hurt[at] = Math.floor(next() * 256);
      else if (kind < 0.75) hurt[at] = next() < 0.5 ? 0 : 255;
      else if (kind < 0.85) hurt = hurt.slice(0, at);
      else if (kind < 0.95) hurt = concatBytes([hurt.subarray(0, at), hurt.subarray(at + 1)]) as Uint8Array<ArrayBuffer>;
      else hurt = concatBytes([hurt.subarray(0, at), Uint8Array.of(7), hurt.subarray(at)]) as Uint8Array<ArrayBuffer>;
    }
    return hurt;
  }

  it('gives, over 10,000 damaged files, either a finite sound or a refusal with a code', () => {
    const rng = createRng(1);
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 10_000; round++) {
      const bytes = damage(healthy[round % healthy.length] as Uint8Array, () => rng.next());
      const outcome = outcomeOf(bytes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // The damage must reach far enough to try most refusals, and leave enough files readable to try the decoder.
    expect(outcomes.get('read')).toBeGreaterThan(1000);
    expect(outcomes.size).toBeGreaterThan(10);
  });

  function outcomeOf(bytes: Uint8Array): string {
    try {
      const { signal, format } = readWavFile(bytes, 'a.wav');
      expect(signal.samples.length).toBeGreaterThan(0);
      expect(signal.samples.length).toBeLessThanOrEqual(bytes.length);
      expect(signal.samples.every((sample) => Number.isFinite(sample))).toBe(true);
      expect(format.channels).toBeGreaterThan(0);
      return 'read';
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect(error.code).toMatch(/^wav-/);
      return error.code;
    }
  }
});
