import { type CreateImpair, checkCount, checkMs, checkRate, datagramBytes, MAX_BYTES } from '../impairment.ts';
import { createCodel } from './codel.ts';
import { createSlots } from './link-slots.ts';

/**
 * A link of a fixed rate behind a queue. A packet whose turn would come more than `queueMs` later is dropped, or before which, with itself, more than
 * `queueBytes` would wait (the rest of the one being sent counted); the others go on when their last bit has. With a queue of 0 what comes while the
 * link is busy is lost. With `codel` a queue that stands over the target is cut shorter. Draws nothing.
 */
export const createRateLimit: CreateImpair<'rate-limit'> = (action) => {
  const msPerByte = 8000 / checkRate('rateBps', action.rateBps);
  if ((action.queueMs === undefined) === (action.queueBytes === undefined))
    throw new RangeError('a queue has either queueMs or queueBytes');
  const queueMs = action.queueMs === undefined ? null : checkMs('queueMs', action.queueMs);
  const queueBytes = action.queueBytes === undefined ? null : checkCount('queueBytes', action.queueBytes, 0, MAX_BYTES);
  if (action.discipline !== 'codel' && (action.targetMs !== undefined || action.intervalMs !== undefined)) {
    throw new RangeError('targetMs and intervalMs belong to the discipline codel');
  }
  const codel = action.discipline === 'codel' ? createCodel(action.targetMs, action.intervalMs) : null;
  const slots = createSlots();
  return (packet, atMs, _wokeMs, offeredMs) => {
    slots.forget(offeredMs);
    const bytes = datagramBytes(packet);
    const lengthMs = bytes * msPerByte;
    const startMs = slots.find(atMs, lengthMs);
    const waitMs = startMs - atMs;
    if (queueMs !== null && waitMs > queueMs) return 'dropped';
    if (queueBytes !== null && waitMs > 0 && waitMs / msPerByte + bytes > queueBytes) return 'dropped';
    if (codel?.drops(startMs, waitMs, waitMs / msPerByte, bytes)) return 'dropped';
    slots.take(startMs, lengthMs);
    return { dueMs: startMs + lengthMs };
  };
};
