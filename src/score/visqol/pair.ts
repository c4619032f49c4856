import type { Signal } from '../../core/signal.ts';
import { resample } from '../../dsp/resample.ts';

/** The rate ViSQOL's speech mode was made for: its bands end at 8 kHz, and its cost grows with the rate. */
export const VISQOL_RATE_HZ = 16_000;

/** Two sounds of one sample rate. */
export interface VisqolPair {
  readonly reference: Signal;
  readonly recording: Signal;
}

/**
 * What ViSQOL is fed. Sounds of one rate go in as they are, as with the published tool, whose figures are then met exactly; sounds of
 * two rates are both brought to 16 kHz. In a live call (reference 16 … 48 kHz, recording 48 kHz) ask for 16 kHz: a third of the cost
 * of 48 kHz and, as the bands are the same and durations are in seconds, the same score within 0.05 MOS.
 * @param rateHz a rate to bring both to, whatever theirs
 */
export function visqolPair(reference: Signal, recording: Signal, rateHz?: number): VisqolPair {
  const target = rateHz ?? visqolRate(reference, recording);
  return { reference: resample(reference, target), recording: resample(recording, target) };
}

/** The rate at which ViSQOL compares two sounds where none is asked for. */
export function visqolRate(reference: Signal, recording: Signal): number {
  return reference.sampleRateHz === recording.sampleRateHz ? reference.sampleRateHz : VISQOL_RATE_HZ;
}
