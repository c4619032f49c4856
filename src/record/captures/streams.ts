import { UserError } from '../../core/errors.ts';
import type { Arrival } from '../../core/packet.ts';
import { type RtpPacket, readRtp } from '../rtp.ts';

/** A stream of RTP found in a capture: one source (SSRC) on one flow. */
export interface CapturedStream {
  readonly ssrc: number;
  /** UDP ports; null where the file does not tell. */
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
  /** In the order of the file; times are whole ms since the file's first packet. */
  readonly packets: readonly Arrival[];
}

/** Where a packet was seen. */
export interface Flow {
  /** Equal for packets of one flow alone. */
  readonly key: string;
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
}

/** Fewer packets than this are a coincidence. */
const MIN_PACKETS = 5;

/** In a stream nearly every packet is numbered near the one seen before it; in what merely looks like RTP, hardly any is. */
const MAX_STEP = 100;
const MIN_NEAR_SHARE = 0.8;

/** RTCP on the same port: payload types 64 to 95 are kept free for it (RFC 5761 section 4). */
const RTCP_FIRST = 64;
const RTCP_LAST = 95;

/** An hour of 20 ms voice both ways is below this, and takes about 300 MB. */
const MAX_PACKETS = 500_000;

/** How far packets that merely look like RTP may make a file look like one of many streams. */
const MAX_STREAMS = 20_000;

/** Puts together what belongs to one stream, packet by packet. */
export interface StreamFinder {
  add(flow: Flow, payload: Uint8Array, arrivalMs: number): void;
  /** What is RTP beyond doubt, in order of appearance. */
  streams(): CapturedStream[];
}

/** @param name of the file, for messages */
export function createStreamFinder(name: string): StreamFinder {
  const found = new Map<string, { readonly flow: Flow; readonly packets: Arrival[] }>();
  let count = 0;
  return {
    add(flow, payload, arrivalMs) {
      const packet = voicePacket(payload);
      if (packet === null) return;
      const key = `${flow.key}/${packet.ssrc}`;
      const stream = found.get(key) ?? { flow, packets: [] };
      if (stream.packets.length === 0) {
        // What does not look like a stream after all makes room.
        if (found.size >= MAX_STREAMS) for (const [other, { packets }] of found) if (packets.length < MIN_PACKETS) found.delete(other);
        found.set(key, stream);
      }
      if (++count > MAX_PACKETS || found.size > MAX_STREAMS) {
        throw new UserError(
          'capture-long',
          `${name} holds more than ${found.size > MAX_STREAMS ? `${MAX_STREAMS} RTP streams` : `${MAX_PACKETS} RTP packets`}`,
          'cut it to the part of interest, for example with editcap of Wireshark',
        );
      }
      stream.packets.push({ ...packet, arrivalMs });
    },
    streams: () =>
      [...found.values()]
        .filter(({ packets }) => isStream(packets))
        .map(({ flow, packets }) => ({
          ssrc: packets[0]?.ssrc ?? 0,
          sourcePort: flow.sourcePort,
          destinationPort: flow.destinationPort,
          packets,
        })),
  };
}

function voicePacket(payload: Uint8Array): RtpPacket | null {
  const type = (payload[1] ?? 0) & 0x7f;
  return type >= RTCP_FIRST && type <= RTCP_LAST ? null : readRtp(payload);
}

function isStream(packets: readonly Arrival[]): boolean {
  if (packets.length < MIN_PACKETS) return false;
  let near = 0;
  for (let i = 1; i < packets.length; i++) {
    const step = ((packets[i] as Arrival).sequenceNumber - (packets[i - 1] as Arrival).sequenceNumber) & 0xffff;
    if (step <= MAX_STEP || step >= 0x1_0000 - MAX_STEP) near++;
  }
  return near >= MIN_NEAR_SHARE * (packets.length - 1);
}
