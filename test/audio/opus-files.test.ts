import { beforeAll, describe, expect, it } from 'vitest';
import { readOgg } from '../../src/audio/ogg.ts';
import { encodeSpeech } from '../../src/audio/opus.ts';
import { opusSource } from '../../src/audio/opus-source.ts';
import type { SoundSource } from '../../src/audio/sound-source.ts';
import { readWebm } from '../../src/audio/webm.ts';
import { UserError } from '../../src/core/errors.ts';
import { createRng } from '../../src/core/rng.ts';
import type { Signal } from '../../src/core/signal.ts';
import { crossCorrelate, normalisedCorrelation, peakLag } from '../../src/dsp/correlation.ts';
import { oggOpus, webmOpus } from '../support/ogg-bytes.ts';
import { speechLike } from '../support/signals.ts';
import { latin1 } from '../support/wav-bytes.ts';

const OPUS = { name: 'opus', bitrateBps: 32_000, packetTimeMs: 20, complexity: 5, fec: false, dtx: false, declaredLossRatio: 0 } as const;
const READERS = { ogg: readOgg, webm: readWebm } as const;
const speech: Signal = speechLike(3, 1.5, 48_000);
const files: Record<keyof typeof READERS, Uint8Array> = { ogg: new Uint8Array(0), webm: new Uint8Array(0) };
const kinds = ['ogg', 'webm'] as const;

beforeAll(async () => {
  const { packets } = await encodeSpeech(speech, OPUS);
  const sent = packets.filter((packet) => packet !== null);
  files.ogg = oggOpus(sent, { totalSamples: speech.samples.length });
  files.webm = webmOpus(sent);
});

const open = (kind: keyof typeof READERS, bytes = files[kind]): SoundSource =>
  opusSource(READERS[kind](bytes, `a.${kind}`), `a.${kind}`, 600);

describe.each(kinds)('a recording in %s', (kind) => {
  it('gives back the sound that was put in, at its place', async () => {
    const source = open(kind);
    const [samples] = (await source.read(0, source.frames)) as [Float32Array];
    expect(source.frames / 48_000).toBeCloseTo(1.5, 1);
    expect(Math.abs(peakLag(crossCorrelate(speech.samples, samples)))).toBeLessThan(3);
    expect(normalisedCorrelation(samples, 0, speech.samples, 0, speech.samples.length - 10_000)).toBeGreaterThan(0.75);
    expect(source.warnings()).toEqual([]);
    await source.close();
  });

  it('is the same read in pieces, in order or not', async () => {
    const source = open(kind);
    const [whole] = (await source.read(0, source.frames)) as [Float32Array];
    const again = open(kind);
    for (let first = 0; first < again.frames; first += 7_001) {
      const [piece] = (await again.read(first, 7_001)) as [Float32Array];
      expect(Buffer.compare(Buffer.from(piece.buffer), Buffer.from(whole.slice(first, first + 7_001).buffer))).toBe(0);
    }
    const [late] = (await again.read(40_000, 4_800)) as [Float32Array];
    expect(normalisedCorrelation(late, 0, whole, 40_000, 4_800)).toBeGreaterThan(0.99);
    expect((await again.read(again.frames + 5, 100))[0]).toHaveLength(0);
  });

  it('cut short gives what is there, and says so', async () => {
    const source = open(kind, files[kind].subarray(0, files[kind].length * 0.6));
    expect(source.frames / 48_000).toBeGreaterThan(0.3);
    expect(source.warnings().map(({ code }) => code)).toEqual(['opus-cut-short']);
    await source.close();
  });

  it('longer than allowed is refused', () => {
    expect(() => opusSource(READERS[kind](files[kind], 'a'), 'a', 1)).toThrow(UserError);
  });

  it('ends in sound or in a UserError whatever is cut off or changed', async () => {
    const rng = createRng(11);
    for (let round = 0; round < 300; round++) {
      const bytes = files[kind].slice(0, Math.floor(rng.next() * (round % 2 === 0 ? 400 : files[kind].length)));
      for (let i = 0; i < 8; i++) bytes[Math.floor(rng.next() * bytes.length)] = Math.floor(rng.next() * 256);
      try {
        const source = open(kind, bytes);
        if (round % 30 === 1) await source.read(0, 48_000);
        await source.close();
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }
  });

  it('that is nothing but noise is refused', () => {
    const rng = createRng(12);
    for (let round = 0; round < 50; round++) {
      const bytes = Uint8Array.from({ length: 5_000 }, () => Math.floor(rng.next() * 256));
      bytes.set(files[kind].subarray(0, 4));
      expect(() => READERS[kind](bytes, 'a')).toThrow(UserError);
    }
  });
});

it('an Ogg file of something else is named', () => {
  const bytes = files.ogg.slice();
  bytes.set(latin1('\u0001vorbis'), 28);
  expect(() => readOgg(bytes, 'a.ogg')).toThrow(/no Opus stream/);
});

it('two channels stay two', async () => {
  const { packets } = await encodeSpeech(speech, OPUS);
  const source = opusSource(
    readOgg(
      oggOpus(
        packets.filter((packet) => packet !== null),
        { channels: 2 },
      ),
      'a',
    ),
    'a',
    600,
  );
  expect(await source.read(0, 960)).toHaveLength(2);
});
