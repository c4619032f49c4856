import { isIPv4, isIPv6 } from 'node:net';

/** An address in digits, and a port. */
export interface SocketEndpoint {
  readonly address: string;
  readonly port: number;
}

/** An endpoint on a loopback address. */
export interface LoopbackEndpoint extends SocketEndpoint {}

/**
 * Returns the endpoint when it lies on this machine's loopback (127.0.0.0/8 or ::1, RFC 6890) and has a port.
 * @throws RangeError otherwise: nothing the relays carry may leave the machine
 */
export function checkLoopback(endpoint: LoopbackEndpoint): LoopbackEndpoint {
  const { address, port } = endpoint;
  const isLoopback = (isIPv4(address) && address.startsWith('127.')) || (isIPv6(address) && address === '::1');
  if (!isLoopback) throw new RangeError(`the relay sends to loopback addresses alone, and ${address} is none`);
  if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) throw new RangeError(`a port is 1 to 65535, and is ${port}`);
  return endpoint;
}
