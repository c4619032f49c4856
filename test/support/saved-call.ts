import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSilence } from '../../src/app/run.ts';
import { encodeForCall } from '../../src/audio/call-codec.ts';
import { clockRateHz, payloadTypesOf } from '../../src/audio/rtp-format.ts';
import { writeWav } from '../../src/audio/wav.ts';
import * as defaults from '../../src/config/defaults.ts';
import type { CallPlan } from '../../src/core/call-plan.ts';
import type { CallRecord, DirectionRecord } from '../../src/core/call-record.ts';
import type { Direction } from '../../src/core/packet.ts';
import { durationSeconds, type Signal } from '../../src/core/signal.ts';
import { resample } from '../../src/dsp/resample.ts';
import { callRecordToFiles } from '../../src/record/call-files.ts';
import { callPlan, callRecord } from './call-records.ts';
import { bundledSpeech } from './speech-files.ts';

/** Milliseconds from sending to arrival, whole; null loses the packet. By the packet's place in the stream. */
export type Crossing = (index: number) => number | null;

export interface SimulatedCall {
  readonly seconds?: number;
  readonly up?: Crossing;
  readonly down?: Crossing | null;
  readonly plan?: Partial<CallPlan>;
}

const MEDIA_START_MS = 1000;

/** A call without sockets: the bundled speech, encoded as a run would, each packet delayed or lost as told. */
export async function simulateCall(options: SimulatedCall = {}): Promise<{ readonly record: CallRecord; readonly reference: Signal }> {
  const reference = bundledSpeech('en-female', options.seconds ?? 4);
  const stimulus = {
    name: 'en-female',
    sha256: '0'.repeat(64),
    sampleRateHz: reference.sampleRateHz,
    seconds: durationSeconds(reference),
  };
  const plan = callPlan({ stimuli: { up: stimulus, down: stimulus }, leadInMs: 500, tailMs: defaults.DEFAULT_TAIL_MS, ...options.plan });
  const { packets } = await encodeForCall(withSilence(resample(reference, 48_000), plan), plan.codec);
  const clear: Crossing = () => 40;
  const down = options.down === undefined ? clear : options.down;
  const directions = {
    up: sentOver(packets, plan, 'up', options.up ?? clear),
    down: down === null ? silent : sentOver(packets, plan, 'down', down),
  };
  return { record: callRecord(directions, { plan, fates: [] }), reference };
}

const silent: DirectionRecord = { sent: [], arrivals: [], mediaStartMs: null, mediaEndMs: null, roundTripSeconds: null };

function sentOver(packets: readonly (Uint8Array | null)[], plan: CallPlan, direction: Direction, crossing: Crossing): DirectionRecord {
  const { packetTimeMs } = plan.codec;
  const ticksPerMs = clockRateHz(plan.codec) / 1000;
  const types = payloadTypesOf(plan.codec);
  const payloadType = types.redundancyPayloadType ?? types.payloadType;
  const first = { sequenceNumber: direction === 'up' ? 7 : 65_500, timestamp: direction === 'up' ? 2 ** 32 - 50_000 : 99 };
  let count = 0;
  const outgoing = packets.flatMap((payload, index) => {
    if (payload === null) return [];
    const sequenceNumber = (first.sequenceNumber + count++) & 0xffff;
    return [{ index, payload, sequenceNumber, timestamp: (first.timestamp + index * packetTimeMs * ticksPerMs) >>> 0 }];
  });
  const dueMs = (index: number): number => MEDIA_START_MS + index * packetTimeMs;
  return {
    sent: outgoing.map(({ index, payload, sequenceNumber, timestamp }) => ({
      sequenceNumber,
      timestamp,
      payloadBytes: payload.length,
      dueMs: dueMs(index),
      sentMs: dueMs(index),
    })),
    arrivals: outgoing
      .flatMap(({ index, payload, sequenceNumber, timestamp }) => {
        const delayMs = crossing(index);
        const rtp = { sequenceNumber, timestamp, marker: index === 0, payloadType, ssrc: 0xcafe };
        return delayMs === null ? [] : [{ ...rtp, payload, arrivalMs: dueMs(index) + delayMs }];
      })
      .sort((a, b) => a.arrivalMs - b.arrivalMs),
    mediaStartMs: MEDIA_START_MS,
    mediaEndMs: dueMs(packets.length) + 500,
    roundTripSeconds: 0.08,
  };
}

/** Writes a call to a new run folder, as a run leaves it but for report and recordings; gives its path. */
export function writeCall(folder: string, name: string, { record, reference }: Awaited<ReturnType<typeof simulateCall>>): string {
  const directory = join(folder, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'reference.wav'), writeWav(reference));
  for (const [file, bytes] of Object.entries(callRecordToFiles(record))) writeFileSync(join(directory, file), bytes);
  return directory;
}
