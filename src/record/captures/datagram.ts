/** From a captured frame to the UDP datagram in it. */

/** What a frame begins with: numbers of the tcpdump group's LINKTYPE_ registry. Raw IP has had several. */
const LINK = {
  null: 0,
  ethernet: 1,
  raw: [12, 14, 101, 228, 229],
  loop: 108,
  cooked: 113,
  cooked2: 276,
} as const;

const ETHER_IPV4 = 0x0800;
const ETHER_IPV6 = 0x86dd;
/** IEEE 802.1Q, 802.1ad, and what was used before it: four more bytes before the type. */
const ETHER_VLAN: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const MAX_VLAN_TAGS = 4;

const PROTOCOL_UDP = 17;
/** IPv6 headers that may stand before UDP: hop-by-hop options, routing, fragment, destination options (RFC 8200 section 4). */
const IPV6_HOP_BY_HOP = 0;
const IPV6_ROUTING = 43;
const IPV6_FRAGMENT = 44;
const IPV6_DESTINATION = 60;
const MAX_IPV6_HEADERS = 8;

/** Who sent to whom. Addresses are bytes written in hexadecimal: they tell flows apart, and are never shown. */
export interface Datagram {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
  /** Whether less of it was captured than was sent. */
  readonly cut: boolean;
}

/** Why a frame holds no datagram that can be read. */
export type NoDatagram = 'unknown-link' | 'fragment' | 'other';

/** The UDP datagram in a frame; fragments of one are not put together. */
export function datagramOf(linkType: number, frame: Uint8Array): Datagram | NoDatagram {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const ip = ipOffset(linkType, view);
  if (typeof ip === 'string') return ip;
  const version = ip < frame.length ? (frame[ip] as number) >> 4 : 0;
  if (version === 4) return ofIpv4(frame, view, ip);
  return version === 6 ? ofIpv6(frame, view, ip) : 'other';
}

function ipOffset(linkType: number, view: DataView): number | NoDatagram {
  if ((LINK.raw as readonly number[]).includes(linkType)) return 0;
  // The four bytes name the address family in the byte order of whoever captured it; the IP header says the same.
  if (linkType === LINK.null || linkType === LINK.loop) return 4;
  if (linkType === LINK.cooked) return afterType(view, 14);
  if (linkType === LINK.cooked2) return afterType(view, 0, 20);
  return linkType === LINK.ethernet ? afterType(view, 12) : 'unknown-link';
}

/** Behind an Ethernet type at `at`, and the tags that come before it. */
function afterType(view: DataView, at: number, headerBytes: number = at + 2): number | NoDatagram {
  let place = at;
  let end = headerBytes;
  for (let tags = 0; tags <= MAX_VLAN_TAGS; tags++) {
    if (place + 2 > view.byteLength) return 'other';
    const type = view.getUint16(place);
    if (type === ETHER_IPV4 || type === ETHER_IPV6) return end;
    if (!ETHER_VLAN.has(type)) return 'other';
    place = end + 2;
    end += 4;
  }
  return 'other';
}

function ofIpv4(frame: Uint8Array, view: DataView, ip: number): Datagram | NoDatagram {
  if (ip + 20 > frame.length) return 'other';
  const headerBytes = ((frame[ip] as number) & 0x0f) * 4;
  if (headerBytes < 20 || frame[ip + 9] !== PROTOCOL_UDP) return 'other';
  // More fragments, or an offset: not the whole of it.
  if ((view.getUint16(ip + 6) & 0x3fff) !== 0) return 'fragment';
  return ofUdp(frame, view, ip + headerBytes, hex(frame, ip + 12, 4), hex(frame, ip + 16, 4));
}

function ofIpv6(frame: Uint8Array, view: DataView, ip: number): Datagram | NoDatagram {
  if (ip + 40 > frame.length) return 'other';
  let next = frame[ip + 6] as number;
  let at = ip + 40;
  for (let headers = 0; headers < MAX_IPV6_HEADERS; headers++) {
    if (next === PROTOCOL_UDP) return ofUdp(frame, view, at, hex(frame, ip + 8, 16), hex(frame, ip + 24, 16));
    if (next === IPV6_FRAGMENT) return 'fragment';
    if ((next !== IPV6_HOP_BY_HOP && next !== IPV6_ROUTING && next !== IPV6_DESTINATION) || at + 2 > frame.length) return 'other';
    next = frame[at] as number;
    at += ((frame[at + 1] as number) + 1) * 8;
  }
  return 'other';
}

function ofUdp(frame: Uint8Array, view: DataView, at: number, source: string, destination: string): Datagram | NoDatagram {
  if (at + 8 > frame.length) return 'other';
  const length = view.getUint16(at + 4);
  if (length < 8) return 'other';
  const payload = frame.subarray(at + 8, at + length);
  const cut = at + length > frame.length;
  return { source, destination, sourcePort: view.getUint16(at), destinationPort: view.getUint16(at + 2), payload, cut };
}

function hex(bytes: Uint8Array, start: number, count: number): string {
  let text = '';
  for (let i = start; i < start + count; i++) text += (bytes[i] as number).toString(16).padStart(2, '0');
  return text;
}
