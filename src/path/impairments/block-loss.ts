import { type CreateImpair, checkCount, checkRatio, MAX_LIST } from '../impairment.ts';

/**
 * Loses of every block of `blockPackets` packets exactly the rounded share, at places drawn for each block: what a test needs that must not be
 * at the mercy of a draw. Places by the selection of Fan, Muller and Rezucha (1962): each packet with the share still owed of those still to come.
 * One draw a packet.
 */
export const createBlockLoss: CreateImpair<'block-loss'> = (action, rng) => {
  const size = checkCount('blockPackets', action.blockPackets, 1, MAX_LIST);
  const lossesOfBlock = Math.round(checkRatio('lossRatio', action.lossRatio) * size);
  let packetsLeft = 0;
  let lossesLeft = 0;
  return (_packet, atMs) => {
    if (packetsLeft === 0) {
      packetsLeft = size;
      lossesLeft = lossesOfBlock;
    }
    const lost = rng.next() * packetsLeft < lossesLeft;
    packetsLeft--;
    if (!lost) return { dueMs: atMs };
    lossesLeft--;
    return 'dropped';
  };
};
