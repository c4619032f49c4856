import { type CreateImpair, checkCount, MAX_LIST } from '../impairment.ts';

/** Loses the packets that a list marks with 1, one entry a packet. Draws nothing. */
export const createTraceLoss: CreateImpair<'trace-loss'> = ({ trace, repeat }) => {
  const length = checkCount('the length of trace', trace.length, 1, MAX_LIST);
  for (const entry of trace) {
    if (entry !== 0 && entry !== 1) throw new RangeError(`trace holds 0 and 1, and one entry is ${String(entry)}`);
  }
  let at = 0;
  return (_packet, atMs) => {
    if (at === length && repeat) at = 0;
    return at < length && trace[at++] === 1 ? 'dropped' : { dueMs: atMs };
  };
};
