import type { PhaseResult } from '../core/call-record.ts';
import { measuredValue } from '../core/measurement.ts';
import type { DirectionName, DirectionReport } from '../core/report.ts';
import type { Check, Diagnosis } from '../core/verdict.ts';
import { failedByUs, hasMedia, outagesOf, worstStatus } from './checks.ts';
import { byWorse, type DirectionFinding, findDamage } from './damage.ts';
import type { VerdictInput } from './input.ts';

/** Why a run says nothing, or less than it seems to. */
export type Doubt =
  | 'aborted'
  | 'engine'
  | 'gathering'
  | 'relay'
  | 'no-loopback'
  | 'health'
  | 'nothing-measured'
  | 'unrelated'
  | 'incomplete'
  | 'swapped'
  | 'low-confidence';

/** How media ends without coming back: nothing more arrived, or the connection to the relay was cut. */
const ENDS_FOR_GOOD: ReadonlySet<string | undefined> = new Set(['media-stopped', 'turn-cut']);

/** What was found, before it is weighed: the diagnosis with what it rests on. */
export interface Finding {
  readonly diagnosis: Diagnosis;
  /** Set when nothing can be diagnosed; `diagnosis` is then `unknown`. */
  readonly doubt: Doubt | null;
  readonly status: 'pass' | 'warn' | 'fail';
  /** The directions the diagnosis is about; both for a call that never was. */
  readonly affected: readonly DirectionName[];
  /** What each direction with speech sounds like, worse first. */
  readonly sounds: readonly DirectionFinding[];
  /** The phase of the call that failed, when the diagnosis is about that. */
  readonly failedPhase: PhaseResult | null;
}

/** Below this loss a recording without recognisable speech is not explained by the network, so the measurement itself is in doubt. */
const LOSS_THAT_HIDES_SPEECH = 0.1;

/**
 * Finds out what is wrong, in the order a call goes: did it connect, did media arrive, did it go on, is there speech in it, how does it sound.
 * Never throws; a run that cannot tell has a `doubt`.
 */
export function diagnose(input: VerdictInput, checks: readonly Check[]): Finding {
  const sounds = soundsOf(input, checks);
  return (input.kind === 'call' ? diagnoseCall(input, sounds) : null) ?? diagnoseSound(input, checks, sounds);
}

function diagnoseCall(input: VerdictInput, sounds: readonly DirectionFinding[]): Finding | null {
  const both: readonly DirectionName[] = ['up', 'down'];
  const heard = both.filter((direction) => hasMedia(input.directions[direction]));
  const failedPhase = (id: PhaseResult['id']): PhaseResult | undefined =>
    input.phases.find((phase) => phase.id === id && phase.status === 'failed' && !failedByUs(phase));
  const finding = (diagnosis: Diagnosis, affected: readonly DirectionName[], phase: PhaseResult | null = null): Finding => ({
    diagnosis,
    doubt: null,
    status: 'fail',
    affected,
    sounds,
    failedPhase: phase,
  });

  const atRelay = input.phases.find(isTheRelays);
  if (atRelay !== undefined) return { ...inDoubt('relay', sounds), failedPhase: atRelay };
  const brokenEngine = input.phases.find((phase) => phase.failure?.code === 'engine-failed');
  if (brokenEngine !== undefined) return { ...inDoubt('engine', sounds), failedPhase: brokenEngine };
  const unconnected = failedPhase('ice') ?? failedPhase('dtls') ?? (heard.length === 0 ? failedPhase('firstMedia') : undefined);
  if (unconnected !== undefined) return finding(textFailed(input) ? 'network-down' : 'call-blocked', both, unconnected);
  if (input.aborted !== null) return inDoubt('aborted', sounds);
  if (input.phases.some((phase) => phase.id !== 'text' && phase.failure?.code === 'no-loopback')) return inDoubt('no-loopback', sounds);
  if (input.phases.some((phase) => phase.id === 'gathering' && phase.status === 'failed')) return inDoubt('gathering', sounds);
  if (heard.length === 0) return inDoubt('nothing-measured', sounds);
  if (heard.length === 1) {
    const missing = both.filter((direction) => !heard.includes(direction));
    return finding('one-way', missing);
  }
  // A direction that came back is judged by its sound, with the hole in it.
  const stopped = failedPhase('sustainedMedia');
  if (stopped === undefined || !ENDS_FOR_GOOD.has(stopped.failure?.code)) return null;
  const gone = both.filter((direction) => endOfSound(input.directions[direction]) !== null);
  return finding('call-dropped', gone.length === 0 ? both : gone, stopped);
}

/** When a direction fell silent for good, seconds since its media began; null for one that was heard until the end. */
export function endOfSound(report: DirectionReport | null | undefined): number | null {
  return report ? (outagesOf(report).find((outage) => !outage.recovered)?.at ?? null) : null;
}

function diagnoseSound(input: VerdictInput, checks: readonly Check[], sounds: readonly DirectionFinding[]): Finding {
  if (input.aborted !== null) return inDoubt('aborted', sounds);
  const present = Object.entries(input.directions).flatMap(([name, report]) => (report ? [{ name: name as DirectionName, report }] : []));
  const speechless = present.filter(({ report }) => !report.speechFound);
  const hindrance = present.map(({ report }) => report.located?.hindrance ?? null).find((one) => one !== null);
  if (hindrance !== undefined) return inDoubt(hindrance, sounds);
  const unscored = speechless.some(({ report }) => report.noSpeechReason === null);
  if (present.length === 0 || unscored) return inDoubt('nothing-measured', sounds);
  if (speechless.some(({ report }) => report.noSpeechReason === 'unrelated' && !lossHidesSpeech(report)))
    return inDoubt('unrelated', sounds);
  const common = { doubt: null, sounds, failedPhase: null } as const;
  if (speechless.length > 0) {
    const affected = speechless.map(({ name }) => name);
    return { ...common, diagnosis: speechless.length === present.length ? 'silent' : 'one-way', status: 'fail', affected };
  }
  const worst = sounds[0];
  if (worst === undefined || (worst.damage === 'clear' && sounds.some((sound) => !sound.scored)))
    return inDoubt('nothing-measured', sounds);
  const affected = sounds.filter((sound) => sound.damage === worst.damage).map((sound) => sound.direction);
  return { ...common, diagnosis: worst.damage, status: worstStatus(checks), affected };
}

function soundsOf(input: VerdictInput, checks: readonly Check[]): DirectionFinding[] {
  const names: readonly DirectionName[] = ['up', 'down', 'recording'];
  return names
    .flatMap((name) => {
      const report = input.directions[name];
      if (!hasMedia(report) || !report.speechFound) return [];
      const own = checks.filter((check) => check.direction === name);
      return [findDamage(name, report, own, input.thresholds)];
    })
    .sort(byWorse);
}

function inDoubt(doubt: Doubt, sounds: readonly DirectionFinding[]): Finding {
  return { diagnosis: 'unknown', doubt, status: 'pass', affected: [], sounds, failedPhase: null };
}

/** A relay that cannot be used, or has stopped, says nothing of what lies between the two peers. One connection that was cut off does. */
function isTheRelays({ status, failure }: PhaseResult): boolean {
  return status === 'failed' && failure !== null && failure.code.startsWith('turn-') && failure.code !== 'turn-cut';
}

function textFailed(input: VerdictInput): boolean {
  const text = input.flows?.text;
  return text !== undefined && text.status !== 'not-tested' && text.echoed === 0;
}

function lossHidesSpeech(report: DirectionReport): boolean {
  return report.network !== null && (measuredValue(report.network.lossRatio) ?? 0) >= LOSS_THAT_HIDES_SPEECH;
}
