import { setImmediate } from 'node:timers/promises';
import { createDecoder, createEncoder, isOpusError, Application as OpusApplication, type OpusDecoderHandle } from 'libopus-wasm';
import type { CodecSettings } from '../core/call-plan.ts';
import type { Signal } from '../core/signal.ts';
import { OPUS_RATE_HZ, packetHasFec, packetSamples } from './opus-packet.ts';

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

/** What an encoder made of a signal, one entry a packet time. */
export interface EncodedSpeech {
  /** Null where nothing is sent: discontinuous transmission. */
  readonly packets: readonly (Uint8Array | null)[];
  /** How many of the packets really carry forward error correction. libopus decides by bitrate and declared loss; asking for it is not enough. */
  readonly fecPackets: number;
}

/**
 * Encodes speech as a libwebrtc sender would: mono, application VoIP, variable bitrate.
 * A last packet that is not full is filled up with silence; an empty signal gives no packets. As with libwebrtc, of each run of DTX packets
 * the first is sent, so that the receiver can tell silence from loss, and the rest are null.
 * @param signal48k mono at 48 kHz; resample before. Throws RangeError at any other rate.
 * @param stop ends the encoding early; what was encoded until then is returned
 */
export async function encodeSpeech(signal48k: Signal, settings: CodecSettings, stop?: AbortSignal): Promise<EncodedSpeech> {
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

/** A decoder of one stream of speech: mono, samples within [-1, 1]. What it returns depends on all it was given before. */
export interface SpeechDecoder {
  /** Of what it returns, and of the codec's RTP clock, Hz. */
  readonly sampleRateHz: number;
  /** The packet's sound; null when it is not a packet of Opus, and then the decoder is as it was. */
  decode(packet: Uint8Array): Float32Array | null;
  /**
   * The sound of the `samples` before `next`, from the error correction in it. Where it reaches back less far than asked, the decoder's own
   * concealment comes first; where there is none, it is all concealment. Null when `next` is not a packet of Opus.
   */
  decodeFec(next: Uint8Array, samples: number): Float32Array | null;
  /** The decoder's own guess at `samples` that did not arrive: a multiple of 120 (2.5 ms), at most 5760. */
  conceal(samples: number): Float32Array;
  hasFec(packet: Uint8Array): boolean;
  /** See `packetSamples`: null where the packet is none. */
  packetSamples(packet: Uint8Array): number | null;
  /** Whether the packet says only that the sender is silent (DTX). */
  isDtx(packet: Uint8Array): boolean;
  /** Gives the memory back; the decoder cannot be used after. */
  free(): void;
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

/** Makes a decoder. */
export async function createSpeechDecoder(): Promise<SpeechDecoder> {
  const decoder: OpusDecoderHandle = await createDecoder({ sampleRate: OPUS_RATE_HZ, channels: 1 });
  return {
    sampleRateHz: OPUS_RATE_HZ,
    decode: (packet) => (packetSamples(packet) === null ? null : unlessRefused(() => decoder.decodeFloat(packet))),
    decodeFec: (next, samples) =>
      packetSamples(next) === null ? null : unlessRefused(() => decoder.decodeFloat(next, { decodeFec: true, frameSize: samples })),
    conceal: (samples) => bounded(decoder.decodePacketLossFloat(samples)),
    hasFec: packetHasFec,
    packetSamples,
    isDtx: (packet) => packet.length <= DTX_PACKET_BYTES,
    free: () => decoder.free(),
  };
}
