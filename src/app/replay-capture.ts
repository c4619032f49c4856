import { basename } from 'node:path';
import { payloadTypesOf } from '../audio/rtp-format.ts';
import { writeWav } from '../audio/wav.ts';
import { checkConcealment } from '../config/codec-settings.ts';
import { DEFAULT_PLAYOUT, MAX_CALL_FILE_BYTES, MAX_CAPTURE_SECONDS, MAX_RECORDING_SECONDS } from '../config/defaults.ts';
import { changePlayout } from '../config/receiver-settings.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import { notApplicable } from '../core/measurement.ts';
import type { Arrival } from '../core/packet.ts';
import type { DirectionReport, Report, Warning } from '../core/report.ts';
import type { Signal } from '../core/signal.ts';
import { type Capture, readCapture } from '../record/captures/read-capture.ts';
import { summariseStream } from '../record/captures/stream-network.ts';
import { writeRtpdump } from '../record/rtpdump.ts';
import { renderJson } from '../report/json.ts';
import { withoutReference } from '../verdict/unjudged.ts';
import type { DirectionAnalysis, DirectionInput } from './analyse-direction.ts';
import type { Analyser } from './analyser.ts';
import { type ChosenStream, chooseStream, type StreamChoice } from './captured-streams.ts';
import { overTime } from './explained-events.ts';
import { createRunFolder, readInput, writeOutput } from './files.ts';
import type { Host } from './host.ts';
import { reportRecording } from './report-recording.ts';
import { REPORT_FILE } from './run-folder.ts';
import { readSound } from './score-files.ts';
import { checkSpeech } from './stimulus.ts';

export interface CaptureRequest extends StreamChoice {
  readonly file: string;
  /** WAV file of what was spoken; null when nobody knows, and nothing is to be scored. */
  readonly referenceFile: string | null;
  readonly changes: Partial<PlayoutSettings>;
  /** A new folder for recording, packets and report; null leaves nothing behind. */
  readonly output: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly requested: Readonly<Record<string, unknown>>;
}

/** The last words are waited for no longer than this, ms, or the buffer's own limit: two packets of the longest kind (120 ms), and what was slowed down. */
const LAST_WORDS_MS = 300;

const RECORDING_FILE = 'recording.wav';
const STREAM_FILE = 'stream.rtpdump';

/** The end of the year 9999, ms since the Unix epoch: a damaged file may name a later one. */
const LAST_DATE_MS = 253_402_300_799_999;

/**
 * Plays out one stream of a call that something else made and captured, and scores it where what was spoken is known. Null when the signal came first.
 * Throws UserError for what cannot be read or played: nothing is decrypted, and nothing guessed.
 */
export async function replayCapture(
  request: CaptureRequest,
  host: Host,
  analyser: Analyser,
  signal: AbortSignal,
): Promise<{ readonly report: Report; readonly directory: string | null } | null> {
  const name = basename(request.file);
  const playout = changePlayout(DEFAULT_PLAYOUT, request.changes);
  const capture = readCapture(await readInput(request.file, MAX_CALL_FILE_BYTES), name);
  const { summaries, chosen } = chooseStream(capture, request, name);
  checkConcealment(playout, { name: chosen.codec });
  const sound = request.referenceFile === null ? null : await readSound(request.referenceFile);
  if (sound !== null) checkSpeech(sound.signal, basename(request.referenceFile ?? ''));
  const input = inputOf(chosen, playout, sound?.signal ?? null, name);
  const startedAt = timeOf(capture, chosen) ?? host.nowIso();
  const folder = request.output === null ? null : await createRunFolder(request.output, startedAt, undefined);
  const [analysis] = await analyser.analyse([input], signal);
  if (analysis === null || analysis === undefined) return null;

  const direction = directionOf(chosen, analysis, folder !== null);
  const report = reportRecording(
    {
      tool: host.tool,
      startedAt,
      labels: request.labels,
      requested: request.requested,
      capture: {
        format: capture.format,
        file: name,
        reference: request.referenceFile === null ? null : basename(request.referenceFile),
        streams: summaries,
        chosen: chosen.index,
        packetTimeMs: chosen.packetTimeMs,
        playout,
      },
      directions: { recording: direction },
      warnings: [...(sound?.warnings ?? []), ...warningsOf(capture)],
      artifacts: folder === null ? {} : { report: REPORT_FILE, recording: RECORDING_FILE, packets: STREAM_FILE },
    },
    sound === null ? withoutReference(name, direction) : undefined,
  );
  if (folder !== null) {
    await writeOutput(folder, RECORDING_FILE, writeWav(analysis.recording));
    await writeOutput(folder, STREAM_FILE, streamFile(chosen, startedAt));
    await writeOutput(folder, REPORT_FILE, renderJson(report));
  }
  return { report, directory: folder };
}

/** The recording begins with the first packet, for nobody knows when it was sent, and ends when the last one has been played, however long the buffer held it. */
function inputOf(
  { all, codec, speech, payloadType, redundancyPayloadType, packetTimeMs }: ChosenStream,
  playout: PlayoutSettings,
  reference: Signal | null,
  name: string,
): DirectionInput {
  const startMs = speech[0]?.arrivalMs ?? 0;
  const endMs = (speech[speech.length - 1]?.arrivalMs ?? 0) + packetTimeMs + (playout.fixedDelayMs ?? playout.minDelayMs);
  const playOnMs = playout.fixedDelayMs === null ? Math.max(LAST_WORDS_MS, playout.maxDelayMs) : LAST_WORDS_MS;
  const maxSeconds = reference === null ? MAX_CAPTURE_SECONDS : MAX_RECORDING_SECONDS;
  if (endMs - startMs > maxSeconds * 1000) {
    throw new UserError(
      'capture-long',
      `the stream in ${name} lasts ${((endMs - startMs) / 1000).toFixed(0)} s, which is more than ${maxSeconds} s`,
      `cut the capture to the part of interest, for example with editcap of Wireshark`,
    );
  }
  return {
    reference,
    arrivals: all,
    codec: { name: codec, bitrateBps: bitrateBps(speech, packetTimeMs), packetTimeMs },
    // The type of comfort noise is fixed; the others are what the capture has.
    ...payloadTypesOf({ name: codec }),
    payloadType,
    ...(redundancyPayloadType === undefined ? {} : { redundancyPayloadType }),
    networkDelaySeconds: null,
    startMs,
    endMs,
    playOnMs,
    playout,
  };
}

function bitrateBps(speech: readonly Arrival[], packetTimeMs: number): number {
  const bits = speech.reduce((sum, { payload }) => sum + 8 * payload.length, 0);
  return (1000 * bits) / (speech.length * packetTimeMs);
}

/** As a file of its own: its first packet comes at 0. */
function streamFile({ all }: ChosenStream, startedAt: string): Uint8Array {
  const firstMs = all[0]?.arrivalMs ?? 0;
  return writeRtpdump(
    all.map((packet) => ({ ...packet, arrivalMs: packet.arrivalMs - firstMs })),
    Date.parse(startedAt),
  );
}

function directionOf(chosen: ChosenStream, analysis: DirectionAnalysis, kept: boolean): DirectionReport {
  const { all, codec, packetTimeMs, speech } = chosen;
  const { playout } = analysis;
  const { overTime: _, ...scores } = analysis.scores;
  return {
    network: summariseStream(all, all.length < 2 ? null : playout.jitter),
    playout,
    mouthToEarDelaySeconds: notApplicable('a capture does not tell when its sound was spoken'),
    ...scores,
    ...overTime(analysis, {
      source: 'capture',
      codec: { name: codec, bitrateBps: bitrateBps(speech, packetTimeMs) },
      engine: null,
      packets: null,
    }),
    recording: kept ? RECORDING_FILE : null,
  };
}

/** When the stream's first packet was captured, UTC, ISO 8601; null where the file does not tell, or tells nonsense. */
function timeOf({ startedAtMs }: Capture, { all }: ChosenStream): string | null {
  const ms = startedAtMs === null ? null : startedAtMs + (all[0]?.arrivalMs ?? 0);
  return ms === null || ms <= 0 || ms > LAST_DATE_MS ? null : new Date(ms).toISOString();
}

function warningsOf({ endsInside, passedOver: { cut, fragments, unknownLink } }: Capture): Warning[] {
  const warn = (code: string, message: string, hint: string): Warning => ({ code, message, hint });
  return [
    ...(endsInside ? [warn('capture-ends-inside', 'the capture ends inside a packet', 'what came before was used')] : []),
    ...(cut > 0
      ? [
          warn(
            'capture-cut',
            `of ${cut} datagrams only a part was captured: they were left out and look lost`,
            'capture whole packets (tcpdump -s 0)',
          ),
        ]
      : []),
    ...(fragments > 0
      ? [warn('capture-fragments', `${fragments} fragments of datagrams were left out`, 'voice is hardly ever in them')]
      : []),
    ...(unknownLink > 0
      ? [
          warn(
            'capture-links',
            `${unknownLink} frames of links that are not read here were left out`,
            'Ethernet, raw IP, Linux cooked and loopback are read',
          ),
        ]
      : []),
  ];
}
