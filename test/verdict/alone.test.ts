import { describe, expect, it } from 'vitest';
import { measured } from '../../src/core/measurement.ts';
import { EVIDENCE_IDS, type EvidenceId, noEvidence, type SingleEnded } from '../../src/core/single-ended.ts';
import { judgeAlone } from '../../src/verdict/alone.ts';
import { aloneEvidence } from '../support/alone-reports.ts';

const strong = (id: EvidenceId, strength = 1): SingleEnded => aloneEvidence({ [id]: strength });

describe('the verdict on a recording without its reference', () => {
  it.each([
    ['mutes', 'choppy'],
    ['repetition', 'metallic'],
    ['robotization', 'metallic'],
    ['constantPitch', 'metallic'],
    ['buzz', 'metallic'],
    ['clipping', 'distorted'],
    ['noise', 'noisy'],
  ] as const)('warns of %s as %s, with half the confidence at most, and says how weak it is', (id, diagnosis) => {
    const verdict = judgeAlone('rec.wav', strong(id));
    expect(verdict).toMatchObject({ outcome: 'warn', diagnosis, resembles: null, scope: 'not-tested' });
    expect(verdict.confidence).toBeGreaterThan(0);
    expect(verdict.confidence).toBeLessThanOrEqual(0.5);
    expect(verdict.summary).toMatch(/weak evidence/);
    expect(verdict.checks.find((check) => check.id === id)?.status).toBe('warn');
  });

  it('never fails a recording, however much is found', () => {
    const all = aloneEvidence(Object.fromEntries(EVIDENCE_IDS.map((id) => [id, 1])));
    expect(judgeAlone('rec.wav', all).outcome).toBe('warn');
  });

  it('does not call a recording clear in which nothing was found', () => {
    const verdict = judgeAlone('rec.wav', aloneEvidence({}));
    expect(verdict).toMatchObject({ outcome: 'pass', diagnosis: 'unknown', confidence: 0 });
    expect(verdict.summary).toMatch(/does not show that it sounds well/);
  });

  it('names what could not be looked for', () => {
    const { evidence, ...rest } = aloneEvidence({});
    const verdict = judgeAlone('rec.wav', { ...rest, evidence: { ...evidence, noise: noEvidence('no pause') } });
    expect(verdict.summary).toMatch(/loud noise could not be looked for/);
  });

  it('is surer of more speech, and names it when there is little', () => {
    const short = { ...strong('repetition'), speechSeconds: measured(1.6, 's') };
    const verdict = judgeAlone('rec.wav', short);
    expect(verdict.confidence).toBeLessThan(judgeAlone('rec.wav', strong('repetition')).confidence);
    expect(verdict.summary).toMatch(/only 1\.6 s of speech/);
  });

  it.each(['short', 'silent', 'no-speech'] as const)('concludes nothing from a recording that is %s', (status) => {
    const verdict = judgeAlone('rec.wav', { ...aloneEvidence({}), status, reason: 'there is a reason' });
    expect(verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown', confidence: 0 });
    expect(verdict.summary).toMatch(/there is a reason/);
  });
});
