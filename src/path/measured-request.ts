import type { Impairment } from '../core/path-profile.ts';
import type { RequestedHarm } from '../core/rule-measurement.ts';
import { empiricalMeanMs } from './impairments/empirical-delay.ts';
import { fourStateLongRun } from './impairments/four-state-loss.ts';
import { stationaryLossRatio } from './impairments/gilbert-elliott-loss.ts';

const NOTHING: RequestedHarm = {
  lossRatio: null,
  meanLossBurst: null,
  meanDelayMs: null,
  duplicateRatio: null,
  corruptRatio: null,
  rateBps: null,
};
/** So many standard deviations above 0, hardly any delay is cut off there, and the mean is the one that was named. */
const CLEAR_OF_ZERO = 3;

/** What an action comes to in the long run, by its own numbers: see {@link RequestedHarm}. Periodic harm is that of packets evenly spaced. */
export function requestedHarm(action: Impairment): RequestedHarm {
  switch (action.kind) {
    case 'bernoulli-loss':
      return { ...NOTHING, lossRatio: action.lossRatio, meanLossBurst: action.lossRatio < 1 ? 1 / (1 - action.lossRatio) : null };
    case 'gilbert-elliott-loss':
      return { ...NOTHING, lossRatio: stationaryLossRatio(action), meanLossBurst: gilbertElliottBurst(action) };
    case 'four-state-loss': {
      const { lossRatio, meanBurst } = fourStateLongRun(action);
      return { ...NOTHING, lossRatio, meanLossBurst: meanBurst };
    }
    case 'block-loss':
      return { ...NOTHING, lossRatio: Math.round(action.lossRatio * action.blockPackets) / action.blockPackets };
    case 'trace-loss':
      return action.repeat ? { ...NOTHING, lossRatio: sum(action.trace) / action.trace.length } : NOTHING;
    case 'delay':
      return { ...NOTHING, meanDelayMs: action.delayMs };
    case 'jitter':
      return { ...NOTHING, meanDelayMs: meanJitterMs(action) };
    case 'reorder':
      return { ...NOTHING, meanDelayMs: meanReorderMs(action) };
    case 'duplicate':
      return { ...NOTHING, duplicateRatio: action.duplicateRatio };
    case 'corrupt':
      return { ...NOTHING, corruptRatio: action.corruptRatio };
    case 'rate-limit':
    case 'policer':
      return { ...NOTHING, rateBps: action.rateBps };
    case 'black-hole':
    case 'freeze':
      return { ...NOTHING, lossRatio: 1 };
    case 'outage':
      return { ...NOTHING, lossRatio: action.lengthMs / action.periodMs };
    case 'stall':
      return { ...NOTHING, meanDelayMs: action.lengthMs ** 2 / (2 * action.periodMs) };
    case 'mtu':
      return NOTHING;
  }
}

type Of<Kind extends Impairment['kind']> = Extract<Impairment, { kind: Kind }>;

/** Losses by the number of runs of losses: each run ends in one step from a loss to no loss. Null when no run ends. */
function gilbertElliottBurst(action: Of<'gilbert-elliott-loss'>): number | null {
  const { enterBadRatio: enter, leaveBadRatio: leave, lossInBadRatio: lossInBad, lossInGoodRatio: lossInGood } = action;
  const bad = enter + leave > 0 ? enter / (enter + leave) : 0;
  const keptAfterBad = leave * (1 - lossInGood) + (1 - leave) * (1 - lossInBad);
  const keptAfterGood = enter * (1 - lossInBad) + (1 - enter) * (1 - lossInGood);
  const endings = bad * lossInBad * keptAfterBad + (1 - bad) * lossInGood * keptAfterGood;
  return endings > 0 ? stationaryLossRatio(action) / endings : null;
}

/** The mean of what is drawn; where order is kept, waiting for the packet before comes on top. Null where much is cut off at 0. */
function meanJitterMs(action: Of<'jitter'>): number | null {
  if (action.distribution === 'empirical') return empiricalMeanMs(action);
  if (action.delayMs === undefined) return action.jitterMs;
  return action.delayMs >= CLEAR_OF_ZERO * action.jitterMs ? action.delayMs : null;
}

/** Between two packets sent at once lie the gap and, on average, the packets it takes for one to be chosen. */
function meanReorderMs({ reorderRatio, gapPackets, delayMs }: Of<'reorder'>): number {
  if (reorderRatio === 0) return delayMs;
  return delayMs * (1 - 1 / (gapPackets - 1 + 1 / reorderRatio));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
