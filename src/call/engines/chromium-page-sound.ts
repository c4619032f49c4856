import type { BrowserGlobals, CallPage, PageAudioData, PageTrack } from './chromium-page-api.ts';

/** The sound of the page: what it says, and what it hears. Left in the page by {@link installSound} for the connection to use. */
export interface PageSound {
  /** The microphone: silent until speech begins. */
  readonly microphone: { readonly track: PageTrack; readonly stream: object };
  fetchSpeech(url: string): Promise<void>;
  /** Plays a track that comes in, without sound, and records it. */
  listen(track: PageTrack): void;
  /** Called when the last of the speech has gone to the microphone. */
  onSpoken: () => void;
}

/** The limits of a recording, handed to the page. */
export interface SoundSettings {
  readonly rateHz: number;
  /** How much is kept of the time before the first packet, in pieces of the browser's own (10 ms). */
  readonly piecesBefore: number;
  /** Longer than that a recording does not grow. */
  readonly maxSeconds: number;
}

/**
 * Runs in the page, where nothing of this module is at hand but the function itself.
 *
 * The speech is a buffer of the audio graph that feeds a microphone track: no device, and none of the processing that a device's track goes through.
 * The recording is taken where the browser hands what NetEq made to its loudspeaker, piece by piece. A worklet of the audio graph gets the same samples,
 * but later by a queue of unknown length, and without their times.
 */
export async function installSound({ rateHz, piecesBefore, maxSeconds }: SoundSettings): Promise<void> {
  const browser = globalThis as unknown as BrowserGlobals;
  /** Chromium scales the two halves of the 16-bit range each to 1. */
  const NEGATIVE = 32_768;
  const POSITIVE = 32_767;
  /** How long after the call to `speak` the speech starts, so that the graph has not passed the moment when it hears of it. */
  const LEAD_SECONDS = 0.05;
  /** Pieces that wait for a busy page before the browser throws them away: half a minute. */
  const WAITING_PIECES = 3000;
  /** Among so many pieces the least late tells the time of all. */
  const TIMING_PIECES = 20;

  const { MediaStreamTrackProcessor } = browser;
  if (MediaStreamTrackProcessor === undefined) throw new Error('it does not hand over what it plays (MediaStreamTrackProcessor)');
  const context = new browser.AudioContext({ sampleRate: rateHz, latencyHint: 'interactive' });
  await context.resume();
  const oneChannel = { channelCount: 1, channelCountMode: 'explicit' };
  const microphone = new browser.MediaStreamAudioDestinationNode(context, oneChannel);
  let speech: object | null = null;

  interface Piece {
    readonly samples: Int16Array;
    /** When it was played, by the browser's own count, and when the page saw it; ms. */
    readonly playedMs: number;
    readonly seenMs: number;
  }
  const pieces: Piece[] = [];
  let recorded = 0;
  let heard = false;
  let recording = true;
  let wrongRateHz: number | null = null;

  const keep = (data: PageAudioData): void => {
    if (data.sampleRate !== rateHz) wrongRateHz = data.sampleRate;
    const floats = new Float32Array(data.numberOfFrames);
    data.copyTo(floats, { planeIndex: 0, format: 'f32-planar' });
    const samples = new Int16Array(floats.length);
    for (const [n, value] of floats.entries()) samples[n] = Math.round(value * (value < 0 ? NEGATIVE : POSITIVE));
    pieces.push({ samples, playedMs: data.timestamp / 1000, seenMs: performance.now() });
    recorded += samples.length;
    while (!heard && pieces.length > piecesBefore) recorded -= pieces.shift()?.samples.length ?? 0;
    if (recorded >= maxSeconds * rateHz) recording = false;
  };

  const sound: PageSound = {
    onSpoken: () => undefined,
    microphone: { track: microphone.stream.getAudioTracks()[0], stream: microphone.stream },
    async fetchSpeech(url) {
      const pcm = new Int16Array(await (await fetch(url)).arrayBuffer());
      // A buffer must not be empty.
      const buffer = new browser.AudioBuffer({ length: Math.max(1, pcm.length), sampleRate: rateHz });
      const samples = new Float32Array(pcm.length);
      for (const [n, value] of pcm.entries()) samples[n] = value / (value < 0 ? NEGATIVE : POSITIVE);
      buffer.copyToChannel(samples, 0);
      speech = buffer;
    },
    listen(track) {
      track.onunmute = () => {
        heard = true;
      };
      // Nothing is decoded for a track that nobody plays.
      const loudspeaker = new browser.Audio();
      loudspeaker.muted = true;
      loudspeaker.srcObject = new browser.MediaStream([track]);
      void loudspeaker.play();
      const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: WAITING_PIECES }).readable.getReader();
      void (async () => {
        for (;;) {
          const { value, done } = await reader.read();
          if (done || value === undefined) return;
          if (recording) keep(value);
          value.close();
        }
      })();
    },
  };

  /** When the first of some pieces was played: each one's own time less the sound before it, and of these the least. */
  const startOf = (from: number, to: number): number => {
    let before = 0;
    let start = Number.POSITIVE_INFINITY;
    for (const [n, { samples, playedMs }] of pieces.entries()) {
      if (n >= from && n < to) start = Math.min(start, playedMs - (before / rateHz) * 1000);
      before += samples.length;
    }
    return start;
  };

  const asked: Pick<CallPage, 'speak' | 'recordingPart'> & {
    endRecording(): { samples: number; startedAtMs: number; skippedMs: number } | null;
  } = {
    async speak() {
      if (speech === null) throw new Error('there is no speech to say');
      const source = new browser.AudioBufferSourceNode(context, { buffer: speech });
      source.connect(microphone);
      const startSeconds = Math.ceil((context.currentTime + LEAD_SECONDS) * rateHz) / rateHz;
      source.onended = () => sound.onSpoken();
      source.start(startSeconds);
      // The graph is computed in steps of about 10 ms. Just after a step its time is nearest to the present: the least difference counts.
      let behindMs = Number.POSITIVE_INFINITY;
      while (context.currentTime <= startSeconds) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        behindMs = Math.min(behindMs, performance.now() - context.currentTime * 1000);
      }
      return behindMs + startSeconds * 1000;
    },
    endRecording() {
      recording = false;
      if (wrongRateHz !== null) throw new Error(`the browser plays at ${wrongRateHz} Hz, not at ${rateHz}`);
      if (!heard || pieces.length === 0) return null;
      const toPageMs = pieces.reduce((least, { seenMs, playedMs }) => Math.min(least, seenMs - playedMs), Number.POSITIVE_INFINITY);
      const startMs = startOf(0, TIMING_PIECES);
      const endMs = startOf(Math.max(0, pieces.length - TIMING_PIECES), pieces.length);
      return { samples: recorded, startedAtMs: startMs + toPageMs, skippedMs: Math.max(0, endMs - startMs) };
    },
    async recordingPart(from, count) {
      const part = new Int16Array(Math.max(0, Math.min(count, recorded - from)));
      let position = -from;
      for (const { samples } of pieces) {
        if (position + samples.length > 0 && position < part.length) {
          const skip = Math.max(0, -position);
          part.set(samples.subarray(skip, skip + part.length - (position + skip)), position + skip);
        }
        position += samples.length;
      }
      const bytes = new Uint8Array(part.buffer);
      let binary = '';
      for (let at = 0; at < bytes.length; at += 0x2000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
      return browser.btoa(binary);
    },
  };
  Object.assign(globalThis, { pageSound: sound, callPage: asked });
}
