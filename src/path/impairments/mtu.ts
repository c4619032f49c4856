import { type CreateImpair, checkCount, datagramBytes } from '../impairment.ts';

/** The largest IPv4 datagram (RFC 791). */
const MAX_DATAGRAM_BYTES = 65_535;

/** Drops datagrams over a size, in silence, as where the ICMP that should tell of it is filtered. Draws nothing. */
export const createMtu: CreateImpair<'mtu'> = (action) => {
  const mtuBytes = checkCount('mtuBytes', action.mtuBytes, 1, MAX_DATAGRAM_BYTES);
  return (packet, atMs) => (datagramBytes(packet) > mtuBytes ? 'dropped' : { dueMs: atMs });
};
