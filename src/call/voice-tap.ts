import type { Direction } from '../core/packet.ts';
import type { FateEntry, FateLog } from '../path/fate-log.ts';

/** Hears of the voice at the relay as it happens: what a real engine sends and gets is seen nowhere else. */
export interface VoiceTap {
  /** A voice packet has reached the relay. */
  came(direction: Direction, atMs: number): void;
  /** A voice packet has left the relay as it was sent, itself or a copy of it; told once for each packet. */
  left(direction: Direction): void;
}

/** A fate log that writes to `log`, and tells the tap. */
export function tapVoice(log: FateLog, tap: VoiceTap): FateLog {
  /** The undamaged packets and copies on their way, each with the packet it is of. */
  const underWay = new WeakMap<FateEntry, { readonly direction: Direction; left: boolean }>();
  return {
    fates: log.fates,
    get unrecorded() {
      return log.unrecorded;
    },
    dropped(packet, rule) {
      log.dropped(packet, rule);
      if (packet.packetClass === 'rtp') tap.came(packet.direction, packet.arrivedMs);
    },
    accepted(packet, deliveries) {
      const entries = log.accepted(packet, deliveries);
      if (packet.packetClass !== 'rtp') return entries;
      const voice = { direction: packet.direction, left: false };
      for (const entry of entries) if (entry.flippedBits === undefined) underWay.set(entry, voice);
      tap.came(packet.direction, packet.arrivedMs);
      return entries;
    },
    sent(entry, sentMs, dueMs) {
      log.sent(entry, sentMs, dueMs);
      const voice = underWay.get(entry);
      if (voice === undefined || voice.left) return;
      voice.left = true;
      tap.left(voice.direction);
    },
    failed: log.failed,
  };
}
