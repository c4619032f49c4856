import { describe, expect, it } from 'vitest';
import { measuredValue } from '../../src/core/measurement.ts';
import type { Signal } from '../../src/core/signal.ts';
import { butterworthHighPass, filterSections } from '../../src/dsp/filters.ts';
import { rms } from '../../src/dsp/levels.ts';
import { resample } from '../../src/dsp/resample.ts';
import type { FrontEnd } from '../../src/score/front-end.ts';
import { FRAMES_PER_SECOND, prepareFrontEnd } from '../../src/score/front-end.ts';
import { amplified, cut, delayed, inserted, lossy, noisy } from '../support/edits.ts';
import { haveData, readSound } from '../support/shared-data.ts';
import { silence, speechLike, whiteNoise } from '../support/signals.ts';

const RATE = 16_000;
const speech: Signal = speechLike(21, 5, RATE);
const untouched: FrontEnd = prepareFrontEnd(speech, speech);

function share(mask: Uint8Array): number {
  return mask.reduce((sum, one) => sum + one, 0) / mask.length;
}

describe('a sound against itself', () => {
  it('has no delay, no step, full similarity, nothing dropped, nothing uncovered', () => {
    expect(untouched.speechFound).toBe(true);
    expect(untouched.notApplicable).toBeNull();
    expect(Math.abs(measuredValue(untouched.alignment.delayMs) ?? Number.NaN)).toBeLessThan(0.01);
    expect(measuredValue(untouched.alignment.similarity)).toBeCloseTo(1, 3);
    expect(untouched.delay.steps).toEqual([]);
    expect([share(untouched.dropped), untouched.uncoveredSeconds]).toEqual([0, 0]);
    for (let n = 0; n < untouched.warped.length; n++) expect(untouched.degraded[n]).toBeCloseTo(untouched.warped[n] as number, 9);
  });

  it('has speech and silence that never overlap, and are told in seconds', () => {
    expect(untouched.active.some((one, t) => one === 1 && untouched.silent[t] === 1)).toBe(false);
    expect(untouched.activeFrames).toBeGreaterThan(untouched.frames / 3);
    expect(untouched.silentFrames).toBeGreaterThan(20);
    expect(measuredValue(untouched.alignment.activeSpeechSeconds)).toBe(untouched.activeFrames / FRAMES_PER_SECOND);
  });
});

describe('the front end', () => {
  it('takes the same frames for speech and for silence however long it was quiet before', () => {
    const late = prepareFrontEnd(speech, delayed(speech, 3 * RATE));
    expect(late.topDb).toBeCloseTo(untouched.topDb, 2);
    expect(late.activeFrames).toBe(untouched.activeFrames);
  });

  it.each([-12, -6, 6])('is deaf to %i dB of gain, but tells it', (db) => {
    const frontEnd = prepareFrontEnd(speech, amplified(speech, db));
    expect(frontEnd.recordingLevelDbov - frontEnd.referenceLevelDbov).toBeCloseTo(db, 2);
    expect(frontEnd.active).toEqual(untouched.active);
    for (let t = 0; t < frontEnd.frames; t++)
      expect(Math.abs((frontEnd.degradedDb[t] as number) - (untouched.degradedDb[t] as number))).toBeLessThan(0.1);
  });

  it.each([10, 130, 500])('is deaf to a delay of %i ms', (ms) => {
    const frames = ms / 10;
    const frontEnd = prepareFrontEnd(speech, delayed(speech, (ms / 1000) * RATE));
    expect(Math.abs((measuredValue(frontEnd.alignment.delayMs) ?? Number.NaN) - ms)).toBeLessThan(0.1);
    let differing = 0;
    for (let t = 0; t < untouched.frames; t++) if (frontEnd.active[t + frames] !== untouched.active[t]) differing++;
    expect(differing / untouched.frames).toBeLessThan(0.01);
    expect(share(frontEnd.dropped)).toBe(0);
  });

  it('takes sounds of different rates', () => {
    const frontEnd = prepareFrontEnd(speech, resample(speech, 48_000));
    expect(frontEnd.speechFound).toBe(true);
    expect(measuredValue(frontEnd.alignment.similarity)).toBeGreaterThan(0.99);
    expect(frontEnd.input.recording.sampleRateHz).toBe(48_000);
  });

  it('finds what was dropped, where it was dropped', () => {
    const frontEnd = prepareFrontEnd(speech, lossy(speech, 0.15, 6, 2));
    expect(share(frontEnd.dropped)).toBeGreaterThan(0.02);
    for (let t = 0; t < frontEnd.frames; t++) if (frontEnd.dropped[t] === 1) expect(frontEnd.active[t]).toBe(1);
  });

  it('counts the speech that a recording cut short leaves out', () => {
    expect(prepareFrontEnd(speech, cut(speech, 0, 2.5)).uncoveredSeconds).toBeGreaterThan(1);
  });

  it('tells a step in speech from one in a pause', () => {
    const inSpeech = prepareFrontEnd(speech, inserted(speech, middleOf(untouched.active), 0.012)).delay.steps;
    const inPause = prepareFrontEnd(speech, inserted(speech, middleOf(untouched.silent), 0.03)).delay.steps;
    expect(inSpeech.some((step) => step.inSpeech)).toBe(true);
    expect(inPause.length).toBeGreaterThan(0);
    expect(inPause.some((step) => step.inSpeech)).toBe(false);
  });
});

/** Seconds at the middle of the longest run of ones. */
function middleOf(mask: Uint8Array): number {
  let best = 0;
  let middle = 0;
  let run = 0;
  mask.forEach((one, t) => {
    run = one === 1 ? run + 1 : 0;
    if (run <= best) return;
    best = run;
    middle = t - run / 2;
  });
  return middle / FRAMES_PER_SECOND;
}

describe('the noise gate', () => {
  it('reads the level of white noise where the reference is silent', () => {
    const frontEnd = prepareFrontEnd(speech, noisy(speech, 20, 5));
    const { noiseDb, fromSilence, valid } = frontEnd.noiseGate();
    expect(fromSilence).toBe(true);
    const inner = [...noiseDb.subarray(20, 440)];
    expect(Math.max(...inner) - Math.min(...inner)).toBeLessThan(5);
    expect(share(valid)).toBeLessThan(share(untouched.noiseGate().valid));
  });

  it('does without silence when there is none', () => {
    const talk = cut(speech, 0, 5);
    const noise = whiteNoise(8, 5, RATE, 0.002).samples;
    const busy = { ...talk, samples: talk.samples.map((x, i) => x + (noise[i] as number)) };
    const gate = prepareFrontEnd(busy, noisy(busy, 15, 6)).noiseGate();
    expect(gate.fromSilence).toBe(false);
    expect(gate.noiseDb.every(Number.isFinite)).toBe(true);
  });
});

describe('the equalised reference', () => {
  it('follows a low-pass that the recording went through', () => {
    const narrow = resample(resample(speech, 8_000), RATE);
    const frontEnd = prepareFrontEnd(speech, narrow);
    expect(highEnergy(frontEnd.equalised())).toBeLessThan(0.05 * highEnergy(frontEnd.warped));
  });
});

/** RMS above 5 kHz. */
function highEnergy(samples: Float64Array): number {
  return rms(filterSections(samples, butterworthHighPass(8, 5_000, RATE)));
}

describe('what holds no speech', () => {
  it.each<[string, Signal, Signal, 'silent' | 'unrelated' | null]>([
    ['a silent recording', speech, silence(5, RATE), 'silent'],
    ['a nearly silent recording', speech, whiteNoise(3, 5, RATE, 0.0005), 'silent'],
    ['an empty recording', speech, silence(0, RATE), 'silent'],
    ['a recording of a few samples', speech, cut(speech, 1, 1.01), 'silent'],
    ['mere noise', speech, whiteNoise(3, 5, RATE, 0.1), 'unrelated'],
    ['another talker', speech, speechLike(99, 5, RATE), 'unrelated'],
    ['a silent reference', silence(5, RATE), speech, null],
    ['an empty reference', silence(0, RATE), speech, null],
    ['nothing at all', silence(0, RATE), silence(0, RATE), null],
  ])('%s is said to hold none, and every figure stays finite', (_, reference, recording, reason) => {
    const frontEnd = prepareFrontEnd(reference, recording);
    expect([frontEnd.speechFound, frontEnd.noSpeechReason]).toEqual([false, reason]);
    expect(frontEnd.notApplicable).toBeTypeOf('string');
    expect(frontEnd.alignment.delayMs.status).toBe('not-applicable');
    const { spectra, noiseGate, equalised } = frontEnd;
    for (const values of [frontEnd.warped, frontEnd.degraded, frontEnd.degradedDb, spectra().degraded, noiseGate().noiseDb, equalised()]) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  it('does not choke on samples that are not numbers', () => {
    const spoilt = {
      ...speech,
      samples: speech.samples.map((x, i) => (i === 40_000 ? Number.NaN : i === 50_000 ? Number.POSITIVE_INFINITY : x)),
    };
    const frontEnd = prepareFrontEnd(speech, spoilt);
    expect(frontEnd.speechFound).toBe(true);
    expect(frontEnd.degraded.every(Number.isFinite)).toBe(true);
  });
});

const haveSpeech = haveData('speech');

describe.skipIf(!haveSpeech)('real talkers', () => {
  const talkers = ['nsd_f1', 'nsd_f2', 'nsd_m1', 'nsd_m2', 'es_mls_13697_0', 'ja_common_voice_24511055'];
  // The body of a skipped suite is run all the same, to collect its tests.
  const sounds = haveSpeech ? talkers.map((talker) => resample(readSound(`speech/${talker}.wav`), RATE)) : [];

  it('are never taken for one another', () => {
    const mistaken = talkers.flatMap((one, i) =>
      talkers
        .filter(
          (_, j) => j !== i && prepareFrontEnd(sounds[i] as Signal, sounds[talkers.indexOf(talkers[j] as string)] as Signal).speechFound,
        )
        .map((other) => `${one}/${other}`),
    );
    expect(mistaken).toEqual([]);
  });

  it('are found at 40 % loss in bursts, and under noise 5 dB louder than they are', () => {
    for (const sound of sounds) {
      for (const recording of [lossy(delayed(sound, 4_000), 0.4, 4, 1), noisy(delayed(sound, 4_000), -5, 2)]) {
        const { speechFound, alignment } = prepareFrontEnd(sound, recording);
        expect(speechFound).toBe(true);
        expect(Math.abs((measuredValue(alignment.delayMs) ?? Number.NaN) - 250)).toBeLessThan(1);
      }
    }
  });
});
