import type { Rng } from '../core/rng.ts';

/** Level, dB below full scale, in the first byte's lower seven bits (RFC 3389 section 3.1). */
const LEVEL_BITS = 0x7f;

/** A reflection coefficient is (byte − 127) times this; 255 is reserved (RFC 3389 section 3.2). */
const COEFFICIENT_ZERO = 127;
const COEFFICIENT_STEP: number = 258 / 32768;
const RESERVED = 255;

/** A receiver may stop at an order of its own: libwebrtc's. */
const MAX_ORDER = 12;

/** Uniform noise in [-1, 1) has the power 1/3. */
const UNIFORM_TO_UNIT_POWER: number = Math.sqrt(3);

/**
 * The noise that a comfort noise packet describes (RFC 3389): its level, and as many reflection coefficients of its envelope as there are. Each call of
 * what is returned gives the next `out.length` samples. Null for a packet without a level.
 */
export function createComfortNoise(payload: Uint8Array, rng: Rng): ((out: Float32Array) => void) | null {
  const [levelByte, ...quantised] = payload.subarray(0, 1 + MAX_ORDER);
  if (levelByte === undefined) return null;
  const reflections = Float64Array.from(quantised, (byte) => (byte === RESERVED ? 0 : (byte - COEFFICIENT_ZERO) * COEFFICIENT_STEP));
  const order = reflections.length;
  const powerLeft = reflections.reduce((share, k) => share * (1 - k * k), 1);
  const excitation = UNIFORM_TO_UNIT_POWER * 10 ** (-(levelByte & LEVEL_BITS) / 20) * Math.sqrt(powerLeft);
  // A lattice: whatever coefficients come over the wire, it cannot run away, as the direct form of so sharp a filter does by its rounding.
  const backward = new Float64Array(order + 1);
  return (out) => {
    for (let n = 0; n < out.length; n++) {
      let forward = (rng.next() * 2 - 1) * excitation;
      for (let i = order - 1; i >= 0; i--) {
        forward -= (reflections[i] as number) * (backward[i] as number);
        backward[i + 1] = (backward[i] as number) + (reflections[i] as number) * forward;
      }
      backward[0] = forward;
      out[n] = forward;
    }
  };
}
