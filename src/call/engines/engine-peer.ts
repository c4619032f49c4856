import type { Clock } from '../../core/clock.ts';
import type { Signal } from '../../core/signal.ts';
import type { LoopbackEndpoint, SocketEndpoint } from '../../path/relay-address.ts';
import type { TextChannel, TransportOutcome } from '../peer.ts';

/** What a real engine heard of the other side. */
export interface EngineHearing {
  /** What it played, mono at 48 kHz, from the moment it began to record. */
  readonly recording: Signal;
  /** When the first sample of `recording` was played, clock ms. */
  readonly startedAtMs: number;
  /**
   * Its own `inbound-rtp` statistics of the voice, under their W3C names, as it gave them: at the end, or, for what is counted in samples of sound, when
   * its own speech was over. Both sides say the same, so that is when the other's ends: what is made up after it, nobody would have heard.
   */
  readonly inbound: Readonly<Record<string, unknown>>;
  /** `startedAtMs` is right to this, ms either way; absent where the engine does not tell. */
  readonly clockErrorMs?: number;
  /** How much is missing from `recording`, in all, because the machine was too busy to play. Absent where the engine does not tell. Milliseconds. */
  readonly skippedMs?: number;
}

export interface EngineOptions {
  /** The one address the engine may be reached at and send from: `127.0.0.1`. */
  readonly address: string;
  /** All that it says, silence before and after included: mono at 48 kHz. */
  readonly speech: Signal;
  readonly clock: Clock;
  /** Aborted when the engine is not wanted any more before it has started. */
  readonly signal?: AbortSignal;
  /** Where the engine itself listens; every candidate that is not on `address` is kept from the other side. */
  onCandidate(endpoint: LoopbackEndpoint): void;
  /** From where else it may send, told before it does: the relay then takes what comes from there for no stranger's. */
  onOtherCandidate?(endpoint: SocketEndpoint): void;
}

/** A real WebRTC stack as one end of a call, in a process of its own. Every wait on it must be bounded by whoever waits. */
export interface EnginePeer {
  /** The engine and its version, as in `Chromium 156.0.8078.79`. */
  readonly name: string;
  createOffer(): Promise<string>;
  acceptOffer(offer: string): Promise<string>;
  acceptAnswer(answer: string): Promise<void>;
  readonly ice: Promise<TransportOutcome>;
  readonly dtls: Promise<TransportOutcome>;
  /** The text channel of the side that offers. Call before {@link createOffer}. */
  openTextChannel(): TextChannel;
  /** The other side: sends every text straight back. */
  echoTexts(): void;
  /** Begins to say `speech`, and resolves with the clock ms at which its first sample went to the microphone. Recording runs from the first packet heard. */
  speak(): Promise<number>;
  /** Ends the recording and hands it over; null when it never heard a packet. */
  hearing(): Promise<EngineHearing | null>;
  roundTripSeconds(): Promise<number | null>;
  /** Resolves, with why in a few words, when the engine ends before it was closed, or says that it cannot go on. Absent: nobody will know. */
  readonly broken?: Promise<string>;
  /** Ends the process; within a second. May be called again. */
  close(): Promise<void>;
}

/** The engine is not on this machine, or does not start. */
export class EngineMissingError extends Error {
  /** One line: how to install it. */
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.name = 'EngineMissingError';
    this.hint = hint;
  }
}
