import type { Cancel, Clock } from '../core/clock.ts';
import type { Direction } from '../core/packet.ts';
import type { PathEmulator } from './emulator.ts';
import type { FateEntry, FateLog } from './fate-log.ts';

/** The first retransmission of a lost segment: Linux's TCP_RTO_MIN, which a path much shorter than that comes to. */
const RETRANSMISSION_TIMEOUT_MS = 200;
/** The first retransmission of a SYN (RFC 6298 section 2.1). */
export const SYN_TIMEOUT_MS = 1000;
/** A segment lost once more than this is given up, and with it the connection: 51 s after it was first sent. */
const MAX_RETRANSMISSIONS = 8;
/** What is due within so many milliseconds goes at once: a timer would not be nearer. */
const AT_ONCE_MS = 0.5;

/** One direction of a TCP connection over the path: segments arrive in order, and what the path drops arrives later instead of never. */
export interface TextFlow {
  /**
   * Sends a segment (0 bytes for SYN, FIN and the like). `deliver` runs once, when it and all sent before it are through, perhaps before this
   * returns; it never runs when the connection has stalled. `timeoutMs` is the wait before the first retransmission.
   */
  send(sizeBytes: number, deliver: () => void, timeoutMs?: number): void;
  /** Bytes sent and not delivered. */
  readonly waitingBytes: number;
  /** Whether a segment was given up, so that nothing passes any more. */
  readonly stalled: boolean;
  /** Stops all timers; nothing is delivered any more. */
  close(): void;
}

/** What a text flow runs over. */
export interface TextFlowPath {
  readonly emulator: PathEmulator;
  readonly log: FateLog;
  readonly clock: Clock;
  /** Names the connection, the same in both directions. */
  readonly flow?: string;
}

interface Segment {
  readonly sizeBytes: number;
  readonly deliver: () => void;
  /** Set when the path has let it through. */
  passed: { readonly entry: FateEntry; readonly dueMs: number } | null;
}

/**
 * Makes one direction of a connection. The model of TCP is: a segment the path drops is sent again after a timeout that doubles each time
 * (RFC 6298 sections 5.5), and later segments wait for it. There is no window, no acknowledgement and no fast retransmission,
 * which short texts far apart would not see either. Every attempt is a packet of its own in the log. A rule that doubles, reorders or corrupts segments
 * changes nothing in the stream but when it comes: what is corrupted is as good as lost, and sent again.
 */
export function createTextFlow(direction: Direction, { emulator, log, clock, flow }: TextFlowPath): TextFlow {
  const segments: Segment[] = [];
  const timers = new Set<Cancel>();
  let waitingBytes = 0;
  let lastDueMs = Number.NEGATIVE_INFINITY;
  let armed = false;
  let state: 'open' | 'stalled' | 'closed' = 'open';

  const later = (atMs: number, callback: () => void): void => {
    const cancel = clock.schedule(atMs, () => {
      timers.delete(cancel);
      if (state === 'open') callback();
    });
    timers.add(cancel);
  };

  const deliverDue = (): void => {
    for (let head = segments[0]; head?.passed && !armed && state === 'open'; head = segments[0]) {
      const { entry, dueMs } = head.passed;
      if (dueMs - clock.now() >= AT_ONCE_MS) {
        armed = true;
        later(dueMs, () => {
          armed = false;
          deliverDue();
        });
        return;
      }
      segments.shift();
      waitingBytes -= head.sizeBytes;
      lastDueMs = Math.max(lastDueMs, dueMs);
      log.sent(entry, clock.now(), lastDueMs);
      head.deliver();
    }
  };

  const attempt = (segment: Segment, timeoutMs: number, retransmissionsLeft: number): void => {
    const arrivedMs = clock.now();
    const packet = {
      direction,
      packetClass: 'text',
      sizeBytes: segment.sizeBytes,
      rtp: null,
      arrivedMs,
      ...(flow === undefined ? {} : { flow }),
    } as const;
    const { deliveries, droppedByRule } = emulator.offer(packet, arrivedMs);
    // The first to come whole is the segment; TCP throws away what is doubled or fails its checksum, and the log says nothing of copies.
    const first = deliveries.toSorted((a, b) => a.dueMs - b.dueMs).find(({ flippedBits }) => flippedBits === undefined);
    if (first !== undefined) {
      segment.passed = { entry: log.accepted(packet, [first])[0] as FateEntry, dueMs: first.dueMs };
      deliverDue();
      return;
    }
    if (droppedByRule !== null) log.dropped(packet, droppedByRule);
    for (const corrupted of deliveries.slice(0, 1)) {
      const [entry] = log.accepted(packet, [corrupted]);
      later(corrupted.dueMs, () => log.sent(entry as FateEntry, clock.now()));
    }
    if (retransmissionsLeft > 0) later(arrivedMs + timeoutMs, () => attempt(segment, 2 * timeoutMs, retransmissionsLeft - 1));
    else state = 'stalled';
  };

  return {
    send(sizeBytes, deliver, timeoutMs = RETRANSMISSION_TIMEOUT_MS) {
      if (state !== 'open') return;
      const segment: Segment = { sizeBytes, deliver, passed: null };
      segments.push(segment);
      waitingBytes += sizeBytes;
      attempt(segment, timeoutMs, MAX_RETRANSMISSIONS);
    },
    get waitingBytes() {
      return waitingBytes;
    },
    get stalled() {
      return state === 'stalled';
    },
    close() {
      state = 'closed';
      for (const cancel of timers) cancel();
      timers.clear();
      segments.length = 0;
      waitingBytes = 0;
    },
  };
}
