import { describe, expect, it } from 'vitest';
import { routeThroughRelay } from '../../src/call/signalling.ts';

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
