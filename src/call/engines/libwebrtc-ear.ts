import type { WrtcSound } from './libwebrtc-api.ts';
import type { Answer } from './libwebrtc-messages.ts';
import { monotonicMs } from './process-time.ts';

/** So many frames of 10 ms are told at once: half a second is all that is lost when the process dies. */
const FRAMES_A_MESSAGE = 50;

/** Keeps what the engine plays and tells it in order. */
export interface Ear {
  hear(frame: WrtcSound): void;
  /** Tells what has not been told yet; from now on nothing is heard. */
  stop(): void;
}

/**
 * The engine plays 10 ms every 10 ms and catches up after a stall, so its frames follow each other without a gap whenever they get here. When they were
 * played is told by the one that was the least late.
 * It begins at 16 kHz and changes to the decoder's rate with the first packet: the rate is read from each frame.
 */
export function createEar(tell: (answer: Answer) => void): Ear {
  let frames: Int16Array[] = [];
  let rateHz = 0;
  let atMs = Number.POSITIVE_INFINITY;
  let samples = 0;
  let stopped = false;
  const flush = (): void => {
    if (samples === 0) return;
    const sound = new Int16Array(samples);
    let at = 0;
    for (const frame of frames) {
      sound.set(frame, at);
      at += frame.length;
    }
    tell({ kind: 'heard', atMs, sampleRateHz: rateHz, samples: sound });
    frames = [];
    samples = 0;
    atMs = Number.POSITIVE_INFINITY;
  };
  return {
    hear(frame) {
      if (stopped) return;
      if (frame.sampleRate !== rateHz) flush();
      rateHz = frame.sampleRate;
      const mono = oneChannel(frame);
      atMs = Math.min(atMs, monotonicMs() - (samples / rateHz) * 1000);
      frames.push(mono);
      samples += mono.length;
      if (frames.length >= FRAMES_A_MESSAGE) flush();
    },
    stop() {
      flush();
      stopped = true;
    },
  };
}

/** The mean of the channels; a copy, for the engine may use its memory again. */
function oneChannel({ samples, channelCount = 1 }: WrtcSound): Int16Array {
  if (channelCount === 1) return Int16Array.from(samples);
  const mono = new Int16Array(Math.floor(samples.length / channelCount));
  for (let i = 0; i < mono.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channelCount; channel++) sum += samples[i * channelCount + channel] as number;
    mono[i] = Math.round(sum / channelCount);
  }
  return mono;
}
