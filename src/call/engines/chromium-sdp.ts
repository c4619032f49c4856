import type { SocketEndpoint } from '../../path/relay-address.ts';

/** RFC 8839 section 5.1: everything up to the address, the address, the port, and the rest. Only UDP host candidates of the RTP component. */
const UDP_HOST_CANDIDATE = /^(a=candidate:\S+ 1 udp \d+ )(\S+) (\d+)( typ host\b.*)$/i;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * How the browser holds its sockets. `any`: one, bound to every address, announced under the address of the default route; what it sends to loopback
 * goes out from loopback. `each`: one for every address of the machine, loopback among them.
 */
export type SocketBinding = 'any' | 'each';

export interface LoopbackDescription {
  readonly sdp: string;
  /** Where the browser can be reached; null when it has found no address. */
  readonly endpoint: SocketEndpoint | null;
  /** From where else it may send: its sockets on other addresses of the machine. */
  readonly others: readonly SocketEndpoint[];
}

/**
 * Leaves one candidate in a description: the socket that takes packets on `address`, under that address. All others go, and with them every address of
 * the machine, so that the other side can neither reach the browser past loopback nor learn where it stands.
 * @param sdp an offer or answer with its candidates gathered
 */
export function keepLoopback(sdp: string, address: string, binding: SocketBinding): LoopbackDescription {
  let endpoint: SocketEndpoint | null = null;
  const others: SocketEndpoint[] = [];
  const lines = sdp.split('\r\n').flatMap((line) => {
    if (line.startsWith('c=IN ')) return [`c=IN IP4 ${address}`];
    if (!line.startsWith('a=candidate:')) return [line];
    const [, before, announced = '', port, after] = UDP_HOST_CANDIDATE.exec(line) ?? [];
    if (before === undefined) return [];
    const reachable = binding === 'any' ? IPV4.test(announced) : announced === address;
    if (!reachable || endpoint !== null) {
      if (binding === 'each') others.push({ address: announced, port: Number(port) });
      return [];
    }
    endpoint = { address, port: Number(port) };
    return [`${before}${address} ${port}${after}`];
  });
  return { sdp: lines.join('\r\n'), endpoint, others };
}
