/** A packet as far as its turn depends on it. */
export interface NextPacket {
  readonly timestamp: number;
  readonly arrivalMs: number;
  /** Says that the sender is silent. */
  readonly isDtx: boolean;
}

/** A packet taken from the buffer and decoded. */
export interface Taken extends NextPacket {
  readonly sound: Float32Array;
  readonly samples: number;
}

/** The packets that wait, and what is known of their delays. */
export interface Supply {
  next(): NextPacket | null;
  /** Takes and decodes the next packet; null when there is none, or it is none. */
  take(nowMs: number): Taken | null;
  /** Turns out what comes before `timestamp`. */
  dropBefore(timestamp: number): void;
  /** From the earliest packet waiting to the end of the latest, ms. */
  spanMs(nowMs: number): number;
  dtxWaits(): boolean;
  /** The next 10 ms of the sender's silence; and whether the sender described it, so that it lasts until it talks again. */
  noise(): Float32Array;
  noiseLasts(): boolean;
  /** By how much the sample `timestamp` is later than it could be, ms, played at `nowMs`. */
  delayMs(timestamp: number, nowMs: number): number;
  maxDelayMs(): number;
  targetMs(): number;
}

/** What decides, 10 ms at a time, what a voice says next. */
export interface Player {
  /** Timestamp of the sample that belongs at the track's tail, or of the earliest that still has its turn; null before the first packet of a source. */
  wanted(): number | null;
  /** Takes note of a packet that has come. */
  arrive(timestamp: number, arrivalMs: number): void;
  /** Another source takes over with the next packet. */
  reset(): void;
  /** Sees to it that the next 10 ms can be played. */
  provide(nowMs: number): void;
}
