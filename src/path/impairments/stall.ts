import type { CreateImpair } from '../impairment.ts';
import { createPeriodic } from './periodic.ts';

/** Holds everything for a while, again and again, and then lets it go in one burst: a Wi-Fi scan, a hand-over, a buffer that is emptied. Draws nothing. */
export const createStall: CreateImpair<'stall'> = (action) => {
  const harm = createPeriodic(action);
  return (_packet, atMs, wokeMs) => ({ dueMs: harm(atMs, wokeMs) ?? atMs });
};
