import type { NotApplicable } from '../../core/measurement.ts';
import { notApplicable } from '../../core/measurement.ts';
import type { Signal } from '../../core/signal.ts';
import { createFftPool } from '../../dsp/fft.ts';
import { rms } from '../../dsp/levels.ts';
import { BANDS } from './gammatone.ts';
import type { SlidingMoments } from './nsim.ts';
import { createComparer, PATCH_FRAMES, slidingMoments } from './nsim.ts';
import type { PatchMatch } from './patches.ts';
import { matchPatches, padded, patchStarts } from './patches.ts';
import { advanced, latenessAgainst, overlapOf } from './realign.ts';
import type { Analysis, Spectrogram } from './spectrogram.ts';
import { amplitudes, createAnalysis, frameCount, framesOf, jointLevels } from './spectrogram.ts';

/** MOS = A + e^(B·(nsim + C)), times SCALE so that a perfect 1 gives 5 (ViSQOL v3, speech mode, exponential map). */
const MAP_A = -262.847869;
const MAP_B = 0.0154302525;
const MAP_C = 361.063949;
const MAP_SCALE = 1.245063;
/** Below this similarity the sounds have nothing in common, and the map says nothing. */
const LEAST_NSIM = 0.15;

/** The half of a comparison that depends on the reference alone. Keep it to compare several recordings with one reference. */
export interface VisqolReference {
  readonly sampleRateHz: number;
  readonly samples: Float64Array;
  readonly analysis: Analysis;
  readonly spectrogram: Spectrogram;
  /** First frames (20 ms apart) of the patches that hold voice. */
  readonly patches: readonly number[];
  /** How many samples a whole recording is late; and how many a stretch is against the samples [from, to) of the reference. */
  readonly latenessOf: (recording: Float64Array) => number;
  readonly latenessWithin: (from: number, to: number, stretch: Float64Array) => number;
}

export interface VisqolResult {
  readonly status: 'ok';
  /** Neurogram similarity, 1 for identical sounds. */
  readonly nsim: number;
  /** The same of each band, lowest first, with the bands' centres in Hz. */
  readonly bandNsim: Float64Array;
  readonly bandCentresHz: Float64Array;
  /** MOS-LQO 1–5; identical sounds have 5. */
  readonly mos: number;
  /** MOS-LQO as mapped without the scale; identical sounds have 4.016. */
  readonly mosUnscaled: number;
  /** Patches of 0.4 s scored, and how many of them were held for lost (similarity 0). */
  readonly patches: number;
  readonly patchesLost: number;
}

/** Prepares a reference: spectrogram and the patches with voice. */
export function prepareVisqolReference(reference: Signal): VisqolReference {
  const analysis = createAnalysis(reference.sampleRateHz);
  const samples = new Float64Array(reference.samples);
  const spectrogram = amplitudes(analysis, samples);
  return {
    sampleRateHz: reference.sampleRateHz,
    samples,
    analysis,
    spectrogram,
    patches: patchStarts(samples, analysis.hop, spectrogram.frames),
    latenessOf: latenessAgainst(samples),
    latenessWithin: stretchLateness(samples),
  };
}

/** Finders of the stretches asked for, each kept: every recording asks for the same. */
function stretchLateness(samples: Float64Array): VisqolReference['latenessWithin'] {
  const transforms = createFftPool();
  const known = new Map<string, ReturnType<typeof latenessAgainst>>();
  return (from, to, stretch) => {
    const key = `${from}-${to}`;
    const lateness = known.get(key) ?? latenessAgainst(samples.subarray(from, to), transforms);
    known.set(key, lateness);
    return lateness(stretch);
  };
}

/**
 * ViSQOL v3 in speech mode with the exponential map, as published (Chinen et al., QoMEX 2020; Hines et al., EURASIP JASMP 2015:13;
 * checked against the published conformance numbers of version 3.3.3). Insensitive to gain, delay and delay changes.
 *
 * Both sounds must have one sample rate, or RangeError; ViSQOL itself does not resample (see `visqolPair` for what it is fed here).
 * @returns `not-applicable`, with the reason, when either sound is silent or too short (a patch needs 0.4 s) or no patch of the
 * reference holds voice
 */
export function visqol(reference: Signal | VisqolReference, degraded: Signal): VisqolResult | NotApplicable {
  const ref = 'analysis' in reference ? reference : prepareVisqolReference(reference);
  if (ref.sampleRateHz !== degraded.sampleRateHz) {
    throw new RangeError(`ViSQOL compares sounds of one sample rate, got ${ref.sampleRateHz} and ${degraded.sampleRateHz} Hz`);
  }
  if (ref.patches.length === 0) return notApplicable('ViSQOL found no patch of speech in the reference');
  if (rms(degraded.samples) === 0) return notApplicable('the recording is silent');
  if (frameCount(ref.analysis, degraded.samples.length) < PATCH_FRAMES)
    return notApplicable('the recording is too short to hold a patch of speech');
  const given = new Float64Array(degraded.samples);
  const late = ref.latenessOf(given);
  const samples = advanced(given, late);
  const level = rms(samples);
  if (level === 0) return notApplicable('the recording is silent where it overlaps the reference');
  const gain = rms(ref.samples) / level;
  const spectrogram = amplitudes(ref.analysis, samples);
  const levels = jointLevels(ref.spectrogram, spectrogram, gain);
  const pair: Pair = {
    ref,
    samples,
    spectrogram,
    gain,
    refMoments: slidingMoments(levels.reference),
    degMoments: slidingMoments(padded(levels.degraded)),
  };
  const matches = matchPatches(pair.refMoments, ref.patches, pair.degMoments, spectrogram.frames);
  if (matches.length === 0) return notApplicable('the recording is too short to hold a patch of speech');
  return summary(pair, matches);
}

interface Pair {
  readonly ref: VisqolReference;
  readonly samples: Float64Array;
  readonly spectrogram: Spectrogram;
  readonly gain: number;
  readonly refMoments: SlidingMoments;
  readonly degMoments: SlidingMoments;
}

function summary(pair: Pair, matches: readonly PatchMatch[]): VisqolResult {
  const bandNsim = new Float64Array(BANDS);
  for (const match of matches) {
    if (match.degraded === null) continue;
    const bands = patchSimilarity(pair, match.reference, match.degraded);
    for (let band = 0; band < BANDS; band++) bandNsim[band] = (bandNsim[band] as number) + (bands[band] as number) / matches.length;
  }
  const nsim = bandNsim.reduce((sum, value) => sum + value, 0) / BANDS;
  return {
    status: 'ok',
    nsim,
    bandNsim,
    bandCentresHz: pair.ref.analysis.bank.centresHz,
    mos: scaledMos(nsim),
    mosUnscaled: nsimToMos(nsim, 1),
    patches: matches.length,
    patchesLost: matches.filter((match) => match.degraded === null).length,
  };
}

/** MOS-LQO 1–5 of a similarity, by the map scaled to 5. */
export function scaledMos(nsim: number): number {
  return nsimToMos(nsim, MAP_SCALE);
}

function nsimToMos(nsim: number, scale: number): number {
  if (nsim < LEAST_NSIM) return 1;
  return Math.max(1, Math.min(5, (MAP_A + Math.exp(MAP_B * (nsim + MAP_C))) * scale));
}

/** Similarity of a matched patch in each band: of the frames as they lie, or of the two stretches aligned anew, whichever is higher. */
function patchSimilarity(pair: Pair, reference: number, degraded: number): Float64Array {
  const coarse = new Float64Array(BANDS);
  const fine = new Float64Array(BANDS);
  const comparer = createComparer(PATCH_FRAMES);
  const coarseMean = comparer.compare(pair.refMoments, reference, pair.degMoments, degraded, PATCH_FRAMES, coarse);
  const aligned = realigned(pair, reference, degraded);
  if (aligned === null) return coarse;
  const ref = slidingMoments(aligned.reference);
  const deg = slidingMoments(aligned.degraded);
  const frames = Math.min(aligned.reference.frames, aligned.degraded.frames);
  return comparer.compare(ref, 0, deg, 0, frames, fine) < coarseMean ? coarse : fine;
}

/** The two stretches of a match, aligned by their waveforms, on a scale of their own; null when too little overlaps. */
function realigned(pair: Pair, reference: number, degraded: number): { reference: Spectrogram; degraded: Spectrogram } | null {
  const { ref, samples, gain } = pair;
  const [refFrom, refTo] = stretch(ref, reference, ref.samples.length);
  const [degFrom, degTo] = stretch(ref, degraded, samples.length);
  const late = ref.latenessWithin(refFrom, refTo, samples.subarray(degFrom, degTo));
  const overlap = overlapOf(refTo - refFrom, degTo - degFrom, late);
  const left = cut(ref.analysis, ref.samples, ref.spectrogram, refFrom + overlap.refFrom, refFrom + overlap.refTo);
  const right = cut(ref.analysis, samples, pair.spectrogram, degFrom + overlap.degFrom, degFrom + overlap.degTo);
  return left.frames === 0 || right.frames === 0 ? null : jointLevels(left, right, gain);
}

/** Samples of a patch, by way of seconds and cut down to whole samples as published. */
function stretch({ analysis, sampleRateHz }: VisqolReference, frame: number, length: number): [number, number] {
  const frameSeconds = analysis.hop / sampleRateHz;
  const start = frame * frameSeconds;
  const from = Math.trunc(start * sampleRateHz);
  const to = Math.trunc((start + frameSeconds * PATCH_FRAMES) * sampleRateHz);
  return [from, Math.min(to, length - 1)];
}

/** Amplitudes of a stretch: frames are filtered from rest, so those that lie on the grid of the whole file are known already. */
function cut(analysis: Analysis, samples: Float64Array, whole: Spectrogram, from: number, to: number): Spectrogram {
  if (from % analysis.hop !== 0) return amplitudes(analysis, samples, from, to);
  return framesOf(whole, from / analysis.hop, frameCount(analysis, to - from));
}
