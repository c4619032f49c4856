import type { SoundSource } from '../audio/sound-source.ts';
import type { LocatedRecording } from '../core/located.ts';
import { type Measurement, measured, notApplicable } from '../core/measurement.ts';
import { durationSeconds, type Signal } from '../core/signal.ts';
import { EXCERPT_MARGIN_SECONDS, type Extract, extractCopy } from '../score/extract.ts';
import { bandPowers, chosenPlay, createPattern, findPlays, isSilent, type Pattern, type Play, WHOLE_SHARE } from '../score/locate.ts';
import { type BandPowers, createBandPowerStream, type LocateFeatures, locateFeatures } from '../score/locate-features.ts';

/** A recording is read in pieces of so many seconds. */
const PIECE_SECONDS = 1;

/** So much longer than its recording no reference is, seconds: when all its speech was found, and when it was not. It is the recording, then. */
const LONGER_SECONDS = 5;
const MUCH_LONGER_SECONDS = 20;

/** What a search came to. */
export interface Search {
  readonly located: LocatedRecording;
  /** The pair to be scored: of an incomplete recording, the part of the reference that it holds. Null where nothing was found. */
  readonly pair: { readonly reference: Signal; readonly recording: Signal } | null;
  /** Whether there was any sound at all. */
  readonly silent: boolean;
  /** The highest similarity anywhere, 0–1. */
  readonly best: number;
}

export interface SearchOptions {
  /** Which of several plays is to be scored, from 1; null leaves the choice. */
  readonly play: number | null;
  /** Told how much of the recording has been read, 0–1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Looks for the reference in a recording, reading it once and keeping 7 kB a second of it, then cuts out the copy it holds.
 * The channels are searched together; where that finds nothing, each by itself.
 */
export async function locateRecording(reference: Signal, source: SoundSource, options: SearchOptions): Promise<Search> {
  const pattern = createPattern(reference);
  const mean = await searchMix(pattern, source, null, options.onProgress);
  let found = mean;
  for (let channel = 0; found.plays.length === 0 && source.channels > 1 && channel < source.channels; channel++) {
    const alone = await searchMix(pattern, source, channel, options.onProgress);
    if (alone.plays.length > 0) found = alone;
  }
  const play = options.play === null ? chosenPlay(found.plays) : (found.plays[options.play - 1] ?? null);
  const silent = isSilent(found.powers);
  const longerSeconds = durationSeconds(reference) - source.frames / source.sampleRateHz;
  if (play === null) {
    const swapped = !silent && longerSeconds > MUCH_LONGER_SECONDS && (await holdsRecording(reference, source));
    const incomplete = silent && source.frames / source.sampleRateHz < WHOLE_SHARE * durationSeconds(reference);
    const hindrance = swapped ? 'swapped' : incomplete ? 'incomplete' : null;
    return { located: { ...notFound(source, found.plays), hindrance }, pair: null, silent, best: found.best };
  }
  const { extract, offset } = await cutOut(reference, pattern, source, play);
  const whole = play.coveredShare >= WHOLE_SHARE;
  const swapped = longerSeconds > (whole ? LONGER_SECONDS : MUCH_LONGER_SECONDS);
  const hindrance = swapped ? 'swapped' : whole ? null : 'incomplete';
  return {
    located: { ...describe(source, found.plays, play, extract, offset), hindrance },
    pair: coveredPair(reference, extract, play),
    silent,
    best: found.best,
  };
}

/** Whether the recording is found whole in what was given as the reference. Only asked where it is the shorter of the two. */
async function holdsRecording(reference: Signal, source: SoundSource): Promise<boolean> {
  const samples = meanOf(await source.read(0, source.frames));
  const pattern = createPattern({ samples, sampleRateHz: source.sampleRateHz });
  return chosenPlay(findPlays(pattern, locateFeatures(bandPowers(reference))).plays)?.coveredShare === 1;
}

interface Found {
  readonly plays: readonly Play[];
  readonly best: number;
  readonly powers: BandPowers;
}

/** Searches one channel, or with null the mean of all. */
async function searchMix(
  pattern: Pattern,
  source: SoundSource,
  channel: number | null,
  onProgress: SearchOptions['onProgress'],
): Promise<Found> {
  const stream = createBandPowerStream(source.sampleRateHz);
  const piece = Math.ceil(PIECE_SECONDS * source.sampleRateHz);
  for (let first = 0; first < source.frames; first += piece) {
    const channels = await source.read(first, piece);
    stream.push(channel === null ? meanOf(channels) : (channels[channel] as Float32Array));
    onProgress?.(Math.min(1, (first + piece) / source.frames));
  }
  const powers = stream.finish();
  const features: LocateFeatures = locateFeatures(powers);
  return { ...findPlays(pattern, features), powers };
}

function meanOf(channels: readonly Float32Array[]): Float32Array {
  const [first, ...others] = channels as [Float32Array, ...Float32Array[]];
  if (others.length === 0) return first;
  return first.map((sample, i) => others.reduce((sum, channel) => sum + (channel[i] as number), sample) / channels.length);
}

async function cutOut(reference: Signal, pattern: Pattern, source: SoundSource, play: Play): Promise<{ extract: Extract; offset: number }> {
  const rate = source.sampleRateHz;
  const from = Math.max(0, Math.floor((play.startSeconds - EXCERPT_MARGIN_SECONDS) * rate));
  const to = Math.min(source.frames, Math.ceil((play.startSeconds + durationSeconds(reference) + EXCERPT_MARGIN_SECONDS) * rate));
  const channels = (await source.read(from, to - from)).map((samples) => ({ samples, sampleRateHz: rate }));
  const offset = from / rate;
  return { extract: extractCopy(reference, pattern, channels, play.startSeconds - offset), offset };
}

/** Reference and recording as far as both go. */
function coveredPair(reference: Signal, extract: Extract, play: Play): { reference: Signal; recording: Signal } {
  if (play.coveredShare >= WHOLE_SHARE) return { reference, recording: extract.signal };
  const { samples, sampleRateHz } = reference;
  const from = Math.max(0, Math.round(-extract.startSeconds * sampleRateHz));
  const to = Math.round((extract.toSeconds - extract.startSeconds) * sampleRateHz);
  return { reference: { samples: samples.slice(from, Math.max(from, to)), sampleRateHz }, recording: extract.signal };
}

function describe(source: SoundSource, plays: readonly Play[], play: Play, extract: Extract, offset: number): LocatedRecording {
  const { drift } = extract;
  return {
    ...lengthOf(source),
    channel: extract.channel + 1,
    startSeconds: measured(offset + extract.startSeconds, 's'),
    match: measured(play.match, 'ratio'),
    coveredShare: measured(play.coveredShare, 'ratio'),
    driftPpm: 'ppm' in drift ? measured(drift.ppm, 'ppm') : notApplicable(drift.unknown),
    driftRemoved: extract.driftRemoved,
    plays,
    play: plays.indexOf(play) + 1,
    cut: { fromSeconds: offset + extract.fromSeconds, toSeconds: offset + extract.toSeconds },
    hindrance: null,
  };
}

function notFound(source: SoundSource, plays: readonly Play[]): LocatedRecording {
  const none: Measurement = notApplicable('the reference was not found in the recording');
  return {
    ...lengthOf(source),
    channel: null,
    startSeconds: none,
    match: none,
    coveredShare: none,
    driftPpm: none,
    driftRemoved: false,
    plays,
    play: null,
    cut: null,
    hindrance: null,
  };
}

function lengthOf({ frames, sampleRateHz, channels }: SoundSource): { recordingSeconds: number; channels: number } {
  return { recordingSeconds: frames / sampleRateHz, channels };
}
