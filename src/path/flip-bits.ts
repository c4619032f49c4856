/** A copy of the bytes with the bits at these places changed, in turn; 0 is the highest bit of the first byte. Places beyond the end change nothing. */
export function flipBits(bytes: Uint8Array, places: readonly number[]): Uint8Array {
  const changed = Uint8Array.from(bytes);
  for (const place of places) {
    const index = Math.floor(place / 8);
    if (index < changed.length) changed[index] = (changed[index] as number) ^ (0x80 >> (place % 8));
  }
  return changed;
}
