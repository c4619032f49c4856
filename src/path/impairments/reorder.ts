import { type CreateImpair, checkCount, checkMs, checkRatio, MAX_LIST } from '../impairment.ts';

/**
 * Reorders as netem does: packets are held for `delayMs`, but once `gapPackets - 1` were held since the last that was not, each goes on at once with
 * `reorderRatio`, and so overtakes those sent within `delayMs` before it. With a gap of 1 that is simply each packet's chance. One draw a packet.
 */
export const createReorder: CreateImpair<'reorder'> = (action, rng) => {
  const reorderRatio = checkRatio('reorderRatio', action.reorderRatio);
  const gap = checkCount('gapPackets', action.gapPackets, 1, MAX_LIST);
  const delayMs = checkMs('delayMs', action.delayMs);
  let held = 0;
  return (_packet, atMs) => {
    const isChosen = rng.next() < reorderRatio;
    if (held < gap - 1 || !isChosen) {
      held++;
      return { dueMs: atMs + delayMs };
    }
    held = 0;
    return { dueMs: atMs };
  };
};
