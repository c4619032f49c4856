import type { Impairment } from '../../core/path-profile.ts';
import { type CreateImpair, checkRatio } from '../impairment.ts';

type GilbertElliott = Extract<Impairment, { kind: 'gilbert-elliott-loss' }>;

/**
 * Bursty loss by a chain of a good and a bad state (Gilbert 1960, Elliott 1963), one step a packet. The chain starts in its stationary
 * distribution, so that the loss expected of the first packet is that of any other. Two draws a packet, whatever the state.
 */
export const createGilbertElliottLoss: CreateImpair<'gilbert-elliott-loss'> = (action, rng) => {
  const enterBad = checkRatio('enterBadRatio', action.enterBadRatio);
  const leaveBad = checkRatio('leaveBadRatio', action.leaveBadRatio);
  const lossInBad = checkRatio('lossInBadRatio', action.lossInBadRatio);
  const lossInGood = checkRatio('lossInGoodRatio', action.lossInGoodRatio);
  const moves = enterBad + leaveBad;
  let bad = moves > 0 && rng.next() < enterBad / moves;
  return (_packet, atMs) => {
    const lost = rng.next() < (bad ? lossInBad : lossInGood);
    const move = rng.next();
    bad = bad ? move >= leaveBad : move < enterBad;
    return lost ? 'dropped' : { dueMs: atMs };
  };
};

/**
 * The simple Gilbert model (all lost in the bad state, none in the good) of a wanted loss and burst: leave = 1/B, enter = P / (B (1 - P)).
 * @param lossRatio long-run share of packets lost, P: at least 0 and below 1
 * @param meanBurst mean run of packets lost in a row, B: at least 1
 * @throws RangeError outside these, or where no chain has both (P above B / (B + 1))
 */
export function gilbertElliottFor(lossRatio: number, meanBurst: number): GilbertElliott {
  if (!(meanBurst >= 1 && meanBurst < Number.POSITIVE_INFINITY))
    throw new RangeError(`a mean burst is at least 1 packet, and is ${meanBurst}`);
  const enterBadRatio = checkRatio('lossRatio', lossRatio) / (meanBurst * (1 - lossRatio));
  if (!(enterBadRatio <= 1)) throw new RangeError(`bursts of ${meanBurst} packets cannot make a loss ratio of ${lossRatio}`);
  return { kind: 'gilbert-elliott-loss', enterBadRatio, leaveBadRatio: 1 / meanBurst, lossInBadRatio: 1, lossInGoodRatio: 0 };
}

/** The loss ratio a chain comes to in the long run: the losses of its two states, weighted by how much of the time it is in each. */
export function stationaryLossRatio(action: GilbertElliott): number {
  const moves = action.enterBadRatio + action.leaveBadRatio;
  const bad = moves > 0 ? action.enterBadRatio / moves : 0;
  return bad * action.lossInBadRatio + (1 - bad) * action.lossInGoodRatio;
}
