import type { CodecSettings } from '../core/call-plan.ts';
import type { Signal } from '../core/signal.ts';
import { resample } from '../dsp/resample.ts';
import { createG711Decoder, encodeG711Speech, G711_RATE_HZ } from './g711.ts';
import { createSpeechDecoder, encodeSpeech, OPUS_LOOK_AHEAD_SAMPLES } from './opus.ts';
import { OPUS_RATE_HZ } from './opus-packet.ts';
import { packRed, type RedBlock, unpackRed } from './red.ts';
import { clockRateHz, payloadTypesOf } from './rtp-format.ts';
import type { EncodedSpeech, SpeechDecoder } from './speech-decoder.ts';

/** What one side of a call says, encoded. */
export interface CallSpeech extends EncodedSpeech {
  /** Packets that had no room for all the earlier payloads asked for, as a share of the packets. */
  readonly copiesLeftOut: number;
}

/**
 * Encodes what one side of a call says, as its codec and redundancy ask.
 * @param signal48k mono at 48 kHz, brought to the codec's rate here. Throws RangeError at any other rate.
 * @param stop ends the encoding early; what was encoded until then is returned
 */
export async function encodeForCall(signal48k: Signal, codec: CodecSettings, stop?: AbortSignal): Promise<CallSpeech> {
  const encoded =
    codec.name === 'opus'
      ? await encodeSpeech(signal48k, codec, stop)
      : encodeG711Speech(resample(signal48k, G711_RATE_HZ), codec.name, codec.packetTimeMs);
  return codec.redundancy === undefined
    ? { ...encoded, copiesLeftOut: 0 }
    : { ...encoded, ...withRedundancy(encoded.packets, codec, codec.redundancy) };
}

/** Each packet with the `count` sent before it, as far as they fit. Packets that DTX leaves out are not sent again. */
function withRedundancy(
  packets: readonly (Uint8Array | null)[],
  codec: CodecSettings,
  count: number,
): Pick<CallSpeech, 'packets' | 'copiesLeftOut'> {
  const { payloadType } = payloadTypesOf(codec);
  const packetUnits = (codec.packetTimeMs * clockRateHz(codec)) / 1000;
  const sent: { readonly index: number; readonly payload: Uint8Array }[] = [];
  let leftOut = 0;
  const packed = packets.map((payload, index) => {
    if (payload === null) return null;
    const earlier = sent.map(
      (before): RedBlock => ({ payloadType, timestampOffset: (index - before.index) * packetUnits, payload: before.payload }),
    );
    sent.unshift({ index, payload });
    sent.length = Math.min(sent.length, count);
    const packet = packRed({ payloadType, timestampOffset: 0, payload }, earlier);
    if ((unpackRed(packet)?.length ?? 0) < earlier.length + 1) leftOut++;
    return packet;
  });
  return { packets: packed, copiesLeftOut: leftOut / Math.max(1, packed.length) };
}

/** Makes a decoder for one direction of a call. */
export async function createCallDecoder({ name }: Pick<CodecSettings, 'name'>): Promise<SpeechDecoder> {
  return name === 'opus' ? await createSpeechDecoder() : createG711Decoder(name);
}

/**
 * A sound as the codec could carry it at best: for G.711, the telephone band. Recordings are scored against that, so that a score tells what was done
 * to the call and not which codec was chosen (P.800.1 rates narrowband calls on a scale of their own).
 */
export function asCarried(signal: Signal, { name }: Pick<CodecSettings, 'name'>): Signal {
  return name === 'opus' ? signal : resample(resample(signal, G711_RATE_HZ), signal.sampleRateHz);
}

/** By how much the codec makes the sound later, besides the length of a packet, seconds. */
export function lookAheadSeconds({ name }: Pick<CodecSettings, 'name'>): number {
  return name === 'opus' ? OPUS_LOOK_AHEAD_SAMPLES / OPUS_RATE_HZ : 0;
}
