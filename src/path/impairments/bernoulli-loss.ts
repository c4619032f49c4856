import { type CreateImpair, checkRatio } from '../impairment.ts';

/** Drops each packet with the same probability, whatever became of the one before. One draw a packet. */
export const createBernoulliLoss: CreateImpair<'bernoulli-loss'> = (action, rng) => {
  const lossRatio = checkRatio('lossRatio', action.lossRatio);
  return (_packet, atMs) => (rng.next() < lossRatio ? 'dropped' : { dueMs: atMs });
};
