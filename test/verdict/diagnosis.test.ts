import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.ts';
import { blockedReport, CHOPPY, callReport, DEAD_TEXT, METALLIC, recordingReport, textFlow, UNTESTED_TEXT } from '../support/reports.ts';

const told = ({ verdict }: Report): string => `${verdict.outcome} ${verdict.diagnosis}`;
const OUTAGE = { at: 6, seconds: 3.3, recovered: true };
const INTERRUPTED = {
  id: 'sustainedMedia',
  failure: { code: 'media-interrupted', message: 'caller to callee: nothing arrived for 3.3 s from 6.0 s on' },
  seconds: 6,
} as const;
const STOPPED = { id: 'sustainedMedia', failure: { code: 'media-stopped', message: 'no packet for 3 s' }, seconds: 4.2 } as const;

describe('whether the call works at all', () => {
  it('calls a call that neither connects nor carries text a dead network', () => {
    expect(told(blockedReport({ text: DEAD_TEXT }))).toBe('fail network-down');
  });

  it('calls it blocked when text got through, and when nobody tried text', () => {
    expect(told(blockedReport())).toBe('fail call-blocked');
    expect(told(blockedReport({ text: UNTESTED_TEXT }))).toBe('fail call-blocked');
    expect(blockedReport({ text: UNTESTED_TEXT }).verdict.confidence).toBeLessThan(blockedReport().verdict.confidence);
  });

  it.each(['dtls', 'firstMedia'] as const)('calls it blocked when %s fails', (id) => {
    const failure = { code: id === 'dtls' ? 'dtls-timeout' : 'first-media-timeout', message: 'nothing came' } as const;
    expect(told(blockedReport({ failedPhase: { id, failure, seconds: 4 } }))).toBe('fail call-blocked');
  });

  it('says nothing of a call that the user or the time limit ended', () => {
    for (const code of ['interrupted', 'run-timeout'] as const) {
      const failedPhase = { id: 'ice', failure: { code, message: 'ended' }, seconds: 2 } as const;
      expect(told(blockedReport({ aborted: code, failedPhase }))).toBe('inconclusive unknown');
      expect(told(callReport({ aborted: code, up: METALLIC }))).toBe('inconclusive unknown');
    }
  });

  it('keeps a block that was complete before the run was ended', () => {
    expect(told(blockedReport({ aborted: 'interrupted' }))).toBe('fail call-blocked');
  });

  it('does not blame the network when this machine gathered no address', () => {
    const failedPhase = { id: 'gathering', failure: { code: 'gathering-timeout', message: 'none' }, seconds: 2 } as const;
    expect(told(blockedReport({ failedPhase }))).toBe('inconclusive unknown');
  });

  it('does not blame the network when this machine carried no packet to its own relay, and says what to do', () => {
    const failure = { code: 'no-loopback', message: 'not one packet' } as const;
    const untested = { ...UNTESTED_TEXT, failureCode: 'no-loopback' };
    for (const text of [untested, DEAD_TEXT]) {
      const { verdict } = blockedReport({ failedPhase: { id: 'ice', failure, seconds: 15 }, text });
      expect(verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown', confidence: 0 });
      expect(verdict.summary).toContain('ip link set lo up');
      expect(verdict.checks).toContainEqual(expect.objectContaining({ id: 'voicePhasesFailed', status: 'not-checked', value: null }));
    }
    const failedPhase = { id: 'gathering', failure: { code: 'gathering-failed', message: 'none' }, seconds: 0.1 } as const;
    const { verdict } = blockedReport({ failedPhase });
    expect(verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown' });
    expect(verdict.summary).toContain('ip link set lo up');
  });

  it('does not blame the network when a real engine failed, at whatever step', () => {
    for (const id of ['gathering', 'dtls', 'sustainedMedia'] as const) {
      const failure = { code: 'engine-failed', message: "the callee's engine failed: its process ended (SIGSEGV)" } as const;
      const { verdict } = callReport({ failedPhase: { id, failure, seconds: 2 }, up: METALLIC });
      expect(verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown' });
      expect(verdict.summary).toContain('its process ended (SIGSEGV); that says nothing of the network');
    }
  });

  it('calls it dropped when media stopped for good, and says after how long', () => {
    const report = callReport({ failedPhase: STOPPED });
    expect(told(report)).toBe('fail call-dropped');
    expect(report.verdict.summary).toContain('after 4.2 s');
  });

  it('names the direction that stopped for good, and how the other one sounds', () => {
    const gone = { outages: [OUTAGE, { at: 9.5, seconds: 4, recovered: false }] };
    const one = callReport({ failedPhase: STOPPED, down: gone });
    expect(told(one)).toBe('fail call-dropped');
    expect(one.verdict.summary).toContain("the callee's voice stopped for good after 9.5 s");
    expect(one.verdict.summary).toContain("the caller's voice arrives clear");
    const both = callReport({ failedPhase: STOPPED, up: { outages: [{ at: 9.9, seconds: 4, recovered: false }] }, down: gone });
    expect(both.verdict.summary).toContain('its sound stopped for good in both directions after 9.9 s');
  });

  it('does not call an outage that ended a dropped call, but a voice broken up, and says for how long', () => {
    const { verdict } = callReport({ failedPhase: INTERRUPTED, up: { lossRatio: 0.26, outages: [OUTAGE] } });
    expect(`${verdict.outcome} ${verdict.diagnosis}`).toBe('fail choppy');
    expect(verdict.summary).toContain("the caller's voice arrives broken up");
    expect(verdict.summary).toContain('nothing at all arrived for 3.3 s from 6.0 s on');
    expect(verdict.summary).toContain("the callee's voice arrives clear");
    expect(verdict.summary).not.toContain('for good');
    expect(verdict.checks).toContainEqual(expect.objectContaining({ id: 'mediaSustained', direction: 'up', status: 'fail' }));
    expect(verdict.checks).toContainEqual(expect.objectContaining({ id: 'mediaSustained', direction: 'down', status: 'pass' }));
  });

  it('keeps metallic for a voice that is that besides, and one-way for one of which only silence is left', () => {
    const metallic = callReport({ failedPhase: INTERRUPTED, up: { ...METALLIC, outages: [OUTAGE] } });
    expect(told(metallic)).toBe('fail metallic');
    expect(metallic.verdict.summary).toContain('for 3.3 s');
    const silent = callReport({ failedPhase: INTERRUPTED, up: { noSpeech: 'silent', outages: [OUTAGE] } });
    expect(told(silent)).toBe('fail one-way');
    expect(silent.verdict.summary).toContain('for 3.3 s');
  });

  it.each([['no media', null] as const, ['silence', { noSpeech: 'silent' }] as const])(
    'calls it one-way with %s in one direction',
    (_, down) => {
      const report = callReport({ down });
      expect(told(report)).toBe('fail one-way');
      expect(report.verdict.summary).toContain('the caller hears nothing of the callee');
    },
  );

  it('calls it silent when no speech arrives in either direction', () => {
    const silent = { noSpeech: 'silent' } as const;
    expect(told(callReport({ up: silent, down: silent }))).toBe('fail silent');
    expect(told(recordingReport(silent))).toBe('fail silent');
  });

  it('does not take a recording nobody scored for a silent one', () => {
    expect(told(callReport({ down: { noSpeech: 'unscored' } }))).toBe('inconclusive unknown');
  });

  it('doubts itself when a sound cannot be recognised and no loss explains it', () => {
    expect(told(callReport({ down: { noSpeech: 'unrelated' } }))).toBe('inconclusive unknown');
    expect(told(callReport({ down: { noSpeech: 'unrelated', lossRatio: 0.85 } }))).toBe('fail one-way');
    expect(told(recordingReport({ noSpeech: 'unrelated' }))).toBe('inconclusive unknown');
  });
});

describe('what the voice sounds like', () => {
  it('calls an undamaged call clear, and passes it', () => {
    expect(told(callReport())).toBe('pass clear');
    expect(told(recordingReport())).toBe('pass clear');
  });

  it('calls robotic filling metallic even where more sound is missing, and names the drop-outs beside it', () => {
    const report = callReport({ up: { ...METALLIC, scores: { ...METALLIC.scores, metallic: 0.6, discontinuity: 0.95 } } });
    expect(told(report)).toBe('fail metallic');
    expect(report.verdict.summary).toContain('metallic and broken up');
  });

  it('calls it choppy when sound is missing and little of it is filled in', () => {
    expect(told(callReport({ up: CHOPPY }))).toBe('fail choppy');
  });

  it.each([
    ['noisiness', 'noisy'],
    ['echo', 'echoing'],
    ['coloration', 'muffled'],
    ['distortion', 'distorted'],
    ['clipping', 'distorted'],
    ['discontinuity', 'choppy'],
    ['metallic', 'metallic'],
  ] as const)('names high %s alone %s, slightly so between the limits', (score, diagnosis) => {
    expect(told(callReport({ up: { scores: { mosLqo: 2.4, [score]: 0.8 } } }))).toBe(`fail ${diagnosis}`);
    const warned = callReport({ up: { scores: { mosLqo: 3.7, [score]: 0.4 } } });
    expect(told(warned)).toBe(`warn ${diagnosis}`);
    expect(warned.verdict.summary).toContain('slightly');
  });

  it('takes clipping for distortion when it is larger than the metallic score', () => {
    expect(told(recordingReport({ scores: { mosLqo: 2, metallic: 0.6, clipping: 0.9, distortion: 0.95 } }))).toBe('fail distorted');
    expect(told(recordingReport({ scores: { mosLqo: 2, metallic: 0.9, clipping: 0, distortion: 0.98 } }))).toBe('fail metallic');
  });

  it('does not let the smeared spectrum of drop-outs pass for muffling', () => {
    expect(told(recordingReport({ scores: { mosLqo: 2, discontinuity: 0.8, coloration: 0.9 } }))).toBe('fail choppy');
  });

  it('calls it delayed over the limits of delay alone', () => {
    expect(told(callReport({ up: { delaySeconds: 0.3 } }))).toBe('warn delayed');
    expect(told(callReport({ up: { delaySeconds: 0.62 } }))).toBe('fail delayed');
  });

  it('calls a low opinion score without a known reason distorted', () => {
    expect(told(callReport({ up: { scores: { mosLqo: 2.5 } } }))).toBe('fail distorted');
  });

  it('judges the worse direction and says how the other one sounds', () => {
    const report = callReport({ up: CHOPPY, down: METALLIC });
    expect(told(report)).toBe('fail metallic');
    expect(report.verdict.summary).toMatch(/the callee's voice arrives metallic.*; the caller's voice arrives broken up/);
  });

  it('warns of a clear call beside which text failed, or was cut off', () => {
    expect(told(callReport({ text: DEAD_TEXT }))).toBe('warn clear');
    const cut = callReport({ text: { ...textFlow(0.08, 0.09), status: 'failed', failureCode: 'text-closed' } });
    expect(told(cut)).toBe('warn clear');
    expect(cut.verdict.summary).toContain('was cut off');
    const inside = callReport({ dataChannel: { ...DEAD_TEXT, sent: 0 } });
    expect(told(inside)).toBe('warn clear');
    expect(inside.verdict.summary).toContain('data channel');
  });

  it('does not call a call clear when one direction could not be scored', () => {
    const failed = { status: 'failed', code: 'alignment', message: 'no path' } as const;
    const scores = {
      mosLqo: failed,
      metallic: failed,
      distortion: failed,
      discontinuity: failed,
      noisiness: failed,
      coloration: failed,
      echo: failed,
      clipping: failed,
    };
    expect(told(callReport({ up: { scores } }))).toBe('inconclusive unknown');
  });
});

describe('a machine too slow to measure', () => {
  it('says nothing of the sound it may have damaged itself', () => {
    const { verdict } = callReport({ up: METALLIC, invalidBecause: 'packets left 90 ms late' });
    expect(verdict).toMatchObject({ outcome: 'inconclusive', diagnosis: 'unknown', confidence: 0, resembles: null });
    expect(verdict.summary).toContain('packets left 90 ms late');
  });

  it('keeps what it cannot have made up, without a pass', () => {
    expect(told(callReport({ invalidBecause: 'slow' }))).toBe('inconclusive clear');
    expect(told(blockedReport({ invalidBecause: 'slow' }))).toBe('inconclusive call-blocked');
  });
});
