import type { LoopbackEndpoint, SocketEndpoint } from '../path/relay-address.ts';

/** RFC 8839 section 5.1: foundation, component, transport, priority, address, port, then the type and the rest. */
const CANDIDATE = /^a=candidate:(\S+) (\d+) (\S+) (\d+) (\S+) (\d+) typ (\S+)(.*)$/;

/** The peer has found no address to be reached at: a fault of the machine. */
export class NoCandidateError extends Error {
  constructor() {
    super('the description has no candidate');
    this.name = 'NoCandidateError';
  }
}

/**
 * Puts the relay's address in the place of every candidate's own, so that the other side knows no way but through the relay.
 * @param sdp an offer or answer (RFC 8866) with its candidates gathered
 * @returns the same SDP; lines without a candidate stay as they are
 * @throws NoCandidateError when there is no candidate; Error when there is one that is not a UDP host candidate on the relay's own address: such a peer could be reached,
 * or would send, past the relay
 */
export function routeThroughRelay(sdp: string, relay: LoopbackEndpoint): string {
  let rewritten = 0;
  const lines = sdp.split('\r\n').map((line) => {
    if (!line.startsWith('a=candidate:')) return line;
    const match = CANDIDATE.exec(line);
    const [, foundation, component, transport, priority, address, , type, rest] = match ?? [];
    if (transport?.toLowerCase() !== 'udp' || type !== 'host' || address !== relay.address) {
      throw new Error(`a candidate that does not pass the relay: ${line}`);
    }
    rewritten++;
    return `a=candidate:${foundation} ${component} ${transport} ${priority} ${relay.address} ${relay.port} typ ${type}${rest}`;
  });
  if (rewritten === 0) throw new NoCandidateError();
  return lines.join('\r\n');
}

export interface KeptCandidates {
  readonly sdp: string;
  /** Where the engine listens on the address, each endpoint once. */
  readonly kept: readonly SocketEndpoint[];
  /** The UDP endpoints that were taken out: the engine may still send from there. */
  readonly others: readonly SocketEndpoint[];
}

/**
 * Takes out of a real engine's description every candidate but its UDP host candidates on `address`: it gathers on every interface of the machine, and
 * may be told to the other side, and reached, on loopback alone.
 */
export function keepCandidatesOn(sdp: string, address: string): KeptCandidates {
  const kept = new Map<string, SocketEndpoint>();
  const others = new Map<string, SocketEndpoint>();
  const lines = sdp.split('\r\n').filter((line) => {
    if (!line.startsWith('a=candidate:')) return true;
    const [, , , transport, , host = '', port, type] = CANDIDATE.exec(line) ?? [];
    if (transport?.toLowerCase() !== 'udp') return false;
    const isKept = type === 'host' && host === address;
    (isKept ? kept : others).set(`${host} ${port}`, { address: host, port: Number(port) });
    return isKept;
  });
  return { sdp: lines.join('\r\n'), kept: [...kept.values()], others: [...others.values()] };
}
