import type { CreateImpair } from '../impairment.ts';
import { createPeriodic } from './periodic.ts';

/** Loses everything for a while, again and again. Draws nothing. */
export const createOutage: CreateImpair<'outage'> = (action) => {
  const harm = createPeriodic(action);
  return (_packet, atMs, wokeMs) => (harm(atMs, wokeMs) === null ? { dueMs: atMs } : 'dropped');
};
