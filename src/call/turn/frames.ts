/** RFC 8656 section 12.4: the header before a channel's data, its number and length. */
const CHANNEL_HEADER_BYTES = 4;
/** RFC 8489 section 5: a STUN header, with the length of what follows in its third and fourth byte. */
const STUN_HEADER_BYTES = 20;

/** The one channel of an allocation: it talks to one other peer. */
export const CHANNEL = 0x4000;

/** A datagram of the other peer as it goes over the channel. */
export function wrapChannelData(payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(CHANNEL_HEADER_BYTES + payload.length);
  frame.writeUInt16BE(CHANNEL, 0);
  frame.writeUInt16BE(payload.length, 2);
  frame.set(payload, CHANNEL_HEADER_BYTES);
  return frame;
}

/** What the other peer sent, out of a frame of the channel; null for any other frame, or one cut short. */
export function unwrapChannelData(frame: Buffer): Buffer | null {
  if (frame.length < CHANNEL_HEADER_BYTES || frame.readUInt16BE(0) !== CHANNEL) return null;
  const size = frame.readUInt16BE(2);
  return CHANNEL_HEADER_BYTES + size > frame.length ? null : frame.subarray(CHANNEL_HEADER_BYTES, CHANNEL_HEADER_BYTES + size);
}

/** A frame as it goes over TCP or TLS: padded to four bytes (RFC 8656 section 12.5). */
export function padFrame(frame: Buffer): Buffer {
  return frame.length % 4 === 0 ? frame : Buffer.concat([frame, Buffer.alloc(4 - (frame.length % 4))]);
}

/** Cuts a byte stream into frames. */
export interface FrameSplitter {
  /** The frames that are whole now, in order; null when the stream holds something else, after which nothing more can be read from it. */
  push(bytes: Buffer): Buffer[] | null;
}

export function createFrameSplitter(): FrameSplitter {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const frames: Buffer[] = [];
      while (rest.length >= 4) {
        const first = rest[0] as number;
        const isChannel = rest.readUInt16BE(0) === CHANNEL;
        if (!isChannel && first > 3) return null;
        const size = rest.readUInt16BE(2) + (isChannel ? CHANNEL_HEADER_BYTES : STUN_HEADER_BYTES);
        const onWire = (size + 3) & ~3;
        if (rest.length < onWire) break;
        frames.push(rest.subarray(0, size));
        rest = rest.subarray(onWire);
      }
      return frames;
    },
  };
}
