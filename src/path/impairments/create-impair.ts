import type { Impairment } from '../../core/path-profile.ts';
import type { Rng } from '../../core/rng.ts';
import type { Impair } from '../impairment.ts';
import { createBernoulliLoss } from './bernoulli-loss.ts';
import { createBlackHole } from './black-hole.ts';
import { createDelay } from './delay.ts';
import { createGilbertElliottLoss } from './gilbert-elliott-loss.ts';
import { createJitter } from './jitter.ts';
import { createRateLimit } from './rate-limit.ts';

/** Makes the impairment an action names, with fresh state. Throws a RangeError for a number outside its range. */
export function createImpair(action: Impairment, rng: Rng): Impair {
  switch (action.kind) {
    case 'bernoulli-loss':
      return createBernoulliLoss(action, rng);
    case 'gilbert-elliott-loss':
      return createGilbertElliottLoss(action, rng);
    case 'delay':
      return createDelay(action, rng);
    case 'jitter':
      return createJitter(action, rng);
    case 'rate-limit':
      return createRateLimit(action, rng);
    case 'black-hole':
      return createBlackHole(action, rng);
  }
}
