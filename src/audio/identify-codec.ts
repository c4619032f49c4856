import type { CodecName } from '../core/call-plan.ts';
import { packetSamples } from './opus-packet.ts';
import { STATIC_PAYLOAD_TYPES } from './rtp-format.ts';

/** As much of a packet as tells the codec. */
export interface CodedPacket {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

/** What a stream is coded with, and how much sound most of its packets hold; or why that cannot be told. */
export type Identified =
  | { readonly codec: CodecName; readonly packetTimeMs: number }
  | { readonly codec: null; readonly why: 'encrypted' | 'unknown' | 'short' };

/** What a payload type says by itself. */
const STATIC_CODECS: ReadonlyMap<number, CodecName> = new Map([
  [STATIC_PAYLOAD_TYPES.pcmu, 'pcmu'],
  [STATIC_PAYLOAD_TYPES.pcma, 'pcma'],
]);
/** Of G.711, where a byte is a sample, and of the clock of Opus (RFC 7587 section 4.1). */
const G711_SAMPLES_PER_MS = 8;
const OPUS_SAMPLES_PER_MS = 48;

/** Packets of so few bytes say only that an Opus encoder is silent; the next one may come any time later. */
const DTX_PACKET_BYTES = 2;

/** What SRTP adds to a payload: authentication tags of 80 or 32 bits, or of AES-GCM (RFC 3711 section 5.2, RFC 7714 section 13.2). */
const SRTP_TAG_BYTES: readonly number[] = [10, 4, 16];

/**
 * In a plain stream, a packet's timestamp lies as far before its successor's as the packet says it holds sound. Encrypted, its first byte says anything: of
 * all values a fifth mean 20 ms. So from this share on it is no chance.
 */
const PLAIN_SHARE = 0.9;
/** Fewer pairs of packets than this do not tell. */
const MIN_PAIRS = 4;

/**
 * Tells what a stream's packets of one payload type are coded with: by the payload type where that is one of G.711's, else by whether the packets say
 * of themselves what the timestamps say of them. So what is encrypted, or coded with something else, is not taken for speech.
 * @param packets in order of sequence numbers; duplicates do no harm
 * @param codec what the user says it is: checked all the same; null to find out
 */
export function identifyCodec(packets: readonly CodedPacket[], payloadType: number, codec: CodecName | null = null): Identified {
  const expected = codec ?? STATIC_CODECS.get(payloadType) ?? 'opus';
  const perMs = expected === 'opus' ? OPUS_SAMPLES_PER_MS : G711_SAMPLES_PER_MS;
  const samplesOf = expected === 'opus' ? packetSamples : (payload: Uint8Array): number => payload.length;
  const pairs = packets.flatMap(({ sequenceNumber, timestamp, payload }, i) => {
    const next = packets[i + 1];
    if (next === undefined || ((next.sequenceNumber - sequenceNumber) & 0xffff) !== 1 || payload.length === 0) return [];
    if (expected === 'opus' && payload.length <= DTX_PACKET_BYTES) return [];
    return [{ step: (next.timestamp - timestamp) >>> 0, samples: samplesOf(payload), bytes: payload.length }];
  });
  if (pairs.length < MIN_PAIRS) return { codec: null, why: 'short' };
  const share = (holds: (pair: (typeof pairs)[number]) => boolean): number => pairs.filter(holds).length / pairs.length;
  if (share(({ step, samples }) => step === samples) >= PLAIN_SHARE) {
    const lengths = pairs.map(({ samples }) => samples ?? 0).sort((a, b) => a - b);
    return { codec: expected, packetTimeMs: (lengths[lengths.length >> 1] as number) / perMs };
  }
  if (expected === 'opus') return { codec: null, why: 'unknown' };
  const tagged = SRTP_TAG_BYTES.some((tag) => share(({ step, bytes }) => step === bytes - tag) >= PLAIN_SHARE);
  return { codec: null, why: tagged ? 'encrypted' : 'unknown' };
}
