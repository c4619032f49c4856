import { type CallSpeech, encodeForCall } from '../audio/call-codec.ts';
import { type PayloadTypes, payloadTypesOf } from '../audio/rtp-format.ts';
import type { CodecSettings } from '../core/call-plan.ts';
import type { CallRecord } from '../core/call-record.ts';
import { formatPercent } from '../core/format.ts';
import { measuredValue } from '../core/measurement.ts';
import type { Arrival, Direction } from '../core/packet.ts';
import type { Signal } from '../core/signal.ts';
import type { Reencoded } from '../core/what-if.ts';
import { resample } from '../dsp/resample.ts';
import { summariseNetwork } from '../record/network-summary.ts';
import { packetPlaces, sameShare, withPayloads } from '../record/resent.ts';
import { withSilence } from './run.ts';

/** Sampling rate of the speech given to a codec, Hz. */
const CALL_RATE_HZ = 48_000;

/** An encoder is told of at least so much loss: libopus sends no error correction for less. */
const MIN_DECLARED_LOSS_RATIO = 0.1;

/** From this share of packets made again byte for byte on, the encoder counts as the one that spoke in the call. */
const SAME_ENCODER_SHARE = 0.99;

/** What would have arrived of one direction, had its sender done otherwise, and how that was made; a reason where it cannot be known. */
export type Resent<Made> =
  | { readonly arrivals: readonly Arrival[]; readonly types: PayloadTypes; readonly made: Made }
  | { readonly reason: string };

/**
 * What would have arrived, had every packet been encoded with in-band error correction, at the bitrate of the call and for the loss that it met with (at
 * least 10 %). The same packets are lost.
 */
export async function resendWithFec(
  direction: Direction,
  record: CallRecord,
  reference: Signal,
  signal: AbortSignal,
): Promise<Resent<NonNullable<Reencoded['fec']>>> {
  const { plan } = record;
  const { codec } = plan;
  if (codec.name !== 'opus') return { reason: 'G.711 has no error correction of its own' };
  const packets = record.directions[direction];
  const places = packetPlaces(packets, codec.packetTimeMs);
  if (places.size === 0) return { reason: 'the record does not tell which packet was which' };
  const loss = measuredValue(summariseNetwork(direction, packets, record.fates, null, plan.timeouts.mediaGapMs).lossRatio) ?? 0;
  const declaredLossRatio = Math.max(MIN_DECLARED_LOSS_RATIO, Math.round(loss * 100) / 100);
  const speech = await encodeAgain(record, reference, { ...codec, fec: true, declaredLossRatio }, signal);
  if (speech.fecPackets === 0) {
    return { reason: `the encoder sends no error correction at this bitrate, even told of ${formatPercent(declaredLossRatio)} loss` };
  }
  const size = (payloads: readonly (Uint8Array | null)[]): number => payloads.reduce((sum, payload) => sum + (payload?.length ?? 0), 0);
  const sentBytes = packets.sent.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
  const made = {
    declaredLossRatio,
    fecRatio: speech.fecPackets / speech.packets.length,
    sizeRatio: sentBytes === 0 ? 1 : size(speech.packets) / sentBytes,
  };
  return { arrivals: withPayloads(packets.arrivals, places, speech.packets), types: payloadTypesOf(codec), made };
}

/**
 * What would have arrived, had each packet brought the one before it along (RFC 2198). All is encoded once more, which gives the very same bytes where this
 * program spoke.
 */
export async function resendWithRed(
  direction: Direction,
  record: CallRecord,
  reference: Signal,
  signal: AbortSignal,
): Promise<Resent<NonNullable<Reencoded['red']>>> {
  const { codec } = record.plan;
  if (codec.redundancy !== undefined) return { reason: 'the call was made with redundancy' };
  const { arrivals } = record.directions[direction];
  const places = packetPlaces(record.directions[direction], codec.packetTimeMs);
  if (places.size === 0) return { reason: 'the record does not tell which packet was which' };
  const plain = await encodeAgain(record, reference, codec, signal);
  const redundant: CodecSettings = { ...codec, redundancy: 1 };
  const packed = await encodeAgain(record, reference, redundant, signal);
  const types = payloadTypesOf(redundant);
  const payloadType = types.redundancyPayloadType ?? types.payloadType;
  const resent = withPayloads(arrivals, places, packed.packets).map((arrival) => ({ ...arrival, payloadType }));
  return { arrivals: resent, types, made: { sameBytes: sameShare(arrivals, places, plain.packets) >= SAME_ENCODER_SHARE } };
}

function encodeAgain({ plan }: CallRecord, reference: Signal, codec: CodecSettings, signal: AbortSignal): Promise<CallSpeech> {
  return encodeForCall(withSilence(resample(reference, CALL_RATE_HZ), plan), codec, signal);
}
