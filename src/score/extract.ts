import type { Signal } from '../core/signal.ts';
import { durationSeconds } from '../core/signal.ts';
import { butterworthBandPass, filterSections } from '../dsp/filters.ts';
import { activeLevel } from '../dsp/levels.ts';
import { resample } from '../dsp/resample.ts';
import { median } from '../dsp/statistics.ts';
import { stretch } from '../dsp/stretch.ts';
import { type Anchor, acceptedAnchors } from './alignment-anchors.ts';
import { anchorSearch, anchorSide } from './alignment-refine.ts';
import { bandPowers, type Pattern } from './locate.ts';
import { type Drift, estimateDrift } from './locate-drift.ts';
import { LOCATE_BANDS, LOCATE_FRAMES_PER_SECOND, type LocateFeatures, locateFeatures } from './locate-features.ts';
import { similarityByPlace } from './locate-search.ts';

/** So much more of a recording than the reference's length has to be at hand on either side, seconds: delays may move by less than a second. */
export const EXCERPT_MARGIN_SECONDS = 1.5;
/** What is kept before and after the place where the reference is heard, seconds: whole frames of the front end, so that its frames fall alike on the speech. */
const CUT_MARGIN_SECONDS = 0.05;
/** The beginning is set by so many places where the waveforms agree, if they agree with the features to 25 ms. */
const FIRST_ANCHORS = 25;
const LEAST_FIRST_ANCHORS = 8;
const ANCHOR_TOLERANCE_SECONDS = 0.025;
/** The delay is followed by pieces of the reference of 1.5 s, every half of that, within 0.8 s of the place found. */
const PIECE_FRAMES = 150;
const REACH_FRAMES = 80;
/** A piece is trusted when as similar as this, and when so much of it sounds. */
const PIECE_SIMILARITY = 0.55;
const PIECE_SOUNDING = 0.3;
/** Channels as similar as this to the best hold the speech too: the loudest of them is taken. */
const CHANNEL_TOLERANCE = 0.05;
/** Rate and band at which waveforms are laid over one another: what codecs keep. */
const WAVEFORM_RATE_HZ = 16_000;
const WAVEFORM_BAND_HZ: readonly [number, number] = [150, 3_000];
/** A sound whose waveforms agree so well on the mean is the right way up; another is turned over when that makes it agree so much better. */
const UPRIGHT = 0.9;
const TURNED_MORE = 0.05;
/** A drift is taken out when it is this many times its error, and moves the ends by as much as a sixteenth of a sample at 16 kHz or more. */
const SURE = 3;
const LEAST_PPM = 2;

/** The reference's copy, cut out of a recording. */
export interface Extract {
  readonly signal: Signal;
  /** Which channel was taken, from 0. */
  readonly channel: number;
  /** When the reference's first and last sample are heard, seconds of the excerpt, by the pieces at either end. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** The cut, seconds of the excerpt. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly drift: Drift;
  /** Whether the drift was sure enough to be taken out. */
  readonly driftRemoved: boolean;
}

/**
 * Cuts the reference's copy out of a part of a recording that holds it, from the channel it is heard in best, with the drift of the recorder's clock
 * taken out where it is sure, and turned over where a cable or a sound card has turned it, which nobody hears: what is left is a pair as if it had never
 * been in a longer recording.
 * @param channels of the excerpt, all of one rate and length; at least one
 * @param startSeconds where the reference begins in the excerpt, as found to some 10 ms
 */
export function extractCopy(reference: Signal, pattern: Pattern, channels: readonly Signal[], startSeconds: number): Extract {
  const start = Math.round(startSeconds * LOCATE_FRAMES_PER_SECOND);
  const heard = channels.map((channel) => locateFeatures(bandPowers(channel)));
  const channel = bestChannel(channels, heard, pattern, start);
  const sound = channels[channel] as Signal;
  const pieces = followPieces(pattern, heard[channel] as LocateFeatures, start);
  const { anchors, turned } = anchorsOf(reference, sound, pieces);
  const drift = estimateDrift(anchors, WAVEFORM_RATE_HZ);
  const driftRemoved = 'ppm' in drift && Math.abs(drift.ppm) >= Math.max(LEAST_PPM, SURE * drift.errorPpm);
  const factor = driftRemoved ? 1 + drift.ppm / 1e6 : 1;
  const seconds = durationSeconds(reference);
  const own = (frames: number): number => frames / LOCATE_FRAMES_PER_SECOND;
  const begins = exactStart(anchors, own((pieces[0] as Piece).start), 'ppm' in drift ? drift.ppm : 0);
  const ends = own((pieces.at(-1) as Piece).start) + seconds;
  const rate = sound.sampleRateHz;
  const from = Math.max(0, Math.round((begins - CUT_MARGIN_SECONDS) * rate));
  const to = Math.max(from, Math.min(sound.samples.length, Math.round((ends + CUT_MARGIN_SECONDS) * rate)));
  const cut = sound.samples.slice(from, to);
  if (turned) for (let i = 0; i < cut.length; i++) cut[i] = -(cut[i] as number);
  return {
    signal: { samples: driftRemoved ? stretch(cut, factor) : cut, sampleRateHz: rate },
    channel,
    startSeconds: begins,
    endSeconds: ends,
    fromSeconds: from / rate,
    toSeconds: to / rate,
    drift,
    driftRemoved,
  };
}

function bestChannel(channels: readonly Signal[], heard: readonly LocateFeatures[], pattern: Pattern, start: number): number {
  const own = pattern.values.length / LOCATE_BANDS;
  const similarities = heard.map(({ values }) => {
    const similarity = similarityByPlace(pattern.values, values);
    const at = start + pattern.first + own - 1;
    return similarity.subarray(Math.max(0, at - REACH_FRAMES), Math.max(0, at + REACH_FRAMES)).reduce((most, s) => Math.max(most, s), 0);
  });
  const best = Math.max(...similarities);
  const levels = channels.map((channel) => activeLevel(channel.samples, channel.sampleRateHz).dbov);
  let chosen = similarities.indexOf(best);
  channels.forEach((_, c) => {
    const alike = (similarities[c] as number) > best - CHANNEL_TOLERANCE;
    if (alike && (levels[c] as number) > (levels[chosen] as number)) chosen = c;
  });
  return chosen;
}

/** A piece of the reference, and where the reference would begin by it. Frames. */
interface Piece {
  readonly at: number;
  readonly start: number;
}

/** Where each piece of the reference is heard, in order; the place found as a whole where no piece is surely heard. Never empty. */
function followPieces(pattern: Pattern, heard: LocateFeatures, start: number): Piece[] {
  const frames = pattern.values.length / LOCATE_BANDS;
  const recorded = heard.sounding.length;
  const pieces: Piece[] = [];
  for (let at = 0; at < frames; at += PIECE_FRAMES / 2) {
    const to = Math.min(frames, at + PIECE_FRAMES);
    const count = to - at;
    const first = pattern.first + at;
    const sounding = (pattern.soundingBefore[first + count] ?? 0) - (pattern.soundingBefore[first] ?? 0);
    if (count < PIECE_FRAMES / 2 || sounding < PIECE_SOUNDING * count) continue;
    const from = Math.max(0, start + first - REACH_FRAMES);
    const end = Math.min(recorded, start + first + count + REACH_FRAMES);
    if (end - from < count) continue;
    const piece = pattern.values.subarray(at * LOCATE_BANDS, to * LOCATE_BANDS);
    const similarity = similarityByPlace(piece, heard.values.subarray(from * LOCATE_BANDS, end * LOCATE_BANDS));
    let best = count - 1;
    for (let i = count - 1; i <= end - from - 1; i++) if ((similarity[i] as number) > (similarity[best] as number)) best = i;
    if ((similarity[best] as number) >= PIECE_SIMILARITY) pieces.push({ at: first, start: from + best - count + 1 - first });
  }
  return pieces.length > 0 ? pieces : [{ at: pattern.first, start }];
}

/** Where the reference's first sample would be heard by the waveforms at its beginning; by the features where those do not agree. */
function exactStart(anchors: readonly Anchor[], roughSeconds: number, ppm: number): number {
  const near = acceptedAnchors(anchors)
    .map(({ at, delay }) => (delay - (at - delay) * ppm * 1e-6) / WAVEFORM_RATE_HZ)
    .slice(0, FIRST_ANCHORS)
    .filter((seconds) => Math.abs(seconds - roughSeconds) < ANCHOR_TOLERANCE_SECONDS);
  return near.length < LEAST_FIRST_ANCHORS ? roughSeconds : median(near);
}

/** The places where the waveforms agree, and whether the sound had to be turned over for that. */
function anchorsOf(reference: Signal, sound: Signal, pieces: readonly Piece[]): { anchors: Anchor[]; turned: boolean } {
  const band = butterworthBandPass(2, ...WAVEFORM_BAND_HZ, WAVEFORM_RATE_HZ);
  const inBand = (signal: Signal): Float64Array => filterSections(resample(signal, WAVEFORM_RATE_HZ).samples, band);
  const perFrame = WAVEFORM_RATE_HZ / LOCATE_FRAMES_PER_SECOND;
  const coarse = (sample: number): number => {
    const frame = sample / perFrame;
    let nearest = pieces[0] as Piece;
    for (const piece of pieces) if (piece.at + piece.start <= frame) nearest = piece;
    return nearest.start * perFrame;
  };
  const spoken = anchorSide(inBand(reference));
  const heard = inBand(sound);
  const upright = anchorSearch(spoken, anchorSide(heard))(coarse);
  if (meanCorrelation(upright) >= UPRIGHT) return { anchors: upright, turned: false };
  const other = anchorSearch(spoken, anchorSide(heard.map((x) => -x)))(coarse);
  const turned = meanCorrelation(other) > meanCorrelation(upright) + TURNED_MORE;
  return { anchors: turned ? other : upright, turned };
}

function meanCorrelation(anchors: readonly Anchor[]): number {
  return anchors.length === 0 ? 0 : anchors.reduce((sum, { correlation }) => sum + correlation, 0) / anchors.length;
}
