import { type CreateImpair, checkMs, IP_UDP_HEADER_BYTES } from '../impairment.ts';

/**
 * A link of a fixed rate with a drop-tail queue before it. A packet that would wait longer than `queueMs` for its turn is dropped;
 * the others go on when their last bit has, headers of IPv4 and UDP included. With a queue of 0 it polices: what comes while the link is busy is lost.
 */
export const createRateLimit: CreateImpair<'rate-limit'> = (action) => {
  if (!(action.rateBps > 0 && action.rateBps < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`rateBps must be above 0, and is ${action.rateBps}`);
  }
  const queueMs = checkMs('queueMs', action.queueMs);
  const msPerByte = 8000 / action.rateBps;
  let busyUntilMs = Number.NEGATIVE_INFINITY;
  return (packet, atMs) => {
    const startMs = Math.max(atMs, busyUntilMs);
    if (startMs - atMs > queueMs) return 'dropped';
    busyUntilMs = startMs + (packet.sizeBytes + IP_UDP_HEADER_BYTES) * msPerByte;
    return { dueMs: busyUntilMs };
  };
};
