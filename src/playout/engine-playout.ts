import type { EngineHeard } from '../core/call-record.ts';
import type { ReceiverStats } from '../core/playout-stats.ts';
import type { Signal } from '../core/signal.ts';

const RATE_HZ = 48_000;
const SAMPLES_PER_MS = 48;

export interface EnginePlayout {
  /** 48 kHz, round((endMs - startMs) * 48) samples; silence where the engine had not begun, or had ended. */
  readonly signal: Signal;
  readonly stats: ReceiverStats;
}

/**
 * What a real engine played, on the time axis of our own receiver's recordings: time 0 is when the first sample of the stimulus was sent. Its statistics
 * are its own: over the whole call, and null where it tells nothing.
 * @param heard null when it heard nothing
 * @param startMs the recording's time 0, and its end, ms since the record's origin
 */
export function enginePlayout(heard: EngineHeard | null, startMs: number, endMs: number): EnginePlayout {
  const samples = new Float32Array(Math.max(0, Math.round((endMs - startMs) * SAMPLES_PER_MS)));
  if (heard !== null) {
    const skip = Math.round((startMs - heard.startedAtMs) * SAMPLES_PER_MS);
    const from = Math.max(0, skip);
    const at = Math.max(0, -skip);
    const part = heard.recording.samples.subarray(from, Math.max(from, from + samples.length - at));
    if (at < samples.length) samples.set(part, at);
  }
  return { signal: { samples, sampleRateHz: RATE_HZ }, stats: receiverStats(heard?.inbound ?? {}) };
}

/** The members of RTCInboundRtpStreamStats that a report tells. */
function receiverStats(inbound: Readonly<Record<string, unknown>>): ReceiverStats {
  const of = (name: keyof ReceiverStats): number | null => {
    const value = inbound[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  return {
    packetsReceived: of('packetsReceived'),
    packetsLost: of('packetsLost'),
    packetsDiscarded: of('packetsDiscarded'),
    jitter: of('jitter'),
    fecPacketsReceived: of('fecPacketsReceived'),
    fecPacketsDiscarded: of('fecPacketsDiscarded'),
    totalSamplesReceived: of('totalSamplesReceived'),
    concealedSamples: of('concealedSamples'),
    silentConcealedSamples: of('silentConcealedSamples'),
    concealmentEvents: of('concealmentEvents'),
    insertedSamplesForDeceleration: of('insertedSamplesForDeceleration'),
    removedSamplesForAcceleration: of('removedSamplesForAcceleration'),
    jitterBufferDelay: of('jitterBufferDelay'),
    jitterBufferTargetDelay: of('jitterBufferTargetDelay'),
    jitterBufferEmittedCount: of('jitterBufferEmittedCount'),
    interruptionCount: of('interruptionCount'),
    totalInterruptionDuration: of('totalInterruptionDuration'),
  };
}
