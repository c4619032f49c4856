import { describe, expect, it } from 'vitest';
import { checkConcealment } from '../../src/config/codec-settings.ts';
import { DEFAULT_CODEC, DEFAULT_PLAYOUT, DEFAULT_TIMEOUTS } from '../../src/config/defaults.ts';
import { parseDurationMs, parseLabels, parseRateBps, parseRatio, parseWhole } from '../../src/config/parse.ts';
import { type RunFlags, resolveRunSettings } from '../../src/config/run-settings.ts';
import { UserError } from '../../src/core/errors.ts';

describe('the settings of a run', () => {
  it('are the defaults where nothing is asked', () => {
    const settings = resolveRunSettings({});
    expect(settings).toMatchObject({
      pathSpec: 'clear',
      seed: null,
      codec: DEFAULT_CODEC,
      playout: DEFAULT_PLAYOUT,
      timeouts: DEFAULT_TIMEOUTS,
      totalMs: null,
      runType: 'manual',
    });
    expect(settings.requested).toEqual({});
  });

  it('take every flag in the unit it is written in', () => {
    const settings = resolveRunSettings({
      seed: '0',
      bitrate: '24k',
      complexity: '10',
      fec: false,
      declaredLoss: '20%',
      ptime: '60ms',
      minDelay: '40ms',
      maxDelay: '0.5s',
      connectTimeout: '5s',
      timeout: '1m',
      label: ['network=home', 'operator=A B'],
      scheduled: true,
    });
    expect(settings.seed).toBe(0);
    expect(settings.codec).toMatchObject({ bitrateBps: 24_000, complexity: 10, fec: false, declaredLossRatio: 0.2, packetTimeMs: 60 });
    expect(settings.playout).toMatchObject({ minDelayMs: 40, maxDelayMs: 500 });
    expect(settings.timeouts.connectMs).toBe(5_000);
    expect(settings.totalMs).toBe(60_000);
    expect(settings.labels).toEqual({ network: 'home', operator: 'A B' });
    expect(settings.runType).toBe('scheduled');
  });

  it('take G.711 as it is, with nothing but the length of a packet and its redundancy to set', () => {
    expect(resolveRunSettings({ codec: 'pcmu' }).codec).toEqual({ name: 'pcmu', bitrateBps: 64_000, packetTimeMs: 20 });
    expect(resolveRunSettings({ codec: 'pcma', ptime: '40', red: '2' }).codec).toEqual({
      name: 'pcma',
      bitrateBps: 64_000,
      packetTimeMs: 40,
      redundancy: 2,
    });
    expect(resolveRunSettings({ codec: 'opus', red: '0' }).codec).toEqual(DEFAULT_CODEC);
    expect(resolveRunSettings({ red: '1' }).codec).toEqual({ ...DEFAULT_CODEC, redundancy: 1 });
  });

  it('of a receiver suit the codec of the call it is to play again', () => {
    const g711 = resolveRunSettings({ codec: 'pcma' }).codec;
    expect(() => checkConcealment({ ...DEFAULT_PLAYOUT, concealment: 'opus' }, g711)).toThrow(UserError);
    expect(() => checkConcealment({ ...DEFAULT_PLAYOUT, concealment: 'repeat' }, g711)).not.toThrow();
    expect(() => checkConcealment({ ...DEFAULT_PLAYOUT, concealment: 'opus' }, DEFAULT_CODEC)).not.toThrow();
  });

  const wrong: [string, RunFlags][] = [
    ['stimulus and reference together', { stimulus: 'en-male', reference: 'x.wav' }],
    ['a bitrate Opus does not have', { bitrate: '5k' }],
    ['a bitrate that is no number', { bitrate: 'fast' }],
    ['a complexity above ten', { complexity: '11' }],
    ['a negative seed', { seed: '-1' }],
    ['a seed with a fraction', { seed: '1.5' }],
    ['a packet time Opus is not sent with', { ptime: '30ms' }],
    ['an unknown codec', { codec: 'g729' }],
    ['an Opus bitrate for G.711', { codec: 'pcmu', bitrate: '64k' }],
    ['an Opus complexity for G.711', { codec: 'pcma', complexity: '5' }],
    ['no FEC for G.711, which has none', { codec: 'pcmu', fec: false }],
    ['a declared loss for G.711', { codec: 'pcmu', declaredLoss: '10%' }],
    ['DTX for G.711', { codec: 'pcmu', dtx: true }],
    ['the concealment of Opus for G.711', { codec: 'pcmu', concealment: 'opus' }],
    ['three payloads in a packet', { red: '3' }],
    ['redundancy that is no number', { red: 'yes' }],
    ['redundancy that does not fit into a packet', { codec: 'pcmu', ptime: '60ms', red: '2' }],
    ['an unknown concealment', { concealment: 'magic' }],
    ['a least delay above the most', { minDelay: '300ms', maxDelay: '200ms' }],
    ['a connect timeout above the whole', { connectTimeout: '20s', timeout: '10s' }],
    ['a connect timeout of nothing', { connectTimeout: '0s' }],
    ['a timeout without a unit', { timeout: '60' }],
    ['a timeout of a day', { timeout: '24h' }],
    ['a loss above all', { declaredLoss: '120%' }],
    ['a label without a value', { label: ['home'] }],
  ];
  it.each(wrong)('refuse %s with a hint', (_, flags) => {
    expect.assertions(2);
    try {
      resolveRunSettings(flags);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).hint.length).toBeGreaterThan(5);
    }
  });
});

describe('values on the command line', () => {
  it('are times with a unit', () => {
    expect(['20ms', '1.5s', '2m', '1h'].map((text) => parseDurationMs(text, '--x'))).toEqual([20, 1_500, 120_000, 3_600_000]);
    for (const text of ['', '20', 's', '-1s', '1 s', '1e3ms']) expect(() => parseDurationMs(text, '--x')).toThrow(UserError);
  });

  it('are shares in percent or as a ratio', () => {
    expect(['10%', '0.1', '0', '100%'].map((text) => parseRatio(text, '--x'))).toEqual([0.1, 0.1, 0, 1]);
    for (const text of ['', '%', 'x', '1.1', '-1%']) expect(() => parseRatio(text, '--x')).toThrow(UserError);
  });

  it('are rates in bits a second', () => {
    expect(['24k', '24kbps', '24000', '6.5k'].map((text) => parseRateBps(text, '--x'))).toEqual([24_000, 24_000, 24_000, 6_500]);
    expect(() => parseRateBps('24M', '--x')).toThrow(UserError);
  });

  it('are whole numbers in their range', () => {
    expect(parseWhole('0', '--x', 0, 10)).toBe(0);
    for (const text of ['', '11', '1.0', '0x1', 'NaN']) expect(() => parseWhole(text, '--x', 0, 10)).toThrow(UserError);
  });

  it('are labels, of which the last one of a name wins', () => {
    expect(parseLabels(['network=home', 'network=mobile', 'note=a=b'])).toEqual({ network: 'mobile', note: 'a=b' });
    for (const text of ['=x', 'network=', '__proto__x', ' network=home']) expect(() => parseLabels([text])).toThrow(UserError);
  });
});
