/**
 * The rate a receiver decodes, conceals and stretches at: its codec's own, as in libwebrtc's NetEq, which gives its lengths in samples at 8 kHz.
 * It is also the codec's RTP clock.
 */
export interface DecodeRate {
  readonly hz: number;
  readonly samplesPerMs: number;
  /** Samples at this rate for each one at 8 kHz. */
  readonly fold: number;
  /** What is played at a time: 10 ms. */
  readonly tickSamples: number;
  /** How much decoded sound is always held back, to fade into what stands in for a packet that does not come: 0.625 ms (libwebrtc, Expand). */
  readonly overlapSamples: number;
  /** Samples for each one at 4 kHz, where pitch is searched: speech still has its first harmonics there (libwebrtc, NetEq). */
  readonly coarseStep: number;
}

/** The lengths above in samples at 8 kHz. */
const SAMPLES_8K_PER_MS = 8;
const TICK_8K = 80;
const OVERLAP_8K = 5;
const COARSE_STEP_8K = 2;

const RATES_HZ: readonly number[] = [8_000, 16_000, 32_000, 48_000];

/** Works out the lengths at a rate: 8, 16, 32 or 48 kHz, RangeError otherwise. */
export function decodeRate(hz: number): DecodeRate {
  if (!RATES_HZ.includes(hz)) throw new RangeError(`a receiver runs at ${RATES_HZ.join(', ')} Hz, not ${hz}`);
  const fold = hz / 8_000;
  return {
    hz,
    samplesPerMs: SAMPLES_8K_PER_MS * fold,
    fold,
    tickSamples: TICK_8K * fold,
    overlapSamples: OVERLAP_8K * fold,
    coarseStep: COARSE_STEP_8K * fold,
  };
}
