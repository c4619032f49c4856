import type { Impairment } from '../../core/path-profile.ts';
import type { Rng } from '../../core/rng.ts';
import type { CreateImpair, Impair } from '../impairment.ts';
import { createBernoulliLoss } from './bernoulli-loss.ts';
import { createBlackHole } from './black-hole.ts';
import { createBlockLoss } from './block-loss.ts';
import { createCorrupt } from './corrupt.ts';
import { createDelay } from './delay.ts';
import { createDuplicate } from './duplicate.ts';
import { createFourStateLoss } from './four-state-loss.ts';
import { createFreeze } from './freeze.ts';
import { createGilbertElliottLoss } from './gilbert-elliott-loss.ts';
import { createJitter } from './jitter.ts';
import { createMtu } from './mtu.ts';
import { createOutage } from './outage.ts';
import { createPolicer } from './policer.ts';
import { createRateLimit } from './rate-limit.ts';
import { createReorder } from './reorder.ts';
import { createStall } from './stall.ts';
import { createTraceLoss } from './trace-loss.ts';

type Kind = Impairment['kind'];

const CREATORS: { readonly [K in Kind]: CreateImpair<K> } = {
  'bernoulli-loss': createBernoulliLoss,
  'gilbert-elliott-loss': createGilbertElliottLoss,
  'four-state-loss': createFourStateLoss,
  'block-loss': createBlockLoss,
  'trace-loss': createTraceLoss,
  delay: createDelay,
  jitter: createJitter,
  reorder: createReorder,
  duplicate: createDuplicate,
  corrupt: createCorrupt,
  'rate-limit': createRateLimit,
  policer: createPolicer,
  'black-hole': createBlackHole,
  freeze: createFreeze,
  outage: createOutage,
  stall: createStall,
  mtu: createMtu,
};

/** What is one link for all packets of a direction that a rule matches. */
const ONE_LINK: ReadonlySet<Kind> = new Set<Kind>(['rate-limit', 'policer', 'outage', 'stall']);

/** Whether the impairment has one state for all packets a rule matches in a direction, and not one for each class. */
export function isOneLink(kind: Kind): boolean {
  return ONE_LINK.has(kind);
}

/** Makes the impairment an action names, with fresh state. Throws a RangeError for a number outside its range. */
export function createImpair<K extends Kind>(action: Extract<Impairment, { kind: K }>, rng: Rng): Impair {
  const create = CREATORS[action.kind as K] as CreateImpair<K> | undefined;
  if (create === undefined) throw new RangeError(`there is no action of the kind ${String(action.kind)}`);
  return create(action, rng);
}
