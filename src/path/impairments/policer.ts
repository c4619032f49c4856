import { type CreateImpair, checkCount, checkRate, datagramBytes, MAX_BYTES } from '../impairment.ts';

/**
 * A token bucket: it fills at the rate up to `burstBytes`, where it starts; a datagram takes its size out and passes at once, or finds too little and
 * is dropped. What is larger than the bucket never passes. Draws nothing.
 */
export const createPolicer: CreateImpair<'policer'> = (action) => {
  const bytesPerMs = checkRate('rateBps', action.rateBps) / 8000;
  const burst = checkCount('burstBytes', action.burstBytes, 1, MAX_BYTES);
  let tokens: number = burst;
  let filledMs = Number.NEGATIVE_INFINITY;
  return (packet, atMs) => {
    if (atMs > filledMs) {
      tokens = Math.min(burst, tokens + (atMs - filledMs) * bytesPerMs);
      filledMs = atMs;
    }
    const size = datagramBytes(packet);
    if (size > tokens) return 'dropped';
    tokens -= size;
    return { dueMs: atMs };
  };
};
