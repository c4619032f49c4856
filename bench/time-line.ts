import { measuredValue } from '../src/core/measurement.ts';
import { createRng } from '../src/core/rng.ts';
import { scoreRecording } from '../src/score/score-recording.ts';
import { METALLIC_KINDS, OTHER_KINDS } from '../test/support/degradations.ts';
import { talkers16k } from './support-speech.ts';

const TALKERS = 3;
/** Second of speech into which an artefact is put by itself, and the rest of the recording left as it was. */
const FROM_SECONDS = 3;
const UNTIL_SECONDS = 4;

/** The scores of single seconds beside those of the whole, over synthetic artefacts at the second of three severities. */
export async function run(): Promise<void> {
  const voices = talkers16k().slice(0, TALKERS);
  const apart: number[] = [];
  let falsest = { value: 0, of: '' };
  const found: string[] = [];
  const missed: string[] = [];
  let stray = 0;
  for (const [metallic, kinds] of [
    [true, METALLIC_KINDS],
    [false, OTHER_KINDS],
  ] as const) {
    for (const { kind, severities } of kinds) {
      for (const { name, signal } of voices) {
        const degrade = severities[1] ?? severities[0];
        if (degrade === undefined) continue;
        const samples = degrade(signal.samples, createRng(7).fork(`${name}/${kind}`));
        const { scores, overTime } = scoreRecording(signal, { ...signal, samples }, null);
        const courses = overTime?.timeLine.scores;
        const opinions = courses?.mosLqo.values.filter((value) => value !== null) ?? [];
        const whole = measuredValue(scores.mosLqo.measurement);
        if (whole !== null && opinions.length > 0) apart.push(opinions.reduce((sum, value) => sum + value, 0) / opinions.length - whole);
        const worst = Math.max(0, ...(courses?.metallic.values.map((value) => value ?? 0) ?? []));
        if (!metallic && worst > falsest.value) falsest = { value: worst, of: `${kind}, ${name}` };
        if (!metallic) continue;
        const [from, until] = [FROM_SECONDS * signal.sampleRateHz, UNTIL_SECONDS * signal.sampleRateHz];
        const patched = signal.samples.slice();
        patched.set(samples.subarray(from, until), from);
        const line = scoreRecording(signal, { ...signal, samples: patched }, null).overTime?.timeLine.scores.metallic.values ?? [];
        (Number(line[FROM_SECONDS] ?? 0) > 0.5 ? found : missed).push(`${kind}, ${name}`);
        line.forEach((value, second) => {
          if (second < FROM_SECONDS - 1 || second > FROM_SECONDS + 1) stray = Math.max(stray, value ?? 0);
        });
      }
    }
  }
  const mean = apart.reduce((sum, value) => sum + Math.abs(value), 0) / apart.length;
  console.log(`${apart.length} recordings of ${voices.map(({ name }) => name).join(', ')}`);
  console.log(
    `mean opinion of the seconds less the whole's: ${mean.toFixed(2)} apart, ${Math.min(...apart).toFixed(2)} … ${Math.max(...apart).toFixed(2)}`,
  );
  console.log(`worst metallic second of a kind that is not: ${falsest.value.toFixed(2)} (${falsest.of})`);
  console.log(
    `artefact in one second: found in ${found.length} of ${found.length + missed.length}; missed: ${missed.join('; ') || 'none'}`,
  );
  console.log(`highest metallic score of a second that it does not touch: ${stray.toFixed(2)}`);
}
