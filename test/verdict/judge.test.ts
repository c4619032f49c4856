import { describe, expect, it } from 'vitest';
import { measured } from '../../src/core/measurement.ts';
import { binomialAtMost } from '../../src/verdict/scope.ts';
import {
  blockedReport,
  CHOPPY,
  callReport,
  DEAD_TEXT,
  METALLIC,
  recordingReport,
  THRESHOLDS,
  textFlow,
  UNTESTED_TEXT,
} from '../support/reports.ts';

const PUNCTUAL = textFlow(0.083, 0.09);
const RETRANSMITTED = textFlow(0.083, 0.31);

describe('whether voice alone suffers', () => {
  it('says so when voice lost much and texts kept the time of the path', () => {
    expect(callReport({ up: METALLIC, text: PUNCTUAL }).verdict.scope).toBe('voice-only');
  });

  it('does not take the arrival of text for proof: late round trips mean text was hit too', () => {
    expect(callReport({ up: METALLIC, text: RETRANSMITTED }).verdict.scope).toBe('all-traffic');
  });

  it('cannot tell from few texts, from little loss, or without text', () => {
    expect(callReport({ up: METALLIC, text: textFlow(0.083, 0.09, 3) }).verdict.scope).toBe('not-tested');
    expect(callReport({ up: CHOPPY, text: textFlow(0.2, 0.21) }).verdict.scope).toBe('not-tested');
    expect(callReport({ up: METALLIC, text: UNTESTED_TEXT }).verdict.scope).toBe('not-tested');
  });

  it('takes missing texts for damage to all traffic', () => {
    expect(callReport({ up: METALLIC, text: { ...PUNCTUAL, status: 'degraded', echoed: 15 } }).verdict.scope).toBe('all-traffic');
    expect(callReport({ up: METALLIC, text: DEAD_TEXT }).verdict.scope).toBe('all-traffic');
  });

  it('forgives the one text that was under way when the call ended', () => {
    expect(callReport({ up: METALLIC, text: { ...PUNCTUAL, status: 'degraded', echoed: 23 } }).verdict.scope).toBe('voice-only');
    expect(blockedReport({ text: { ...PUNCTUAL, status: 'degraded', echoed: 23 } }).verdict.scope).toBe('voice-only');
  });

  it('tells a held-up voice from a held-up path by the medians', () => {
    const up = { delaySeconds: 0.62, oneWayDelaySeconds: 0.5 };
    expect(callReport({ up, text: textFlow(0.54, 0.6) }).verdict.scope).toBe('all-traffic');
    expect(callReport({ up, text: textFlow(0.08, 0.09) }).verdict.scope).toBe('voice-only');
    expect(callReport({ up, text: textFlow(0.32, 0.33) }).verdict.scope).toBe('not-tested');
  });

  it('claims nothing of noise, which no network makes', () => {
    expect(callReport({ up: { scores: { mosLqo: 2, noisiness: 0.9 }, lossRatio: 0.4 } }).verdict.scope).toBe('not-tested');
  });

  it('is voice alone when the call was blocked and text was whole, all traffic when text suffered', () => {
    expect(blockedReport().verdict.scope).toBe('voice-only');
    expect(blockedReport({ text: { ...PUNCTUAL, status: 'degraded', echoed: 9 } }).verdict.scope).toBe('all-traffic');
    expect(blockedReport({ text: DEAD_TEXT }).verdict.scope).toBe('all-traffic');
  });

  it('sums the binomial distribution (against its terms written out)', () => {
    expect(binomialAtMost(1, 4, 0.5)).toBeCloseTo(5 / 16, 12);
    expect(binomialAtMost(2, 3, 0.1)).toBeCloseTo(1 - 0.001, 12);
    expect(binomialAtMost(0, 24, 0.19)).toBeCloseTo(0.81 ** 24, 12);
    expect(binomialAtMost(3, 3, 0.5)).toBe(1);
    expect(binomialAtMost(1, 5, 0)).toBe(1);
    expect(binomialAtMost(1, 5, 1)).toBe(0);
  });
});

describe('resemblance to a documented pattern', () => {
  it('is named only when all of the pattern is there', () => {
    expect(callReport({ up: METALLIC }).verdict.resembles).toBe('whatsapp-2025-08');
    expect(blockedReport().verdict.resembles).toBe('telegram-2025-08');
  });

  it('is not named where text was hit or not tested, loss is ordinary, or another phase failed', () => {
    expect(callReport({ up: METALLIC, text: RETRANSMITTED }).verdict.resembles).toBeNull();
    expect(callReport({ up: METALLIC, text: UNTESTED_TEXT }).verdict.resembles).toBeNull();
    expect(callReport({ up: { ...METALLIC, lossRatio: 0.05 } }).verdict.resembles).toBeNull();
    expect(blockedReport({ text: UNTESTED_TEXT }).verdict.resembles).toBeNull();
    const failure = { code: 'dtls-timeout', message: 'no answer' } as const;
    expect(blockedReport({ failedPhase: { id: 'dtls', failure, seconds: 9 } }).verdict.resembles).toBeNull();
    expect(recordingReport(METALLIC).verdict.resembles).toBeNull();
  });
});

describe('confidence', () => {
  const of = (options: Parameters<typeof callReport>[0]): number => callReport(options).verdict.confidence;

  it('is less when the network does not explain what is heard', () => {
    expect(of({ up: { ...METALLIC, lossRatio: 0, concealedRatio: 0 } })).toBeLessThan(of({ up: METALLIC }));
  });

  it('is less when a call sounds clear although much was lost', () => {
    expect(of({ up: { lossRatio: 0.2 } })).toBeLessThan(of({}));
  });

  it('grows with speech and similarity', () => {
    const speech = [0.5, 1, 2, 3, 8].map((activeSpeechSeconds) => of({ up: { ...METALLIC, activeSpeechSeconds } }));
    expect(speech).toEqual([...speech].sort((a, b) => a - b));
    expect(of({ up: { ...METALLIC, similarity: 0.4 } })).toBeLessThan(of({ up: { ...METALLIC, similarity: 0.8 } }));
  });

  it('stays a finding when heavy damage itself makes the match poor', () => {
    expect(callReport({ up: { ...METALLIC, similarity: 0.35 } }).verdict).toMatchObject({ outcome: 'fail', diagnosis: 'metallic' });
  });

  it('is too low for a word when there is next to no speech', () => {
    expect(callReport({ up: { activeSpeechSeconds: 0.4 } }).verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown' });
  });
});

describe('checks', () => {
  it('name the limit that was missed', () => {
    const { checks } = callReport({ up: { scores: { mosLqo: 2.9, metallic: 0.4 } } }).verdict;
    expect(checks).toContainEqual({ id: 'mosLqo', direction: 'up', status: 'fail', value: 2.9, limit: 3, must: 'at-least' });
    expect(checks).toContainEqual({ id: 'metallic', direction: 'up', status: 'warn', value: 0.4, limit: 0.3, must: 'at-most' });
    expect(checks).toContainEqual({ id: 'mouthToEarDelayMs', direction: 'up', status: 'pass', value: 121, limit: 250, must: 'at-most' });
  });

  it('do not count what the user, the time limit or this machine ended, and leave it open', () => {
    const status = (report: ReturnType<typeof callReport>, id: string): string =>
      report.verdict.checks.find((check) => check.id === id)?.status ?? '';
    for (const code of ['interrupted', 'run-timeout'] as const) {
      const ended = blockedReport({ aborted: code, failedPhase: { id: 'ice', failure: { code, message: 'ended' }, seconds: 2 } });
      expect(status(ended, 'voicePhasesFailed')).toBe('not-checked');
      expect(status(ended, 'mediaArrived')).toBe('not-checked');
      expect(status(ended, 'textPhaseFailed')).toBe('pass');
    }
    expect(status(blockedReport(), 'voicePhasesFailed')).toBe('fail');
    expect(status(blockedReport(), 'mediaArrived')).toBe('fail');
    const unscored = { noSpeech: 'unscored' } as const;
    expect(status(callReport({ aborted: 'interrupted', up: unscored, down: unscored }), 'speechFound')).toBe('not-checked');
    expect(status(callReport({ up: { noSpeech: 'silent' } }), 'speechFound')).toBe('fail');
    expect(status(callReport({ text: DEAD_TEXT }), 'textPhaseFailed')).toBe('warn');
  });

  it('leave open what was not measured', () => {
    const { checks } = recordingReport().verdict;
    expect(checks.find((check) => check.id === 'mouthToEarDelayMs')).toMatchObject({ status: 'not-checked', value: null });
    expect(checks.some((check) => check.direction === 'call')).toBe(false);
  });

  it('follow the thresholds given', () => {
    const strict = { ...THRESHOLDS, mosLqo: { warnBelow: 4.8, failBelow: 4.6 } };
    expect(callReport({ thresholds: strict }).verdict.outcome).toBe('fail');
  });

  it('hold at a limit and break past it', () => {
    const status = (value: number): string =>
      callReport({ up: { scores: { metallic: measured(value, 'score') } } }).verdict.checks.find((check) => check.id === 'metallic')
        ?.status ?? '';
    expect([0.3, 0.3001, 0.5, 0.5001].map(status)).toEqual(['pass', 'warn', 'warn', 'fail']);
  });
});

describe('the sentence', () => {
  const all = [
    callReport(),
    callReport({ up: METALLIC }),
    callReport({ up: CHOPPY, down: METALLIC }),
    callReport({ up: { delaySeconds: 1 } }),
    callReport({ down: null }),
    blockedReport(),
    blockedReport({ text: DEAD_TEXT }),
    callReport({ aborted: 'interrupted' }),
    callReport({ up: { lossRatio: 0.26, outages: [{ at: 6, seconds: 3.3, recovered: true }] } }),
    recordingReport(METALLIC),
    recordingReport({ noSpeech: 'unrelated' }),
  ];

  it.each(all.map((report) => [report.verdict.summary]))('is one sentence: %s', (summary) => {
    expect(summary).toMatch(/^[A-Z][^\n]*\.$/);
    expect(summary).not.toMatch(/undefined|null|NaN|\. [A-Z]/);
  });

  it('names an emulated path in every case', () => {
    for (const report of all) if (report.path !== null) expect(report.verdict.summary).toContain(`emulated path "${report.path.name}"`);
  });

  it('gives the numbers with their units', () => {
    const { summary } = callReport({ up: METALLIC }).verdict;
    expect(summary).toContain('MOS 1.8 of 5');
    expect(summary).toContain('38 % of its packets were lost');
  });

  it('tells a call cut short from one whose scoring was, and how to score that', () => {
    const failure = { code: 'interrupted', message: 'the call was interrupted' } as const;
    const cut = callReport({ aborted: 'interrupted', failedPhase: { id: 'sustainedMedia', failure, seconds: 3 } }).verdict.summary;
    expect(cut).toContain('interrupted before the call was over');
    for (const aborted of ['interrupted', 'run-timeout'] as const) {
      const { verdict } = callReport({ aborted, up: { noSpeech: 'unscored' }, down: { noSpeech: 'unscored' } });
      expect(verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown' });
      expect(verdict.summary).toContain('after the call');
      expect(verdict.summary).toContain('callprobe replay FOLDER');
    }
  });

  it('admits when nothing in the network explains the sound', () => {
    const { summary } = callReport({ up: { scores: { metallic: 0.8, mosLqo: 2.5 } } }).verdict;
    expect(summary).toContain('may be the codec');
  });
});
