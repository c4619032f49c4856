import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/rng.ts';
import type { Signal } from '../../../src/core/signal.ts';
import { EVIDENCE_IDS } from '../../../src/core/single-ended.ts';
import { hearAlone } from '../../../src/score/single-ended/hear-alone.ts';
import { heard, joined, signsIn, valueOfSign } from '../../support/alone.ts';
import { addNoise, babble, gain, hardClip, highPass, hum, lowPass, muLaw, whiteNoise } from '../../support/degradations.ts';
import { gaps, packetRepeat, pitchRepeat } from '../../support/lossy.ts';
import { lpcRobot, ring, robot, tremble } from '../../support/robots.ts';
import { silence, speechLike, tone } from '../../support/signals.ts';
import { bundledSpeech } from '../../support/speech-files.ts';

const RATE = 16_000;
const female = bundledSpeech('en-female', 5).samples;
const male = bundledSpeech('ru-male', 5).samples;
const rng = (label: string) => createRng(7).fork(label);
/** The loudest sample in a stretch. */
function loudestAt(samples: Float32Array, from: number, to: number): number {
  let best = from;
  for (let i = from; i < to; i++) if (Math.abs(samples[i] as number) > Math.abs(samples[best] as number)) best = i;
  return best;
}

const asNoise = (samples: Float32Array): Float32Array => gain(samples, -26);

describe('a voice without damage', () => {
  it.each([
    ['a woman', female],
    ['a man', male],
    ['a voice through a high-pass', highPass(male, 300)],
    ['a soft voice', gain(male, -20)],
    ['a telephone’s band', lowPass(male, 3400)],
    ['G.711', muLaw(female)],
    ['a quiet room', addNoise(male, whiteNoise(male.length, rng('room')), 30)],
  ])('shows no sign: %s', (_, samples) => {
    const { singleEnded, events } = heard(samples);
    expect(singleEnded.status).toBe('heard');
    for (const id of EVIDENCE_IDS) expect(singleEnded.evidence[id].strength ?? 0, id).toBeLessThan(0.3);
    expect(events).toEqual([]);
  });

  it('is heard alike at every rate and gain', () => {
    const at48k = hearAlone({
      samples: Float32Array.from({ length: male.length * 3 }, (_, i) => 0.5 * (male[Math.floor(i / 3)] as number)),
      sampleRateHz: 48_000,
    });
    const at16k = heard(male);
    expect(valueOfSign(at48k.singleEnded, 'constantPitch')).toBeCloseTo(valueOfSign(at16k.singleEnded, 'constantPitch'), 1);
    expect(valueOfSign(at48k.singleEnded, 'level')).toBeCloseTo(valueOfSign(at16k.singleEnded, 'level') - 6, 0);
    expect(valueOfSign(at48k.singleEnded, 'bandwidth', 'limit')).toBe(24_000);
  });
});

describe('damage that no voice makes', () => {
  it('finds silences cut into speech, and when', () => {
    const samples = male.slice();
    const active = [0, 1, 2, 3].map((second) => loudestAt(male, second * RATE, (second + 1) * RATE));
    for (const at of active) samples.fill(0, at, at + 640);
    const { singleEnded, events } = heard(samples);
    expect(singleEnded.evidence.mutes.strength).toBeGreaterThan(0.5);
    const times = events.filter(({ kind }) => kind === 'drop').map(({ at }) => at);
    expect(times.length).toBeGreaterThanOrEqual(3);
    for (const time of times) expect(Math.min(...active.map((at) => Math.abs(at / RATE - time)))).toBeLessThan(0.01);
  });

  it('counts more of them where more packets were lost', () => {
    const shares = [0.05, 0.15, 0.3].map((ratio) => valueOfSign(heard(gaps(male, rng('gaps'), ratio, 1.5)).singleEnded, 'mutes'));
    expect(shares[1]).toBeGreaterThan(shares[0] as number);
    expect(shares[2]).toBeGreaterThan(shares[1] as number);
  });

  it.each([
    ['pitch cycles', (x: Float32Array) => pitchRepeat(x, rng('plc'), 0.1, 2)],
    ['packets', (x: Float32Array) => packetRepeat(x, rng('packets'), 0.1, 2)],
  ])('finds %s played again, and when', (_, damage) => {
    const { singleEnded, events } = heard(damage(female));
    expect(singleEnded.evidence.repetition.strength).toBeGreaterThan(0.9);
    expect(valueOfSign(singleEnded, 'repetition')).toBeGreaterThan(0.03);
    expect(events.some(({ kind }) => kind === 'metallic')).toBe(true);
  });

  it.each([
    ['50 Hz', 50, (x: Float32Array) => tremble(x, 50, 0.5)],
    ['33.3 Hz', 33.3, (x: Float32Array) => tremble(x, 33.3, 0.6)],
    ['twice 30 Hz', 60, (x: Float32Array) => ring(x, 30)],
    ['a robot’s 100 Hz', 100, (x: Float32Array) => robot(x, 100)],
  ])('hears a buzz of %s within 2 Hz', (_, hz, damage) => {
    for (const voice of [female, male]) {
      const { singleEnded } = heard(damage(voice));
      expect(singleEnded.evidence.buzz.strength).toBeGreaterThan(0.5);
      expect(Math.abs(valueOfSign(singleEnded, 'buzz', 'frequency') - hz)).toBeLessThan(2);
    }
  });

  it('hears robots by the pitch that does not move, and the band that repeats it', () => {
    expect(signsIn(robot(male, 80))).toEqual(expect.arrayContaining(['constantPitch', 'robotization', 'buzz']));
    expect(signsIn(lpcRobot(male, 110))).toContain('constantPitch');
    expect(valueOfSign(heard(robot(male, 80)).singleEnded, 'constantPitch', 'pitch')).toBeCloseTo(80, 0);
  });

  it('finds clipping, and noise by its kind', () => {
    expect(signsIn(hardClip(male, 0.03))).toContain('clipping');
    const kindOf = (samples: Float32Array): string | null => heard(samples).singleEnded.evidence.noise.kind;
    expect(signsIn(addNoise(male, hum(male.length, 60), 10))).toContain('noise');
    expect(kindOf(addNoise(male, hum(male.length, 60), 10))).toBe('hum');
    expect(valueOfSign(heard(addNoise(male, hum(male.length, 60), 10)).singleEnded, 'noise', 'humFrequency')).toBe(60);
    expect(kindOf(addNoise(male, whiteNoise(male.length, rng('white')), 12))).toBe('white');
    expect(kindOf(addNoise(male, babble(male, rng('babble')), 10))).toBe('babble');
  });

  it('finds a bad stretch in a long good recording', () => {
    const good: Signal = { samples: male, sampleRateHz: RATE };
    const bad: Signal = { samples: robot(female, 100), sampleRateHz: RATE };
    const long = joined(good, good, good, good, bad, bad, bad, bad, good, good);
    expect(signsIn(long)).toContain('constantPitch');
  });

  it('does not take samples of few steps for silences cut in', () => {
    const { singleEnded } = heard(gain(male, 10).map((x) => Math.round(x * 32) / 32));
    expect(singleEnded.evidence.mutes.strength).toBeNull();
  });
});

describe('what holds no voice to judge', () => {
  const seconds = 5;
  const melody = Float32Array.from({ length: seconds * RATE }, (_, i) => {
    const note = 220 * 2 ** (([0, 4, 7, 12, 7, 4][Math.floor(i / RATE) % 6] as number) / 12);
    const sum = [1, 2, 3, 4, 5].reduce((total, k) => total + Math.sin((2 * Math.PI * note * k * i) / RATE) / k, 0);
    return 0.1 * sum * (i % RATE < 0.9 * RATE ? 1 : 0.01);
  });
  it.each([
    ['silence', silence(seconds, RATE).samples, 'silent'],
    ['nothing', new Float32Array(0), 'silent'],
    ['one sample', Float32Array.of(0.5), 'silent'],
    ['faint noise', whiteNoise(seconds * RATE, rng('faint')).map((x) => 1e-4 * x), 'silent'],
    ['noise', asNoise(whiteNoise(seconds * RATE, rng('noise'))), 'no-speech'],
    ['a tone', tone(440, seconds, RATE).samples, 'no-speech'],
    ['a busy signal', tone(425, seconds, RATE).samples.map((x, i) => (i % RATE < RATE / 2 ? x : 0)), 'no-speech'],
    ['notes', melody, 'no-speech'],
    ['a constant', new Float32Array(seconds * RATE).fill(0.5), 'no-speech'],
    ['a word', male.slice(0, Math.round(1.3 * RATE)), 'short'],
  ])('says so, with the reason: %s', (_, samples, status) => {
    const { singleEnded, events } = heard(samples);
    expect(singleEnded.status).toBe(status);
    expect(singleEnded.reason).toMatch(/\w/);
    for (const id of EVIDENCE_IDS) expect(singleEnded.evidence[id].strength, id).toBeNull();
    expect(events).toEqual([]);
  });

  it.each([8_000, 11_025, 44_100, 96_000])('takes a rate of %i Hz', (sampleRateHz) => {
    const { singleEnded } = hearAlone({ samples: speechLike(5, 4, sampleRateHz).samples, sampleRateHz });
    expect(singleEnded.status).toBe('heard');
    expect(valueOfSign(singleEnded, 'bandwidth')).toBeLessThanOrEqual(sampleRateHz / 2);
  });

  it('gives finite numbers for full scale, for spikes and for one huge sample', () => {
    const square = Float32Array.from(male, (x) => Math.sign(x));
    const spikes = Float32Array.from(male, (x, i) => (i % 1000 === 0 ? 1 : x));
    const huge = male.slice();
    huge[5000] = 90;
    for (const samples of [square, spikes, huge]) {
      const { evidence } = heard(samples).singleEnded;
      for (const id of EVIDENCE_IDS) expect(Number.isFinite(evidence[id].strength ?? 0), id).toBe(true);
    }
  });
});
