import { Application, Bandwidth, createDecoder, createEncoder } from 'libopus-wasm';
import { createSpeechDecoder, encodeSpeech } from '../src/audio/opus.ts';
import type { OpusSettings } from '../src/core/call-plan.ts';
import type { Signal } from '../src/core/signal.ts';
import { resample } from '../src/dsp/resample.ts';

const RATE_HZ = 48_000;
const PACKET_SAMPLES = 960;
/** Largest packet asked for, bytes. */
const MOST_BYTES = 1500;

/** How Opus is made to code: which of its coders, how many bits, and whether every packet is as large as the next. */
export interface OpusMode {
  /** `silk`: its speech coder at 4 kHz of band; `celt`: its transform coder; `call`: what libwebrtc asks for. */
  readonly coder: 'silk' | 'celt' | 'call';
  readonly bitrateBps: number;
  readonly constant: boolean;
}

/** The coder inside a packet, from its first byte (RFC 6716 section 3.1). */
export function coderOf(packet: Uint8Array): 'silk' | 'hybrid' | 'celt' {
  const config = (packet[0] as number) >> 3;
  return config < 12 ? 'silk' : config < 16 ? 'hybrid' : 'celt';
}

/** Encodes in packets of 20 ms. */
export async function encodeOpus(signal: Signal, { coder, bitrateBps, constant }: OpusMode): Promise<Uint8Array[]> {
  const encoder = await createEncoder({
    sampleRate: RATE_HZ,
    channels: 1,
    application: coder === 'celt' ? Application.RestrictedLowDelay : Application.Voip,
    frameSize: PACKET_SAMPLES,
    bitrate: bitrateBps,
    complexity: 9,
    vbr: !constant,
    ...(coder === 'silk' ? { maxBandwidth: Bandwidth.Narrowband } : {}),
  });
  const { samples } = resample(signal, RATE_HZ);
  const packets: Uint8Array[] = [];
  const frame = new Float32Array(PACKET_SAMPLES);
  for (let start = 0; start < samples.length; start += PACKET_SAMPLES) {
    frame.fill(0);
    frame.set(samples.subarray(start, start + PACKET_SAMPLES));
    packets.push(encoder.encodeFloat(frame, { maxPacketBytes: MOST_BYTES }).slice());
  }
  encoder.free();
  return packets;
}

/** Decodes; lost packets are left to the decoder's own concealment. At 16 kHz. */
export async function decodeOpus(packets: readonly Uint8Array[], losses: Uint8Array | null): Promise<Float32Array> {
  const decoder = await createDecoder({ sampleRate: RATE_HZ, channels: 1 });
  const samples = new Float32Array(packets.length * PACKET_SAMPLES);
  packets.forEach((packet, i) => {
    const sound = losses?.[i] === 1 ? decoder.decodePacketLossFloat(PACKET_SAMPLES) : decoder.decodeFloat(packet);
    samples.set(sound.subarray(0, PACKET_SAMPLES), i * PACKET_SAMPLES);
  });
  decoder.free();
  return resample({ samples, sampleRateHz: RATE_HZ }, 16_000).samples;
}

/** Encodes as a call does and decodes; lost packets are left to the decoder's own concealment. At 48 kHz. */
export async function throughOpus(signal: Signal, settings: OpusSettings, losses: Uint8Array | null = null): Promise<Signal> {
  const { packets } = await encodeSpeech(resample(signal, RATE_HZ), settings);
  const decoder = await createSpeechDecoder();
  const samples = new Float32Array(packets.length * PACKET_SAMPLES);
  packets.forEach((packet, i) => {
    const sound = packet === null || losses?.[i] === 1 ? decoder.recovery.conceal(PACKET_SAMPLES) : decoder.decode(packet);
    if (sound !== null) samples.set(sound.subarray(0, PACKET_SAMPLES), i * PACKET_SAMPLES);
  });
  decoder.free();
  return { samples, sampleRateHz: RATE_HZ };
}
