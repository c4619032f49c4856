import type { CallRecord, PhaseFailure } from '../core/call-record.ts';
import type { Cancel, Clock } from '../core/clock.ts';

/** Every text begins with its number, in so many decimal digits. */
const NUMBER_DIGITS = 8;
/** The rest of a text: printable, and of no meaning. */
const FILLER = 'callprobe text. ';

export interface TextExchangeOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Size of each text; less than 8 is taken as 8. */
  readonly sizeBytes: number;
  /** An echo later than this counts as none. */
  readonly textMs: number;
  /** Sends now; false when the flow cannot send yet, or any more: the text is then not counted. */
  send(text: Uint8Array): boolean;
}

export interface TextCounts {
  /** Texts that were echoed, or could have been: one younger than `textMs` at the end, and unanswered, is counted only when none was ever echoed. */
  readonly sent: number;
  readonly echoed: number;
  /** Of the echoed texts, in order of sending. */
  readonly roundTripSeconds: readonly number[];
}

/** Short texts sent at an interval, and their echoes. */
export interface TextExchange {
  /** Takes what came back: any cut of the byte stream of echoes. */
  receive(bytes: Uint8Array): void;
  /** Resolves with the first echo in time; otherwise stays open. */
  readonly firstEcho: Promise<void>;
  /** When the first text was sent, in clock milliseconds; null before. */
  firstSentMs(): number | null;
  /** Whether every text sent has been echoed. */
  isAnswered(): boolean;
  /** Sends no more texts; echoes are still taken. */
  stopSending(): void;
  counts(): TextCounts;
}

/** Begins to send texts, the first one at once. */
export function startTextExchange(options: TextExchangeOptions): TextExchange {
  const { clock, intervalMs, textMs } = options;
  const sizeBytes = Math.max(NUMBER_DIGITS, options.sizeBytes);
  const sentMs: number[] = [];
  const roundTripMs = new Map<number, number>();
  let pending: Uint8Array = new Uint8Array(0);
  let cancel: Cancel = () => undefined;
  let greet = (): void => undefined;
  const firstEcho = new Promise<void>((resolve) => {
    greet = resolve;
  });

  const startMs = clock.now();
  let turn = 0;
  const sendNext = (): void => {
    const now = clock.now();
    if (options.send(writeText(sentMs.length, sizeBytes))) sentMs.push(now);
    turn++;
    cancel = clock.schedule(startMs + turn * intervalMs, sendNext);
  };
  const echoed = (text: Uint8Array): void => {
    const number = Number(Buffer.from(text).toString('latin1', 0, NUMBER_DIGITS));
    const sent = sentMs[number];
    if (sent === undefined || roundTripMs.has(number)) return;
    const tookMs = clock.now() - sent;
    if (tookMs > textMs) return;
    roundTripMs.set(number, tookMs);
    greet();
  };
  sendNext();

  return {
    receive(bytes) {
      let rest = Buffer.concat([pending, bytes]);
      for (; rest.length >= sizeBytes; rest = rest.subarray(sizeBytes)) echoed(rest.subarray(0, sizeBytes));
      pending = rest;
    },
    firstEcho,
    firstSentMs: () => sentMs[0] ?? null,
    isAnswered: () => roundTripMs.size === sentMs.length,
    stopSending: () => cancel(),
    counts() {
      const now = clock.now();
      const silent = roundTripMs.size === 0;
      const decided = sentMs.filter((sent, number) => silent || roundTripMs.has(number) || now - sent >= textMs);
      const inOrder = [...roundTripMs].sort(([a], [b]) => a - b);
      return { sent: decided.length, echoed: roundTripMs.size, roundTripSeconds: inOrder.map(([, ms]) => ms / 1000) };
    },
  };
}

/** Why no text was echoed in a call that was ended before its texts had the time they are given. */
export function cutShort(aborted: NonNullable<CallRecord['aborted']>): PhaseFailure {
  return { code: aborted, message: 'the call was ended before a text could come back' };
}

function writeText(number: number, sizeBytes: number): Uint8Array {
  const head = String(number).padStart(NUMBER_DIGITS, '0');
  return Buffer.from(head + FILLER.repeat(Math.ceil(sizeBytes / FILLER.length)), 'latin1').subarray(0, sizeBytes);
}
