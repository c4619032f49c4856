import type { SpeechDecoder } from '../audio/speech-decoder.ts';
import type { Rng } from '../core/rng.ts';
import { createComfortNoise } from './comfort-noise.ts';
import type { DecodeRate } from './decode-rate.ts';
import type { Waiting } from './packet-buffer.ts';

/** Makes sound of packets, in the order they are played, and of the sender's silence. */
export interface PacketSound {
  /** The packet's sound; null when it turns out to be none. */
  decode(packet: Waiting): Float32Array | null;
  /** Whether the packet says only that the sender is silent. */
  saysSilence(packet: Waiting): boolean;
  /** The next 10 ms of the sender's silence: as its last packet described it (RFC 3389), else the codec's own comfort noise. */
  silence(): Float32Array;
  /** Whether the last packet described a silence, which then lasts until another packet comes; a codec does not say how long its own holds. */
  silenceIsDescribed(): boolean;
}

/** Makes a source of sound around a decoder. */
export function createPacketSound(decoder: SpeechDecoder, { tickSamples }: DecodeRate, rng: Rng): PacketSound {
  let described: ((out: Float32Array) => void) | null = null;
  const silence = (): Float32Array => {
    if (described === null && decoder.recovery !== null) return decoder.recovery.conceal(tickSamples);
    const sound = new Float32Array(tickSamples);
    described?.(sound);
    return sound;
  };
  return {
    decode({ fec, noise, payload, samples }) {
      described = noise ? createComfortNoise(payload, rng) : null;
      if (fec) return decoder.recovery?.decodeFec(payload, samples) ?? null;
      return noise ? silence() : decoder.decode(payload);
    },
    saysSilence: ({ fec, noise, payload }) => noise || (!fec && decoder.isDtx(payload)),
    silence,
    silenceIsDescribed: () => described !== null,
  };
}
