import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compareReports } from '../../src/compare/compare.ts';
import { DEFAULT_CODEC } from '../../src/config/defaults.ts';
import type { CodecSettings } from '../../src/core/call-plan.ts';
import { measured } from '../../src/core/measurement.ts';
import type { SoundEvent } from '../../src/core/playout-stats.ts';
import type { Report } from '../../src/core/report.ts';
import type { TimeLine } from '../../src/core/time-line.ts';
import { PLAIN, type RenderOptions } from '../../src/report/options.ts';
import { renderComparison } from '../../src/report/terminal/comparison.ts';
import { renderTerminal } from '../../src/report/terminal/report.ts';
import { textWidth } from '../../src/report/terminal-text.ts';
import { aloneEvidence, aloneReport } from '../support/alone-reports.ts';
import { relayReport } from '../support/relay-reports.ts';
import { blockedReport, CHOPPY, callReport, DEAD_TEXT, engineReport, METALLIC, recordingReport, textFlow } from '../support/reports.ts';
import { buildTimeLine } from '../support/time-lines.ts';

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}]/u;
const FOLDER = 'callprobe-runs/2026-11-24T02-11-51Z-home';
const LONG = 'a-very-long-name-without-any-space-in-it-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on';
const EVENTS: NonNullable<typeof METALLIC.events> = [
  { at: 3.12, seconds: 0.28, kind: 'interruption', cause: '14 packets lost', lostPackets: 14 },
  {
    ...{ at: 3.2, seconds: 0.9, kind: 'metallic', cause: '14 frames concealed in one burst of uplink loss (rule 2 of the path)' },
    ...{ strength: 0.98, detail: 'sound repeated', part: 'rep' },
  },
  {
    ...{ at: 5.24, seconds: 0.08, kind: 'drop', cause: '4 frames lost in one burst of uplink loss (rule 2 of the path)' },
    ...{ strength: 0.8, detail: 'speech faded out, 80 ms missing' },
  },
];
const OVER_TIME = buildTimeLine(11, {
  metallic: [null, 0.01, 0.02, 0.98, 0.62, 0.02, 0.4, 0.99, null, 0.97, 0.55],
  discontinuity: [null, 0, 0, 0.2, 0, 0.8, 0, 0.1, null, 0, 0.6],
});

const REPORTS: Readonly<Record<string, Report>> = {
  'clear-call': callReport({ labels: { network: 'home' } }),
  'metallic-call': callReport({
    path: 'whatsapp-2025-08',
    up: { ...METALLIC, events: EVENTS, timeLine: OVER_TIME },
    down: { timeLine: buildTimeLine(11) },
    labels: { network: 'mobile' },
  }),
  'blocked-call': blockedReport(),
  'network-down': blockedReport({ path: 'shutdown', text: DEAD_TEXT }),
  'one-way-call': callReport({ down: null }),
  'slow-machine': callReport({ up: METALLIC, invalidBecause: 'packets left up to 90 ms late' }),
  'engine-call': engineReport({ up: METALLIC }),
  recording: recordingReport({ ...CHOPPY, events: EVENTS.slice(1), timeLine: OVER_TIME }),
  'silent-recording': recordingReport({ noSpeech: 'silent' }),
  'recording-alone': aloneReport(aloneEvidence({ repetition: 1, mutes: 0.8, noise: 0.7 })),
  'recording-alone-clean': aloneReport(aloneEvidence({})),
};
const COMPARED = {
  'comparison-enough-runs': compareReports(
    [0, 1, 2, 3, 4, 5].map((index) => {
      const congested = index > 2;
      const mosLqo = (congested ? 2.8 : 4.5) + 0.1 * (index % 3);
      const up = congested ? { ...CHOPPY, scores: { ...CHOPPY.scores, mosLqo } } : { scores: { mosLqo } };
      const options = { path: congested ? 'congested' : 'clear', labels: { network: congested ? 'mobile' : 'home' }, seed: index };
      return { name: `run-${index}`, report: callReport({ ...options, up }) };
    }),
    'network',
  ),
  'comparison-few-runs': compareReports(
    [
      { name: 'a', report: callReport({ labels: { network: 'home' } }) },
      { name: 'b', report: blockedReport({ labels: { network: 'mobile' } }) },
    ],
    'network',
  ),
  'comparison-many-groups': compareReports(
    ['home', 'work', 'cafe', 'train', LONG].map((network, seed) => ({ name: network, report: callReport({ labels: { network }, seed }) })),
    'network',
  ),
};

const lines = (text: string): string[] => text.split('\n');
const widest = (text: string): number => Math.max(...lines(stripVTControlCharacters(text)).map(textWidth));
const options = (columns: number, colourLevel: RenderOptions['colourLevel'] = 0): RenderOptions => ({
  colourLevel,
  columns,
  runFolder: FOLDER,
});

describe('the report on a terminal', () => {
  it.each(Object.entries(REPORTS))('tells %s as kept in fixtures/reports', async (name, report) => {
    await expect(renderTerminal(report, options(80))).toMatchFileSnapshot(`../../fixtures/reports/${name}.txt`);
  });

  it.each(Object.entries(COMPARED))('tells %s as kept in fixtures/reports', async (name, comparison) => {
    await expect(renderComparison(comparison, options(80))).toMatchFileSnapshot(`../../fixtures/reports/${name}.txt`);
  });

  describe.each([60, 72, 80, 100, 120])('at %i columns', (columns) => {
    it.each(Object.entries(REPORTS))('fits %s, with and without colour, cutting no word or figure', (_, report) => {
      for (const level of [0, 1, 3] as const) {
        const text = renderTerminal(report, options(columns, level));
        expect(widest(text)).toBeLessThanOrEqual(columns);
        expect(text).not.toContain('…');
      }
    });

    it.each(Object.entries(COMPARED))('fits %s', (_, comparison) => {
      expect(widest(renderComparison(comparison, options(columns, 1)))).toBeLessThanOrEqual(columns);
    });

    it('fits the worst of names, messages and figures', () => {
      const hostile: Report = {
        ...callReport({
          path: LONG,
          labels: { [LONG]: LONG, 网络: '家'.repeat(80) },
          up: { ...METALLIC, scores: { metallic: measured(0.999_999, 'score') } },
        }),
        warnings: [{ code: LONG, message: LONG, hint: LONG }],
      };
      expect(widest(renderTerminal(hostile, { ...options(columns), runFolder: `/${LONG}/${LONG}` }))).toBeLessThanOrEqual(columns);
      expect(widest(renderTerminal(blockedReport({ path: LONG }), options(columns)))).toBeLessThanOrEqual(columns);
    });
  });

  it('says when a replay played out with our own receiver what a real engine had got', () => {
    const report = engineReport();
    const { up } = report.directions;
    if (!up) throw new Error('no caller');
    const replayed = { ...report, directions: { ...report.directions, up: { ...up, receiver: 'callprobe' } } };
    expect(renderTerminal(report, options(120))).not.toContain('played out by callprobe');
    expect(renderTerminal(replayed, options(120))).toContain('M106), what it got played out by callprobe');
  });

  it('says the same with colours as without', () => {
    for (const report of Object.values(REPORTS)) {
      const coloured = renderTerminal(report, options(80, 3));
      expect(stripVTControlCharacters(coloured)).toBe(renderTerminal(report, options(80)));
      expect(coloured).not.toBe(renderTerminal(report, options(80)));
    }
  });

  it('has no escape code at colour level 0, whatever the environment says', () => {
    for (const report of Object.values(REPORTS)) expect(renderTerminal(report, PLAIN)).not.toContain('\u001b');
  });

  it('names the codec, and what was set of it', () => {
    const spoken = (codec: CodecSettings): string =>
      lines(renderTerminal(callReport({ plan: { codec } }), options(120))).find((line) => line.startsWith('Spoken')) ?? '';
    expect(spoken({ ...DEFAULT_CODEC, dtx: true, redundancy: 1 })).toContain('Opus 32 kbit/s, 20 ms packets, FEC, DTX, RED 1, seed');
    expect(spoken({ name: 'pcmu', bitrateBps: 64_000, packetTimeMs: 20 })).toContain('G.711 μ-law (PCMU), 20 ms packets, seed');
    expect(spoken({ name: 'pcma', bitrateBps: 64_000, packetTimeMs: 40, redundancy: 2 })).toContain(
      'G.711 A-law (PCMA), 40 ms packets, RED 2',
    );
  });

  it('tells of texts inside the call, also of a channel that never opened, and of a connection cut off after the first echo', () => {
    const line = (report: Report, name: string): string => lines(renderTerminal(report, PLAIN)).find((text) => text.includes(name)) ?? '';
    expect(line(callReport(), 'text inside the call')).toMatch(/^ {2}ok .*24 of 24 came back/);
    expect(line(blockedReport(), 'text inside the call')).toBe('');
    const dead = callReport({ dataChannel: { ...DEAD_TEXT, sent: 0 } });
    expect(line(dead, 'text inside the call')).toMatch(/^ {2}FAILED .*the data channel never/);
    expect(renderTerminal(dead, PLAIN)).toContain('(text-timeout)');
    expect(renderTerminal(dead, PLAIN)).not.toMatch(/0 (texts|of 0)/);
    const cut = callReport({ text: { ...textFlow(0.08, 0.09), status: 'failed', failureCode: 'text-closed' } });
    expect(line(cut, 'text beside the call')).toMatch(/^ {2}FAILED .*cut off later/);
  });

  it('calls no step failed that the user, the time limit or this machine ended', () => {
    for (const code of ['interrupted', 'run-timeout', 'no-loopback'] as const) {
      const text = renderTerminal(blockedReport({ failedPhase: { id: 'ice', failure: { code, message: 'ended' }, seconds: 2 } }), PLAIN);
      expect(text).toMatch(/^ {2}ended {3}find a way through/m);
      expect(text).not.toContain('FAILED');
    }
  });

  it('opens with the verdict in two words and ends with its sentence', () => {
    for (const report of Object.values(REPORTS)) {
      const text = renderTerminal(report, PLAIN);
      expect(lines(text)[0]).toMatch(/PASS|WARN|FAIL|INCONCLUSIVE|NOT JUDGED/);
      expect(text.replaceAll(/\s+/g, ' ').trimEnd().endsWith(report.verdict.summary)).toBe(true);
    }
  });

  it('shows what was not measured as – with its reason, never as a number', () => {
    const text = renderTerminal(recordingReport({ noSpeech: 'silent' }), PLAIN);
    expect(text).toMatch(/overall \(MOS-LQO\) +–\n/);
    expect(text).toContain('no speech was found in the recording');
    expect(text).not.toMatch(/0\.00/);
  });

  it('lets nothing from outside reach the terminal but letters', () => {
    const evil = '\u001b[2J\u001b]0;title\u0007\u202e\u2066\r\n\u0085\ud800';
    const report: Report = {
      ...callReport({
        path: `p${evil}`,
        labels: { [`l${evil}`]: evil },
        up: { ...METALLIC, events: [{ at: 1, seconds: 1, kind: 'drop', cause: evil }] },
      }),
      startedAt: `2026${evil}`,
      warnings: [{ code: evil, message: evil, hint: evil }],
    };
    for (const level of [0, 1] as const) {
      const text = renderTerminal(report, { colourLevel: level, columns: 80, runFolder: `folder${evil}` });
      expect(stripVTControlCharacters(text).replaceAll('\n', '')).not.toMatch(UNSAFE);
      expect(text).not.toContain('\u001b[2J');
    }
    const comparison = compareReports([{ name: evil, report }], `l${evil}`);
    expect(renderComparison(comparison, PLAIN).replaceAll('\n', '')).not.toMatch(UNSAFE);
  });

  it('tells what is real of a path over a relay, and what is added to it', () => {
    const text = (options: Parameters<typeof relayReport>[0]): string =>
      renderTerminal(relayReport(options), PLAIN).replaceAll(/\s+/g, ' ');
    expect(text({})).toContain('Path a real network to a TURN relay and back, over UDP Spoken');
    expect(text({})).not.toContain('emulat');
    const route = { transport: 'tls', certificateChecked: false, links: { caller: 'wlan0', callee: null } } as const;
    expect(text({ route, added: 'congested' })).toContain(
      'over TLS (certificate not checked), caller by wlan0, callee by any link Added congested, emulated',
    );
    expect(text({})).toContain('ok reach the relay');
  });

  describe('of scores second by second', () => {
    const strip = (timeLine: TimeLine, columns = 80): string[] => {
      const text = lines(renderTerminal(recordingReport({ timeLine }), options(columns)));
      const from = text.findIndex((line) => line.startsWith('When it was harmed'));
      return from < 0 ? [] : text.slice(from, text.indexOf('', from));
    };

    it('draws a block a second, a letter under the bad ones and a point where nobody speaks', () => {
      const [title, blocks, letters, seconds] = strip(OVER_TIME);
      expect(title).toContain('a column is a second');
      expect(blocks).toBe('  recording        ·▁▁█▅▇▄█·█▅');
      expect(letters).toBe(`${' '.repeat(22)}mmdmm md`);
      expect(seconds).toMatch(/^ {19}0 {9}10 s$/);
    });

    it('folds the worst of several seconds into a column when they do not fit, and draws as wide as the page', () => {
      const values = Array.from({ length: 600 }, (_, second) => (second === 433 ? 1 : 0.01));
      const [title, blocks, letters] = strip(buildTimeLine(600, { metallic: values }));
      expect(title).toContain('the worst second of 10');
      expect([...(blocks ?? '')].slice(19)).toHaveLength(60);
      expect((letters ?? '').indexOf('m')).toBe(19 + 43);
    });

    it('has none for a report from before, and none where nothing could be compared', () => {
      expect(strip(buildTimeLine(0))).toEqual([]);
      expect(renderTerminal(recordingReport({ timeLine: null }), PLAIN)).not.toContain('When it was harmed');
      expect(renderTerminal(recordingReport(), PLAIN)).not.toContain('When it was harmed');
    });

    it('tells at most five events, the worst, and counts the others', () => {
      const events = Array.from({ length: 9 }, (_, i) => ({ ...(EVENTS[1] as SoundEvent), at: i, seconds: 0.1 * (i + 1) }));
      const text = renderTerminal(callReport({ up: { events, timeLine: { ...OVER_TIME, eventsLeftOut: 7 } } }), PLAIN);
      expect(text.match(/metallic \d/g)).toHaveLength(5);
      expect(text).toContain('and 11 lesser ones, 7 of them not kept');
      expect(text).not.toContain('metallic 0.0');
    });
  });

  it('says that an emulated likeness is no evidence', () => {
    expect(renderTerminal(callReport({ path: 'whatsapp-2025-08', up: METALLIC }), PLAIN)).toMatch(
      /an\s+emulation,\s+so\s+it\s+says\s+nothing/,
    );
    expect(renderTerminal(callReport({ path: null, up: METALLIC }), PLAIN)).toMatch(/does\s+not\s+show\s+who/);
  });
});

describe('a comparison on a terminal', () => {
  it('calls two single runs too few, in its last words', () => {
    expect(renderComparison(COMPARED['comparison-few-runs'], PLAIN)).toMatch(/Too few runs[^.]+\.\n$/);
  });

  it('ends with the diagnoses where one group never got as far as a score', () => {
    const entries = [0, 1, 2, 3, 4, 5].map((seed) => {
      const labels = { network: seed < 3 ? 'home' : 'mobile' };
      return { name: `${seed}`, report: seed < 3 ? callReport({ labels, seed }) : blockedReport({ labels, seed }) };
    });
    expect(renderComparison(compareReports(entries, 'network'), PLAIN)).toMatch(/home: 3 × clear; mobile: 3 × call blocked\.\n$/);
  });

  it('says which network is worse, by how much, and where ranges overlap', () => {
    const text = renderComparison(COMPARED['comparison-enough-runs'], PLAIN).replaceAll(/\s+/g, ' ');
    expect(text).toContain('caller → callee worse on mobile than on home (2.9 against 4.6)');
    const overlapping = [4.0, 4.5, 4.4, 3.9, 4.3, 4.45].map((mosLqo, seed) => ({
      name: `${seed}`,
      report: callReport({
        labels: { network: seed < 3 ? 'home' : 'mobile' },
        seed,
        up: { scores: { mosLqo } },
        text: textFlow(0.08, 0.09),
      }),
    }));
    expect(renderComparison(compareReports(overlapping, 'network'), PLAIN).replaceAll(/\s+/g, ' ')).toContain(
      'though their ranges overlap',
    );
  });
});
