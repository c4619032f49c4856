import { type CallProgress, type Engines, placeCall, type RelayAccess, type SpokenStream } from '../../src/call/place-call.ts';
import type { CallPlan, CallTimeouts } from '../../src/core/call-plan.ts';
import type { CallRecord, PhaseId, PhaseResult } from '../../src/core/call-record.ts';
import type { Direction } from '../../src/core/packet.ts';
import type { PathRule } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { machineClock } from '../../src/path/relay-clock.ts';

const PACKET_TIME_MS = 20;
/** Short enough for a test, long enough for a busy machine. */
const TIMEOUTS: CallTimeouts = { gatheringMs: 2000, connectMs: 5000, firstMediaMs: 1000, mediaGapMs: 400, textMs: 1500, totalMs: 30_000 };

/** A plan over a path of these rules, with short timeouts. The stimulus it names is never read. */
export function callPlan(rules: readonly PathRule[], timeouts: Partial<CallTimeouts> = {}, seed = 1): CallPlan {
  const stimulus = { name: 'dummy', sha256: '', sampleRateHz: 48_000, seconds: 1 };
  return {
    seed,
    stimuli: { up: stimulus, down: stimulus },
    codec: {
      name: 'opus',
      bitrateBps: 32_000,
      complexity: 9,
      fec: true,
      declaredLossRatio: 0.1,
      dtx: false,
      packetTimeMs: PACKET_TIME_MS,
    },
    path: { name: 'test', summary: '', expectedEffect: '', basis: 'assumed', rules },
    playout: { concealment: 'neteq', fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 },
    timeouts: { ...TIMEOUTS, ...timeouts },
    text: { intervalMs: 100, sizeBytes: 64 },
    leadInMs: 0,
    tailMs: 0,
  };
}

/** A rule without provenance, for a path that only a test knows. */
export function pathRule(rule: Omit<PathRule, 'provenance'>): PathRule {
  return { ...rule, provenance: {} };
}

/** Packets of the size of 32 kbit/s Opus, each unlike every other: the call never looks inside. */
export function dummySpeech(seconds: number, label: Direction): SpokenStream {
  const packets = Array.from({ length: Math.round((seconds * 1000) / PACKET_TIME_MS) }, (_, n) => {
    const packet = new Uint8Array(80).fill(n % 251);
    packet[0] = label === 'up' ? 1 : 2;
    packet[1] = n & 0xff;
    packet[2] = n >> 8;
    return packet;
  });
  return { packets };
}

export interface CallRun {
  readonly record: CallRecord;
  readonly tookMs: number;
  readonly progress: readonly CallProgress[];
}

/** Places a call with dummy speech both ways, seeded by the plan, on the machine's clock. */
export async function runCall(
  plan: CallPlan,
  seconds: number,
  signal: AbortSignal = new AbortController().signal,
  relay?: RelayAccess,
  engines?: Engines,
): Promise<CallRun> {
  const progress: CallProgress[] = [];
  const startMs = performance.now();
  const record = await placeCall(
    plan,
    { up: dummySpeech(seconds, 'up'), down: dummySpeech(seconds, 'down') },
    {
      clock: machineClock,
      rng: createRng(plan.seed),
      nowIso: () => '2026-01-01T00:00:00.000Z',
      signal,
      ...(relay === undefined ? {} : { relay }),
      ...(engines === undefined ? {} : { engines }),
      onProgress: (event) => progress.push(event),
    },
  );
  return { record, tookMs: performance.now() - startMs, progress };
}

export function phase(record: CallRecord, id: PhaseId): PhaseResult {
  const found = record.phases.find((result) => result.id === id);
  if (found === undefined) throw new Error(`no phase ${id}`);
  return found;
}

/** Every phase as `id status` or `id code`, in order: what a reader of the record sees first. */
export function phaseSummary(record: CallRecord): string[] {
  return record.phases.map(({ id, status, failure }) => `${id} ${failure?.code ?? status}`);
}

/** How long a finished call may still hold a timer or a closing socket: a process must end within a second of its report. */
const LAST_HANDLES_MS = 800;

/** Sockets, servers and timers that still keep the process alive after a moment; empty as soon as there are none. */
export async function openHandles(): Promise<string[]> {
  const untilMs = performance.now() + LAST_HANDLES_MS;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const handles = process.getActiveResourcesInfo().filter((name) => /UDP|TCP|Timeout/.test(name));
    if (handles.length === 0 || performance.now() > untilMs) return handles;
  }
}
