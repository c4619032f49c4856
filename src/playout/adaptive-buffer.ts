import type { BackgroundNoise } from './background-noise.ts';
import { decide, type Operation } from './decision.ts';
import type { Player, Supply } from './player.ts';
import { accelerate, middleOfStretch, preemptiveExpand, stretchablePeriod, stretchSamples } from './time-stretch.ts';
import type { Voice } from './voice.ts';

/** Time is stretched again after so many ticks; a new source is played for so many before (libwebrtc, DecisionLogic: five, counted from the tick after). */
const STRETCH_PAUSE_TICKS = 6;

/** Time is stretched with so much decoded ahead, ticks of 10 ms; packets of at least that length are not decoded ahead of their turn. */
const STRETCH_TICKS = 3;

/** Plays as libwebrtc's NetEq does (NetEqImpl::GetAudio): one operation a tick, time stretched where the delay is off its target. */
export function createAdaptivePlayer(voice: Voice, supply: Supply, background: BackgroundNoise, epoch: () => number): Player {
  const { track } = voice;
  const { rate } = track;
  const { tickSamples, samplesPerMs } = rate;
  let wanted: number | null = null;
  let tick = 0;
  let stretchFromTick = 0;
  /** The tick at which sound began to be made up; null where it is not. */
  let madeUpSince: number | null = null;
  let frameSamples = STRETCH_TICKS * tickSamples;
  let untouched = true;

  /** Takes what follows without a gap until there is enough of it, and writes it; what it was, in samples. */
  const play = (samples: number, nowMs: number, skips: boolean): number => {
    let played = 0;
    do {
      const taken = supply.take(nowMs);
      if (taken === null) break;
      voice.startAt(track.head + rate.overlapSamples);
      voice.write(taken.sound, taken.timestamp, skips && played === 0);
      frameSamples = taken.sound.length;
      played += taken.samples;
      wanted = taken.isDtx ? taken.timestamp : taken.timestamp + taken.samples;
      if (taken.isDtx) {
        voice.isNoise();
        madeUpSince = tick;
      } else madeUpSince = null;
    } while (played < samples && supply.next()?.timestamp === wanted);
    return played;
  };

  const conceal = (): void => {
    while (voice.left() < tickSamples) voice.conceal(wanted ?? 0, epoch());
    madeUpSince ??= tick;
  };

  /** How much must be decoded for a stretch: enough already, so many samples, or, of speeding up, nothing yet. */
  const stretch = (operation: 'accelerate' | 'preemptive-expand', nowMs: number): void => {
    const left = voice.left();
    const slower = operation === 'preemptive-expand';
    const long = frameSamples >= STRETCH_TICKS * tickSamples;
    let played = 0;
    if (left < STRETCH_TICKS * tickSamples) {
      if (left >= tickSamples && long) {
        if (!slower) return;
      } else {
        const more = left < 2 * tickSamples && !long;
        played = play(more ? 2 * tickSamples : tickSamples, nowMs, false);
        if (!slower && (more || left + played < STRETCH_TICKS * tickSamples)) return;
      }
    }
    const looked = stretchSamples(rate);
    const start = track.tail - Math.max(looked, played);
    if (start + looked > track.tail || start < 0) return;
    const at = start + middleOfStretch(rate);
    const period = stretchablePeriod(track.samples, start, background.power(), rate);
    if (period === null || (slower && track.head > at)) return;
    untouched = false;
    stretchFromTick = tick + STRETCH_PAUSE_TICKS;
    if (slower) {
      preemptiveExpand(track.samples, at, track.tail, period);
      track.tail += period;
      voice.note('slower', at, period);
    } else {
      accelerate(track.samples, at, track.tail, period);
      track.tail -= period;
      voice.note('faster', at - period, period);
    }
  };

  const nextOperation = (nowMs: number, due: number): Operation => {
    const next = supply.next();
    return decide({
      last: voice.last(),
      leap: next === null ? null : next.timestamp - due,
      madeUp: madeUpSince === null ? 0 : (tick - madeUpSince) * tickSamples,
      gain: voice.gain(),
      samplesPerMs,
      bufferedMs: supply.spanMs(nowMs),
      dtxWaits: supply.dtxWaits(),
      noiseLasts: supply.noiseLasts(),
      nextIsDtx: next?.isDtx ?? false,
      playoutDelayMs: supply.delayMs(due - (track.tail - track.head), nowMs),
      targetMs: supply.targetMs(),
      maxDelayMs: supply.maxDelayMs(),
      mayStretch: tick >= stretchFromTick,
    });
  };

  /** The first packet of a source is played at once; the buffer fills up while it plays. */
  const begin = (nowMs: number): void => {
    stretchFromTick = tick + STRETCH_PAUSE_TICKS;
    play(tickSamples, nowMs, true);
  };

  const go = (operation: Operation, nowMs: number): void => {
    if (operation === 'accelerate' || operation === 'preemptive-expand') stretch(operation, nowMs);
    else if (operation === 'merge') {
      play(tickSamples, nowMs, true);
      untouched = false;
    } else if (voice.left() < tickSamples) {
      if (operation === 'normal') play(tickSamples, nowMs, false);
      else if (operation === 'noise') voice.addNoise(supply.noise());
    }
  };

  return {
    wanted: () => wanted,
    arrive: () => undefined,
    reset() {
      wanted = null;
    },
    provide(nowMs) {
      tick++;
      untouched = true;
      if (wanted === null) begin(nowMs);
      else go(nextOperation(nowMs, wanted), nowMs);
      if (voice.started() === null) return;
      if (voice.left() < tickSamples) conceal();
      if (untouched && voice.last() !== 'concealed') background.listen(track.samples, track.tail);
    },
  };
}
