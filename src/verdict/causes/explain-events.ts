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
  /** Null where nobody knows what was sent when, or where it is heard. */
  readonly packets: readonly DuePacket[] | null;
}

/** What happened so shortly before or after a sound may be heard in it, seconds: alignment and windows of the scores blur by about this. */
const NEAR_SECONDS = 0.1;
/** A packet came late when it took so much longer than the median one, ms: more than the least a receiver's buffer holds. */
const HELD_UP_MS = 60;

const LINKS: Readonly<Record<CauseEvidence['source'], string>> = { up: 'uplink loss', down: 'downlink loss', capture: 'loss', recording: 'loss' };
const CODECS: Readonly<Record<CodecName, string>> = { opus: 'Opus', pcmu: 'G.711', pcma: 'G.711' };

/** The events with what caused each of them, as far as receiver and path tell: a finding of what was there at that time, never a guess. */
export function explainEvents(events: readonly HeardEvent[], evidence: CauseEvidence): SoundEvent[] {
  return events.map(({ at, seconds, kind, strength, part, detail }) => ({
    at,
    seconds,
    kind,
    cause: causeOf({ at, seconds, kind, strength, part, detail }, evidence),
    strength,
    detail,
    ...(part === null ? {} : { part }),
  }));
}

function causeOf(event: HeardEvent, evidence: CauseEvidence): string {
  if (evidence.source === 'recording') return 'cause unknown: a recording does not tell how it came about';
  const from = event.at - NEAR_SECONDS;
  const to = event.at + event.seconds + NEAR_SECONDS;
  const packets = (evidence.packets ?? []).filter(({ at }) => at >= from && at <= to);
  if (evidence.engine !== null) return causeByPackets(evidence, packets);
  const done = evidence.receiver.filter(({ at, seconds }) => at <= to && at + seconds >= from);
  const seen = event.kind === 'metallic' || event.kind === 'drop' ? receiverWords(event, done, packets, LINKS[evidence.source]) : [];
  return seen.length > 0 ? seen.join('; ') : `no cause seen in the receiver or the path: ${elsewhere(evidence)}`;
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
    words.push(`${frames(count)} ${verb} that came up to ${most} ms too late`);
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
  if (recovered > 0 && words.length === 0) words.push(`${frames(recovered)} recovered from error correction, which holds them in less detail`);
  return words;
}

/** What became of the packets of an event, where the receiver tells nothing. */
function causeByPackets(evidence: CauseEvidence, packets: readonly DuePacket[]): string {
  const silent = `${evidence.engine} does not tell what it did when`;
  if (evidence.packets === null) return `${silent}, and which packets were heard here is not known`;
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
  const how = codec === null ? 'codec' : `codec (${CODECS[codec.name]}${codec.name === 'opus' ? ` at ${Math.round(codec.bitrateBps / 1000)} kbit/s` : ''})`;
  return `harmed before it was sent, or by the ${how}`;
}

/** Which rules of the path dropped the packets, as reports number them. */
function ruleWords(packets: readonly DuePacket[]): string {
  const rules = [...new Set(packets.flatMap(({ droppedByRule }) => (droppedByRule === null ? [] : [droppedByRule + 1])))].sort((a, b) => a - b);
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
