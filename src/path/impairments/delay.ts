import { type CreateImpair, checkMs } from '../impairment.ts';

/** Holds every packet for the same time. */
export const createDelay: CreateImpair<'delay'> = (action) => {
  const delayMs = checkMs('delayMs', action.delayMs);
  return (_packet, atMs) => ({ dueMs: atMs + delayMs });
};
