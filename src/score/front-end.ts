import type { AlignmentSummary } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';

/** Rate at which every feature is computed, and samples per 10 ms frame at that rate. */
export const FRONT_END_RATE_HZ = 16_000;
export const FRAME_SAMPLES = 160;
export const FRAMES_PER_SECOND: number = FRONT_END_RATE_HZ / FRAME_SAMPLES;

/**
 * Where the recording lies against the reference. Frame t covers samples [160t, 160t + 160) of the recording at 16 kHz; reference sample
 * n − delay is heard at recording sample n.
 */
export interface DelayTrack {
  /** Delay of each frame, samples at 16 kHz with a fraction: the Viterbi path refined by waveform correlation. */
  readonly samples: Float64Array;
  /** Similarity of the aligned log-mel patches around each frame, −1 … 1. */
  readonly similarity: Float64Array;
  /** Waveform correlation of the refinement nearest to each frame, −1 … 1; 0 where neither side sounds. */
  readonly waveform: Float64Array;
  /** Jumps of the refined delay by 1.5 ms or more, in order of time. */
  readonly steps: readonly DelayStep[];
  /** Slope of the delay with its steps taken out, parts per million; null under 30 s of speech span, where it would be a guess. */
  readonly driftPpm: number | null;
}

export interface DelayStep {
  /** First frame with the new delay. */
  readonly frame: number;
  /** Change of delay, ms; positive when sound was inserted, negative when it was removed. */
  readonly ms: number;
  /** Whether it fell in at least 30 ms of active speech: there it is heard as a warp, elsewhere it is harmless. */
  readonly inSpeech: boolean;
}

/** Power spectra in dB, one row of `bins` a frame: 40 ms Hann windows centred on the frame. Cell (t, k) is at t·bins + k. */
export interface FrontEndSpectra {
  /** 513 bins, 15.625 Hz apart. Floors, prominences and the gate hold from `firstBin` to `lastBin`, both included (125 – 7000 Hz). */
  readonly bins: number;
  readonly firstBin: number;
  readonly lastBin: number;
  readonly degraded: Float32Array;
  readonly reference: Float32Array;
  /** Running medians over ±16 bins, and how far each cell stands above. 0 outside the bins they hold for. */
  readonly degradedFloor: Float32Array;
  readonly referenceFloor: Float32Array;
  readonly degradedProminence: Float32Array;
  readonly referenceProminence: Float32Array;
  /** 95th percentile over frames of the loudest bin of the warped reference, dB. */
  readonly topDb: number;
}

export interface NoiseGate {
  /** 90th percentile of the recording's noise in each bin, dB, at least topDb − 65. */
  readonly noiseDb: Float32Array;
  /** Whether it was read where the reference is silent, or (false) guessed from the weak cells of speech. */
  readonly fromSilence: boolean;
  /** 1 for cells of active frames that stand 12 dB above the noise, else 0. */
  readonly valid: Uint8Array;
}

/**
 * What every full-reference score starts from. All at 16 kHz on the recording's own time axis, one value a 10 ms frame. Everything is
 * finite in every case; where `notApplicable` is not null no score may be read off.
 */
export interface FrontEnd {
  /** The two sounds as they were given: for clipping, level and bandwidth. */
  readonly input: { readonly reference: Signal; readonly recording: Signal };
  /** Active levels as given, dBov; −120 for silence. */
  readonly referenceLevelDbov: number;
  readonly recordingLevelDbov: number;
  /** Reference and recording without DC, at −26 dBov active level, above 120 Hz; the recording's gain matched anew after alignment. */
  readonly reference: Float64Array;
  readonly degraded: Float64Array;
  /** The reference laid over the recording: w(n) = reference(n − delay), piecewise constant. As long as `degraded`. */
  readonly warped: Float64Array;
  readonly frames: number;
  readonly delay: DelayTrack;
  /** Levels of 20 ms around each frame of `warped` and `degraded`, dB, at least −120. */
  readonly referenceDb: Float64Array;
  readonly degradedDb: Float64Array;
  /** 95th percentile of `referenceDb`. */
  readonly topDb: number;
  /** 1 where the reference speaks (within 25 dB of `topDb`), 1 where it has been silent for 30 ms either side (42 dB under), 1 where speech was dropped; else 0. */
  readonly active: Uint8Array;
  readonly silent: Uint8Array;
  readonly dropped: Uint8Array;
  readonly activeFrames: number;
  readonly silentFrames: number;
  /** Active speech of the whole reference that no frame of the recording covers (a recording cut short, a passage skipped), seconds. */
  readonly uncoveredSeconds: number;
  /** The costly parts, computed at first use and kept. */
  readonly spectra: () => FrontEndSpectra;
  readonly noiseGate: () => NoiseGate;
  /** `warped` with the recording's long-term spectrum: for periodicity and repetition. */
  readonly equalised: () => Float64Array;
  readonly alignment: AlignmentSummary;
  /** False when nothing of the reference was found in the recording. */
  readonly speechFound: boolean;
  readonly noSpeechReason: 'silent' | 'unrelated' | null;
  /** Why no score that compares the two can be given, in plain words; null when it can. */
  readonly notApplicable: string | null;
}
