import { measured } from '../../core/measurement.ts';
import type { Signal } from '../../core/signal.ts';
import { noEvidence } from '../../core/single-ended.ts';
import { createFft } from '../../dsp/fft.ts';
import { windowInto } from '../../dsp/stft.ts';
import { hann } from '../../dsp/windows.ts';
import { FRAME_SECONDS, type Listening } from './listening.ts';
import type { Sign } from './sign.ts';

/** Bands of 250 Hz; a band counts when speech in it is within so many dB of speech at 300–3000 Hz, and above what the pauses hold there. */
const BAND_HZ = 250;
const RANGE_DB = 45;
const ABOVE_PAUSES_DB = 6;
const SPEECH_HZ: readonly [number, number] = [300, 3000];
const WINDOW_SECONDS = 0.02;
/** Every so many frames of 10 ms is looked at: long-term spectra need no more. */
const EVERY_FRAMES = 2;

/**
 * Up to where the speech reaches, Hz, at the recording's own rate, in steps of 250 Hz; part `limit`: half that rate, beyond which the file itself can hold
 * nothing. It shows no damage by itself: telephones end at 3.4 kHz, and microphones where they like.
 */
export function reach(listening: Listening): Sign {
  const { input, activity } = listening;
  const limitHz = input.sampleRateHz / 2;
  const bands = Math.floor(limitHz / BAND_HZ);
  const speech = bandPowers(input, activity.active, bands);
  const pauses = bandPowers(input, activity.pause, bands);
  const [from, to] = [Math.ceil(SPEECH_HZ[0] / BAND_HZ), Math.floor(SPEECH_HZ[1] / BAND_HZ)];
  const middle = speech.subarray(from, to).reduce((sum, power) => sum + power, 0) / (to - from);
  if (!(middle > 0)) return { ...noEvidence('no speech to look at'), events: [] };
  let highest = 0;
  for (let b = 0; b < bands; b++) {
    const power = speech[b] as number;
    if (power > middle * 10 ** (-RANGE_DB / 10) && power > (pauses[b] as number) * 10 ** (ABOVE_PAUSES_DB / 10)) highest = b + 1;
  }
  return {
    measurement: measured(highest * BAND_HZ, 'Hz'),
    parts: { limit: measured(limitHz, 'Hz') },
    strength: null,
    kind: null,
    events: [],
  };
}

/** Mean power of each band over the frames that `mask` marks; zeros where it marks none. */
function bandPowers({ samples, sampleRateHz }: Signal, mask: Uint8Array, bands: number): Float64Array {
  const size = 2 ** Math.round(Math.log2(WINDOW_SECONDS * sampleRateHz));
  const fft = createFft(size);
  const window = hann(size);
  const out = new Float64Array(bands);
  let used = 0;
  for (let t = 0; t < mask.length; t += EVERY_FRAMES) {
    if (mask[t] !== 1) continue;
    windowInto(fft, samples, Math.round((t + 0.5) * FRAME_SECONDS * sampleRateHz - size / 2), window);
    const spectrum = fft.forward();
    for (let k = 1; k <= size / 2; k++) {
      const band = Math.floor((k * sampleRateHz) / size / BAND_HZ);
      if (band >= bands) break;
      out[band] = (out[band] as number) + (spectrum[2 * k] as number) ** 2 + (spectrum[2 * k + 1] as number) ** 2;
    }
    used++;
  }
  return used === 0 ? out : out.map((sum) => sum / used);
}
