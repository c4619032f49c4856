import { setImmediate } from 'node:timers/promises';
import { createDecoder, createEncoder, isOpusError, Application as OpusApplication, type OpusDecoderHandle } from 'libopus-wasm';
import type { OpusSettings } from '../core/call-plan.ts';
import type { Signal } from '../core/signal.ts';
import { OPUS_RATE_HZ, packetHasFec, packetSamples } from './opus-packet.ts';
import type { EncodedSpeech, LossRecovery, SpeechDecoder } from './speech-decoder.ts';

/** Packets of so few bytes say only that the encoder is silent (DTX). */
const DTX_PACKET_BYTES = 2;

/** Steps of a 16-bit sample on either side of 0. */
const FULL_SCALE = 32_768;

/** Room for one encoded packet, bytes: three frames of the largest size (RFC 6716 section 3.4, R2), their lengths, and the head. */
const MAX_PACKET_BYTES = 4000;

/** By how many samples at 48 kHz the decoded sound comes after the encoded one, with no packet lost: libopus' look-ahead for speech. */
export const OPUS_LOOK_AHEAD_SAMPLES = 312;

/** Encoding takes half a millisecond a packet; after so many the rest of the program gets its turn. */
const PACKETS_A_TURN = 50;

/**
 * Encodes speech as a libwebrtc sender would: mono, application VoIP, variable bitrate.
 * A last packet that is not full is filled up with silence; an empty signal gives no packets. As with libwebrtc, of each run of DTX packets
 * the first is sent, so that the receiver can tell silence from loss, and the rest are null.
 * @param signal48k mono at 48 kHz; resample before. Throws RangeError at any other rate.
 * @param stop ends the encoding early; what was encoded until then is returned
 */
export async function encodeSpeech(signal48k: Signal, settings: OpusSettings, stop?: AbortSignal): Promise<EncodedSpeech> {
  if (signal48k.sampleRateHz !== OPUS_RATE_HZ) throw new RangeError(`Opus is fed at 48000 Hz, got ${signal48k.sampleRateHz}`);
  const frameSize = settings.packetTimeMs * (OPUS_RATE_HZ / 1000);
  const encoder = await createEncoder({
    sampleRate: OPUS_RATE_HZ,
    channels: 1,
    application: OpusApplication.Voip,
    frameSize,
    bitrate: settings.bitrateBps,
    complexity: settings.complexity,
    vbr: true,
    dtx: settings.dtx,
    fec: settings.fec,
    packetLossPercent: Math.round(settings.declaredLossRatio * 100),
  });
  try {
    const packets: (Uint8Array | null)[] = [];
    const frame = new Float32Array(frameSize);
    let fecPackets = 0;
    let silent = false;
    for (let start = 0; start < signal48k.samples.length; start += frameSize) {
      if (packets.length % PACKETS_A_TURN === 0) await setImmediate();
      if (stop?.aborted === true) break;
      frame.fill(0);
      frame.set(signal48k.samples.subarray(start, start + frameSize));
      const packet = encoder.encodeFloat(frame, { maxPacketBytes: MAX_PACKET_BYTES });
      const dtx = settings.dtx && packet.length <= DTX_PACKET_BYTES;
      packets.push(dtx && silent ? null : packet);
      silent = dtx;
      if (!dtx && packetHasFec(packet)) fecPackets++;
    }
    return { packets, fecPackets };
  } finally {
    encoder.free();
  }
}

/** Keeps what a sound card would, and what libwebrtc decodes to: 16 bits. Anything over full scale is cut, what is no number is silent. */
function bounded(samples: Float32Array): Float32Array {
  for (let i = 0; i < samples.length; i++) {
    const step = Math.round((samples[i] as number) * FULL_SCALE);
    samples[i] = Number.isNaN(step) ? 0 : Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, step)) / FULL_SCALE;
  }
  return samples;
}

/** Runs a decode; null where libopus refuses the packet. Any other error is a bug and travels on. */
function unlessRefused(decode: () => Float32Array): Float32Array | null {
  try {
    return bounded(decode());
  } catch (error) {
    if (isOpusError(error)) return null;
    throw error;
  }
}

/** A decoder of Opus, at 48 kHz: it always has something for what did not come, in multiples of 120 samples (2.5 ms). */
export interface OpusDecoder extends SpeechDecoder {
  readonly recovery: LossRecovery;
}

/** Makes a decoder of Opus. */
export async function createSpeechDecoder(): Promise<OpusDecoder> {
  const decoder: OpusDecoderHandle = await createDecoder({ sampleRate: OPUS_RATE_HZ, channels: 1 });
  return {
    sampleRateHz: OPUS_RATE_HZ,
    decode: (packet) => (packetSamples(packet) === null ? null : unlessRefused(() => decoder.decodeFloat(packet))),
    packetSamples,
    isDtx: (packet) => packet.length <= DTX_PACKET_BYTES,
    recovery: {
      hasFec: packetHasFec,
      decodeFec: (next, samples) =>
        packetSamples(next) === null ? null : unlessRefused(() => decoder.decodeFloat(next, { decodeFec: true, frameSize: samples })),
      conceal: (samples) => bounded(decoder.decodePacketLossFloat(samples)),
    },
    free: () => decoder.free(),
  };
}

/** A decoder of recordings: one or two channels at 48 kHz. */
export interface SoundDecoder {
  /** Samples of a packet, the channels by turns; null where libopus refuses it. */
  decode(packet: Uint8Array): Float32Array | null;
  free(): void;
}

/** Makes a decoder for the packets of a recording. */
export async function createSoundDecoder(channels: 1 | 2): Promise<SoundDecoder> {
  const decoder: OpusDecoderHandle = await createDecoder({ sampleRate: OPUS_RATE_HZ, channels });
  return {
    decode: (packet) => (packetSamples(packet) === null ? null : unlessRefused(() => decoder.decodeFloat(packet))),
    free: () => decoder.free(),
  };
}
