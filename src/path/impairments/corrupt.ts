import { type CreateImpair, checkRatio } from '../impairment.ts';

/**
 * Flips one bit, each as likely, in the payload of a share of the packets. What has no payload stays as it is. Two draws a packet.
 * On a real network most such packets fail the UDP or TCP checksum and vanish; here they reach the peer, who must tell by its keys.
 */
export const createCorrupt: CreateImpair<'corrupt'> = (action, rng) => {
  const corruptRatio = checkRatio('corruptRatio', action.corruptRatio);
  return (packet, atMs) => {
    const isHit = rng.next() < corruptRatio;
    const flippedBit = Math.floor(rng.next() * packet.sizeBytes * 8);
    return isHit && packet.sizeBytes > 0 ? { dueMs: atMs, flippedBit } : { dueMs: atMs };
  };
};
