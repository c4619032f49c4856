import { describe, expect, it } from 'vitest';
import { createSpeechDecoder, encodeSpeech, OPUS_LOOK_AHEAD_SAMPLES } from '../../src/audio/opus.ts';
import { packetHasFec, packetSamples } from '../../src/audio/opus-packet.ts';
import { createRng } from '../../src/core/rng.ts';
import { CODEC, voice } from '../support/packets.ts';

/** Decodes a whole stream in which nothing is missing. */
async function decodeAll(packets: readonly (Uint8Array | null)[]): Promise<Float32Array> {
  const decoder = await createSpeechDecoder();
  const parts = packets.map((packet) =>
    packet === null ? decoder.recovery.conceal(960) : (decoder.decode(packet) ?? new Float32Array(0)),
  );
  decoder.free();
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

describe('encoding speech', () => {
  it.each([20, 40, 60] as const)('makes one packet every %i ms, the last one filled up', async (packetTimeMs) => {
    const { packets } = await encodeSpeech(voice(1.01), { ...CODEC, packetTimeMs });
    expect(packets.length).toBe(Math.ceil(1010 / packetTimeMs));
    for (const packet of packets) expect(packetSamples(packet ?? new Uint8Array())).toBe(packetTimeMs * 48);
  });

  it('gives no packets for no sound, and refuses another rate', async () => {
    expect((await encodeSpeech(voice(0), CODEC)).packets).toEqual([]);
    await expect(encodeSpeech({ samples: new Float32Array(160), sampleRateHz: 16_000 }, CODEC)).rejects.toThrow(RangeError);
  });

  it('is deterministic', async () => {
    const [a, b] = [await encodeSpeech(voice(1), CODEC), await encodeSpeech(voice(1), CODEC)];
    expect(a.packets).toEqual(b.packets);
  });

  it('delays the decoded sound by the look-ahead it states', async () => {
    const sound = voice(1).samples;
    const { packets } = await encodeSpeech(voice(1), { ...CODEC, bitrateBps: 64_000 });
    const decoded = await decodeAll(packets);
    const match = (lag: number): number => {
      let sum = 0;
      for (let i = 4800; i < 38_400; i++) sum += (sound[i] as number) * (decoded[i + lag] as number);
      return sum;
    };
    let best = 0;
    for (let lag = 0; lag < 960; lag++) if (match(lag) > match(best)) best = lag;
    expect(Math.abs(best - OPUS_LOOK_AHEAD_SAMPLES)).toBeLessThanOrEqual(6);
  });

  it('sends error correction only where libopus finds the bitrate and the declared loss high enough', async () => {
    const count = async (bitrateBps: number, declaredLossRatio: number, fec = true): Promise<number> =>
      (await encodeSpeech(voice(1), { ...CODEC, bitrateBps, declaredLossRatio, fec })).fecPackets;
    expect(await count(24_000, 0)).toBe(0);
    expect(await count(24_000, 0.2)).toBeGreaterThan(20);
    expect(await count(24_000, 0.2, false)).toBe(0);
    expect(await count(12_000, 0.05)).toBe(0);
  });

  it('sends the first packet of a silence and then hardly any, with DTX', async () => {
    const speech = voice(1).samples;
    const samples = new Float32Array(4 * 48_000);
    samples.set(speech);
    const { packets } = await encodeSpeech({ samples, sampleRateHz: 48_000 }, { ...CODEC, dtx: true });
    const silence = packets.slice(100);
    expect(silence.filter((packet) => packet === null).length).toBeGreaterThan(0.8 * silence.length);
    const firstUnsent = packets.indexOf(null);
    expect(packets[firstUnsent - 1]?.length).toBeLessThanOrEqual(2);
  });
});

describe('the error correction flag', () => {
  it.each([20, 40, 60] as const)('says of packets of %i ms where decodeFec knows more than concealment', async (packetTimeMs) => {
    const samples = packetTimeMs * 48;
    const { packets, fecPackets } = await encodeSpeech(voice(3), { ...CODEC, packetTimeMs });
    let agreed = 0;
    let asked = 0;
    for (let lost = 4; lost + 1 < packets.length; lost += 3) {
      const [informed, guessing] = [await createSpeechDecoder(), await createSpeechDecoder()];
      for (const packet of packets.slice(lost - 4, lost)) {
        informed.decode(packet as Uint8Array);
        guessing.decode(packet as Uint8Array);
      }
      const next = packets[lost + 1] as Uint8Array;
      const recovered = informed.recovery.decodeFec(next, samples);
      expect(recovered?.length).toBe(samples);
      const differs = guessing.recovery.conceal(samples).some((x, i) => x !== recovered?.[i]);
      asked++;
      if (differs === packetHasFec(next)) agreed++;
      informed.free();
      guessing.free();
    }
    expect(fecPackets).toBeGreaterThan(0);
    expect(agreed).toBe(asked);
  });
});

describe('decoding what is no packet', () => {
  it('gives null or finite samples of the length the packet states, whatever the bytes', async () => {
    const rng = createRng(11);
    const decoder = await createSpeechDecoder();
    let decodedPackets = 0;
    for (let i = 0; i < 4000; i++) {
      const packet = Uint8Array.from({ length: 1 + Math.floor(rng.next() * 60) }, () => Math.floor(rng.next() * 256));
      const sound = decoder.decode(packet);
      packetHasFec(packet);
      decoder.recovery.decodeFec(packet, 960);
      if (sound === null) continue;
      decodedPackets++;
      expect(sound.length).toBe(packetSamples(packet));
      expect(sound.every((x) => x >= -1 && x <= 1)).toBe(true);
    }
    decoder.free();
    expect(decodedPackets).toBeGreaterThan(500);
  });

  it('is null for an empty packet, one of no frames and one of more than 120 ms', async () => {
    const decoder = await createSpeechDecoder();
    for (const packet of [[], [0x03], [0x03, 0x00], [0x1b, 0x03]]) {
      expect(packetSamples(Uint8Array.from(packet))).toBeNull();
      expect(decoder.decode(Uint8Array.from(packet))).toBeNull();
      expect(packetHasFec(Uint8Array.from(packet))).toBe(false);
    }
    decoder.free();
  });
});
