import { damagedCapture, type FrameVisitor, MAX_FRAME_BYTES } from './frame.ts';

/** First four bytes, in the writer's byte order: times in microseconds, or in nanoseconds (pcap file format, draft-ietf-opsawg-pcap). */
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;

const FILE_HEADER_BYTES = 24;
const LINK_TYPE_OFFSET = 20;
/** The upper bits of that field tell of a checksum at the end of each frame, which nobody reads here. */
const LINK_TYPE_MASK = 0x0fff_ffff;
const RECORD_HEADER_BYTES = 16;

/** How a file is to be read; null when it is no pcap. */
function orderOf(view: DataView): { readonly littleEndian: boolean; readonly unitsPerMs: number } | null {
  if (view.byteLength < 4) return null;
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic === MAGIC_MICROSECONDS) return { littleEndian, unitsPerMs: 1e3 };
    if (magic === MAGIC_NANOSECONDS) return { littleEndian, unitsPerMs: 1e6 };
  }
  return null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function isPcap(bytes: Uint8Array): boolean {
  return orderOf(viewOf(bytes)) !== null;
}

/**
 * Reads a capture as tcpdump writes it, of either byte order, with times in micro- or nanoseconds.
 * @returns whether the file ends inside a frame, as that of a capture that was not ended properly does: what is whole has been visited
 * Throws UserError when it is no pcap, or a length in it is impossible.
 */
export function readPcap(bytes: Uint8Array, name: string, visit: FrameVisitor): { readonly endsInside: boolean } {
  const view = viewOf(bytes);
  const order = orderOf(view);
  if (order === null || bytes.length < FILE_HEADER_BYTES) throw damagedCapture(name, 'its header is not whole');
  const { littleEndian, unitsPerMs } = order;
  const linkType = view.getUint32(LINK_TYPE_OFFSET, littleEndian) & LINK_TYPE_MASK;
  let at = FILE_HEADER_BYTES;
  while (at < bytes.length) {
    if (at + RECORD_HEADER_BYTES > bytes.length) return { endsInside: true };
    const length = view.getUint32(at + 8, littleEndian);
    if (length > MAX_FRAME_BYTES) throw damagedCapture(name, `a frame of ${length} bytes at byte ${at}`);
    const start = at + RECORD_HEADER_BYTES;
    if (start + length > bytes.length) return { endsInside: true };
    visit({
      timeMs: view.getUint32(at, littleEndian) * 1000 + view.getUint32(at + 4, littleEndian) / unitsPerMs,
      linkType,
      bytes: bytes.subarray(start, start + length),
      cut: view.getUint32(at + 12, littleEndian) > length,
    });
    at = start + length;
  }
  return { endsInside: false };
}
