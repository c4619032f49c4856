import { describe, expect, it } from 'vitest';
import { compareClocks } from '../../../src/call/engines/chromium-clock.ts';
import { inboundOf } from '../../../src/call/engines/chromium-inbound.ts';
import { type ChromiumSearch, findChromium } from '../../../src/call/engines/chromium-path.ts';
import { keepLoopback } from '../../../src/call/engines/chromium-sdp.ts';
import { fromPcm, toPcm } from '../../../src/call/engines/chromium-sound.ts';
import { EngineMissingError } from '../../../src/call/engines/engine-peer.ts';
import { splitCandidates } from '../../../src/call/engines/split-candidates.ts';

const lines = (...text: string[]): string => `${text.join('\r\n')}\r\n`;

describe('what the other side is told of where Chromium is', () => {
  const behindOneSocket = lines(
    'm=audio 43099 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 192.0.2.2',
    'a=candidate:25 1 udp 2113937151 192.0.2.2 43099 typ host generation 0 network-cost 999',
    'a=candidate:15 1 udp 2113942271 fd00::2 54278 typ host generation 0 network-cost 999',
    'a=mid:0',
  );
  const oneSocketEach = lines(
    'm=audio 45063 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP6 fd00::2',
    'a=candidate:14 1 udp 2122063615 192.0.2.2 59087 typ host generation 0 network-id 1',
    'a=candidate:29 1 udp 2122194687 127.0.0.1 45063 typ host generation 0 network-id 3',
    'a=candidate:26 1 udp 2122267903 ::1 33306 typ host generation 0 network-id 4',
    'a=candidate:13 1 tcp 1518214911 127.0.0.1 9 typ host tcptype active generation 0 network-id 3',
    'a=mid:0',
  );

  it('is the loopback side of its one socket, under the loopback address', () => {
    const { sdp, endpoint, others } = keepLoopback(behindOneSocket, '127.0.0.1', 'any');
    expect(others).toEqual([]);
    expect(endpoint).toEqual({ address: '127.0.0.1', port: 43_099 });
    expect(sdp).toBe(
      lines(
        'm=audio 43099 UDP/TLS/RTP/SAVPF 111',
        'c=IN IP4 127.0.0.1',
        'a=candidate:25 1 udp 2113937151 127.0.0.1 43099 typ host generation 0 network-cost 999',
        'a=mid:0',
      ),
    );
  });

  it('is its loopback socket, of those it has for each address; from where else it may send, only we learn', () => {
    const { sdp, endpoint, others } = keepLoopback(oneSocketEach, '127.0.0.1', 'each');
    expect(endpoint).toEqual({ address: '127.0.0.1', port: 45_063 });
    expect(sdp.match(/a=candidate:.*/g)).toEqual(['a=candidate:29 1 udp 2122194687 127.0.0.1 45063 typ host generation 0 network-id 3']);
    expect(sdp).not.toMatch(/192\.0\.2\.2|fd00|::1/);
    expect(others).toEqual([
      { address: '192.0.2.2', port: 59_087 },
      { address: '::1', port: 33_306 },
    ]);
  });

  it('is nothing when there is no socket that loopback reaches', () => {
    const ipv6Alone = lines('m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=candidate:15 1 udp 2113942271 fd00::2 54278 typ host generation 0');
    const hidden = lines('m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=candidate:15 1 udp 2113937151 5c2d.local 54278 typ host generation 0');
    const reflexive = lines(
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=candidate:15 1 udp 1677729535 127.0.0.1 54278 typ srflx raddr 0.0.0.0 rport 0',
    );
    for (const sdp of [ipv6Alone, hidden, reflexive]) {
      const kept = keepLoopback(sdp, '127.0.0.1', 'any');
      expect(kept.endpoint).toBeNull();
      expect(kept.sdp).toBe(lines('m=audio 9 UDP/TLS/RTP/SAVPF 111'));
    }
    expect(keepLoopback(behindOneSocket, '127.0.0.1', 'each').endpoint).toBeNull();
  });
});

describe('an offer whose candidates are given later', () => {
  it('loses them and the mark of their end, and each keeps its place', () => {
    const offer = lines(
      'v=0',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=candidate:1 1 udp 5 127.0.0.1 7 typ host',
      'a=end-of-candidates',
      'a=mid:0',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'a=candidate:2 1 udp 5 127.0.0.1 7 typ host',
      'a=mid:1',
    );
    expect(splitCandidates(offer)).toEqual({
      sdp: lines('v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:1'),
      candidates: [
        { candidate: 'candidate:1 1 udp 5 127.0.0.1 7 typ host', sdpMLineIndex: 0 },
        { candidate: 'candidate:2 1 udp 5 127.0.0.1 7 typ host', sdpMLineIndex: 1 },
      ],
    });
  });
});

describe('the search for Chromium', () => {
  const search = (there: readonly string[], more: Partial<ChromiumSearch> = {}): string =>
    findChromium({ environment: { PATH: '/usr/local/bin:/usr/bin' }, platform: 'linux', exists: (path) => there.includes(path), ...more });

  it('takes the path it is given before the one of the environment, and that before PATH', () => {
    const there = ['/given', '/named', '/usr/bin/chromium'];
    const environment = { PATH: '/usr/bin', CALLPROBE_CHROMIUM: '/named' };
    expect(search(there, { given: '/given', environment })).toBe('/given');
    expect(search(there, { environment })).toBe('/named');
    expect(search(there, { environment: { ...environment, CALLPROBE_CHROMIUM: '' } })).toBe('/usr/bin/chromium');
  });

  it('takes the open browser before the branded one, and the first folder of PATH before the next', () => {
    expect(search(['/usr/local/bin/google-chrome', '/usr/bin/chromium'])).toBe('/usr/bin/chromium');
    expect(search(['/usr/local/bin/chromium', '/usr/bin/chromium'])).toBe('/usr/local/bin/chromium');
    expect(search(['/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable'])).toBe('/usr/bin/chromium-browser');
  });

  it('knows where the installers of macOS and Windows put it', () => {
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(search([chrome], { platform: 'darwin', environment: {} })).toBe(chrome);
    const own = '/Users/a/Applications/Chromium.app/Contents/MacOS/Chromium';
    expect(search([own], { platform: 'darwin', environment: { HOME: '/Users/a' } })).toBe(own);
    const windows = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
    expect(search([windows], { platform: 'win32', environment: { ProgramFiles: 'C:\\Program Files' } })).toBe(windows);
    expect(search(['D:\\b\\chromium.exe'], { platform: 'win32', environment: { Path: 'C:\\a;D:\\b' } })).toBe('D:\\b\\chromium.exe');
  });

  it('says how to install it where there is none, and takes no other for one that was named', () => {
    expect(() => search([])).toThrow(EngineMissingError);
    expect(() => search(['/usr/bin/chromium'], { given: '/elsewhere' })).toThrow('there is no Chromium at /elsewhere, which was asked for');
    const environment = { PATH: '/usr/bin', CALLPROBE_CHROMIUM: '/named' };
    expect(() => search(['/usr/bin/chromium'], { environment })).toThrow('there is no Chromium at /named, which CALLPROBE_CHROMIUM names');
    try {
      search([]);
    } catch (error) {
      expect((error as EngineMissingError).hint).toMatch(/^install Chromium .*apt-get install chromium/);
      expect((error as EngineMissingError).hint).not.toContain('\n');
    }
  });
});

describe('the clock of the page beside ours', () => {
  it('is told by the quickest handshake, within half its length', () => {
    const slow = { askedMs: 100, otherMs: 5_130, answeredMs: 140 };
    const quick = { askedMs: 200, otherMs: 5_201.5, answeredMs: 202 };
    expect(compareClocks([slow, quick])).toEqual({ offsetMs: 5000.5, errorMs: 1 });
    expect(compareClocks([quick, slow])).toEqual({ offsetMs: 5000.5, errorMs: 1 });
  });

  it('is never further off than it says', () => {
    const offsetMs = 1234;
    for (const early of [0, 0.25, 0.5, 1]) {
      const handshakes = [3, 9].map((length) => ({ askedMs: 50, otherMs: 50 + early * length + offsetMs, answeredMs: 50 + length }));
      const compared = compareClocks(handshakes);
      expect(Math.abs(compared.offsetMs - offsetMs)).toBeLessThanOrEqual(compared.errorMs);
    }
  });

  it('is not told by none', () => {
    expect(() => compareClocks([])).toThrow(RangeError);
  });
});

describe('the statistics of a voice', () => {
  const atEnd = { type: 'inbound-rtp', packetsReceived: 545, packetsLost: 3, concealedSamples: 24_000, totalSamplesReceived: 540_000 };
  const whenSpoken = { type: 'inbound-rtp', packetsReceived: 540, packetsLost: 1, concealedSamples: 960, totalSamplesReceived: 516_000 };

  it('count packets to the end, and sound only while somebody spoke', () => {
    const expected = { type: 'inbound-rtp', packetsReceived: 545, packetsLost: 3, concealedSamples: 960, totalSamplesReceived: 516_000 };
    expect(inboundOf(atEnd, whenSpoken)).toEqual(expected);
  });

  it('stay as they are when the speech was not over', () => {
    expect(inboundOf(atEnd, null)).toBe(atEnd);
  });
});

describe('sound on its way to Chromium and back', () => {
  it('keeps every 16-bit sample, and cuts what is louder', () => {
    const steps = Int16Array.from([-32_768, -20_000, -1, 0, 1, 20_000, 32_767]);
    const samples = Float32Array.from(steps, (step) => step / 32_768);
    const back = fromPcm(toPcm({ samples, sampleRateHz: 48_000 }));
    expect(back).toEqual({ samples, sampleRateHz: 48_000 });
    expect([...fromPcm(toPcm({ samples: Float32Array.of(1.5, -1.5), sampleRateHz: 48_000 })).samples]).toEqual([32_767 / 32_768, -1]);
  });

  it('is refused at another rate', () => {
    expect(() => toPcm({ samples: new Float32Array(3), sampleRateHz: 16_000 })).toThrow(RangeError);
  });
});
