/** One chunk of a RIFF file. `declaredBytes` is what its header says; it may reach past the end of the file. */
export interface RiffChunk {
  readonly id: string;
  /** Offset of the first byte after the chunk's 8-byte header. */
  readonly start: number;
  readonly declaredBytes: number;
}

/** Far above any real file: a guard against files made of nothing but tiny chunks. */
const MAX_CHUNKS = 4096;
const CHUNK_HEADER_BYTES = 8;

/** Four bytes as Latin-1 characters; shorter where the bytes end. */
export function fourCc(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

/** Are these four printable ASCII characters, as every chunk id is? */
function isChunkId(bytes: Uint8Array, offset: number): boolean {
  if (offset + 4 > bytes.length) return false;
  return bytes.subarray(offset, offset + 4).every((byte) => byte >= 0x20 && byte <= 0x7e);
}

/** Chunks are padded to an even length, but some writers forget the pad byte: then the next id stands one byte early. */
function nextChunkOffset(bytes: Uint8Array, end: number, declaredBytes: number): number {
  if (declaredBytes % 2 === 0) return end;
  return isChunkId(bytes, end) && !isChunkId(bytes, end + 1) ? end : end + 1;
}

/**
 * Lists the chunks from an offset on, in file order, stopping after the first one with the id `last` (whose length is often wrong).
 * The list also ends at the last header that lies wholly inside `bytes`, and after 4096 chunks.
 */
export function listChunks(bytes: Uint8Array, offset: number, last: string | null): readonly RiffChunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: RiffChunk[] = [];
  let at = offset;
  while (at + CHUNK_HEADER_BYTES <= bytes.length && chunks.length < MAX_CHUNKS) {
    const id = fourCc(bytes, at);
    const declaredBytes = view.getUint32(at + 4, true);
    const start = at + CHUNK_HEADER_BYTES;
    chunks.push({ id, start, declaredBytes });
    if (id === last) break;
    at = nextChunkOffset(bytes, start + declaredBytes, declaredBytes);
  }
  return chunks;
}

/** Does the file divide, from an offset to its end, into whole chunks with proper ids? False when nothing is left. */
export function isChunkSequence(bytes: Uint8Array, offset: number, fileBytes: number): boolean {
  const chunks = listChunks(bytes, offset, null);
  const final = chunks.at(-1);
  if (final === undefined || !chunks.every((chunk) => isChunkId(bytes, chunk.start - CHUNK_HEADER_BYTES))) return false;
  const end = final.start + final.declaredBytes;
  return end <= fileBytes && fileBytes - end <= 1;
}
