import { formatMos, formatPercent, formatSeconds, joinWords } from '../core/format.ts';
import { EDGE_SECONDS } from '../core/located.ts';
import { measuredValue } from '../core/measurement.ts';
import { shareOf } from '../core/playout-stats.ts';
import type { DirectionName, DirectionReport } from '../core/report.ts';
import type { Verdict } from '../core/verdict.ts';
import { failedByUs, outagesOf } from './checks.ts';
import type { Damage, DirectionFinding } from './damage.ts';
import { type Doubt, endOfSound, type Finding } from './diagnosis.ts';
import type { VerdictInput } from './input.ts';

export interface SentenceInput {
  readonly finding: Finding;
  /** Why the finding is not to be relied on, or null. */
  readonly doubt: Doubt | null;
  readonly scope: Verdict['scope'];
  readonly input: VerdictInput;
}

/**
 * The verdict as one plain sentence: where (an emulated path is always named, also one added to a real one, so that nobody takes a simulation for evidence), who hears what,
 * the numbers with their units, the cause where the figures show one, and whether text was spared.
 */
export function writeSentence({ finding, doubt, scope, input }: SentenceInput): string {
  const what = doubt === null ? findingWords(finding, scope, input) : doubtWords(doubt, finding, input);
  return capitalise(`${whereWords(input.path)}${what}.`);
}

/** On which path: an emulated one by its name, a real one by what is at its end. */
function whereWords(path: VerdictInput['path']): string {
  if (path === null) return '';
  if (path.kind === 'emulated') return `on the emulated path "${path.name}", `;
  const added = path.rules.length === 0 ? '' : ` with the emulated path "${path.name}" added`;
  return `over a TURN relay (${path.route.transport})${added}, `;
}

/** Where the difference from zero is worth a word. */
const WORTH_NAMING_RATIO = 0.01;

const VOICES: Readonly<Record<DirectionName, string>> = {
  up: "the caller's voice",
  down: "the callee's voice",
  recording: 'the recording',
};

const HEARS: Readonly<Record<DirectionName, string>> = {
  up: 'the callee hears nothing of the caller',
  down: 'the caller hears nothing of the callee',
  recording: 'nothing is heard in the recording',
};

const ADJECTIVES: Readonly<Record<Damage, string>> = {
  clear: 'clear',
  metallic: 'metallic',
  choppy: 'broken up',
  noisy: 'noisy',
  distorted: 'distorted',
  muffled: 'muffled',
  echoing: 'echoing',
  delayed: 'late',
};

/** What stopped the call, by the phase that failed. */
const NOT_CONNECTED: Readonly<Record<string, string>> = {
  ice: 'no way through was found between the two ends (ICE)',
  dtls: 'the two ends reached each other but could not agree on keys (DTLS)',
  firstMedia: 'the call was set up but no sound arrived at either end',
};

function findingWords(finding: Finding, scope: Verdict['scope'], input: VerdictInput): string {
  const phase = finding.failedPhase;
  const after = afterWords(phase);
  switch (finding.diagnosis) {
    case 'network-down':
      return `nothing gets through: ${NOT_CONNECTED[phase?.id ?? ''] ?? 'the call did not connect'}${after}, and no text came back either`;
    case 'call-blocked':
      return `the call could not be made: ${NOT_CONNECTED[phase?.id ?? ''] ?? 'it did not connect'}${after}${textWords(scope, input)}`;
    case 'call-dropped':
      return droppedWords(finding, after, scope, input);
    case 'one-way':
      return oneWayWords(finding, scope, input);
    case 'silent':
      if (input.kind === 'recording') return 'the recording is silent: nothing of the reference is heard in it';
      return 'neither end hears the other: packets arrive, but no speech can be recognised in them';
    default:
      return soundWords(finding, scope, input);
  }
}

function droppedWords(finding: Finding, after: string, scope: Verdict['scope'], input: VerdictInput): string {
  const ends = finding.affected.flatMap((direction) => endOfSound(input.directions[direction]) ?? []);
  const when = ends.length === 0 ? after : ` after ${formatSeconds(Math.max(...ends))}`;
  const [gone] = finding.affected;
  if (gone === undefined || finding.affected.length > 1)
    return `the call connected, but its sound stopped for good in both directions${when}${textWords(scope, input)}`;
  const other = finding.sounds.find((sound) => sound.direction !== gone);
  const rest =
    other === undefined ? '' : `; ${VOICES[other.direction]} arrives ${soundsLike(other)}${mosWords([other])}${outageWords([other])}`;
  return `the call connected, but ${VOICES[gone]} stopped for good${when}${textWords(scope, input)}${rest}`;
}

/** The longest time nothing arrived at all; nothing for a flow without outages. */
function outageWords(sounds: readonly { readonly report: DirectionReport }[]): string {
  const longest = sounds.flatMap(({ report }) => outagesOf(report)).sort((a, b) => b.seconds - a.seconds)[0];
  return longest === undefined
    ? ''
    : `, and nothing at all arrived for ${formatSeconds(longest.seconds)} from ${longest.at.toFixed(1)} s on`;
}

function afterWords(phase: Finding['failedPhase']): string {
  return phase?.seconds === null || phase === null ? '' : ` after ${formatSeconds(phase.seconds)}`;
}

function soundWords(finding: Finding, scope: Verdict['scope'], input: VerdictInput): string {
  const alike = finding.sounds.filter((sound) => finding.affected.includes(sound.direction)).sort(byDirection);
  const others = finding.sounds.filter((sound) => !finding.affected.includes(sound.direction));
  const plural = alike.length > 1;
  const subject = plural ? 'both voices' : VOICES[alike[0]?.direction ?? 'recording'];
  const verb = `${input.kind === 'recording' ? 'sound' : 'arrive'}${plural ? '' : 's'}`;
  const main = `${subject} ${verb} ${soundsLike(finding.sounds[0])}${mosWords(alike)}`;
  const cause = `${causeWords(finding, alike)}${outageWords(alike)}`;
  const rest = others
    .map((sound) => `; ${VOICES[sound.direction]} arrives ${soundsLike(sound)}${mosWords([sound])}${outageWords([sound])}`)
    .join('');
  return `${main}${cause}${damageScopeWords(scope, finding, input)}${rest}`;
}

function soundsLike(sound: DirectionFinding | undefined): string {
  if (sound === undefined) return ADJECTIVES.clear;
  const degree = sound.status === 'warn' ? 'slightly ' : '';
  const delay = measuredValue(sound.report.mouthToEarDelaySeconds);
  const late = delay === null ? ADJECTIVES.delayed : `${formatSeconds(delay)} late`;
  const named = [sound.damage, ...sound.also].slice(0, 3);
  const words = [
    ...named.filter((damage) => damage !== 'delayed').map((damage) => ADJECTIVES[damage]),
    ...(named.includes('delayed') ? [late] : []),
  ];
  return `${sound.damage === 'delayed' ? '' : degree}${joinWords(words)}`;
}

function mosWords(sounds: readonly DirectionFinding[]): string {
  const scores = sounds.flatMap((sound) => (sound.mosLqo === null ? [] : [formatMos(sound.mosLqo)]));
  const same = new Set(scores).size === 1 ? scores.slice(0, 1) : scores;
  return scores.length === 0 ? '' : ` (MOS ${joinWords(same)} of 5)`;
}

/** What the network or the receiver did that explains holes and robotic filling; says so when neither explains them. */
function causeWords(finding: Finding, sounds: readonly DirectionFinding[]): string {
  if (finding.diagnosis !== 'metallic' && finding.diagnosis !== 'choppy') return '';
  const reports = sounds.map((sound) => sound.report);
  if (reports.some((report) => report.network === null)) return '';
  const whose = reports.length > 1 ? 'their' : 'its';
  const shares = (of: (report: DirectionReport) => number): string | null => {
    const ratios = reports.map(of);
    return Math.max(...ratios) >= WORTH_NAMING_RATIO ? joinWords([...new Set(ratios.map(formatPercent))]) : null;
  };
  const lost = shares((report) => measuredValue(report.network?.lossRatio) ?? 0);
  if (lost !== null) return `: ${lost} of ${whose} packets were lost`;
  const late = shares(({ playout }) => (playout === null ? 0 : (shareOf(playout.packetsDiscarded, playout.packetsReceived) ?? 0)));
  if (late !== null) return `: ${late} of ${whose} packets came too late to be played`;
  const made = shares(({ playout }) => (playout === null ? 0 : (shareOf(playout.concealedSamples, playout.totalSamplesReceived) ?? 0)));
  if (made !== null) return `: the receiver had to make up ${made} of ${whose} sound`;
  return ', although hardly a packet was lost or late, so the cause may be the codec and not the network';
}

function damageScopeWords(scope: Verdict['scope'], finding: Finding, input: VerdictInput): string {
  if (finding.diagnosis === 'clear') return failedTextWords(input);
  if (scope === 'voice-only') return ', while text beside the call came back undisturbed, so voice alone was hit';
  if (scope === 'all-traffic') return ', and text beside the call was held up too, so voice is not alone in this';
  return '';
}

/** What a clear call is to be warned of. */
function failedTextWords({ flows }: VerdictInput): string {
  if (flows?.text.status !== 'failed') {
    return flows?.dataChannel.status === 'failed' ? ', but texts inside the call (its data channel) did not get through' : '';
  }
  return flows.text.echoed > 0 ? ', but the text connection beside the call was cut off' : ', but text beside the call did not get through';
}

function oneWayWords(finding: Finding, scope: Verdict['scope'], input: VerdictInput): string {
  const missing = finding.affected[0] ?? 'up';
  const report = input.directions[missing] ?? null;
  const loss = measuredValue(report?.network?.lossRatio);
  const why =
    report === null || measuredValue(report.network?.packetsReceived) === 0
      ? 'not one voice packet arrived'
      : report.noSpeechReason === 'unrelated'
        ? `no speech can be recognised in what arrives${loss === null ? '' : `, with ${formatPercent(loss)} of the packets lost`}`
        : 'packets arrive, but they hold silence';
  const gap = report === null ? '' : outageWords([{ report }]);
  const other = finding.sounds[0];
  const rest =
    other === undefined ? '' : `; ${VOICES[other.direction]} arrives ${soundsLike(other)}${mosWords([other])}${outageWords([other])}`;
  return `${HEARS[missing]}: ${why}${gap}${textWords(scope, input)}${rest}`;
}

/** What text beside a call that failed shows. */
function textWords(scope: Verdict['scope'], input: VerdictInput): string {
  if (scope === 'voice-only') return ', although text got through, so the call alone was hit';
  if (scope === 'all-traffic') return ', and text got through only in part';
  return input.flows === null || input.flows.text.status === 'not-tested' ? '; whether text would have got through was not tested' : '';
}

const LOOPBACK_HINT = '; bring its loopback interface up (ip link set lo up) and run again';

/** A call that was over before its scoring was stopped can still be heard. */
function abortWords({ aborted, phases }: VerdictInput): string {
  const what = aborted === 'run-timeout' ? 'the run reached its time limit' : 'the run was interrupted';
  const sound = phases.find((phase) => phase.id === 'sustainedMedia');
  const over = sound !== undefined && sound.status !== 'skipped' && !failedByUs(sound);
  if (!over) return `${what} before the call was over, so nothing can be said of its sound`;
  return `${what} after the call and before all of it was scored, so nothing is said of its sound yet: "callprobe replay FOLDER" scores it`;
}

function doubtWords(doubt: Doubt, finding: Finding, input: VerdictInput): string {
  switch (doubt) {
    case 'aborted':
      return abortWords(input);
    case 'relay':
      return relayWords(finding);
    case 'engine':
      return `${finding.failedPhase?.failure?.message ?? 'a real engine failed'}; that says nothing of the network`;
    case 'gathering':
      return `the call was never tried: this machine found no network address of its own${LOOPBACK_HINT}`;
    case 'no-loopback':
      return `the call was never tried: this machine carried none of its packets, not even to itself${LOOPBACK_HINT}`;
    case 'health':
      return `this machine was not fit to measure${input.healthReason === null ? '' : ` (${input.healthReason})`}, so ${seenAnyway(finding)}`;
    case 'unrelated':
      return input.kind === 'recording'
        ? 'nothing of the reference was found in the recording, so it cannot be scored; these may not be the right two files'
        : 'what arrived could not be matched with what was sent although few packets were lost, so the measurement itself may be at fault';
    case 'incomplete':
      return incompleteWords(input);
    case 'swapped':
      return 'did you swap the files? The first looks like a recording and the second like its reference, so nothing is scored: give the reference first, and one that is cleaner than what is recorded of it';
    case 'nothing-measured':
      return 'there was nothing to score, so nothing can be said of the sound';
    case 'low-confidence':
      return 'there was too little speech, or too poor a match with the reference, to say how it sounds';
  }
}

/** Of a recording without all of the reference. What it lacks may be the recorder's doing as well as the call's. */
function incompleteWords({ directions }: VerdictInput): string {
  const located = directions.recording?.located;
  const covered = located === undefined ? null : measuredValue(located.coveredShare);
  const start = located === undefined ? null : measuredValue(located.startSeconds);
  if (start === null)
    return 'the recording is silent and shorter than the reference, so nothing can be said of it: record all of the reference';
  const how = start < -EDGE_SECONDS ? 'begins later' : 'ends earlier';
  const share = covered === null ? 'only a part' : `only ${formatPercent(covered)}`;
  return `the recording ${how} than the reference and holds ${share} of its speech, so it gets no overall score: record all of it`;
}

/** What kept the relay from being used; none of it is a finding about the call. */
function relayWords({ failedPhase }: Finding): string {
  switch (failedPhase?.failure?.code) {
    case 'turn-resolve-failed':
      return "the call was never tried: the relay's name could not be looked up";
    case 'turn-unreachable':
      return 'the call was never tried: the relay could not be reached, and whether it is down or the network keeps it away cannot be told from here';
    case 'turn-certificate-refused':
      return 'the call was never tried: whoever answered in the place of the relay showed a certificate that is not to be trusted';
    case 'turn-auth-failed':
      return 'the call was never tried: the relay does not accept this user name and password';
    case 'turn-allocation-failed':
      return 'the call was never tried: the relay gave the peers no way to each other';
    default:
      return `the relay was lost${afterWords(failedPhase)}, and whether it stopped or the network cut it off cannot be told from here`;
  }
}

function seenAnyway(finding: Finding): string {
  if (finding.diagnosis === 'clear') return 'although the sound was clear, the figures are not to be relied on';
  if (finding.diagnosis === 'call-blocked' || finding.diagnosis === 'network-down') {
    return 'although the call did not connect, that should be seen again before it is believed';
  }
  return 'nothing can be said of the network';
}

function byDirection(a: DirectionFinding, b: DirectionFinding): number {
  return ['up', 'down', 'recording'].indexOf(a.direction) - ['up', 'down', 'recording'].indexOf(b.direction);
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
