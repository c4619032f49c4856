import { createRequire } from 'node:module';
import { joinSound, type SoundPart } from '../../audio/join-sound.ts';
import { machineClock } from '../../path/relay-clock.ts';
import type { TransportOutcome } from '../peer.ts';
import { keepCandidatesOn } from '../signalling.ts';
import { waitFor } from '../waiting.ts';
import { EngineMissingError, type EngineOptions, type EnginePeer } from './engine-peer.ts';
import { type LibwebrtcProcess, openLibwebrtcProcess } from './libwebrtc-process.ts';
import { oneLine } from './one-line.ts';
import { mapToClock } from './process-time.ts';
import { settledOnce } from './settled-once.ts';
import { splitCandidates } from './split-candidates.ts';

const RATE_HZ = 48_000;
const INT16_SCALE = 32_768;
/** Loading libwebrtc takes 0.2 s on an idle machine. */
const START_MS = 5_000;
/** So much speech is handed over in one message. */
const SPEECH_SAMPLES_A_MESSAGE = 480_000;
/** More than the longest call; what is heard beyond it is not kept. */
const MAX_RECORDED_SECONDS = 600;
/** The milestone of libwebrtc in each version of the package, as its README names it: the library itself does not tell. */
const MILESTONES: Readonly<Record<string, string>> = { '0.10.0': 'M106' };

/** A reason longer than this, characters, is a list of places searched. */
const MAX_REASON = 90;

const HINT = 'install it with: npm install --include=optional, in the folder callprobe lies in';
const PROGRAM = new URL('./libwebrtc-child.js', import.meta.url);

/** Where things lie; tests put others in their place. */
export interface LibwebrtcPlaces {
  /** Gives the main file of `@roamhq/wrtc`; throws when it is not installed. */
  readonly findPackage: () => string;
  readonly program: URL;
}

const PLACES: LibwebrtcPlaces = { findPackage: () => createRequire(import.meta.url).resolve('@roamhq/wrtc'), program: PROGRAM };

/**
 * Starts libwebrtc, as `@roamhq/wrtc` has it, in a process of its own: it crashes the one it is in when that ends by itself. It answers calls.
 * Rejects with EngineMissingError when the package is not installed or does not run here.
 */
export async function startLibwebrtc(options: EngineOptions, places: LibwebrtcPlaces = PLACES): Promise<EnginePeer> {
  let wrtcPath: string;
  try {
    wrtcPath = places.findPackage();
  } catch {
    throw new EngineMissingError('libwebrtc is not installed (@roamhq/wrtc)', HINT);
  }
  const played = createRecording(mapToClock(options.clock));
  const transport = { ice: settledOnce<TransportOutcome>(), dtls: settledOnce<TransportOutcome>() };
  const engine = openLibwebrtcProcess(places.program, wrtcPath, (answer) => {
    if (answer.kind === 'heard') played.add(answer);
    if (answer.kind === 'transport') transport[answer.layer].settle(answer.outcome);
  });
  const version = await startedVersion(engine);
  handOver(options.speech.samples, engine);

  return {
    name: describe(version),
    ice: transport.ice.promise,
    dtls: transport.dtls.promise,
    broken: engine.broken,
    createOffer: () => Promise.reject(answersOnly()),
    acceptAnswer: () => Promise.reject(answersOnly()),
    openTextChannel() {
      throw answersOnly();
    },
    // The process sends every text back from the start.
    echoTexts: () => undefined,
    async acceptOffer(offer) {
      // Where the other side is, it learns last: it then sends nothing before the relay knows where from.
      const bare = splitCandidates(offer);
      engine.tell({ kind: 'accept-offer', sdp: bare.sdp });
      const { sdp, kept, others } = keepCandidatesOn((await engine.next('answer')).sdp, options.address);
      for (const endpoint of kept) options.onCandidate(endpoint);
      for (const endpoint of others) options.onOtherCandidate?.(endpoint);
      engine.tell({ kind: 'connect', candidates: [...new Set(bare.candidates.map(({ candidate }) => candidate))] });
      return sdp;
    },
    async speak() {
      engine.tell({ kind: 'speak' });
      return mapToClock(options.clock)((await engine.next('speaking')).atMs);
    },
    async hearing() {
      engine.tell({ kind: 'finish' });
      const { inbound } = await engine.next('finished').catch(() => ({ inbound: {} }));
      return inbound === null ? null : played.hearing(inbound);
    },
    async roundTripSeconds() {
      engine.tell({ kind: 'round-trip' });
      return (await engine.next('round-trip')).seconds;
    },
    close: engine.close,
  };
}

async function startedVersion(engine: LibwebrtcProcess): Promise<string> {
  const clock = machineClock;
  try {
    const waited = await waitFor(engine.next('ready'), clock.now() + START_MS, { clock });
    if (waited.end === 'done') return waited.value.version;
  } catch (error) {
    await engine.close();
    throw new EngineMissingError(`libwebrtc (@roamhq/wrtc) does not run on this machine: ${oneLine(error).slice(0, MAX_REASON)}`, HINT);
  }
  await engine.close();
  throw new EngineMissingError(
    `libwebrtc (@roamhq/wrtc) did not start within ${START_MS / 1000} s`,
    'try again when the machine is less busy',
  );
}

function describe(version: string): string {
  const milestone = MILESTONES[version];
  return `libwebrtc (@roamhq/wrtc ${version}${milestone === undefined ? '' : `, ${milestone}`})`;
}

function answersOnly(): Error {
  return new Error('this engine answers calls and places none');
}

function handOver(speech: Float32Array, engine: LibwebrtcProcess): void {
  for (let start = 0; start < speech.length; start += SPEECH_SAMPLES_A_MESSAGE) {
    const part = speech.subarray(start, start + SPEECH_SAMPLES_A_MESSAGE);
    const clip = (sample: number): number => Math.max(-INT16_SCALE, Math.min(INT16_SCALE - 1, Math.round(sample * INT16_SCALE)));
    engine.tell({ kind: 'speech', samples: Int16Array.from(part, clip) });
  }
}

interface Recording {
  add(part: SoundPart & { readonly atMs: number }): void;
  hearing(inbound: Readonly<Record<string, unknown>>): Awaited<ReturnType<EnginePeer['hearing']>>;
}

/** What the engine played, in one piece. @param toClock from the engine's time to the clock's */
function createRecording(toClock: (ms: number) => number): Recording {
  const parts: SoundPart[] = [];
  let seconds = 0;
  let startMs = Number.POSITIVE_INFINITY;
  return {
    add({ atMs, samples, sampleRateHz }) {
      if (seconds > MAX_RECORDED_SECONDS) return;
      startMs = Math.min(startMs, atMs - seconds * 1000);
      parts.push({ samples, sampleRateHz });
      seconds += samples.length / sampleRateHz;
    },
    hearing: (inbound) => (parts.length === 0 ? null : { recording: joinSound(parts, RATE_HZ), startedAtMs: toClock(startMs), inbound }),
  };
}
