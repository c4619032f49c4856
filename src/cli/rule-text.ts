import { formatPercent, formatSeconds, joinWords } from '../core/format.ts';
import type { PacketClass } from '../core/packet.ts';
import type { Impairment, PacketMatch, PathRule } from '../core/path-profile.ts';

const DIRECTION_WORDS = { up: 'caller to callee', down: 'callee to caller', both: 'both ways' } as const;
const CLASS_WORDS: Readonly<Record<PacketClass, string>> = {
  stun: 'STUN',
  'dtls-handshake': 'DTLS handshake',
  'dtls-data': 'data channel',
  rtp: 'voice (RTP)',
  rtcp: 'voice reports (RTCP)',
  'turn-channel': 'TURN channels',
  other: 'other UDP',
  text: 'texts (TCP)',
};
/** All that is not `text`: the call itself. */
const CALL_CLASSES = 7;
const EVENT_WORDS = { connected: 'the call is connected', 'first-media': 'the first sound' } as const;

const ms = (value: number): string => formatSeconds(value / 1000);
const count = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;
const short = (value: number): string => `${Number(value.toPrecision(3))}`;

/** One rule in plain words: what is done to which packets, in which direction, from when to when. */
export function describeRule(rule: PathRule): string {
  const sticky = rule.sticky === true ? ', counted for each connection by itself' : '';
  return `${describeAction(rule.action)}: ${describeMatch(rule.match)}, ${DIRECTION_WORDS[rule.direction]}${describeStart(rule.after)}${describeEnd(rule.for)}${sticky}`;
}

function describeMatch(match: PathRule['match']): string {
  const { classes, minBytes, maxBytes, firstPackets, everyNth } = partsOf(match);
  const what =
    classes === undefined
      ? 'every packet'
      : classes.length === CALL_CLASSES && !classes.includes('text')
        ? 'all packets of the call'
        : joinWords(classes.map((name) => CLASS_WORDS[name]));
  const sizes =
    minBytes === undefined
      ? maxBytes === undefined
        ? ''
        : ` of at most ${maxBytes} bytes`
      : maxBytes === undefined
        ? ` of at least ${minBytes} bytes`
        : ` of ${minBytes} to ${maxBytes} bytes`;
  const first = firstPackets === undefined ? '' : `, among the first ${count(firstPackets, 'packet')} of a connection`;
  return `${what}${sizes}${first}${everyNth === undefined ? '' : `, one in ${everyNth}`}`;
}

function partsOf(match: PathRule['match']): PacketMatch {
  if (match === 'any') return {};
  return Array.isArray(match) ? { classes: match as readonly PacketClass[] } : (match as PacketMatch);
}

function describeAction(action: Impairment): string {
  switch (action.kind) {
    case 'bernoulli-loss':
      return `lose ${formatPercent(action.lossRatio)} at random`;
    case 'gilbert-elliott-loss': {
      const moves = action.enterBadRatio + action.leaveBadRatio;
      const bad = moves > 0 ? action.enterBadRatio / moves : 0;
      const loss = bad * action.lossInBadRatio + (1 - bad) * action.lossInGoodRatio;
      const stay =
        action.leaveBadRatio > 0 ? `the bad state lasts ${short(1 / action.leaveBadRatio)} packets on average` : 'the bad state never ends';
      return `lose ${formatPercent(loss)} in bursts (${stay})`;
    }
    case 'four-state-loss':
      return `lose in bursts and alone, by a chain of four states (p13 ${short(action.p13)}, p31 ${short(action.p31)}, p32 ${short(action.p32)}, p23 ${short(action.p23)}, p14 ${short(action.p14)})`;
    case 'block-loss':
      return `lose exactly ${formatPercent(action.lossRatio)} of every ${count(action.blockPackets, 'packet')}`;
    case 'trace-loss': {
      const lost = action.trace.filter((entry) => entry === 1).length;
      return `lose as a trace of ${count(action.trace.length, 'packet')} says (${lost} lost), ${action.repeat ? 'again and again' : 'once'}`;
    }
    case 'delay':
      return `delay by ${ms(action.delayMs)}`;
    case 'jitter':
      return describeJitter(action);
    case 'reorder':
      return `delay by ${ms(action.delayMs)}, but let ${formatPercent(action.reorderRatio)} overtake${action.gapPackets > 1 ? `, from every ${count(action.gapPackets, 'packet')} on` : ''}`;
    case 'duplicate':
      return `send ${formatPercent(action.duplicateRatio)} twice`;
    case 'corrupt':
      return `flip a bit in ${formatPercent(action.corruptRatio)}`;
    case 'rate-limit': {
      const queue = action.queueMs === undefined ? `${action.queueBytes} bytes` : ms(action.queueMs);
      return `pass ${short(action.rateBps / 1000)} kbit/s with a queue of ${queue}${action.discipline === 'codel' ? ' kept short by CoDel' : ''}`;
    }
    case 'policer':
      return `pass ${short(action.rateBps / 1000)} kbit/s, with ${action.burstBytes} bytes to spare, and drop the rest at once`;
    case 'black-hole':
      return 'let nothing through';
    case 'freeze':
      return 'freeze the connection for good';
    case 'outage':
      return `lose everything for ${ms(action.lengthMs)} every ${ms(action.periodMs)}`;
    case 'stall':
      return `hold everything for ${ms(action.lengthMs)} every ${ms(action.periodMs)}, then let it go at once`;
    case 'mtu':
      return `drop datagrams over ${action.mtuBytes} bytes`;
  }
}

function describeJitter(action: Extract<Impairment, { kind: 'jitter' }>): string {
  const order = action.reorder ? ', reordering' : ', keeping order';
  if (action.distribution === 'empirical') {
    const list = action.samplesMs ?? action.quantilesMs ?? [];
    return `delay as ${action.samplesMs === undefined ? 'quantiles' : 'samples'} say (${list.length} of them, up to ${ms(Math.max(...list))})${order}`;
  }
  if (action.delayMs === undefined) return `add ${action.distribution} jitter of ${ms(action.jitterMs)} on average${order}`;
  return `delay by ${ms(action.delayMs)}, give or take ${ms(action.jitterMs)} (${action.distribution})${order}`;
}

function describeStart(after: PathRule['after']): string {
  if (after === undefined) return '';
  const { packets, bytes, ms: waitMs, event } = after;
  const parts = [
    ...(packets === undefined ? [] : [count(packets, 'packet')]),
    ...(bytes === undefined ? [] : [`${bytes} bytes`]),
    ...(waitMs === undefined
      ? []
      : [`${ms(waitMs)} from ${event === undefined ? 'the start' : EVENT_WORDS[event].replace('is connected', 'being connected')}`]),
    ...(waitMs === undefined && event !== undefined ? [EVENT_WORDS[event]] : []),
  ];
  return `, after ${joinWords(parts)}`;
}

function describeEnd(limit: PathRule['for']): string {
  if (limit === undefined) return '';
  const parts = [
    ...(limit.packets === undefined ? [] : [count(limit.packets, 'packet')]),
    ...(limit.ms === undefined ? [] : [ms(limit.ms)]),
  ];
  return `, for ${parts.join(' or ')}`;
}
