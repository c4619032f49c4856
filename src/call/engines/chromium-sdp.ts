/** RFC 8839 section 5.1: everything up to the address, the address, the port, and the rest. Only UDP host candidates of the RTP component. */
const UDP_HOST_CANDIDATE = /^(a=candidate:\S+ 1 udp \d+ )(\S+) (\d+)( typ host\b.*)$/i;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * How the browser holds its sockets. `any`: one, bound to every address, announced under the address of the default route; what it sends to loopback
 * goes out from loopback. `each`: one for every address of the machine, loopback among them.
 */
export type SocketBinding = 'any' | 'each';

/** A UDP socket of the browser. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface LoopbackDescription {
  readonly sdp: string;
  /** Where the browser can be reached; null when it has found no address. */
  readonly endpoint: Endpoint | null;
  /** From where else it may send: its sockets on other addresses of the machine. */
  readonly others: readonly Endpoint[];
}

/**
 * Leaves one candidate in a description: the socket that takes packets on `address`, under that address. All others go, and with them every address of
 * the machine, so that the other side can neither reach the browser past loopback nor learn where it stands.
 * @param sdp an offer or answer with its candidates gathered
 */
export function keepLoopback(sdp: string, address: string, binding: SocketBinding): LoopbackDescription {
  let endpoint: Endpoint | null = null;
  const others: Endpoint[] = [];
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

/** A candidate of a description, and which of its media it belongs to, counted from 0. */
export interface IceCandidateLine {
  readonly candidate: string;
  readonly sdpMLineIndex: number;
}

/**
 * Takes the candidates out of a description, to be given later: a browser begins to send as soon as it knows where to, and nobody may have been told of its
 * own address by then.
 */
export function splitCandidates(sdp: string): { readonly sdp: string; readonly candidates: IceCandidateLine[] } {
  const candidates: IceCandidateLine[] = [];
  let medium = -1;
  const lines = sdp.split('\r\n').filter((line) => {
    if (line.startsWith('m=')) medium++;
    if (line === 'a=end-of-candidates') return false;
    if (!line.startsWith('a=candidate:')) return true;
    candidates.push({ candidate: line.slice('a='.length), sdpMLineIndex: Math.max(0, medium) });
    return false;
  });
  return { sdp: lines.join('\r\n'), candidates };
}
