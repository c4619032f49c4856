import type { Arrival } from '../../src/core/packet.ts';

/** Captures as other programs write them, byte by byte. */

type Bytes = readonly number[] | Uint8Array;

export function concat(...parts: readonly Bytes[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function integer(value: number, bytes: number, littleEndian = false): number[] {
  const out = Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * (bytes - 1 - i))) % 256);
  return littleEndian ? out.reverse() : out;
}

export function rtpBytes(packet: Omit<Arrival, 'arrivalMs'>): Uint8Array {
  const { marker, payloadType, sequenceNumber, timestamp, ssrc, payload } = packet;
  return concat([0x80, (marker ? 0x80 : 0) | payloadType], integer(sequenceNumber, 2), integer(timestamp, 4), integer(ssrc, 4), payload);
}

export interface Ends {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly version?: 4 | 6;
  /** IPv4 flags and fragment offset. */
  readonly fragment?: number;
  /** IPv6 headers before UDP: their types; each has eight bytes. */
  readonly extensions?: readonly number[];
}

export function udpInIp(payload: Uint8Array, ends: Ends = {}): Uint8Array {
  const { sourcePort = 40_000, destinationPort = 5004, version = 4, fragment = 0, extensions = [] } = ends;
  const udp = concat(integer(sourcePort, 2), integer(destinationPort, 2), integer(8 + payload.length, 2), [0, 0], payload);
  if (version === 6) {
    const address = (last: number): number[] => [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
    const types = [...extensions, 17];
    const headers = extensions.map((_, i) => [types[i + 1] as number, 0, 0, 0, 0, 0, 0, 0]);
    const body = concat(...headers, udp);
    return concat([0x60, 0, 0, 0], integer(body.length, 2), [types[0] as number, 64], address(1), address(2), body);
  }
  const length = integer(20 + udp.length, 2);
  return concat([0x45, 0, ...length, 0, 0], integer(fragment, 2), [64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2], udp);
}

/** What stands before IP, by the link's name: its LINKTYPE_ number, and its bytes for IPv4 or IPv6. */
export const LINKS: Readonly<Record<string, readonly [number, (version: 4 | 6) => number[]]>> = {
  Ethernet: [1, (version) => [...new Array<number>(12).fill(2), ...etherType(version)]],
  'Ethernet with a VLAN tag': [1, (version) => [...new Array<number>(12).fill(2), 0x81, 0, 0, 7, ...etherType(version)]],
  'Ethernet with two VLAN tags': [
    1,
    (version) => [...new Array<number>(12).fill(2), 0x88, 0xa8, 0, 7, 0x81, 0, 0, 8, ...etherType(version)],
  ],
  'raw IP': [101, () => []],
  'loopback (NULL)': [0, (version) => [version === 4 ? 2 : 30, 0, 0, 0]],
  'loopback (NULL), the other order': [0, (version) => [0, 0, 0, version === 4 ? 2 : 24]],
  'loopback (LOOP)': [108, (version) => [0, 0, 0, version === 4 ? 2 : 24]],
  'Linux cooked': [113, (version) => [0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, ...etherType(version)]],
  'Linux cooked 2': [276, (version) => [...etherType(version), 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0]],
};

function etherType(version: 4 | 6): number[] {
  return version === 4 ? [0x08, 0x00] : [0x86, 0xdd];
}

export interface CapturedFrame {
  /** Since the Unix epoch; fractions down to a nanosecond. */
  readonly timeMs: number;
  readonly bytes: Uint8Array;
  /** On the wire, where more than was captured. */
  readonly wireBytes?: number;
}

export interface PcapOptions {
  readonly linkType?: number;
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
}

export function pcap(
  frames: readonly CapturedFrame[],
  { linkType = 1, littleEndian = true, nanoseconds = false }: PcapOptions = {},
): Uint8Array {
  const number = (value: number, bytes: number): number[] => integer(value, bytes, littleEndian);
  const head = [
    ...number(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 4),
    ...number(2, 2),
    ...number(4, 2),
    ...number(0, 4),
    ...number(0, 4),
    ...number(262_144, 4),
    ...number(linkType, 4),
  ];
  const records = frames.flatMap(({ timeMs, bytes, wireBytes = bytes.length }) => {
    const seconds = Math.floor(timeMs / 1000);
    const fraction = Math.round((timeMs - seconds * 1000) * (nanoseconds ? 1e6 : 1e3));
    return [[...number(seconds, 4), ...number(fraction, 4), ...number(bytes.length, 4), ...number(wireBytes, 4)], bytes];
  });
  return concat(head, ...records);
}

export interface NgInterface {
  readonly linkType?: number;
  readonly snapLength?: number;
  /** The value of option if_tsresol, and the units a millisecond has by it. */
  readonly resolution?: readonly [option: number, unitsPerMs: number];
  readonly offsetSeconds?: number;
}

export interface NgFrame extends CapturedFrame {
  readonly on?: number;
  readonly block?: 'enhanced' | 'simple' | 'old';
}

/** One section of a pcapng. */
export function pcapng(frames: readonly NgFrame[], interfaces: readonly NgInterface[] = [{}], littleEndian = true): Uint8Array {
  const number = (value: number, bytes: number): number[] => integer(value, bytes, littleEndian);
  const padded = (bytes: Bytes): Uint8Array => concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
  const block = (type: number, ...body: readonly Bytes[]): Uint8Array => {
    const inner = padded(concat(...body));
    const length = number(inner.length + 12, 4);
    return concat(number(type, 4), length, inner, length);
  };
  const option = (code: number, value: Bytes): Uint8Array => concat(number(code, 2), number(value.length, 2), padded(value));
  const described = interfaces.map(({ linkType = 1, snapLength = 0, resolution, offsetSeconds }) =>
    block(
      1,
      number(linkType, 2),
      [0, 0],
      number(snapLength, 4),
      option(2, [0x65, 0x74, 0x68, 0x30]),
      resolution === undefined ? [] : option(9, [resolution[0]]),
      offsetSeconds === undefined ? [] : option(14, number(offsetSeconds, 8)),
      option(0, []),
    ),
  );
  const packets = frames.map(({ timeMs, bytes, wireBytes = bytes.length, on = 0, block: kind = 'enhanced' }) => {
    if (kind === 'simple') return block(3, number(wireBytes, 4), bytes);
    const { resolution, offsetSeconds = 0 } = interfaces[on] ?? {};
    const units = Math.round((timeMs - offsetSeconds * 1000) * (resolution?.[1] ?? 1e3));
    const time = [...number(Math.floor(units / 2 ** 32), 4), ...number(units % 2 ** 32, 4)];
    const head = kind === 'old' ? [...number(on, 2), 0xff, 0xff] : number(on, 4);
    return block(
      kind === 'old' ? 2 : 6,
      head,
      time,
      number(bytes.length, 4),
      number(wireBytes, 4),
      padded(bytes),
      option(1, [0x68, 0x69]),
      option(0, []),
    );
  });
  // A block nobody here knows stands in between: it is to be passed over.
  return concat(
    block(0x0a0d0d0a, number(0x1a2b3c4d, 4), number(1, 2), number(0, 2), new Array<number>(8).fill(0xff)),
    ...described,
    block(5, new Array<number>(12).fill(0)),
    ...packets,
  );
}

/** The frames in which these packets cross a link. */
export function framesOf(
  arrivals: readonly Arrival[],
  link = 'Ethernet',
  startedAtMs = 1_700_000_000_000,
  ends: Ends = {},
): CapturedFrame[] {
  const [, head] = LINKS[link] as (typeof LINKS)[string];
  return arrivals.map((arrival) => ({
    timeMs: startedAtMs + arrival.arrivalMs,
    bytes: concat(head(ends.version ?? 4), udpInIp(rtpBytes(arrival), ends)),
  }));
}

/** A capture of these packets on Ethernet. */
export function captureOf(arrivals: readonly Arrival[]): Uint8Array {
  return pcap(framesOf(arrivals));
}
