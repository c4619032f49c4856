import { type CreateImpair, checkRatio } from '../impairment.ts';

/** Sends a share of the packets twice, both at once. One draw a packet. */
export const createDuplicate: CreateImpair<'duplicate'> = (action, rng) => {
  const duplicateRatio = checkRatio('duplicateRatio', action.duplicateRatio);
  return (_packet, atMs) => (rng.next() < duplicateRatio ? { dueMs: atMs, copy: true } : { dueMs: atMs });
};
