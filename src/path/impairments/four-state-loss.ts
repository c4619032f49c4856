import type { Impairment } from '../../core/path-profile.ts';
import { type CreateImpair, checkRatio } from '../impairment.ts';

type FourState = Extract<Impairment, { kind: 'four-state-loss' }>;

/** Received in a gap, received within a burst, lost within a burst, lost alone within a gap: states 1 to 4 of Salsano et al. (2012). */
type State = 1 | 2 | 3 | 4;

/**
 * Loss in bursts that some packets survive, with single losses between, by the chain of Salsano, Ludovici, Ordine and Giannuzzi (2012), as in netem's
 * `loss state`: one step a packet, whose fate is that of the state stepped into. The chain starts in its stationary distribution, so that the first
 * packet is lost as often as any other, or in a gap where it would be caught in one state for good. One draw a packet, and one at the start.
 */
export const createFourStateLoss: CreateImpair<'four-state-loss'> = (action, rng) => {
  const { p13, p31, p32, p23, p14 } = checkSteps(action);
  let state = drawState(stationaryShares(action), rng.next());
  return (_packet, atMs) => {
    const draw = rng.next();
    if (state === 1) state = draw < p14 ? 4 : draw < p14 + p13 ? 3 : 1;
    else if (state === 2) state = draw < p23 ? 3 : 2;
    else if (state === 3) state = draw < p32 ? 2 : draw < p32 + p31 ? 1 : 3;
    else state = 1;
    return state >= 3 ? 'dropped' : { dueMs: atMs };
  };
};

/** What the chain comes to in the long run: share of packets lost, and mean run of packets lost in a row (null when none is). */
export function fourStateLongRun(action: FourState): { readonly lossRatio: number; readonly meanBurst: number | null } {
  const { p13, p31, p32, p23, p14 } = checkSteps(action);
  const [gap, goodInBurst, lostInBurst, lostAlone] = stationaryShares(action);
  const lossRatio = lostInBurst + lostAlone;
  // Losses in a row never cross from 3 to 4 or back: both are left through a packet that is received.
  const runs = Math.min(1, gap * (p13 + p14) + goodInBurst * p23);
  const leaving = lostInBurst * (p31 + p32) + lostAlone;
  return { lossRatio, meanBurst: runs > 0 && leaving > 0 ? lossRatio / runs : null };
}

type Shares = readonly [gap: number, goodInBurst: number, lostInBurst: number, lostAlone: number];

/** From the balance of steps: 1 and 3 exchange by p13 and p31, 3 and 2 by p32 and p23, and 4 is entered from 1 by p14 and left at once. */
function stationaryShares({ p13, p31, p32, p23, p14 }: FourState): Shares {
  const isCaught = p13 > 0 && (p31 === 0 || (p32 > 0 && p23 === 0));
  if (p13 === 0 || isCaught) return isCaught ? [1, 0, 0, 0] : [1 / (1 + p14), 0, 0, p14 / (1 + p14)];
  const gap = p31 / p13;
  const goodInBurst = p32 === 0 ? 0 : p32 / p23;
  const lostAlone = p14 * gap;
  const sum = gap + goodInBurst + 1 + lostAlone;
  return [gap / sum, goodInBurst / sum, 1 / sum, lostAlone / sum];
}

function drawState([gap, goodInBurst, lostInBurst]: Shares, draw: number): State {
  if (draw < gap) return 1;
  if (draw < gap + goodInBurst) return 2;
  return draw < gap + goodInBurst + lostInBurst ? 3 : 4;
}

function checkSteps(action: FourState): FourState {
  for (const name of ['p13', 'p31', 'p32', 'p23', 'p14'] as const) checkRatio(name, action[name]);
  checkRatio('p13 + p14', action.p13 + action.p14);
  checkRatio('p31 + p32', action.p31 + action.p32);
  return action;
}
