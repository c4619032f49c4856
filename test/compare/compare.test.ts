import { describe, expect, it } from 'vitest';
import { compareReports, median, type ReportEntry } from '../../src/compare/compare.ts';
import { DEFAULT_CODEC } from '../../src/config/defaults.ts';
import type { Comparison, ComparisonRow } from '../../src/core/comparison.ts';
import { aloneEvidence, aloneReport } from '../support/alone-reports.ts';
import {
  blockedReport,
  buildPlan,
  type CallOptions,
  CHOPPY,
  callReport,
  engineReport,
  METALLIC,
  recordingReport,
} from '../support/reports.ts';

let serial = 0;
function run(network: string | null, options: CallOptions = {}): ReportEntry {
  serial++;
  const labels = network === null ? {} : { network };
  return { name: `run-${serial}`, report: callReport({ labels, seed: serial, ...options }) };
}
const times = (n: number, make: (index: number) => ReportEntry): ReportEntry[] => Array.from({ length: n }, (_, index) => make(index));
const row = (comparison: Comparison, direction: string, score: string): ComparisonRow | undefined =>
  comparison.rows.find((candidate) => candidate.direction === direction && candidate.score === score);
const codes = (comparison: Comparison): string[] => comparison.warnings.map((warning) => warning.code);

const HOME_AND_MOBILE = [...times(3, () => run('home')), ...times(3, () => run('mobile', { up: CHOPPY }))];

describe('comparing runs by a label', () => {
  it('groups them in order of first appearance', () => {
    const mixed = [run('mobile'), run('home'), run('mobile'), run(null)];
    const { groups } = compareReports(mixed, 'network');
    expect(groups.map((group) => [group.name, group.runs])).toEqual([
      ['mobile', 2],
      ['home', 1],
      ['(no network)', 1],
    ]);
  });

  it('tells the difference the right way round: second minus first, by each row’s own sense', () => {
    const comparison = compareReports(HOME_AND_MOBILE, 'network');
    expect(row(comparison, 'up', 'mosLqo')).toMatchObject({ sense: 'worse' });
    expect(row(comparison, 'up', 'mosLqo')?.difference).toBeCloseTo(2.83 - 4.52, 12);
    expect(row(comparison, 'up', 'discontinuity')).toMatchObject({ sense: 'worse' });
    expect(row(comparison, 'up', 'lossRatio')?.difference).toBeCloseTo(0.06, 12);
    expect(row(comparison, 'up', 'mouthToEarDelaySeconds')).toMatchObject({ sense: 'worse' });
    expect(row(comparison, 'down', 'mosLqo')).toMatchObject({ difference: 0, sense: 'same' });
  });

  it('turns every difference and sense around when the groups are', () => {
    const there = compareReports(HOME_AND_MOBILE, 'network');
    const back = compareReports([...HOME_AND_MOBILE.slice(3), ...HOME_AND_MOBILE.slice(0, 3)], 'network');
    const opposite = { better: 'worse', worse: 'better', same: 'same' } as const;
    there.rows.forEach((forth, index) => {
      const other = back.rows[index];
      expect(other?.difference).toBeCloseTo(-(forth.difference ?? Number.NaN), 12);
      expect(other?.sense).toBe(forth.sense === null ? null : opposite[forth.sense]);
    });
  });

  it('gives n, median, lowest and highest of each group', () => {
    const moses = [4.1, 4.5, 4.2, 4.4];
    const entries = [...moses.map((mosLqo) => run('home', { up: { scores: { mosLqo } } })), run('mobile')];
    const statistic = row(compareReports(entries, 'network'), 'up', 'mosLqo')?.groups[0];
    expect(statistic).toMatchObject({ group: 'home', n: 4, min: 4.1, max: 4.5 });
    expect(statistic?.median).toBeCloseTo(4.3, 12);
  });

  it('gives no difference for one group or three', () => {
    const one = compareReports([run('home')], 'network');
    expect(one.rows.every((candidate) => candidate.difference === null && candidate.sense === null)).toBe(true);
    expect(codes(one)).toContain('one-group');
    const three = compareReports([run('a'), run('b'), run('c')], 'network');
    expect(three.rows.every((candidate) => candidate.difference === null)).toBe(true);
  });

  it('compares scored recordings, without the rows only a call can fill', () => {
    const recording = (network: string): ReportEntry => ({
      name: network,
      report: recordingReport(network === 'mobile' ? METALLIC : {}, { labels: { network } }),
    });
    const comparison = compareReports([recording('home'), recording('mobile')], 'network');
    expect(row(comparison, 'recording', 'metallic')).toMatchObject({ sense: 'worse' });
    expect(comparison.rows.map((candidate) => candidate.score)).not.toContain('lossRatio');
    expect(comparison.rows.map((candidate) => candidate.score)).not.toContain('mosCqe');
  });

  it('takes no inherited property for a label', () => {
    expect(compareReports([run(null)], 'constructor').groups[0]?.name).toBe('(no constructor)');
  });

  it('has nothing to say of no runs', () => {
    expect(compareReports([], 'network')).toMatchObject({ groups: [], rows: [], enoughRuns: false });
  });
});

describe('what keeps a difference from being believed', () => {
  it('is enough at three runs a group, and too few below', () => {
    expect(compareReports(HOME_AND_MOBILE, 'network')).toMatchObject({ enoughRuns: true, runsNeeded: 3, warnings: [] });
    const few = compareReports([run('home'), run('mobile')], 'network');
    expect(few.enoughRuns).toBe(false);
    expect(few.warnings[0]?.message).toContain('too few');
    expect(compareReports(HOME_AND_MOBILE.slice(0, 5), 'network').enoughRuns).toBe(false);
  });

  it('counts the same report once, however often it is given', () => {
    const [home, mobile] = [run('home'), run('mobile')];
    const comparison = compareReports([home, home, home, mobile, mobile, mobile], 'network');
    expect(comparison.groups.map((group) => group.runs)).toEqual([1, 1]);
    expect(comparison.enoughRuns).toBe(false);
    expect(codes(comparison)).toContain('repeated-report');
  });

  it('notices runs that repeat one draw of an emulated path', () => {
    const entries = times(3, (index) => run('home', { seed: 7, startedAt: `2026-11-24T02:1${index}:00.000Z` }));
    expect(codes(compareReports(entries, 'network'))).toContain('same-seed');
    expect(codes(compareReports(HOME_AND_MOBILE, 'network'))).not.toContain('same-seed');
  });

  it.each([
    ['codec-differs', { plan: { codec: { ...DEFAULT_CODEC, bitrateBps: 12_000 } } }],
    ['playout-differs', { plan: { playout: { concealment: 'opus', fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 } } }],
    ['conformance-differs', { conformance: 99 }],
    ['invalid-health', { invalidBecause: 'the event loop stood still' }],
  ] as const)('warns of %s', (code, options) => {
    const comparison = compareReports([...HOME_AND_MOBILE, run('mobile', options)], 'network');
    expect(codes(comparison)).toEqual([code]);
  });

  it('warns of calls between other peers', () => {
    const comparison = compareReports(
      [...HOME_AND_MOBILE, { name: 'engine', report: engineReport({ labels: { network: 'home' }, seed: 99 }) }],
      'network',
    );
    expect(codes(comparison)).toEqual(['peers-differ']);
  });

  it('warns of a call that a real engine heard beside its replay through our receiver', () => {
    const heard = times(3, (index) => ({
      name: `heard-${index}`,
      report: engineReport({ labels: { network: 'home' }, seed: 200 + index }),
    }));
    const replayed = heard.map(({ name, report }) => {
      const { down, up } = report.directions;
      if (!up || !down) throw new Error('the call has sound both ways');
      return {
        name: `${name}-again`,
        report: { ...report, labels: { network: 'again' }, directions: { up: { ...up, receiver: 'callprobe' }, down } },
      };
    });
    expect(codes(compareReports([...heard, ...replayed], 'network'))).toEqual(['receivers-differ']);
    expect(codes(compareReports(heard, 'network'))).toEqual(['one-group']);
  });

  it('warns of captures that were coded otherwise, or scored against other speech', () => {
    const captured = (
      network: string,
      change: { readonly codec?: 'opus' | 'pcmu'; readonly redundant?: true; readonly reference?: string } = {},
    ) => {
      const { reference = 'spoken.wav', codec = 'opus', redundant } = change;
      const stream = { ssrc: 7, payloadType: 111, unplayable: null, packets: 500, seconds: 10, sourcePort: 4000, destinationPort: 5004 };
      const streams = [{ ...stream, codec, ...(redundant === undefined ? {} : { redundant }) }];
      const report = recordingReport({}, { labels: { network } });
      const chosen = { chosen: 0, packetTimeMs: 20, playout: buildPlan('clear').playout };
      serial++;
      const startedAt = `2026-11-24T03:00:00.${String(serial).padStart(3, '0')}Z`;
      return {
        name: `capture-${serial}`,
        report: { ...report, startedAt, capture: { format: 'pcap' as const, file: 'call.pcap', reference, streams, ...chosen } },
      };
    };
    const three = times(3, () => captured('home'));
    const beside = (change: Parameters<typeof captured>[1]): string[] =>
      codes(compareReports([...three, ...times(3, () => captured('mobile', change))], 'network'));
    expect(beside({})).toEqual([]);
    expect(beside({ codec: 'pcmu' })).toEqual(['codec-differs']);
    expect(beside({ redundant: true })).toEqual(['codec-differs']);
    expect(beside({ reference: 'other.wav' })).toEqual(['stimulus-differs']);
  });

  it('warns of other speech, and of speech of another length', () => {
    const { stimuli } = buildPlan('clear');
    const other = { ...stimuli.up, sha256: 'b'.repeat(64), seconds: 4 };
    const comparison = compareReports([...HOME_AND_MOBILE, run('home', { plan: { stimuli: { up: other, down: other } } })], 'network');
    expect(codes(comparison)).toEqual(['stimulus-differs', 'duration-differs']);
  });

  it('does not hide the calls that never connected behind the medians of those that did', () => {
    const blocked = { name: 'blocked', report: blockedReport({ labels: { network: 'mobile' }, seed: 99 }) };
    const comparison = compareReports([...HOME_AND_MOBILE, blocked], 'network');
    expect(codes(comparison)).toContain('missing-scores');
    expect(comparison.groups[1]?.diagnoses).toEqual({ choppy: 3, 'call-blocked': 1 });
    expect(row(comparison, 'up', 'mosLqo')?.groups[1]?.n).toBe(3);
  });

  it('counts no diagnosis from recordings without their reference', () => {
    const alone = { name: 'alone', report: aloneReport(aloneEvidence({ repetition: 1 })) };
    expect(compareReports([alone], 'network').groups[0]?.diagnoses).toEqual({ unknown: 1 });
  });

  it('does not count another path among what must agree: the path is what is compared', () => {
    expect(compareReports([...HOME_AND_MOBILE, run('mobile', { path: 'congested', up: CHOPPY })], 'network').warnings).toEqual([]);
  });
});

describe('the median', () => {
  it('is the middle value, or the mean of the two middle ones, in any order', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([5])).toBe(5);
    expect(median([])).toBeNull();
  });
});
