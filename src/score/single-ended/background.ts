import { measured } from '../../core/measurement.ts';
import { noEvidence } from '../../core/single-ended.ts';
import { createFft } from '../../dsp/fft.ts';
import { SILENCE_DBOV } from '../../dsp/levels.ts';
import { logistic, median } from '../../dsp/statistics.ts';
import { windowInto } from '../../dsp/stft.ts';
import { hann } from '../../dsp/windows.ts';
import { HUM_WINDOW, linePower, MAINS_HZ } from '../hum.ts';
import { FRAME_SAMPLES, FRAME_SECONDS, type Listening, measureVoicing } from './listening.ts';
import type { Sign } from './sign.ts';

/** Less pause than this says nothing of the background, seconds. */
const LEAST_SECONDS = 0.2;
/** Level under the voice at which noise counts as half present, dB: below the 20 dB of a quiet room it covers speech (ITU-T P.563 takes 15). */
const CENTRE_DB = -18;
const WIDTH_DB = 1.5;
/** Hum is named when its lines hold half the power (3 dB), babble when a fifth of the pauses is voiced, and both only from this level on, dB under the voice. */
const HUM_WITHIN_DB = 3;
const VOICED = 0.6;
const BABBLE_SHARE = 0.2;
const NAMED_FROM_DB = -30;
/** So many frames with pauses are looked at for voices; a longer recording's are taken evenly. */
const MOST_VOICING_FRAMES = 3000;

/**
 * What sounds in the pauses. Measurement: its level against the mean level of the speech, dB (the negative of a signal-to-noise ratio); parts: `humFrequency`, Hz, and
 * `humLevel`, dB, where there is hum; `voicedShare` of the pauses. `kind`: `hum`, `babble`, or `white` for any steady noise. Where it came from (room,
 * microphone, line) a recording alone does not tell.
 */
export function background(listening: Listening): Sign {
  const { levelDb, activity, samples } = listening;
  if (activity.pauseFrames * FRAME_SECONDS < LEAST_SECONDS) return { ...noEvidence('no pause to hear the background in'), events: [] };
  const levels = levelDb.filter((_, t) => activity.pause[t] === 1);
  const hum = findHum(listening);
  const steady = median(levels);
  const levelRe = Math.max(SILENCE_DBOV, Math.max(steady, hum?.dbov ?? SILENCE_DBOV) - activity.activeLevelDb);
  const voicedShare = shareVoiced(samples, activity.pause, activity.pauseFrames);
  const isHum = hum !== null && hum.dbov > steady - HUM_WITHIN_DB;
  return {
    measurement: measured(levelRe, 'dB'),
    parts: {
      voicedShare: measured(voicedShare, 'ratio'),
      ...(hum === null ? {} : { humFrequency: measured(hum.mainsHz, 'Hz'), humLevel: measured(hum.dbov - activity.activeLevelDb, 'dB') }),
    },
    strength: logistic(levelRe, CENTRE_DB, WIDTH_DB),
    kind: levelRe < NAMED_FROM_DB ? null : isHum ? 'hum' : voicedShare > BABBLE_SHARE ? 'babble' : 'white',
    events: [],
  };
}

/** Mains hum in the pauses, dBov, read before the low end is filtered away; null when there is none, or no pause of a quarter of a second. */
function findHum({ raw, activity: { pause } }: Listening): { mainsHz: number; dbov: number } | null {
  const fft = createFft(HUM_WINDOW);
  const window = hann(HUM_WINDOW);
  const scale = 4 / window.reduce((sum, w) => sum + w, 0) ** 2;
  const mean = new Float64Array(HUM_WINDOW / 2 + 1);
  const perWindow = Math.ceil(HUM_WINDOW / FRAME_SAMPLES);
  let [used, run] = [0, 0];
  for (let t = 0; t < pause.length; t++) {
    run = pause[t] === 1 ? run + 1 : 0;
    if (run < perWindow) continue;
    windowInto(fft, raw, (t + 1 - perWindow) * FRAME_SAMPLES, window);
    const spectrum = fft.forward();
    for (let k = 0; k < mean.length; k++) {
      mean[k] = (mean[k] as number) + ((spectrum[2 * k] as number) ** 2 + (spectrum[2 * k + 1] as number) ** 2) * scale;
    }
    used++;
    run = 0;
  }
  let best: { mainsHz: number; dbov: number } | null = null;
  for (const mainsHz of used === 0 ? [] : MAINS_HZ) {
    const power = linePower(mean, mainsHz) / used;
    const dbov = power > 0 ? 10 * Math.log10(power) : SILENCE_DBOV;
    if (power > 0 && (best === null || dbov > best.dbov)) best = { mainsHz, dbov };
  }
  return best;
}

function shareVoiced(samples: Float32Array, pause: Uint8Array, pauseFrames: number): number {
  const every = Math.max(1, Math.ceil(pauseFrames / MOST_VOICING_FRAMES));
  let seen = 0;
  const chosen = pause.map((x) => (x === 1 && seen++ % every === 0 ? 1 : 0));
  const { strength } = measureVoicing(samples, chosen);
  const looked = chosen.reduce((sum, x) => sum + x, 0);
  return looked === 0 ? 0 : strength.reduce((sum, s) => sum + (s > VOICED ? 1 : 0), 0) / looked;
}
