import type { CodecSettings } from '../core/call-plan.ts';
import { G711_RATE_HZ } from './g711.ts';
import { OPUS_PAYLOAD_TYPE, OPUS_RATE_HZ } from './opus-packet.ts';

/** The RTP payload types of a stream; a type that is absent is not part of it. */
export interface PayloadTypes {
  /** Of speech. */
  readonly payloadType: number;
  /** Of packets that hold earlier ones' payloads besides their own (RFC 2198). */
  readonly redundancyPayloadType?: number;
  /** Of comfort noise (RFC 3389). */
  readonly comfortNoisePayloadType?: number;
}

/** Static payload types of G.711 and of comfort noise at 8 kHz (RFC 3551 table 4). */
export const STATIC_PAYLOAD_TYPES = { pcmu: 0, pcma: 8, comfortNoise: 13 } as const;

/** RTP payload type of redundant audio in every call of ours: the number browsers give it. */
const REDUNDANCY_PAYLOAD_TYPE = 63;

/** The payload types of a call with this codec. That of comfort noise goes for any stream of G.711. */
export function payloadTypesOf({ name, redundancy }: Pick<CodecSettings, 'name' | 'redundancy'>): PayloadTypes {
  const redundant = redundancy === undefined ? {} : { redundancyPayloadType: REDUNDANCY_PAYLOAD_TYPE };
  if (name === 'opus') return { payloadType: OPUS_PAYLOAD_TYPE, ...redundant };
  return { payloadType: STATIC_PAYLOAD_TYPES[name], comfortNoisePayloadType: STATIC_PAYLOAD_TYPES.comfortNoise, ...redundant };
}

/** What the RTP timestamps of this codec count in, Hz: 48000 for Opus (RFC 7587 section 4.1), 8000 for G.711 (RFC 3551 section 4.5.14). */
export function clockRateHz({ name }: CodecSettings): number {
  return name === 'opus' ? OPUS_RATE_HZ : G711_RATE_HZ;
}
