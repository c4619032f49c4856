import type { WrtcSound } from './libwebrtc-api.ts';
import { monotonicMs } from './process-time.ts';

const RATE_HZ = 48_000;
const FRAME_MS = 10;
const FRAME_SAMPLES = 480;

/** The engine's microphone: speech, handed over 10 ms at a time. */
export interface Mouth {
  /** Adds to what is to be said. */
  take(samples: Int16Array): void;
  /** Begins, now. Returns when its first sample is spoken, monotonic ms. */
  speak(onEnd: () => void): number;
}

/**
 * Each frame is due when its last sample has been spoken, counted from the beginning and not from the frame before: lateness never adds up, and after a
 * stall all that is due goes at once, as from a sound card.
 */
export function createMouth(say: (frame: WrtcSound) => void): Mouth {
  const parts: Int16Array[] = [];
  return {
    take: (samples) => void parts.push(samples),
    speak(onEnd) {
      const speech = joined(parts);
      const frames = Math.ceil(speech.length / FRAME_SAMPLES);
      const startMs = monotonicMs();
      let next = 0;
      const sayDue = (): void => {
        while (next < frames && startMs + (next + 1) * FRAME_MS <= monotonicMs()) {
          const samples = new Int16Array(FRAME_SAMPLES);
          samples.set(speech.subarray(next * FRAME_SAMPLES, (next + 1) * FRAME_SAMPLES));
          say({ samples, sampleRate: RATE_HZ, bitsPerSample: 16, channelCount: 1, numberOfFrames: FRAME_SAMPLES });
          next++;
        }
        if (next === frames) onEnd();
        else setTimeout(sayDue, Math.max(0, startMs + (next + 1) * FRAME_MS - monotonicMs()));
      };
      sayDue();
      return startMs;
    },
  };
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
