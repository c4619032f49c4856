import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../../src/core/packet.ts';
import { readCapture } from '../../../src/record/captures/read-capture.ts';
import { writeRtpdump } from '../../../src/record/rtpdump.ts';
import { concat, framesOf, LINKS, type NgInterface, pcap, pcapng, udpInIp } from '../../support/captures.ts';

const STARTED = 1_700_000_000_000;
/** Arrivals of one stream, the first at 0 ms, so that they are in a capture what they are here. */
const arrivals: Arrival[] = Array.from({ length: 40 }, (_, n) => ({
  sequenceNumber: (65_520 + n) & 0xffff,
  timestamp: (0xffff_f000 + n * 960) >>> 0,
  marker: n === 0,
  payloadType: 111,
  ssrc: 0xdeadbeef,
  payload: Uint8Array.from({ length: 3 + (n % 40) }, (_, i) => (n * 7 + i) & 0xff),
  arrivalMs: n * 20 + (n % 3),
}));
const onlyStream = (bytes: Uint8Array): readonly Arrival[] | undefined => readCapture(bytes, 'x').streams[0]?.packets;

describe('a pcap', () => {
  const cases = Object.keys(LINKS).flatMap((link) => ([4, 6] as const).map((version) => [link, version] as const));
  it.each(cases)('of %s, IPv%i, gives the packets that crossed it, at their times', (link, version) => {
    const frames = framesOf(arrivals, link, STARTED, { version });
    for (const littleEndian of [true, false]) {
      for (const nanoseconds of [true, false]) {
        const capture = readCapture(pcap(frames, { linkType: LINKS[link]?.[0] ?? 0, littleEndian, nanoseconds }), 'x');
        expect(capture.streams).toEqual([{ ssrc: 0xdeadbeef, sourcePort: 40_000, destinationPort: 5004, packets: arrivals }]);
        expect(capture).toMatchObject({ format: 'pcap', startedAtMs: STARTED, endsInside: false });
      }
    }
  });

  it('tells times to the nearest millisecond', () => {
    const off = framesOf(arrivals).map((frame, n) => ({ ...frame, timeMs: frame.timeMs + (n === 0 ? 0 : ((n % 9) - 4) / 10) }));
    expect(onlyStream(pcap(off))).toEqual(arrivals);
    expect(onlyStream(pcap(off, { nanoseconds: true }))).toEqual(arrivals);
  });

  it('reads IPv6 behind extension headers, and leaves fragments out', () => {
    expect(onlyStream(pcap(framesOf(arrivals, 'raw IP', STARTED, { version: 6, extensions: [0, 60, 43] }), { linkType: 101 }))).toEqual(
      arrivals,
    );
    for (const ends of [{ version: 6, extensions: [44] } as const, { fragment: 0x2000 }, { fragment: 7 }]) {
      const capture = readCapture(pcap(framesOf(arrivals, 'raw IP', STARTED, ends), { linkType: 101 }), 'x');
      expect(capture.streams).toEqual([]);
      expect(capture.passedOver.fragments).toBe(arrivals.length);
    }
  });

  it('leaves out datagrams that were captured in part, and what is not IP, UDP or RTP', () => {
    const cut = framesOf(arrivals).map((frame, n) =>
      n % 4 === 3 ? { ...frame, bytes: frame.bytes.subarray(0, 50), wireBytes: frame.bytes.length } : frame,
    );
    const noise = [new Uint8Array(60), Uint8Array.from({ length: 70 }, (_, i) => i), new Uint8Array(0)].map((bytes, n) => ({
      timeMs: STARTED + n,
      bytes,
    }));
    const capture = readCapture(pcap([...cut, ...noise]), 'x');
    expect(capture.streams[0]?.packets).toEqual(arrivals.filter((_, n) => n % 4 !== 3));
    expect(capture.passedOver.cut).toBe(10);
  });

  it('that ends inside a frame gives what came before', () => {
    const whole = pcap(framesOf(arrivals));
    for (const less of [1, 30, 60]) {
      const capture = readCapture(whole.subarray(0, whole.length - less), 'x');
      expect(capture.endsInside).toBe(true);
      expect(capture.streams[0]?.packets).toEqual(arrivals.slice(0, -1));
    }
  });

  it('counts frames of links that are not read', () => {
    const capture = readCapture(pcap(framesOf(arrivals), { linkType: 127 }), 'x');
    expect([capture.streams.length, capture.passedOver.unknownLink]).toEqual([0, arrivals.length]);
  });

  it('notices that keys were agreed on', () => {
    const handshake = udpInIp(Uint8Array.of(22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1));
    const frames = [{ timeMs: STARTED, bytes: handshake }, ...framesOf(arrivals, 'raw IP')];
    expect(readCapture(pcap(frames, { linkType: 101 }), 'x').keysAgreed).toBe(true);
    expect(readCapture(pcap(framesOf(arrivals)), 'x').keysAgreed).toBe(false);
  });
});

describe('a pcapng', () => {
  it.each([true, false])(
    'of several interfaces, each with its unit of time and its offset, gives one stream (little-endian: %s)',
    (littleEndian) => {
      const interfaces: NgInterface[] = [
        {},
        { resolution: [9, 1e6] },
        { resolution: [3, 1], linkType: 113 },
        { resolution: [0x80 | 20, 2 ** 20 / 1000] },
        { resolution: [6, 1e3], offsetSeconds: 1_000_000_000 },
      ];
      const frames = arrivals.map((arrival, n) => {
        const on = n % interfaces.length;
        const [frame] = framesOf([arrival], on === 2 ? 'Linux cooked' : 'Ethernet', STARTED);
        return { ...(frame as NonNullable<typeof frame>), on, block: n % 2 === 0 ? ('enhanced' as const) : ('old' as const) };
      });
      const capture = readCapture(pcapng(frames, interfaces, littleEndian), 'x');
      expect(capture.streams.map(({ packets }) => packets)).toEqual([arrivals]);
      expect(capture).toMatchObject({ format: 'pcapng', startedAtMs: STARTED, endsInside: false });
    },
  );

  it('of several sections, each in its own byte order, begins its interfaces anew in each', () => {
    const half = arrivals.length / 2;
    const first = pcapng(framesOf(arrivals.slice(0, half)), [{ linkType: 1 }], true);
    const second = pcapng(framesOf(arrivals.slice(half), 'raw IP'), [{ linkType: 101 }], false);
    expect(onlyStream(concat(first, second))).toEqual(arrivals);
  });

  it('says of simple packets that they have no time', () => {
    const frames = framesOf(arrivals).map((frame) => ({ ...frame, block: 'simple' as const }));
    const capture = readCapture(pcapng(frames), 'x');
    expect([capture.streams.length, capture.passedOver.untimed]).toEqual([0, arrivals.length]);
    expect(readCapture(pcapng(frames, [{ snapLength: 40 }]).subarray(0, 0x80), 'x').endsInside).toBe(true);
  });

  it('that ends inside a block gives what came before', () => {
    const whole = pcapng(framesOf(arrivals));
    const capture = readCapture(whole.subarray(0, whole.length - 3), 'x');
    expect(capture.endsInside).toBe(true);
    expect(capture.streams[0]?.packets).toEqual(arrivals.slice(0, -1));
  });
});

describe('an rtpdump', () => {
  it('gives a stream for each source, and when it began', () => {
    const other = arrivals.map((arrival) => ({ ...arrival, ssrc: 5 }));
    const capture = readCapture(writeRtpdump([...arrivals, ...other], 1_700_000_000_123), 'x');
    expect(capture.streams.map(({ ssrc, packets }) => [ssrc, packets])).toEqual([
      [0xdeadbeef, arrivals],
      [5, other],
    ]);
    expect(capture.startedAtMs).toBe(1_700_000_000_123);
  });
});

describe('a stream in a capture', () => {
  const streams = (list: readonly Arrival[]) => readCapture(pcap(framesOf(list)), 'x').streams;

  it('is told from others by its source and its ports', () => {
    const other = arrivals.map((arrival) => ({ ...arrival, ssrc: 7 }));
    const back = framesOf(arrivals, 'Ethernet', STARTED, { sourcePort: 5004, destinationPort: 40_000 });
    const found = readCapture(pcap([...framesOf(arrivals), ...framesOf(other), ...back]), 'x').streams;
    expect(found.map(({ ssrc, sourcePort }) => [ssrc, sourcePort])).toEqual([
      [0xdeadbeef, 40_000],
      [7, 40_000],
      [0xdeadbeef, 5004],
    ]);
  });

  it('has at least five packets, numbered near each other', () => {
    expect(streams(arrivals.slice(0, 4))).toEqual([]);
    expect(streams(arrivals.slice(0, 5))).toHaveLength(1);
    expect(streams(arrivals.map((arrival, n) => ({ ...arrival, sequenceNumber: (n * 7919) & 0xffff })))).toEqual([]);
  });

  it('is not RTCP on the same port', () => {
    expect(streams(arrivals.map((arrival) => ({ ...arrival, payloadType: 72 })))).toEqual([]);
  });
});

describe('what is no capture', () => {
  it.each([
    ['nothing', new Uint8Array(0)],
    ['a text', new TextEncoder().encode('Dear diary, today I called my aunt.\n')],
    ['a sound', concat(new TextEncoder().encode('RIFF'), new Uint8Array(100))],
  ])('is refused: %s', (_, bytes) => {
    expect(() => readCapture(bytes, 'x')).toThrow(/neither rtpdump, pcap nor pcapng/);
  });
});
