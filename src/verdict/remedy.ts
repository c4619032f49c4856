import { formatMos, formatSeconds, joinWords } from '../core/format.ts';
import { measuredValue } from '../core/measurement.ts';
import { DIRECTIONS, type Direction } from '../core/packet.ts';
import { type Helped, TOLD_APART_MOS, type WhatIf, type WhatIfChange, type WhatIfRow } from '../core/what-if.ts';

/** From this mouth-to-ear delay on a conversation suffers whatever it sounds like (ITU-T G.114), seconds. */
const TOO_LATE_SECONDS = 0.4;

/** From this opinion on a call has nothing that needs help: "good" on the scale of ITU-T P.800. */
const GOOD_MOS = 4;

/** Below these an opinion is "bad" or "poor" on that scale: what helped did not help enough. */
const STILL_BAD_MOS = 2;
const STILL_POOR_MOS = 3;

/** The worst opinion there is stands in for a sound in which no speech could be recognised. */
const NO_SPEECH_MOS = 1;

/** Shown for comparison; nobody would build a receiver that conceals so. */
const NAIVE: ReadonlySet<WhatIfChange['concealment']> = new Set(['repeat', 'silence'] as const);

/**
 * Whether a row sounds better than the call did, by more than chance: its opinion score, and the lowest of its spread where that is known, lies above
 * all that the call's own packets give wherever the sound card's clock stands. The concealments of naive receivers are there to compare with, and no help.
 */
export function helps(row: WhatIfRow, asItWas: WhatIfRow, direction: Direction): boolean {
  const sure = sureMos(row, direction);
  const was = asItWas.spread[direction]?.high ?? mosOf(asItWas, direction) ?? NO_SPEECH_MOS;
  return sure !== null && sure >= was + TOLD_APART_MOS && !NAIVE.has(row.change.concealment);
}

/**
 * What would have helped each direction. Of rows that are equally good the first is named: they come in order of what they cost.
 * @param rows the call as it was first; those that seem to help with their spread
 */
export function whatHelped(rows: readonly WhatIfRow[]): WhatIf['helped'] {
  const [asItWas] = rows;
  if (asItWas === undefined) return {};
  return Object.fromEntries(
    scored(rows).map((direction): [Direction, Helped] => {
      const better = rows.filter((row) => helps(row, asItWas, direction));
      const own = better.filter(({ change }) => change.sender === undefined);
      return [direction, { most: firstOfBest(better, direction), atReceiver: firstOfBest(own, direction) }];
    }),
  );
}

function firstOfBest(rows: readonly WhatIfRow[], direction: Direction): string | null {
  const sure = (row: WhatIfRow): number => sureMos(row, direction) ?? NO_SPEECH_MOS;
  const best = Math.max(...rows.map(sure));
  return rows.find((row) => sure(row) > best - TOLD_APART_MOS)?.id ?? null;
}

function scored(rows: readonly WhatIfRow[]): Direction[] {
  return DIRECTIONS.filter((direction) => rows[0]?.directions[direction] !== undefined);
}

function mosOf({ directions }: WhatIfRow, direction: Direction): number | null {
  return measuredValue(directions[direction]?.mosLqo);
}

function sureMos(row: WhatIfRow, direction: Direction): number | null {
  const mos = mosOf(row, direction);
  return mos === null ? null : Math.min(mos, row.spread[direction]?.low ?? mos);
}

const VOICES: Readonly<Record<Direction, string>> = { up: "the caller's voice", down: "the callee's voice" };

/** What comes of the rows in words: one sentence for both directions where they agree, else one each. */
export function writeRemedy(rows: readonly WhatIfRow[], helped: WhatIf['helped']): string {
  const directions = scored(rows);
  const [first, second] = directions;
  if (first === undefined) return 'No voice was sent in this call, so there is nothing to try.';
  const alike = second !== undefined && conclusionOf(rows, helped, first) === conclusionOf(rows, helped, second);
  const groups = alike ? [directions] : directions.map((direction) => [direction]);
  return groups.map((group) => capitalise(`${tell(rows, helped, group)}.`)).join(' ');
}

/** Equal for directions of which the same is to be said. */
function conclusionOf(rows: readonly WhatIfRow[], helped: WhatIf['helped'], direction: Direction): string {
  const { most = null, atReceiver = null } = helped[direction] ?? {};
  return JSON.stringify([most, atReceiver, most === null && isGood(rows, direction)]);
}

function isGood([asItWas]: readonly WhatIfRow[], direction: Direction): boolean {
  return (asItWas?.spread[direction]?.low ?? NO_SPEECH_MOS) >= GOOD_MOS;
}

function tell(rows: readonly WhatIfRow[], helped: WhatIf['helped'], group: readonly Direction[]): string {
  const [direction = 'up'] = group;
  const plural = group.length > 1;
  const voice = plural ? 'both voices' : VOICES[direction];
  const { most = null, atReceiver = null } = helped[direction] ?? {};
  const named = (id: string | null): { readonly what: string; readonly effect: string } | null => {
    const row = rows.find((candidate) => candidate.id === id);
    return row === undefined ? null : { what: describe(row.change), effect: effects(row, rows[0], group) };
  };
  const best = named(most);
  const own = named(atReceiver);
  if (best === null && isGood(rows, direction)) {
    const moses = joinWords([...new Set(group.map((each) => formatMos(rows[0] === undefined ? 0 : (mosOf(rows[0], each) ?? 0))))]);
    return `${voice} ${plural ? 'were good as they were' : 'was good as it was'} (MOS ${moses}), and nothing that was tried makes ${plural ? 'them' : 'it'} better`;
  }
  if (best === null)
    return `${voice}: nothing that was tried would have helped by more than chance, neither at the receiver nor at the sender`;
  if (own === null) return `${voice}: nothing at the receiver would have helped; ${best.what} would have${best.effect}`;
  if (most === atReceiver) return `${voice}: ${own.what} would have helped most${own.effect}`;
  return `${voice}: ${best.what} would have helped most${best.effect}; at the receiver alone, ${own.what}${own.effect}`;
}

const CONCEALMENT_WORDS: Readonly<Record<NonNullable<WhatIfChange['concealment']>, string>> = {
  neteq: 'repeats pitch periods',
  opus: "uses the codec's own concealment",
  repeat: 'repeats the last packet',
  silence: 'plays silence',
};

/** A change in words that fit before "would have helped". */
function describe({ longerBufferMs, concealment, sender, useFec }: WhatIfChange): string {
  const parts = [
    ...(sender === 'fec' ? ['a sender with error correction (FEC)'] : []),
    ...(sender === 'red' ? ['a sender that says each packet twice (RED)'] : []),
    ...(sender === undefined && useFec === true ? ['use of the error correction that the packets carry'] : []),
    ...(useFec === false ? ['a receiver that ignores error correction'] : []),
    ...(concealment === undefined ? [] : [`a receiver that ${CONCEALMENT_WORDS[concealment]} where sound is missing`]),
    ...(longerBufferMs === undefined ? [] : [`a buffer ${longerBufferMs} ms longer`]),
  ];
  return joinWords(parts);
}

/** What a row does to sound and delay, in numbers. */
function effects(row: WhatIfRow, asItWas: WhatIfRow | undefined, group: readonly Direction[]): string {
  const moses = group.flatMap((direction) => {
    const from = asItWas === undefined ? null : mosOf(asItWas, direction);
    const to = mosOf(row, direction);
    return to === null
      ? []
      : [from === null ? `${formatMos(to)}, where no speech could be recognised` : `from ${formatMos(from)} to ${formatMos(to)}`];
  });
  const delays = group.map((direction) => ({
    before: measuredValue(asItWas?.directions[direction]?.mouthToEarDelaySeconds),
    after: measuredValue(row.directions[direction]?.mouthToEarDelaySeconds),
  }));
  const worst = Math.min(...group.map((direction) => mosOf(row, direction) ?? NO_SPEECH_MOS));
  const more = Math.max(...delays.map(({ before, after }) => (before === null || after === null ? 0 : after - before)));
  const late = delays.some(({ before, after }) => after !== null && after > TOO_LATE_SECONDS && (before ?? 0) <= TOO_LATE_SECONDS);
  const parts = [
    `MOS ${joinWords([...new Set(moses)])}`,
    ...(worst < STILL_POOR_MOS ? [`still ${worst < STILL_BAD_MOS ? 'bad' : 'poor'}`] : []),
    ...(more < 0.01 ? [] : [`${formatSeconds(more)} later at the ear`]),
    ...(late ? ['too late for easy talk'] : []),
  ];
  return ` (${parts.join(', ')})`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
