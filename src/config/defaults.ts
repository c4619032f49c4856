import type { CallTimeouts, OpusSettings, PlayoutSettings, TextSettings } from '../core/call-plan.ts';
import type { Thresholds } from '../core/verdict.ts';

/** Every default of the program, with its unit and the reason for it. */

export const DEFAULT_PATH = 'clear';

/** Both directions speak the same stimulus, so that their scores differ by the network alone and not by the talker. */
export const DEFAULT_STIMULUS = 'en-female';

export const DEFAULT_CODEC: OpusSettings = {
  name: 'opus',
  /** libwebrtc's default for mono fullband speech (audio_encoder_opus.cc). */
  bitrateBps: 32_000,
  /** libwebrtc's default on desktop. */
  complexity: 9,
  /** Offered by every browser; libopus 1.6.1 adds it at 32 kbit/s from 10 % declared loss. */
  fec: true,
  declaredLossRatio: 0.1,
  dtx: false,
  packetTimeMs: 20,
};

export const DEFAULT_PLAYOUT: PlayoutSettings = {
  /** libwebrtc conceals by repeating pitch periods, not by the codec's own concealment, unless a field trial says otherwise. */
  concealment: 'neteq',
  fixedDelayMs: null,
  minDelayMs: 0,
  /** Beyond this a conversation has broken down (ITU-T G.114 puts the limit of acceptable at 400 ms mouth to ear). */
  maxDelayMs: 2_000,
};

export const DEFAULT_TIMEOUTS: Omit<CallTimeouts, 'totalMs'> = {
  /** Host candidates on loopback gather in under 5 ms; a second is a fault. */
  gatheringMs: 2_000,
  /** Users give up on a call that does not connect after 10–20 s; ICE alone would try for 30 s and more. */
  connectMs: 15_000,
  /** Covers the longest queue a path profile has, and a lost first second. */
  firstMediaMs: 4_000,
  /** Silence on the wire for so long is a dropped call to whoever is listening. */
  mediaGapMs: 3_000,
  /** TCP has retransmitted three times by then (0.2 + 0.4 + 0.8 s). */
  textMs: 4_000,
};

/** In another process, which may be held up by a busy machine, and gathers for a time of its own. */
export const ENGINE_GATHERING_MS = 10_000;

/** What a run takes besides connecting and speaking: preparing, listening, judging, on a slow machine. The default of `--timeout` allows for it. */
export const DEFAULT_OVERHEAD_MS = 60_000;

export const DEFAULT_TEXT: TextSettings = { intervalMs: 500, sizeBytes: 120 };

/** A receiver of NetEq's class starts at 80 ms and needs about a second to find its delay; nobody speaks in the first second of a call. */
export const DEFAULT_LEAD_IN_MS = 1_000;

/** Longer than the worst queue and jitter of the built-in paths, so that the last word is heard. */
export const DEFAULT_TAIL_MS = 600;

export const DEFAULT_THRESHOLDS: Thresholds = {
  /** P.800: 4 good, 3 fair, 2 poor. Below fair, listeners complain. */
  mosLqo: { warnBelow: 3.6, failBelow: 3 },
  /** 0.5 is where the metallic score's false alarms stay under 3 % (docs/scores.md). */
  score: { warnAbove: 0.3, failAbove: 0.5 },
  /** ITU-T G.114: up to 150 ms unnoticed by most, over 400 ms unacceptable. */
  delayMs: { warnAbove: 250, failAbove: 400 },
};

/** A call speaks its reference in full; longer ones are refused rather than cut. */
export const MAX_CALL_REFERENCE_SECONDS = 120;
/** Scoring takes a tenth of the recording's length and about 7 MB a second: 120 s stay under 1 GB. */
export const MAX_RECORDING_SECONDS = 120;
/** A recording without its reference takes a sixtieth of its length and half a megabyte a second. */
export const MAX_ALONE_SECONDS = 600;
/** A recording in which `score` looks for its reference: ten minutes, and some for whoever stopped the recorder late. It is read piece by piece. */
export const MAX_SEARCHED_SECONDS = 660;
/** A capture that is only played out takes half a megabyte a second. */
export const MAX_CAPTURE_SECONDS = 600;
/** Fewer seconds of reference than this cannot carry a score (docs/scores.md). */
export const MIN_REFERENCE_SECONDS = 2;
/** Nor can a lower rate than this, Hz: it holds less than a telephone's band, and resampling begins here. */
export const MIN_SCORED_RATE_HZ = 8_000;
/** Nor can less speech than this: two words. */
export const MIN_REFERENCE_SPEECH_SECONDS = 1.5;
/** A reference quieter than this holds no speech worth sending. */
export const MIN_REFERENCE_LEVEL_DBOV = -60;

/** Files of a run folder that `replay` reads: an hour of packets is below this. */
export const MAX_CALL_FILE_BYTES: number = 256 * 1024 * 1024;

/** A machine that is late by more than this (99th percentile) makes jitter of its own, at the size of two packet times. */
export const MAX_OWN_LATENESS_SECONDS = 0.04;
