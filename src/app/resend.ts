import { type EncodedSpeech, encodeSpeech } from '../audio/opus.ts';
import type { CallRecord } from '../core/call-record.ts';
import { formatPercent } from '../core/format.ts';
import { measuredValue } from '../core/measurement.ts';
import type { Arrival, Direction } from '../core/packet.ts';
import type { Signal } from '../core/signal.ts';
import type { Reencoded } from '../core/what-if.ts';
import { resample } from '../dsp/resample.ts';
import { summariseNetwork } from '../record/network-summary.ts';
import { packetPlaces, sameShare, withPayloads, withRedundancy } from '../record/resent.ts';
import { withSilence } from './run.ts';

/** Sampling rate of Opus, Hz. */
const CALL_RATE_HZ = 48_000;

/** An encoder is told of at least so much loss: libopus sends no error correction for less. */
const MIN_DECLARED_LOSS_RATIO = 0.1;

/** From this share of packets made again byte for byte on, the encoder counts as the one that spoke in the call. */
const SAME_ENCODER_SHARE = 0.99;

/** What would have arrived of one direction, had its sender done otherwise, and how that was made; a reason where it cannot be known. */
export type Resent<Made> = { readonly arrivals: readonly Arrival[]; readonly made: Made } | { readonly reason: string };

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
  const packets = record.directions[direction];
  const places = packetPlaces(packets, plan.codec.packetTimeMs);
  if (places.size === 0) return { reason: 'the record does not tell which packet was which' };
  const loss = measuredValue(summariseNetwork(direction, packets, record.fates, null, plan.timeouts.mediaGapMs).lossRatio) ?? 0;
  const declaredLossRatio = Math.max(MIN_DECLARED_LOSS_RATIO, Math.round(loss * 100) / 100);
  const speech = await encodeAgain(record, reference, { fec: true, declaredLossRatio }, signal);
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
  return { arrivals: withPayloads(packets.arrivals, places, speech.packets), made };
}

/**
 * What would have arrived, had each packet brought the one before it along. What the lost ones held is encoded once more, which gives the very same bytes
 * where this program spoke; where another did, all of them are, so that one encoder is heard throughout.
 */
export async function resendWithRed(
  direction: Direction,
  record: CallRecord,
  reference: Signal,
  signal: AbortSignal,
): Promise<Resent<NonNullable<Reencoded['red']>>> {
  const { packetTimeMs } = record.plan.codec;
  const { arrivals } = record.directions[direction];
  const places = packetPlaces(record.directions[direction], packetTimeMs);
  if (places.size === 0) return { reason: 'the record does not tell which packet was which' };
  const { packets } = await encodeAgain(record, reference, {}, signal);
  const sameBytes = sameShare(arrivals, places, packets) >= SAME_ENCODER_SHARE;
  const heard = sameBytes ? arrivals : withPayloads(arrivals, places, packets);
  return { arrivals: withRedundancy(heard, places, packets, packetTimeMs), made: { sameBytes } };
}

function encodeAgain(
  { plan }: CallRecord,
  reference: Signal,
  change: { readonly fec?: boolean; readonly declaredLossRatio?: number },
  signal: AbortSignal,
): Promise<EncodedSpeech> {
  return encodeSpeech(withSilence(resample(reference, CALL_RATE_HZ), plan), { ...plan.codec, ...change }, signal);
}
