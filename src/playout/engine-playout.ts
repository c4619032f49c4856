import type { CodecSettings } from '../core/call-plan.ts';
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
export function enginePlayout(
  heard: EngineHeard | null,
  startMs: number,
  endMs: number,
  codec: Pick<CodecSettings, 'name'> = { name: 'opus' },
): EnginePlayout {
  const samples = new Float32Array(Math.max(0, Math.round((endMs - startMs) * SAMPLES_PER_MS)));
  if (heard !== null) {
    const skip = Math.round((startMs - heard.startedAtMs) * SAMPLES_PER_MS);
    const from = Math.max(0, skip);
    const at = Math.max(0, -skip);
    const part = heard.recording.samples.subarray(from, Math.max(from, from + samples.length - at));
    if (at < samples.length) samples.set(part, at);
  }
  return { signal: { samples, sampleRateHz: RATE_HZ }, stats: atOurRate(receiverStats(heard?.inbound ?? {}), codec) };
}

/** Members that count samples of sound. */
const IN_SAMPLES = [
  'totalSamplesReceived',
  'concealedSamples',
  'silentConcealedSamples',
  'insertedSamplesForDeceleration',
  'removedSamplesForAcceleration',
  'jitterBufferDelay',
  'jitterBufferTargetDelay',
  'jitterBufferEmittedCount',
] as const satisfies readonly (keyof ReceiverStats)[];

/** Of G.711, Hz. Measured: libwebrtc M106 counts 95 840 samples emitted in 12 s of it. */
const G711_RATE_HZ = 8_000;

/**
 * libwebrtc counts samples at the rate of its decoder; ours are at 48 kHz, with every codec. Before its first packet it has no decoder and counts at 16 kHz:
 * that silence, about a second, then counts double.
 */
function atOurRate(stats: ReceiverStats, { name }: Pick<CodecSettings, 'name'>): ReceiverStats {
  if (name === 'opus') return stats;
  const times = RATE_HZ / G711_RATE_HZ;
  const scaled = IN_SAMPLES.map((member) => {
    const count = stats[member];
    return [member, count === null ? null : count * times] as const;
  });
  return { ...stats, ...Object.fromEntries(scaled) };
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
