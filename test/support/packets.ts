import { encodeSpeech } from '../../src/audio/opus.ts';
import type { OpusSettings } from '../../src/core/call-plan.ts';
import type { Arrival } from '../../src/core/packet.ts';
import type { Rng } from '../../src/core/rng.ts';
import type { Signal } from '../../src/core/signal.ts';

const RATE_HZ = 48_000;

export const PAYLOAD_TYPE = 111;

/** Opus as a libwebrtc sender sets it up, with error correction that really is sent. */
export const CODEC: OpusSettings = {
  name: 'opus',
  bitrateBps: 32_000,
  complexity: 5,
  fec: true,
  declaredLossRatio: 0.2,
  dtx: false,
  packetTimeMs: 20,
};

/** Something like speech: a gliding pitch of 100 to 180 Hz with twenty harmonics under moving formants, in syllables, with pauses. */
export function voice(seconds: number): Signal {
  const samples = new Float32Array(Math.round(seconds * RATE_HZ));
  let phase = 0;
  for (let i = 0; i < samples.length; i++) {
    const t = i / RATE_HZ;
    const pitch = 140 + 40 * Math.sin(2 * Math.PI * 0.7 * t);
    phase += (2 * Math.PI * pitch) / RATE_HZ;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 2.3 * t)) ** 0.5;
    const pause = t % 3 > 2.2 ? 0 : 1;
    const formant = 600 + 250 * Math.sin(2 * Math.PI * 1.1 * t);
    let sum = 0;
    for (let k = 1; k <= 20; k++) sum += Math.sin(k * phase) / (1 + ((k * pitch - formant) / 300) ** 2) / k ** 0.3;
    samples[i] = 0.12 * syllable * pause * sum;
  }
  return { samples, sampleRateHz: RATE_HZ };
}

/** The packets of something like speech, encoded; DTX not among them. */
export async function voicePackets(seconds: number, codec: OpusSettings = CODEC): Promise<(Uint8Array | null)[]> {
  return [...(await encodeSpeech(voice(seconds), codec)).packets];
}

export interface Journey {
  readonly payloadType?: number;
  /** What timestamps count in, Hz. */
  readonly clockRateHz?: number;
  readonly packetTimeMs?: number;
  readonly firstSequence?: number;
  readonly firstTimestamp?: number;
  /** Milliseconds from sending to arrival, whole; null loses the packet. By the packet's place in the stream. */
  readonly delayMs?: (index: number) => number | null;
}

/** What arrives of packets sent every packet time from 0 ms on, in order of sending. */
export function arrivalsOf(packets: readonly (Uint8Array | null)[], journey: Journey = {}): Arrival[] {
  const { packetTimeMs = 20, firstSequence = 1000, firstTimestamp = 5000, delayMs = () => 40 } = journey;
  const { payloadType = PAYLOAD_TYPE, clockRateHz = RATE_HZ } = journey;
  const arrivals: Arrival[] = [];
  let sequence = firstSequence;
  for (const [index, payload] of packets.entries()) {
    if (payload === null) continue;
    const sequenceNumber = sequence++ % 0x10000;
    const delay = delayMs(index);
    if (delay === null) continue;
    const timestamp = (firstTimestamp + index * packetTimeMs * (clockRateHz / 1000)) % 0x1_0000_0000;
    arrivals.push({
      sequenceNumber,
      timestamp,
      marker: index === 0,
      payloadType,
      ssrc: 7,
      payload,
      arrivalMs: index * packetTimeMs + delay,
    });
  }
  return arrivals;
}

/** Gilbert-Elliott loss of the given ratio in bursts of the given mean length: which packets are lost. */
export function burstyLoss(count: number, lossRatio: number, meanBurst: number, rng: Rng): boolean[] {
  const leave = 1 / meanBurst;
  const enter = lossRatio === 0 ? 0 : lossRatio / (meanBurst * (1 - lossRatio));
  let bad = rng.next() < lossRatio;
  return Array.from({ length: count }, () => {
    const lost = bad;
    bad = bad ? rng.next() >= leave : rng.next() < enter;
    return lost;
  });
}
