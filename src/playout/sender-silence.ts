import type { SpeechDecoder } from '../audio/speech-decoder.ts';
import type { Rng } from '../core/rng.ts';
import { createComfortNoise } from './comfort-noise.ts';

/** What is played while the sender says that it is silent. */
export interface SenderSilence {
  /** Takes a description of it (RFC 3389); null when the sender talks, or leaves its silence to the codec. */
  describe(payload: Uint8Array | null): void;
  /** Whether it has been described. */
  described(): boolean;
  /** Its next 10 ms: as described, else as the codec does it, else nothing. */
  next(): Float32Array;
}

/** Makes a silence that has not been described. */
export function createSenderSilence(decoder: SpeechDecoder, tickSamples: number, rng: Rng): SenderSilence {
  let noise: ((out: Float32Array) => void) | null = null;
  return {
    describe(payload) {
      noise = payload === null ? null : createComfortNoise(payload, rng);
    },
    described: () => noise !== null,
    next() {
      if (noise === null && decoder.recovery !== null) return decoder.recovery.conceal(tickSamples);
      const sound = new Float32Array(tickSamples);
      noise?.(sound);
      return sound;
    },
  };
}
