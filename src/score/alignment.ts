import { butterworthBandPass, filterSections } from '../dsp/filters.ts';
import { mean } from '../dsp/statistics.ts';
import type { Anchor } from './alignment-anchors.ts';
import { acceptedAnchors } from './alignment-anchors.ts';
import type { AlignmentFeatures } from './alignment-features.ts';
import { alignmentFeatures } from './alignment-features.ts';
import { globalLag } from './alignment-global.ts';
import { type AnchorSide, anchorSearch, anchorSide } from './alignment-refine.ts';
import { driftPpm, LEAST_STEP, settleSteps } from './alignment-steps.ts';
import type { CoarseTrack } from './alignment-track.ts';
import { coarseTracks } from './alignment-track.ts';
import { type SupportSide, supportSide, waveformSupport } from './alignment-wave.ts';

/** The band in which waveforms are compared: below it is hum, above it codecs no longer keep the waveform. */
const WAVEFORM_BAND_HZ: readonly [number, number] = [150, 3_000];
/** An anchor speaks for a frame as long as it lies within 25 ms of the coarse delay there. Samples at 16 kHz. */
const ANCHOR_TOLERANCE = 400;

/** A constant delay is preferred when it is no worse than this in mean similarity, and in mean waveform correlation. */
const PLAIN_SIMILARITY = 0.05;
const PLAIN_CORRELATION = 0.02;

/**
 * Where the recording lies against the reference. Frame t covers samples [160t, 160t + 160) of the recording at 16 kHz; reference
 * sample n − delay is heard at recording sample n.
 */
export interface Alignment {
  /** Delay of each frame, samples at 16 kHz with a fraction: the coarse path refined by waveform correlation. */
  readonly samples: Float64Array;
  /** Similarity of the aligned log-mel patches around each frame, −1 … 1. */
  readonly similarity: Float64Array;
  /** Waveform correlation at the nearest place it was taken, −1 … 1; 0 where neither side sounds. */
  readonly waveform: Float64Array;
  /** Changes of delay by 1.5 ms or more, in order of time. */
  readonly steps: readonly DelayChange[];
  /** Slope of the delay with its steps taken out, parts per million; null below 30 s, where it would be a guess. */
  readonly driftPpm: number | null;
}

export interface DelayChange {
  /** First frame with the new delay. */
  readonly frame: number;
  /** Change of delay, ms; positive when sound was inserted, negative when it was removed. */
  readonly ms: number;
}

/** What is needed of one of two sounds, whichever the other. */
export interface AlignmentSide {
  readonly sampleRateHz: number;
  readonly hop: number;
  readonly features: AlignmentFeatures;
  readonly support: SupportSide;
  readonly anchors: AnchorSide;
}

/** Makes one of two sounds ready to be aligned; parameters as `align` has them. */
export function prepareAlignmentSide(samples: Float64Array, sampleRateHz: number, hop: number): AlignmentSide {
  return {
    sampleRateHz,
    hop,
    features: alignmentFeatures(samples, sampleRateHz, hop),
    support: supportSide(samples, sampleRateHz),
    anchors: anchorSide(filterSections(samples, butterworthBandPass(2, ...WAVEFORM_BAND_HZ, sampleRateHz))),
  };
}

/**
 * Aligns a recording with its reference: global lag, monotone path over log-mel patches, refinement by waveform. Finds a recording
 * that starts early or late, is longer or shorter than the reference, has gaps, or whose delay steps within 0.8 s of its main delay.
 * Always gives a finite track; whether the two belong together is for its `similarity` and `waveform` to say.
 * @param reference,recording at `sampleRateHz` = 16 kHz, high-passed, levels alike
 * @param hop samples of a frame
 */
export function align(reference: Float64Array, recording: Float64Array, sampleRateHz: number, hop: number): Alignment {
  return alignSides(prepareAlignmentSide(reference, sampleRateHz, hop), prepareAlignmentSide(recording, sampleRateHz, hop));
}

/** As `align`, of sides made ready before, with one rate and hop. */
export function alignSides(reference: AlignmentSide, recording: AlignmentSide): Alignment {
  const { hop, sampleRateHz } = reference;
  const lag = globalLag(reference.features, recording.features, waveformSupport(reference.support, recording.support, hop));
  const { path, constant } = coarseTracks(reference.features, recording.features, lag);
  const search = anchorSearch(reference.anchors, recording.anchors, lag * hop);
  const anchorsOf = (track: CoarseTrack): Anchor[] => search((sample) => hop * delayAt(track, Math.floor(sample / hop)));
  const { coarse, anchors } = plainest(path, constant, anchorsOf);
  const frames = coarse.delay.length;
  const accepted = acceptedAnchors(anchors);
  const samples = refined(coarse, accepted, hop);
  settleSteps(samples, reference.anchors.samples, recording.anchors.samples, hop);
  return {
    samples,
    similarity: coarse.similarity,
    waveform: nearestCorrelation(anchors, frames, hop),
    steps: stepsOf(samples, sampleRateHz),
    driftPpm: driftPpm(accepted, sampleRateHz),
  };
}

function delayAt(track: CoarseTrack, frame: number): number {
  return track.delay[Math.min(track.delay.length - 1, frame)] ?? 0;
}

/** The constant delay where it explains the recording as well as the path does: no change of delay is claimed that nobody could hear. */
function plainest(
  path: CoarseTrack,
  constant: CoarseTrack,
  anchorsOf: (track: CoarseTrack) => Anchor[],
): { coarse: CoarseTrack; anchors: Anchor[] } {
  const steady = anchorsOf(constant);
  if (path.delay.every((delay, t) => delay === constant.delay[t])) return { coarse: constant, anchors: steady };
  const moving = anchorsOf(path);
  const alike = meanOf(constant.similarity) >= meanOf(path.similarity) - PLAIN_SIMILARITY;
  const correlated =
    meanOf(steady.map((anchor) => anchor.correlation)) >= meanOf(moving.map((anchor) => anchor.correlation)) - PLAIN_CORRELATION;
  return alike && correlated ? { coarse: constant, anchors: steady } : { coarse: path, anchors: moving };
}

function meanOf(values: ArrayLike<number>): number {
  return values.length > 0 ? mean(values) : 0;
}

/** Each frame takes the delay of the nearest anchor that agrees with the coarse path there, else the coarse delay. */
function refined(coarse: CoarseTrack, anchors: readonly Anchor[], hop: number): Float64Array {
  const out = new Float64Array(coarse.delay.length);
  let next = 0;
  for (let t = 0; t < out.length; t++) {
    const centre = t * hop + hop / 2;
    while (next < anchors.length && (anchors[next] as Anchor).at < centre) next++;
    const near = (coarse.delay[t] as number) * hop;
    out[t] = nearestAgreeing(anchors, next, centre, near)?.delay ?? near;
  }
  return out;
}

/** Searches outwards from anchor `next`, which is the first at or after `centre`. */
function nearestAgreeing(anchors: readonly Anchor[], next: number, centre: number, near: number): Anchor | null {
  let before = next - 1;
  let after = next;
  while (before >= 0 || after < anchors.length) {
    const left = anchors[before];
    const right = anchors[after];
    const takeLeft = right === undefined || (left !== undefined && centre - left.at <= right.at - centre);
    const anchor = (takeLeft ? left : right) as Anchor;
    if (Math.abs(anchor.delay - near) <= ANCHOR_TOLERANCE) return anchor;
    if (takeLeft) before--;
    else after++;
  }
  return null;
}

function nearestCorrelation(anchors: readonly Anchor[], frames: number, hop: number): Float64Array {
  const out = new Float64Array(frames);
  for (const { at, correlation } of anchors) {
    const centre = Math.floor(at / hop);
    for (let t = Math.max(0, centre - 2); t < Math.min(frames, centre + 2); t++) out[t] = correlation;
  }
  return out;
}

function stepsOf(delay: Float64Array, sampleRateHz: number): DelayChange[] {
  const steps: DelayChange[] = [];
  for (let frame = 1; frame < delay.length; frame++) {
    const change = (delay[frame] as number) - (delay[frame - 1] as number);
    if (Math.abs(change) >= LEAST_STEP) steps.push({ frame, ms: (change / sampleRateHz) * 1000 });
  }
  return steps;
}
