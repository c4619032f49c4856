import { readWav, writeWav } from '../audio/wav.ts';
import type { CallRecord, DirectionRecord, EngineRecord } from '../core/call-record.ts';
import { callShape, currentPlayout, packetFateShape, sentPacketShape } from '../core/call-shape.ts';
import { UserError } from '../core/errors.ts';
import type { Direction, PacketFate, SentPacket } from '../core/packet.ts';
import { DIRECTIONS } from '../core/packet.ts';
import { byMember, type Checker, ShapeError } from '../core/shape.ts';
import { readRtpdump, writeRtpdump } from './rtpdump.ts';

/** The files a call record is kept in, beside the recordings. */
export const CALL_FILES = {
  /** Plan, phases, flows, health: everything but packets. */
  call: 'call.json',
  /** One line a packet: what each sender sent and what became of it at the relay. */
  packets: 'packets.jsonl',
  /** What each receiver got, payloads decrypted. */
  up: 'up.rtpdump',
  down: 'down.rtpdump',
} as const;

/** What a real engine played, all of it; only where one listened, and heard. */
export const ENGINE_FILES: Readonly<Record<Direction, string>> = { up: 'up.engine.wav', down: 'down.engine.wav' };

/** 2: `repeat` plays the last packet again. In version 1 it is what is `neteq` now wherever no constant delay of the buffer is named, not even null. */
const CALL_RECORD_VERSION = 2;
const READ_VERSIONS: readonly unknown[] = [1, CALL_RECORD_VERSION];

/** An engine records from before the media until after it. */
const WAV_LIMITS = { maxSeconds: 900 };

type PacketLine = ({ readonly type: 'sent'; readonly direction: Direction } & SentPacket) | ({ readonly type: 'relay' } & PacketFate);

/** The record as named byte strings, ready to be written to a run folder. */
export function callRecordToFiles(record: CallRecord): Readonly<Record<string, Uint8Array>> {
  const { fates, directions, ...rest } = record;
  const withoutPackets = (direction: DirectionRecord): Omit<DirectionRecord, 'sent' | 'arrivals' | 'engine'> => ({
    mediaStartMs: direction.mediaStartMs,
    mediaEndMs: direction.mediaEndMs,
    roundTripSeconds: direction.roundTripSeconds,
    ...(direction.engine === undefined ? {} : { engine: withoutRecording(direction.engine) }),
  });
  const call = {
    version: CALL_RECORD_VERSION,
    ...rest,
    directions: { up: withoutPackets(directions.up), down: withoutPackets(directions.down) },
  };
  const lines: PacketLine[] = [
    ...DIRECTIONS.flatMap((direction) => directions[direction].sent.map((packet) => ({ type: 'sent' as const, direction, ...packet }))),
    ...fates.map((fate) => ({ type: 'relay' as const, ...fate })),
  ];
  const text = new TextEncoder();
  const startedAtMs = Date.parse(record.startedAt);
  return {
    [CALL_FILES.call]: text.encode(`${JSON.stringify(call, null, 2)}\n`),
    [CALL_FILES.packets]: text.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    [CALL_FILES.up]: writeRtpdump(directions.up.arrivals, startedAtMs),
    [CALL_FILES.down]: writeRtpdump(directions.down.arrivals, startedAtMs),
    ...Object.fromEntries(
      DIRECTIONS.flatMap((direction) => {
        const heard = directions[direction].engine?.heard ?? null;
        return heard === null ? [] : [[ENGINE_FILES[direction], writeWav(heard.recording)]];
      }),
    ),
  };
}

/** What `call.json` holds of an engine. */
type EngineWithoutRecording = Omit<EngineRecord, 'heard'> & {
  readonly heard: Omit<NonNullable<EngineRecord['heard']>, 'recording'> | null;
};

function withoutRecording({ heard, name }: EngineRecord): EngineWithoutRecording {
  if (heard === null) return { name, heard };
  const { recording: _recording, ...told } = heard;
  return { name, heard: told };
}

/**
 * The record read back: equal to the one written, but that receiver settings of older versions are in today's words.
 * @param read gives the bytes of a file of the run folder; it throws UserError when there is none
 */
export function callRecordFromFiles(read: (name: string) => Uint8Array): CallRecord {
  const { version, ...call } = parseJson(read(CALL_FILES.call), CALL_FILES.call);
  if (!READ_VERSIONS.includes(version)) {
    throw new UserError(
      'call-record-version',
      `${CALL_FILES.call} is not a call record of a version up to ${CALL_RECORD_VERSION}`,
      'replay it with the callprobe that wrote it',
    );
  }
  demandShape(callShape, call, CALL_FILES.call);
  const rest = call as unknown as Omit<CallRecord, 'fates'>;
  const lines = new TextDecoder()
    .decode(read(CALL_FILES.packets))
    .split('\n')
    .filter((line) => line !== '')
    .map(parsePacketLine);
  const engine = (name: Direction): Pick<DirectionRecord, 'engine'> => {
    const saved: EngineWithoutRecording | undefined = rest.directions[name].engine;
    if (saved === undefined) return {};
    const file = ENGINE_FILES[name];
    return {
      engine: { ...saved, heard: saved.heard === null ? null : { ...saved.heard, recording: readWav(read(file), file, WAV_LIMITS) } },
    };
  };
  const direction = (name: Direction): DirectionRecord => ({
    ...rest.directions[name],
    ...engine(name),
    sent: lines.flatMap((line) => (line.type === 'sent' && line.direction === name ? [withoutKeys(line, ['type', 'direction'])] : [])),
    arrivals: readRtpdump(read(CALL_FILES[name]), CALL_FILES[name]),
  });
  return {
    ...rest,
    plan: { ...rest.plan, playout: currentPlayout(rest.plan.playout) },
    directions: { up: direction('up'), down: direction('down') },
    fates: lines.flatMap((line) => (line.type === 'relay' ? [withoutKeys(line, ['type'])] : [])),
  };
}

function parsePacketLine(text: string, index: number): PacketLine {
  const name = `line ${index + 1} of ${CALL_FILES.packets}`;
  const line = parseJson(text, name);
  demandShape(packetLineShape, line, name);
  return line as unknown as PacketLine;
}

const packetLineShape: Checker = byMember('type', { sent: sentPacketShape, relay: packetFateShape });

function demandShape(shape: Checker, value: unknown, name: string): void {
  try {
    shape(value, '');
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw damaged(name, error.message);
  }
}

function withoutKeys<T extends object, K extends keyof T>(value: T, keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}

function parseJson(data: Uint8Array | string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through to the one message there is for all that is not JSON.
  }
  throw damaged(name, 'it is not JSON');
}

function damaged(name: string, why: string): UserError {
  return new UserError('call-record-damaged', `${name} is damaged: ${why}`, 'the run folder must be as callprobe run left it');
}
