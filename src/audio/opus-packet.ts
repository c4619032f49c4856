/** RTP clock of Opus (RFC 7587 section 4.1) and the rate we decode at, Hz. */
export const OPUS_RATE_HZ = 48_000;

/** RTP payload type of Opus in every call of ours: the number every browser gives it. */
export const OPUS_PAYLOAD_TYPE = 111;

/** Longest Opus packet, samples at 48 kHz: 120 ms (RFC 6716 section 3.2.5, R5). */
const MAX_PACKET_SAMPLES = 5760;

/** Longest SILK frame, samples at 48 kHz: 20 ms. Opus frames of 40 and 60 ms hold two and three of them (RFC 6716 section 4.2.2). */
const SILK_FRAME_SAMPLES = 960;

/** Samples at 48 kHz of one frame, by the low bits of the configuration number (RFC 6716 table 2). */
const SILK_SAMPLES: readonly number[] = [480, 960, 1920, 2880];
const HYBRID_SAMPLES: readonly number[] = [480, 960];
const CELT_SAMPLES: readonly number[] = [120, 240, 480, 960];

const FIRST_HYBRID_CONFIG = 12;
const FIRST_CELT_CONFIG = 16;

function frameSamples(config: number): number {
  if (config >= FIRST_CELT_CONFIG) return CELT_SAMPLES[config & 3] as number;
  if (config >= FIRST_HYBRID_CONFIG) return HYBRID_SAMPLES[config & 1] as number;
  return SILK_SAMPLES[config & 3] as number;
}

/** How many frames the packet says it holds; 0 when the byte that says so is missing (RFC 6716 section 3.2). */
function frameCount(packet: Uint8Array): number {
  const code = (packet[0] as number) & 3;
  if (code === 0) return 1;
  if (code < 3) return 2;
  return packet.length < 2 ? 0 : (packet[1] as number) & 0x3f;
}

/**
 * How much sound a packet holds, in samples at 48 kHz, read from its first two bytes (RFC 6716 section 3.1).
 * Null for an empty packet, one of no frames, and one that claims more than 120 ms.
 */
export function packetSamples(packet: Uint8Array): number | null {
  if (packet.length === 0) return null;
  const samples = frameCount(packet) * frameSamples((packet[0] as number) >> 3);
  return samples === 0 || samples > MAX_PACKET_SAMPLES ? null : samples;
}

/** Bytes a frame length takes at `offset`: one below 252, else two (RFC 6716 section 3.2.1). */
function lengthBytes(packet: Uint8Array, offset: number): number {
  return (packet[offset] ?? 0) < 252 ? 1 : 2;
}

/** Where the first frame's data begins (RFC 6716 sections 3.2.2 to 3.2.5); past the end of the packet when it is cut short. */
function firstFrameOffset(packet: Uint8Array): number {
  const code = (packet[0] as number) & 3;
  if (code < 2) return 1;
  if (code === 2) return 1 + lengthBytes(packet, 1);
  const framing = packet[1] ?? 0;
  let offset = 2;
  if (framing & 0x40) while (packet[offset++] === 255);
  if (framing & 0x80) for (let frame = 1; frame < (framing & 0x3f); frame++) offset += lengthBytes(packet, offset);
  return offset;
}

/** Whether the packet codes two channels: each has flags of its own. */
function isStereo(packet: Uint8Array): boolean {
  return ((packet[0] as number) & 4) !== 0;
}

/**
 * Whether a packet carries forward error correction (LBRR) for the packet before it: the flag after the voice-activity flags at the head of
 * the SILK data. The flags are the first symbols of the range coder and equally likely, so they stand in the leading bits as they are
 * (RFC 6716 sections 4.2.3 and 4.2.4). False for CELT-only packets, which have none, and for packets too short to say.
 */
export function packetHasFec(packet: Uint8Array): boolean {
  const samples = packetSamples(packet);
  const config = (packet[0] ?? 0) >> 3;
  if (samples === null || config >= FIRST_CELT_CONFIG) return false;
  const head = packet[firstFrameOffset(packet)];
  if (head === undefined) return false;
  const silkFrames = Math.max(1, frameSamples(config) / SILK_FRAME_SAMPLES);
  const flag = (head >> (7 - silkFrames)) & 1;
  const sideFlag = isStereo(packet) ? (head >> (6 - 2 * silkFrames)) & 1 : 0;
  return flag === 1 || sideFlag === 1;
}
