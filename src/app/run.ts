import { encodeForCall } from '../audio/call-codec.ts';
import { type CallProgress, type Engines, placeCall, type RelayAccess } from '../call/place-call.ts';
import type { RunSettings } from '../config/run-settings.ts';
import type { CallPlan } from '../core/call-plan.ts';
import type { CallRecord } from '../core/call-record.ts';
import { UserError } from '../core/errors.ts';
import type { Report, Warning } from '../core/report.ts';
import { createRng } from '../core/rng.ts';
import type { Signal } from '../core/signal.ts';
import { resample } from '../dsp/resample.ts';
import { callRecordToFiles } from '../record/call-files.ts';
import type { Analyser } from './analyser.ts';
import { engineWarnings, type RunningEngines, startEngines } from './engines.ts';
import { createRunFolder, removeRunFolder } from './files.ts';
import { hearCall } from './hear-call.ts';
import type { Host } from './host.ts';
import { resolvePath } from './paths.ts';
import { NOTHING_ADDED, planCall } from './plan.ts';
import { prepareRelay } from './relay-access.ts';
import { relayHints } from './relay-hints.ts';
import { reportCall } from './report-call.ts';
import { listArtifacts, saveCall, saveReport } from './run-folder.ts';
import { loadStimulus } from './stimulus.ts';

/** Sampling rate of the speech given to a codec and of every recording, Hz. */
const CALL_RATE_HZ = 48_000;

/** From this share of packets on, redundancy that does not fit is worth a warning; the largest frames of a variable bitrate are not. */
const MANY_COPIES_LEFT_OUT = 0.5;

export type RunProgress =
  | { readonly stage: 'preparing' }
  | { readonly stage: 'scoring' }
  | { readonly stage: 'calling'; readonly call: CallProgress };

export interface RunHooks {
  /** Stops the run; its reason is `interrupted` or `run-timeout`. What was measured until then is kept. */
  readonly signal: AbortSignal;
  onProgress(progress: RunProgress): void;
}

export interface RunResult {
  readonly report: Report;
  /** Where the run left its files. */
  readonly directory: string;
  /** Why the report or a recording could not be saved, or null. */
  readonly unsaved: UserError | null;
}

/**
 * Places a call, hears it, scores it, and leaves a run folder: report, recordings, reference and packets.
 * Throws UserError for what the user can mend; whatever the network does is in the report.
 */
export async function runCall(settings: RunSettings, host: Host, analyser: Analyser, hooks: RunHooks): Promise<RunResult> {
  hooks.onProgress({ stage: 'preparing' });
  const path = settings.pathSpec === null ? NOTHING_ADDED : await resolvePath(settings.pathSpec);
  const relay = settings.relay === null ? null : await prepareRelay(settings.relay, host);
  const stimulus = await loadStimulus(settings.stimulus, host.packageRoot);
  const plan = planCall(settings, settings.seed ?? host.drawSeed(), stimulus.info, path, relay?.route ?? null);
  const sound = withSilence(resample(stimulus.signal, CALL_RATE_HZ), plan);

  const timeout = new AbortController();
  const cancelTimeout = host.clock.schedule(host.clock.now() + plan.timeouts.totalMs, () => timeout.abort('run-timeout'));
  const signal = AbortSignal.any([hooks.signal, timeout.signal]);
  let running: RunningEngines | null = null;
  try {
    const directory = await createRunFolder(settings.outputDirectory, host.nowIso(), settings.labels['network']);
    try {
      running = await startEngines(settings.peers, sound, host, signal);
    } catch (error) {
      // A folder that nobody named, and that holds nothing, is not left behind.
      if (settings.outputDirectory === null) await removeRunFolder(directory);
      throw error;
    }
    const { record, warnings } = await speak(plan, relay?.access ?? null, running.engines, sound, host, signal, hooks.onProgress);
    await running.close();
    await saveCall(directory, Object.entries(callRecordToFiles(record)), stimulus.wav);
    hooks.onProgress({ stage: 'scoring' });
    const analyses = await hearCall(record, stimulus.signal, analyser, signal);
    const stopped = record.aborted ?? (signal.aborted ? (signal.reason as CallRecord['aborted']) : null);
    const report = reportCall({ ...record, aborted: stopped }, analyses, {
      ...settings,
      tool: host.tool,
      warnings: [...stimulus.warnings, ...(relay?.warnings ?? []), ...warnings, ...engineWarnings(settings), ...relayHints(record.phases)],
      artifacts: listArtifacts(analyses, record),
    });
    return { report, directory, unsaved: await saveReport(directory, analyses, report).then(() => null, onlyUserError) };
  } finally {
    cancelTimeout();
    await running?.close();
  }
}

function onlyUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** Encodes the stimulus before the call, so that the call itself costs the machine next to nothing, and places it. */
async function speak(
  plan: CallPlan,
  relay: RelayAccess | null,
  engines: Engines,
  sound: Signal,
  host: Host,
  signal: AbortSignal,
  onProgress: RunHooks['onProgress'],
): Promise<{ record: CallRecord; warnings: Warning[] }> {
  const encoded = await encodeForCall(sound, plan.codec, signal);
  const warnings: Warning[] = [];
  if (plan.codec.name === 'opus' && plan.codec.fec && encoded.fecPackets === 0 && !signal.aborted) {
    warnings.push({
      code: 'fec-absent',
      message: 'forward error correction was asked for, but the encoder sent none at this bitrate and declared loss',
      hint: 'raise --bitrate to 24k or more and --declared-loss to 10% or more',
    });
  }
  if (encoded.copiesLeftOut > MANY_COPIES_LEFT_OUT) {
    warnings.push({
      code: 'redundancy-cut',
      message: 'most packets had no room for all the earlier payloads asked for',
      hint: 'lower --bitrate, --ptime or --red',
    });
  }
  const record = await placeCall(
    plan,
    { up: encoded, down: encoded },
    {
      clock: host.clock,
      rng: createRng(plan.seed),
      nowIso: host.nowIso,
      signal,
      ...(relay === null ? {} : { relay }),
      ...(Object.keys(engines).length === 0 ? {} : { engines }),
      onProgress: (call) => onProgress({ stage: 'calling', call }),
    },
  );
  return { record, warnings };
}

/** The signal between the plan's silences, as it is spoken. */
export function withSilence({ samples, sampleRateHz }: Signal, { leadInMs, tailMs }: CallPlan): Signal {
  const leadIn = Math.round((leadInMs / 1000) * sampleRateHz);
  const padded = new Float32Array(leadIn + samples.length + Math.round((tailMs / 1000) * sampleRateHz));
  padded.set(samples, leadIn);
  return { samples: padded, sampleRateHz };
}
