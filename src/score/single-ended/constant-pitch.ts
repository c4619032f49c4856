import { measured } from '../../core/measurement.ts';
import { logistic } from '../../dsp/statistics.ts';
import { LISTENING_RATE_HZ, type Listening } from './listening.ts';
import type { Sign } from './sign.ts';
import { type Stretch, worstOf } from './stretches.ts';

/** Frames more periodic than this carry a pitch; two pitches within 1.5 % are the same pitch. As in the scores with a reference. */
const VOICED = 0.5;
const SAME_PITCH = 1.015;
/** Share of speech on one pitch that counts as half present. Clean talkers: up to 0.19, in babble 0.28; robots of one pitch: 0.7 and more. */
const CENTRE = 0.45;
const WIDTH = 0.04;

/** A voice whose pitch does not move. Measurement: share of the worst 15 s of speech within ±1.5 % of one pitch; part `pitch`, Hz. */
export function constantPitch(listening: Listening, stretches: readonly Stretch[]): Sign {
  const worst = worstOf(stretches, (stretch) => commonest(listening, stretch).share);
  const { share, lag } = worst === null ? { share: 0, lag: 0 } : commonest(listening, worst.stretch);
  return {
    measurement: measured(share, 'ratio'),
    parts: lag > 0 ? { pitch: measured(LISTENING_RATE_HZ / lag, 'Hz') } : {},
    strength: logistic(share, CENTRE, WIDTH),
    kind: null,
    events: [],
  };
}

/** The commonest pitch of a stretch: its share of the speech, and its lag in samples (0 where nothing is voiced). */
export function commonest(listening: Listening, { from, to, activeFrames }: Stretch): { share: number; lag: number } {
  const { strength, lag } = listening.voicing();
  const sorted = lag
    .slice(from, to)
    .filter((_, i) => (strength[from + i] as number) > VOICED)
    .sort();
  const span = SAME_PITCH * SAME_PITCH;
  let [most, place] = [0, 0];
  for (let low = 0, high = 0; low < sorted.length; low++) {
    while (high < sorted.length && (sorted[high] as number) <= (sorted[low] as number) * span) high++;
    if (high - low > most) [most, place] = [high - low, low];
  }
  return { share: activeFrames === 0 ? 0 : most / activeFrames, lag: sorted[place + Math.floor(most / 2)] ?? 0 };
}
