import type { CodecName } from '../../core/call-plan.ts';
import { joinWords } from '../../core/format.ts';
import type { SoundEvent } from '../../core/playout-stats.ts';
import type { HeardEvent } from '../../core/time-line.ts';
import type { DuePacket } from './due-packets.ts';

/** What is known of how a recording came about. */
export interface CauseEvidence {
  /** `recording`: a sound that came as it is, of which nobody knows the way. */
  readonly source: 'up' | 'down' | 'capture' | 'recording';
  /** Null for a recording. */
  readonly codec: { readonly name: CodecName; readonly bitrateBps: number } | null;
  /** The real engine that played it, which does not tell when it did what; null where our own receiver played it and told. */
  readonly engine: string | null;
  /** What our receiver did, on the recording's time axis. */
  readonly receiver: readonly SoundEvent[];
  /** Null where nobody knows what was sent when. */
  readonly packets: readonly DuePacket[] | null;
}

/** What the receiver did within an event, or so near; where that is nothing, the windows of the scores may have blurred it by so much more, seconds. */
const DURING_SECONDS = 0.03;
const NEAR_SECONDS = 0.2;
/** A packet is heard within an event when its sound was spoken so near to it, seconds: the delay of a recording is known to about this. */
const PACKETS_NEAR_SECONDS = 0.1;
/** A packet came late when it took so much longer than the median one, ms: more than the least a receiver's buffer holds. */
const HELD_UP_MS = 60;

const LINKS: Readonly<Record<CauseEvidence['source'], string>> = {
  up: 'uplink loss',
  down: 'downlink loss',
  capture: 'loss',
  recording: 'loss',
};
const CODECS: Readonly<Record<CodecName, string>> = { opus: 'Opus', pcmu: 'G.711', pcma: 'G.711' };

/** The events with what caused each of them, as far as receiver and path tell: a finding of what was there at that time, never a guess. */
export function explainEvents(events: readonly HeardEvent[], evidence: CauseEvidence): SoundEvent[] {
  return events.map((event) => {
    const { at, seconds, kind, strength, part, detail } = event;
    return { at, seconds, kind, cause: causeOf(event, evidence), strength, detail, ...(part === null ? {} : { part }) };
  });
}

function causeOf(event: HeardEvent, evidence: CauseEvidence): string {
  if (evidence.source === 'recording') return 'cause unknown: a recording does not tell how it came about';
  const { spokenFrom, spokenTo } = event;
  const packets = (evidence.packets ?? []).filter(
    ({ spokenAt }) => spokenAt >= spokenFrom - PACKETS_NEAR_SECONDS && spokenAt <= spokenTo + PACKETS_NEAR_SECONDS,
  );
  if (evidence.engine !== null) return causeByPackets(evidence, packets);
  const seen =
    event.kind === 'metallic' || event.kind === 'drop'
      ? receiverWords(event, doneDuring(event, evidence.receiver), packets, LINKS[evidence.source])
      : [];
  const where = evidence.source === 'capture' ? 'the receiver or the capture' : 'the receiver or the path';
  return seen.length > 0 ? seen.join('; ') : `no cause seen in ${where}: ${elsewhere(evidence)}`;
}

/** What the receiver did during an event; where that is nothing, what it did close by. */
function doneDuring({ at, seconds }: HeardEvent, receiver: readonly SoundEvent[]): SoundEvent[] {
  const within = (near: number): SoundEvent[] =>
    receiver.filter((done) => done.at <= at + seconds + near && done.at + done.seconds >= at - near);
  const during = within(DURING_SECONDS);
  return during.length > 0 ? during : within(NEAR_SECONDS);
}

/** What the receiver did during an event, the gravest first; changes of speed only where they alone can have done it. */
function receiverWords(event: HeardEvent, done: readonly SoundEvent[], packets: readonly DuePacket[], loss: string): string[] {
  const gaps = done.filter(({ kind }) => kind === 'concealment' || kind === 'interruption');
  const lossy = gaps.filter(({ lostPackets = 0 }) => lostPackets > 0);
  const late = gaps.filter(({ latePackets = 0 }) => latePackets > 0);
  const others = gaps.filter(({ lostPackets = 0, latePackets = 0 }) => lostPackets + latePackets === 0);
  const words: string[] = [];
  const verb = event.kind === 'drop' ? 'lost' : 'concealed';
  if (lossy.length > 0) {
    const lost = lossy.reduce((sum, { lostPackets = 0 }) => sum + lostPackets, 0);
    words.push(`${frames(lost)} ${verb} in ${bursts(lossy.length)} of ${loss}${ruleWords(packets)}`);
  }
  if (late.length > 0) {
    const count = late.reduce((sum, { latePackets = 0 }) => sum + latePackets, 0);
    const most = late.reduce((max, { lateMs = 0 }) => Math.max(max, lateMs), 0);
    words.push(`${frames(count)} came ${count === 1 ? `${most} ms after its` : `up to ${most} ms after their`} turn`);
  }
  if (others.length > 0) {
    const ms = Math.round(1000 * others.reduce((sum, { seconds }) => sum + seconds, 0));
    words.push(`${ms} ms filled in while the receiver waited for packets${heldUpWords(packets)}`);
  }
  const stretches = done.filter(({ kind }) => kind === 'stretch').length;
  if (stretches > 0 && (words.length === 0 || event.part === 'warp')) {
    words.push(`the receiver changed the speed of the speech ${times(stretches)}${heldUpWords(packets)}`);
  }
  const recovered = done.filter(({ kind }) => kind === 'fec').length;
  if (recovered > 0 && words.length === 0)
    words.push(`${frames(recovered)} recovered from error correction, which holds them in less detail`);
  return words;
}

/** What became of the packets of an event, where the receiver tells nothing. */
function causeByPackets(evidence: CauseEvidence, packets: readonly DuePacket[]): string {
  const silent = `${evidence.engine} does not tell what it did when`;
  const lost = packets.filter(({ fate }) => fate === 'lost').length;
  const words: string[] = [];
  if (lost > 0) {
    const runs = packets.filter(({ fate }, i) => fate === 'lost' && packets[i - 1]?.fate !== 'lost').length;
    words.push(`${frames(lost)} due here lost in ${bursts(runs)} of ${LINKS[evidence.source]}${ruleWords(packets)}`);
  }
  const heldUp = packets.filter(({ heldUpMs }) => (heldUpMs ?? 0) > HELD_UP_MS).length;
  if (heldUp > 0) words.push(`${frames(heldUp)} due here${heldUpWords(packets)}`);
  if (words.length === 0) words.push(`no packet due here was lost or late: ${elsewhere(evidence)}, or by what the receiver did`);
  return `${words.join('; ')} (${silent})`;
}

/** Where the harm must lie when neither receiver nor path shows any. */
function elsewhere({ codec }: CauseEvidence): string {
  const how =
    codec === null
      ? 'codec'
      : `codec (${CODECS[codec.name]}${codec.name === 'opus' ? ` at ${Math.round(codec.bitrateBps / 1000)} kbit/s` : ''})`;
  return `harmed before it was sent, or by the ${how}`;
}

/** Which rules of the path dropped the packets, as reports number them. */
function ruleWords(packets: readonly DuePacket[]): string {
  const rules = [...new Set(packets.flatMap(({ droppedByRule }) => (droppedByRule === null ? [] : [droppedByRule + 1])))].sort(
    (a, b) => a - b,
  );
  if (rules.length === 0) return '';
  return ` (rule${rules.length === 1 ? '' : 's'} ${joinWords(rules.map((rule) => `${rule}`))} of the path)`;
}

function heldUpWords(packets: readonly DuePacket[]): string {
  const most = packets.reduce((max, { heldUpMs }) => Math.max(max, heldUpMs ?? 0), 0);
  return most > HELD_UP_MS ? ` that came up to ${Math.round(most)} ms later than usual` : '';
}

function frames(count: number): string {
  return `${count} frame${count === 1 ? '' : 's'}`;
}

function bursts(count: number): string {
  return count === 1 ? 'one burst' : `${count} bursts`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
