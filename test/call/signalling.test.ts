import { describe, expect, it } from 'vitest';
import { keepCandidatesOn, routeThroughRelay } from '../../src/call/signalling.ts';

const RELAY = { address: '127.0.0.1', port: 4000 };
const description = (...candidates: string[]): string =>
  ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', ...candidates.map((candidate) => `a=candidate:${candidate}`), 'a=end-of-candidates', ''].join(
    '\r\n',
  );

describe('a description routed through the relay', () => {
  it('names the relay in every candidate and changes nothing else', () => {
    const sdp = description('abc 1 udp 2130706431 127.0.0.1 5000 typ host generation 0 ufrag x', 'abc 1 UDP 1 127.0.0.1 5000 typ host');
    expect(routeThroughRelay(sdp, RELAY)).toBe(
      description('abc 1 udp 2130706431 127.0.0.1 4000 typ host generation 0 ufrag x', 'abc 1 UDP 1 127.0.0.1 4000 typ host'),
    );
  });

  it.each([
    ['another address', 'abc 1 udp 1 192.0.2.1 5000 typ host'],
    ['TCP', 'abc 1 tcp 1 127.0.0.1 9 typ host tcptype active'],
    ['an address learnt from a server', 'abc 1 udp 1 127.0.0.1 5000 typ srflx raddr 127.0.0.1 rport 5000'],
    ['nonsense', 'abc'],
  ])('is refused with a candidate of %s', (_what, candidate) => {
    expect(() => routeThroughRelay(description(candidate), RELAY)).toThrow('does not pass the relay');
  });

  it('is refused without candidates', () => {
    expect(() => routeThroughRelay(description(), RELAY)).toThrow('no candidate');
  });
});

describe("a real engine's description", () => {
  const everywhere = description(
    'a 1 udp 9 2001:db8::2 5000 typ host',
    'b 1 udp 8 192.0.2.2 5001 typ host generation 0 network-id 1',
    'c 1 UDP 7 127.0.0.1 5002 typ host generation 0 network-id 3',
    'd 1 tcp 6 127.0.0.1 9 typ host tcptype passive',
    'e 1 udp 5 127.0.0.1 5003 typ srflx raddr 127.0.0.1 rport 5002',
    'f 1 udp 4 3f2e.local 5004 typ host',
    'c 1 UDP 7 127.0.0.1 5002 typ host generation 0 network-id 3',
    'nonsense',
  );

  it('keeps its UDP candidates on loopback, and the lines that are no candidates', () => {
    const loopback = 'c 1 UDP 7 127.0.0.1 5002 typ host generation 0 network-id 3';
    const { kept, sdp } = keepCandidatesOn(everywhere, '127.0.0.1');
    expect(sdp).toBe(description(loopback, loopback));
    expect(kept).toEqual([{ address: '127.0.0.1', port: 5002 }]);
    expect(() => routeThroughRelay(sdp, RELAY)).not.toThrow();
  });

  it('tells where else packets may come from', () => {
    const { others } = keepCandidatesOn(everywhere, '127.0.0.1');
    expect(others.map(({ address, port }) => `${address} ${port}`)).toEqual([
      '2001:db8::2 5000',
      '192.0.2.2 5001',
      '127.0.0.1 5003',
      '3f2e.local 5004',
    ]);
  });

  it('may have no candidate there: the call then has no way', () => {
    const { kept, sdp } = keepCandidatesOn(description('b 1 udp 8 192.0.2.2 5001 typ host'), '127.0.0.1');
    expect(kept).toEqual([]);
    expect(() => routeThroughRelay(sdp, RELAY)).toThrow('no candidate');
  });
});
