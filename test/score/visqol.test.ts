import { describe, expect, it } from 'vitest';
import type { Signal } from '../../src/core/signal.ts';
import { BANDS, bandRmsInto, gammatoneBank } from '../../src/score/visqol/gammatone.ts';
import { VISQOL_RATE_HZ, visqolPair } from '../../src/score/visqol/pair.ts';
import type { VisqolResult } from '../../src/score/visqol/visqol.ts';
import { prepareVisqolReference, visqol } from '../../src/score/visqol/visqol.ts';
import { amplified, cut, delayed, inserted, noisy } from '../support/edits.ts';
import { haveData, readSound } from '../support/shared-data.ts';
import { silence, speechLike, tone } from '../support/signals.ts';

const RATE = 16_000;
const speech: Signal = speechLike(31, 4, RATE);

function scored(reference: Signal, recording: Signal): VisqolResult {
  const result = visqol(reference, recording);
  if (result.status !== 'ok') throw new Error(result.reason);
  return result;
}

describe('ViSQOL', () => {
  it('gives a sound against itself the top of its scale', () => {
    const result = scored(speech, speech);
    expect(result.nsim).toBeCloseTo(1, 12);
    expect(result.mos).toBeCloseTo(5, 5);
    expect(result.patchesLost).toBe(0);
    expect(result.patches).toBeGreaterThan(3);
  });

  it.each([-12, 6])('is deaf to %i dB of gain', (db) => {
    expect(scored(speech, amplified(speech, db)).nsim).toBeCloseTo(1, 5);
  });

  it.each([3, 160, 4_000])('is deaf to a delay of %i samples', (samples) => {
    expect(scored(speech, delayed(speech, samples)).nsim).toBeGreaterThan(0.995);
  });

  it('forgives a pause put in', () => {
    expect(scored(speech, inserted(speech, 2, 0.2)).mos).toBeGreaterThan(4);
  });

  it('falls as noise rises, and in every band stays within its range', () => {
    const results = [40, 30, 20, 10, 0].map((snr) => scored(speech, noisy(speech, snr, 1)));
    for (let i = 1; i < results.length; i++) expect((results[i] as VisqolResult).mos).toBeLessThan((results[i - 1] as VisqolResult).mos);
    for (const { bandNsim, mos, mosUnscaled } of results) {
      expect(bandNsim.length).toBe(BANDS);
      expect(bandNsim.every((value) => Number.isFinite(value) && value <= 1)).toBe(true);
      expect(Math.min(mos, mosUnscaled)).toBeGreaterThanOrEqual(1);
      expect(mos).toBeGreaterThanOrEqual(mosUnscaled);
    }
  });

  it('gives another sound next to nothing', () => {
    expect(scored(speech, speechLike(32, 4, RATE)).nsim).toBeLessThan(0.5);
  });

  it('gives the same with a reference prepared beforehand', () => {
    const recording = noisy(speech, 15, 3);
    const prepared = prepareVisqolReference(speech);
    expect(visqol(prepared, recording)).toEqual(visqol(speech, recording));
    expect(visqol(prepared, recording)).toEqual(visqol(speech, recording));
  });

  it.each<[string, Signal, Signal]>([
    ['a silent recording', speech, silence(4, RATE)],
    ['an empty recording', speech, silence(0, RATE)],
    ['a recording too short for a patch', speech, cut(speech, 1, 1.2)],
    ['a silent reference', silence(4, RATE), speech],
    ['an empty reference', silence(0, RATE), speech],
    ['a reference too short for a patch', cut(speech, 1, 1.3), speech],
  ])('gives %s no score but a reason', (_, reference, recording) => {
    const result = visqol(reference, recording);
    expect(result.status).toBe('not-applicable');
  });

  it('refuses sounds of two rates', () => {
    expect(() => visqol(speech, { ...speech, sampleRateHz: 48_000 })).toThrow(RangeError);
  });
});

describe('what ViSQOL is fed', () => {
  it('is sounds of one rate as they are', () => {
    const wide = speechLike(1, 1, 48_000);
    expect(visqolPair(wide, wide).reference).toBe(wide);
  });

  it('is 16 kHz for sounds of two rates, or whatever rate is asked for', () => {
    const wide = speechLike(1, 1, 48_000);
    expect(visqolPair(wide, speechLike(1, 1, 32_000)).recording.sampleRateHz).toBe(VISQOL_RATE_HZ);
    expect(visqolPair(wide, wide, 16_000).reference.sampleRateHz).toBe(16_000);
  });
});

describe('the gammatone bank', () => {
  it.each([16_000, 48_000])('at %i Hz answers a tone most in the band centred on it, at its own level', (rate) => {
    const bank = gammatoneBank(rate);
    for (const band of [6, 10, 15]) {
      const frame = Float64Array.from(tone(bank.centresHz[band] as number, 0.4, rate, 0.5).samples);
      const out = new Float64Array(BANDS);
      bandRmsInto(bank, frame, out, 0);
      expect(out.indexOf(Math.max(...out))).toBe(band);
      expect(20 * Math.log10((out[band] as number) / (0.5 / Math.SQRT2))).toBeCloseTo(0, 0);
    }
  });

  it('spreads 21 bands from 50 Hz to below 8 kHz', () => {
    const { centresHz } = gammatoneBank(48_000);
    expect(centresHz.length).toBe(21);
    expect(centresHz[0]).toBeCloseTo(50, 6);
    for (let band = 1; band < BANDS; band++) expect(centresHz[band]).toBeGreaterThan(centresHz[band - 1] as number);
    expect(centresHz[20]).toBeLessThan(8_000);
  });
});

/** Made with ViSQOL 3.3.3 itself: column `visqol` of the list beside the files. */
describe.skipIf(!haveData('artefacts'))('ViSQOL beside the original on 16 kHz files', () => {
  it.each([
    ['opus6k', 3.92582],
    ['white10', 2.72114],
    ['musical1.0', 3.28745],
    ['loss_zero15', 4.68601],
    ['robot', 3.97627],
    ['nb3400', 3.12787],
  ])('agrees on %s', (kind, published) => {
    expect(scored(readSound('artefacts/nsd_f1__clean.wav'), readSound(`artefacts/nsd_f1__${kind}.wav`)).mos).toBeCloseTo(published, 3);
  });
});
