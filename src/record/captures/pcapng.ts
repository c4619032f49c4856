import { damagedCapture, type FrameVisitor, MAX_FRAME_BYTES } from './frame.ts';

/** Block types (pcapng file format, draft-ietf-opsawg-pcapng). All others are passed over. */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

/** In a section's header, in the byte order of the section. */
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Type and length before a block's body, the length again after it. */
const BLOCK_HEAD_BYTES = 8;
const BLOCK_BYTES = 12;
/** Longer than any frame with its options. */
const MAX_BLOCK_BYTES: number = 16 * MAX_FRAME_BYTES;

/** Options of an interface: the unit of its times, and whole seconds to add to them. */
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;
const DEFAULT_UNITS_PER_MS = 1e3;

/** More interfaces than this are no machine's. */
const MAX_INTERFACES = 4096;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly unitsPerMs: number;
  readonly offsetSeconds: number;
}

/** A block's body, with the byte order of its section. */
interface Body {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly littleEndian: boolean;
}

export function isPcapng(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK_BYTES && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === SECTION_HEADER;
}

/**
 * Reads a capture as Wireshark writes it: any number of sections and interfaces, each with its own unit of time. Simple packet blocks have no time.
 * @returns whether the file ends inside a block: what is whole has been visited
 * Throws UserError when it is no pcapng, or contradicts itself.
 */
export function readPcapng(bytes: Uint8Array, name: string, visit: FrameVisitor): { readonly endsInside: boolean } {
  if (!isPcapng(bytes)) throw damagedCapture(name, 'its header is not whole');
  const whole = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let littleEndian = true;
  let interfaces: Interface[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + BLOCK_BYTES > bytes.length) return { endsInside: true };
    // A section's type reads the same in either order, and its magic tells which one the length before it is in.
    const begins = whole.getUint32(at) === SECTION_HEADER;
    if (begins) {
      littleEndian = whole.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
      if (!littleEndian && whole.getUint32(at + 8) !== BYTE_ORDER_MAGIC) throw damagedCapture(name, `no section begins at byte ${at}`);
      interfaces = [];
    }
    const length = whole.getUint32(at + 4, littleEndian);
    if (length < BLOCK_BYTES || length % 4 !== 0 || length > MAX_BLOCK_BYTES) {
      throw damagedCapture(name, `a block of ${length} bytes at byte ${at}`);
    }
    if (at + length > bytes.length) return { endsInside: true };
    const inner = bytes.subarray(at + BLOCK_HEAD_BYTES, at + length - 4);
    const body = { bytes: inner, view: new DataView(inner.buffer, inner.byteOffset, inner.byteLength), littleEndian };
    const type = whole.getUint32(at, littleEndian);
    if (type === INTERFACE_DESCRIPTION) {
      if (interfaces.length >= MAX_INTERFACES) throw damagedCapture(name, `more than ${MAX_INTERFACES} interfaces`);
      interfaces.push(interfaceOf(body, name));
    } else if (type === ENHANCED_PACKET || type === OLD_PACKET) timedPacket(body, type, interfaces, name, visit);
    else if (type === SIMPLE_PACKET) simplePacket(body, interfaces, name, visit);
    at += length;
  }
  return { endsInside: false };
}

function interfaceOf({ view, littleEndian }: Body, name: string): Interface {
  if (view.byteLength < 8) throw damagedCapture(name, 'an interface is not described');
  let unitsPerMs = DEFAULT_UNITS_PER_MS;
  let offsetSeconds = 0;
  for (let at = 8; at + 4 <= view.byteLength; ) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (code === 0 || at + 4 + length > view.byteLength) break;
    if (code === OPTION_RESOLUTION && length === 1) {
      const power = view.getUint8(at + 4);
      unitsPerMs = (power & 0x80 ? 2 ** (power & 0x7f) : 10 ** power) / 1000;
    }
    if (code === OPTION_OFFSET && length === 8) offsetSeconds = Number(view.getBigInt64(at + 4, littleEndian));
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return { linkType: view.getUint16(0, littleEndian), snapLength: view.getUint32(4, littleEndian), unitsPerMs, offsetSeconds };
}

/** Enhanced packet blocks, and the ones they took the place of, which have two bytes for the interface. */
function timedPacket(
  { bytes, view, littleEndian }: Body,
  type: number,
  interfaces: readonly Interface[],
  name: string,
  visit: FrameVisitor,
): void {
  if (bytes.length < 20) throw damagedCapture(name, 'a packet without its head');
  const from = interfaces[type === OLD_PACKET ? view.getUint16(0, littleEndian) : view.getUint32(0, littleEndian)];
  if (from === undefined) throw damagedCapture(name, 'a packet of an interface that is not described');
  const length = view.getUint32(12, littleEndian);
  if (length > MAX_FRAME_BYTES || 20 + length > bytes.length) throw damagedCapture(name, `a packet of ${length} bytes in a smaller block`);
  const units = view.getUint32(4, littleEndian) * 2 ** 32 + view.getUint32(8, littleEndian);
  visit({
    timeMs: units / from.unitsPerMs + from.offsetSeconds * 1000,
    linkType: from.linkType,
    bytes: bytes.subarray(20, 20 + length),
    cut: view.getUint32(16, littleEndian) > length,
  });
}

function simplePacket({ bytes, view, littleEndian }: Body, interfaces: readonly Interface[], name: string, visit: FrameVisitor): void {
  const from = interfaces[0];
  if (from === undefined || bytes.length < 4) throw damagedCapture(name, 'a packet of an interface that is not described');
  const wireBytes = view.getUint32(0, littleEndian);
  const length = Math.min(wireBytes, from.snapLength === 0 ? wireBytes : from.snapLength);
  if (length > MAX_FRAME_BYTES || 4 + length > bytes.length) throw damagedCapture(name, `a packet of ${length} bytes in a smaller block`);
  visit({ timeMs: null, linkType: from.linkType, bytes: bytes.subarray(4, 4 + length), cut: wireBytes > length });
}
