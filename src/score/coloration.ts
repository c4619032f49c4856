import { measured, notApplicable } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { melBank, melInto } from '../dsp/mel.ts';
import { logistic, standardDeviation } from '../dsp/statistics.ts';
import { type Bandwidth, bandwidthHz } from './bandwidth.ts';
import { FRONT_END_RATE_HZ } from './front-end.ts';
import { noScore, type ScoringContext } from './scoring.ts';

const BANDS = 24;
const LOW_HZ = 100;
const HIGH_HZ = 7000;
const FFT_SIZE = 1024;
/** Bands of the reference this far under its loudest are not heard, dB. */
const RANGE_DB = 45;
/** A band in which less than this share of the recording's power is speech is masked by noise and left out. */
const LEAST_SPEECH_SHARE = 0.3;
const LEAST_BANDS = 8;
/** Spread of the band differences at which the score is one half, and how quickly it turns, dB. */
const CENTRE_DB = 3;
const WIDTH_DB = 1;
/** The noise gate is a 90th percentile; of exponentially scattered power that is ln 10 times the mean. */
const PERCENTILE_OVER_MEAN = Math.LN10;

/** A kind is named from this score on. */
const LEAST_TO_NAME = 0.1;
/** A band that ends this much lower than the reference's is cut off; one that ends by here is a telephone's (3400 Hz and its slope, or a narrowband codec's 4 kHz), Hz. */
const CUT_HZ = 500;
const NARROWBAND_HZ = 4_500;

export type ColorationKind = 'narrowband' | 'low-pass' | 'high-pass' | 'timbre';

/**
 * Change of timbre: spread (standard deviation) over 24 mel bands, 100–7000 Hz, of the long-term spectra's difference in dB over speech,
 * with the noise taken off. Score 1 / (1 + e^(−(spread − 3 dB)/1 dB)), brought to 0 at no spread. Parts: `colorationSpread` in dB,
 * `bandwidth` of the recording, `lowEdge` where it begins, and `referenceBandwidth`, Hz. `dominant` names the kind from a score of 0.1:
 * narrowband (a telephone's band), low-pass, high-pass, or timbre (a tilt, resonances).
 */
export function coloration(context: ScoringContext): Score {
  const { frontEnd } = context;
  const spread = bandSpread(context);
  if (spread === null) return noScore('too few bands of speech stand clear of the noise');
  const bandwidth = bandwidthHz(frontEnd.prepared, frontEnd.input.recording);
  const none = notApplicable('no band of the reference is found in the recording');
  const value = scoreOf(spread);
  return {
    measurement: measured(value, 'score'),
    parts: {
      colorationSpread: measured(spread, 'dB'),
      bandwidth: bandwidth === null ? none : measured(bandwidth.recording, 'Hz'),
      lowEdge: bandwidth === null ? none : measured(bandwidth.lowEdge, 'Hz'),
      referenceBandwidth: bandwidth === null ? none : measured(bandwidth.reference, 'Hz'),
    },
    dominant: value > LEAST_TO_NAME ? kindOf(bandwidth) : null,
  };
}

function kindOf(bandwidth: Bandwidth | null): ColorationKind {
  if (bandwidth === null) return 'timbre';
  const { recording, lowEdge, reference } = bandwidth;
  if (recording <= reference - CUT_HZ) return recording <= NARROWBAND_HZ ? 'narrowband' : 'low-pass';
  return lowEdge > 0 ? 'high-pass' : 'timbre';
}

/** The logistic of the spread, shifted and stretched so that no spread gives 0. */
function scoreOf(spread: number): number {
  const atRest = logistic(0, CENTRE_DB, WIDTH_DB);
  return Math.max(0, (logistic(spread, CENTRE_DB, WIDTH_DB) - atRest) / (1 - atRest));
}

/** Standard deviation of the band differences, dB; null when fewer than 8 bands can be compared. */
function bandSpread({ frontEnd, longTerm }: ScoringContext): number | null {
  const { degraded, reference, frames } = longTerm();
  if (frames === 0) return null;
  const noise = frontEnd.noiseGate().noiseDb.map((db) => 10 ** (db / 10) / PERCENTILE_OVER_MEAN);
  const bank = melBank(BANDS, LOW_HZ, HIGH_HZ, FFT_SIZE, FRONT_END_RATE_HZ);
  const [x, y, n] = [new Float64Array(BANDS), new Float64Array(BANDS), new Float64Array(BANDS)];
  melInto(bank, degraded, 0, x, 0);
  melInto(bank, reference, 0, y, 0);
  melInto(bank, noise, 0, n, 0);
  const loudest = y.reduce((most, value) => Math.max(most, value), 0);
  const differences: number[] = [];
  for (let b = 0; b < BANDS; b++) {
    if ((y[b] as number) <= loudest * 10 ** (-RANGE_DB / 10)) continue;
    const speech = (x[b] as number) - (n[b] as number);
    const masked = speech < LEAST_SPEECH_SHARE * (x[b] as number) && (n[b] as number) > LEAST_SPEECH_SHARE * (y[b] as number);
    if (!masked) differences.push(10 * Math.log10(Math.max(speech, (y[b] as number) * 1e-4) / (y[b] as number)));
  }
  return differences.length < LEAST_BANDS ? null : standardDeviation(differences);
}
