import { type CodedPacket, type Identified, identifyCodec } from '../audio/identify-codec.ts';
import { unpackRed } from '../audio/red.ts';
import type { CodecName } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import { joinWords } from '../core/format.ts';
import type { Arrival } from '../core/packet.ts';
import type { CapturedStreamSummary } from '../core/report.ts';
import type { Capture } from '../record/captures/read-capture.ts';
import type { CapturedStream } from '../record/captures/streams.ts';
import { hexSsrc } from '../report/words.ts';

/** What the user says of the stream to play; null where they leave it to be found out. */
export interface StreamChoice {
  readonly ssrc: number | null;
  readonly codec: CodecName | null;
  readonly payloadType: number | null;
}

/** The stream that is played out, and what its packets hold. */
export interface ChosenStream {
  readonly index: number;
  /** Of the payload type, in order of arrival. */
  readonly speech: readonly Arrival[];
  /** Of every payload type: they are numbered together. */
  readonly all: readonly Arrival[];
  readonly payloadType: number;
  /** Of packets that hold earlier ones' payloads besides their own (RFC 2198); absent where there are none. */
  readonly redundancyPayloadType?: number;
  readonly codec: CodecName;
  readonly packetTimeMs: number;
}

/** Describes every stream of a capture, and chooses one: what the user named, else the longest that can be played. */
export function chooseStream(
  capture: Capture,
  choice: StreamChoice,
  name: string,
): { readonly summaries: CapturedStreamSummary[]; readonly chosen: ChosenStream } {
  if (capture.streams.length === 0) throw noStream(capture, name);
  const looked = capture.streams.map((stream) => look(stream, choice));
  const summaries = looked.map((one) => summarise(one, capture.keysAgreed));
  const inReach = summaries.flatMap((summary, index) => (choice.ssrc === null || summary.ssrc === choice.ssrc ? [{ summary, index }] : []));
  if (inReach.length === 0) {
    const known = summaries.slice(0, MAX_NAMED).map(({ ssrc }) => hexSsrc(ssrc));
    throw new UserError('unknown-ssrc', `${name} holds no RTP stream ${hexSsrc(choice.ssrc ?? 0)}`, `it holds ${joinWords(known)}`);
  }
  const longestFirst = inReach.sort((a, b) => b.summary.seconds - a.summary.seconds || b.summary.packets - a.summary.packets);
  const { summary, index } = longestFirst.find(({ summary: { codec } }) => codec !== null) ?? (longestFirst[0] as (typeof inReach)[number]);
  const { stream, speech, types, identified } = looked[index] as Looked;
  if (summary.codec === null || identified.codec === null) throw unplayable(summary, inReach.length, name);
  return {
    summaries,
    chosen: { index, speech, all: inOrder(stream.packets), ...types, codec: identified.codec, packetTimeMs: identified.packetTimeMs },
  };
}

/** More streams than this are not named in a message. */
const MAX_NAMED = 6;

interface Looked {
  readonly stream: CapturedStream;
  /** Of most packets, and of the speech in them: another one where they hold redundancy. */
  readonly payloadType: number;
  readonly types: Pick<ChosenStream, 'payloadType' | 'redundancyPayloadType'>;
  readonly speech: readonly Arrival[];
  readonly identified: Identified;
}

function look(stream: CapturedStream, choice: StreamChoice): Looked {
  const payloadType = choice.payloadType ?? mostCommon(stream.packets);
  const speech = inOrder(stream.packets.filter((packet) => packet.payloadType === payloadType));
  const plain = { stream, payloadType, types: { payloadType }, speech, identified: identifyCodec(speech, payloadType, choice.codec) };
  return plain.identified.codec === null ? (lookInside(plain, choice) ?? plain) : plain;
}

/** The same of packets that hold earlier ones' payloads besides their own, all of one type; null when they are none. */
function lookInside({ stream, payloadType, speech }: Looked, { codec }: StreamChoice): Looked | null {
  const inner = new Set<number>();
  const coded: CodedPacket[] = [];
  for (const { sequenceNumber, timestamp, payload } of speech) {
    const [own] = unpackRed(payload) ?? [];
    if (own === undefined || inner.add(own.payloadType).size > 1) return null;
    coded.push({ sequenceNumber, timestamp, payload: own.payload });
  }
  const [type] = inner;
  if (type === undefined) return null;
  const identified = identifyCodec(coded, type, codec);
  if (identified.codec === null) return null;
  const both = inOrder(stream.packets.filter((packet) => packet.payloadType === payloadType || packet.payloadType === type));
  return { stream, payloadType, types: { payloadType: type, redundancyPayloadType: payloadType }, speech: both, identified };
}

function inOrder(packets: readonly Arrival[]): Arrival[] {
  return [...packets].sort((a, b) => a.arrivalMs - b.arrivalMs);
}

function mostCommon(packets: readonly Arrival[]): number {
  const counts = new Map<number, number>();
  for (const { payloadType } of packets) counts.set(payloadType, (counts.get(payloadType) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function summarise({ stream, payloadType, types, identified }: Looked, keysAgreed: boolean): CapturedStreamSummary {
  const { ssrc, sourcePort, destinationPort, packets } = stream;
  const times = packets.map(({ arrivalMs }) => arrivalMs);
  const span =
    times.reduce((most, ms) => Math.max(most, ms), times[0] ?? 0) - times.reduce((least, ms) => Math.min(least, ms), times[0] ?? 0);
  const why = whyUnplayable(identified, keysAgreed);
  return {
    ssrc,
    payloadType,
    codec: why === null ? identified.codec : null,
    unplayable: why,
    ...(types.redundancyPayloadType === undefined ? {} : { redundant: true as const }),
    packets: packets.length,
    seconds: span / 1000,
    sourcePort,
    destinationPort,
  };
}

function whyUnplayable(identified: Identified, keysAgreed: boolean): string | null {
  if (identified.codec !== null) return null;
  if (identified.why === 'short') return 'it has too few packets in a row to tell what they hold';
  if (identified.why === 'encrypted') return 'its packets are encrypted (SRTP)';
  return keysAgreed
    ? 'its packets are encrypted: the two ends agreed on keys (DTLS-SRTP)'
    : 'its packets hold no Opus that could be told: they are encrypted (SRTP), or coded with something else';
}

function unplayable({ ssrc, unplayable: why }: CapturedStreamSummary, count: number, name: string): UserError {
  const which = count === 1 ? `the RTP stream ${hexSsrc(ssrc)}` : `the longest of ${count} RTP streams, ${hexSsrc(ssrc)},`;
  return new UserError(
    'stream-unplayable',
    `${name}: ${which} cannot be played: ${why}`,
    'nothing is decrypted here: capture the sound where it is plain, or choose other packets with --ssrc, --payload-type or --codec',
  );
}

function noStream({ passedOver, format }: Capture, name: string): UserError {
  const { cut, untimed, unknownLink, fragments } = passedOver;
  const why =
    cut > 0
      ? `: of ${cut} datagrams only the first bytes were captured`
      : untimed > 0
        ? `: its ${untimed} datagrams have no times`
        : unknownLink > 0
          ? `: ${unknownLink} frames are of a kind of link that is not read here`
          : fragments > 0
            ? `: its datagrams are in ${fragments} fragments`
            : '';
  return new UserError(
    'no-rtp',
    `${name} holds no RTP stream${why}`,
    format === 'rtpdump'
      ? 'give a file with packets in it'
      : 'capture whole packets of a call, for example with tcpdump -s 0 -w call.pcap udp',
  );
}
