import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { createRng } from '../../../src/core/rng.ts';
import { gilbertElliottFor } from '../../../src/path/impairments/gilbert-elliott-loss.ts';
import { parseInlinePath, traceFilesIn } from '../../../src/path/language/parse-inline.ts';
import { printInlinePath } from '../../../src/path/language/print-inline.ts';
import { randomRules } from '../../support/random-paths.ts';

const actionOf = (text: string): object => parseInlinePath(text)[0]?.action as object;

describe('a path in words', () => {
  it('reads the example of docs/paths.md', () => {
    const text = 'loss 10% burst 3; delay 80ms jitter 20ms; up rate 64kbps queue 200ms; after 5s: up loss 45%';
    expect(parseInlinePath(text)).toEqual([
      { match: 'any', direction: 'both', action: gilbertElliottFor(0.1, 3) },
      {
        match: 'any',
        direction: 'both',
        action: { kind: 'jitter', distribution: 'uniform', delayMs: 80, jitterMs: 20, reorder: false },
      },
      { match: 'any', direction: 'up', action: { kind: 'rate-limit', rateBps: 64_000, queueMs: 200 } },
      { match: 'any', direction: 'up', after: { ms: 5000 }, action: { kind: 'bernoulli-loss', lossRatio: 0.45 } },
    ]);
  });

  it.each([
    ['loss 1.5%', { kind: 'bernoulli-loss', lossRatio: 0.015 }],
    ['loss random 7%', { kind: 'bernoulli-loss', lossRatio: 0.07 }],
    ['loss 10% block 50', { kind: 'block-loss', lossRatio: 0.1, blockPackets: 50 }],
    [
      'loss gemodel 1% 10% 70% 0.1%',
      { kind: 'gilbert-elliott-loss', enterBadRatio: 0.01, leaveBadRatio: 0.1, lossInBadRatio: 0.7, lossInGoodRatio: 0.001 },
    ],
    ['loss gemodel 1%', { kind: 'gilbert-elliott-loss', enterBadRatio: 0.01, leaveBadRatio: 0.99, lossInBadRatio: 1, lossInGoodRatio: 0 }],
    ['loss state 1%', { kind: 'four-state-loss', p13: 0.01, p31: 0.99, p32: 0, p23: 1, p14: 0 }],
    ['loss state 1% 30% 5% 60% 2%', { kind: 'four-state-loss', p13: 0.01, p31: 0.3, p32: 0.05, p23: 0.6, p14: 0.02 }],
    ['loss trace 0011', { kind: 'trace-loss', trace: [0, 0, 1, 1], repeat: true }],
    ['loss trace 01 once', { kind: 'trace-loss', trace: [0, 1], repeat: false }],
    ['delay 1.5s', { kind: 'delay', delayMs: 1500 }],
    ['delay 100ms 10ms', { kind: 'jitter', distribution: 'uniform', delayMs: 100, jitterMs: 10, reorder: false }],
    ['delay 100ms 10ms distribution normal', { kind: 'jitter', distribution: 'normal', delayMs: 100, jitterMs: 10, reorder: false }],
    ['delay 9ms jitter 5ms pareto reorder', { kind: 'jitter', distribution: 'pareto', delayMs: 9, jitterMs: 5, reorder: true }],
    ['jitter 5ms normal', { kind: 'jitter', distribution: 'normal', jitterMs: 5, reorder: false }],
    ['jitter samples 0,2.5,10ms', { kind: 'jitter', distribution: 'empirical', samplesMs: [0, 2.5, 10], reorder: false }],
    ['jitter quantiles 0,1,9ms reorder', { kind: 'jitter', distribution: 'empirical', quantilesMs: [0, 1, 9], reorder: true }],
    ['reorder 25% delay 40ms', { kind: 'reorder', reorderRatio: 0.25, gapPackets: 1, delayMs: 40 }],
    ['delay 10ms reorder 25% gap 5', { kind: 'reorder', reorderRatio: 0.25, gapPackets: 5, delayMs: 10 }],
    ['duplicate 1%', { kind: 'duplicate', duplicateRatio: 0.01 }],
    ['corrupt 0.1%', { kind: 'corrupt', corruptRatio: 0.001 }],
    ['rate 1mbit queue 16kB', { kind: 'rate-limit', rateBps: 1e6, queueBytes: 16_000 }],
    [
      'rate 64kbps queue 1s codel target 5ms interval 100ms',
      { kind: 'rate-limit', rateBps: 64_000, queueMs: 1000, discipline: 'codel', targetMs: 5, intervalMs: 100 },
    ],
    ['police 24kbit burst 3000B', { kind: 'policer', rateBps: 24_000, burstBytes: 3000 }],
    ['freeze', { kind: 'freeze' }],
    ['blackhole', { kind: 'black-hole' }],
    ['outage every 10s for 700ms', { kind: 'outage', periodMs: 10_000, lengthMs: 700 }],
    ['stall every 2s for 300ms', { kind: 'stall', periodMs: 2000, lengthMs: 300 }],
    ['mtu 1200', { kind: 'mtu', mtuBytes: 1200 }],
    ['mtu 1200B', { kind: 'mtu', mtuBytes: 1200 }],
  ])('reads "%s"', (text, action) => {
    expect(actionOf(text)).toEqual(action);
  });

  it.each([
    ['media freeze', { match: ['rtp', 'rtcp'] }],
    ['dtls+text freeze', { match: ['dtls-handshake', 'dtls-data', 'text'] }],
    ['up call freeze', { match: ['stun', 'dtls-handshake', 'dtls-data', 'rtp', 'rtcp', 'turn-channel', 'other'] }],
    ['down any freeze', { direction: 'down', match: 'any' }],
    ['up size 100B-300B freeze', { direction: 'up', match: { minBytes: 100, maxBytes: 300 } }],
    ['size >=1kB freeze', { match: { minBytes: 1000 } }],
    ['rtp first 10 every 3rd size <=90B freeze', { match: { classes: ['rtp'], firstPackets: 10, everyNth: 3, maxBytes: 90 } }],
    ['after 25 packets and 2s from connected for 8s: freeze', { after: { packets: 25, ms: 2000, event: 'connected' }, for: { ms: 8000 } }],
    [
      'after first-media for 50 packets or 1s sticky: freeze',
      { after: { event: 'first-media' }, for: { packets: 50, ms: 1000 }, sticky: true },
    ],
    ['after 16kB: freeze', { after: { bytes: 16_000 } }],
    ['sticky: FREEZE', { sticky: true }],
  ])('reads who and when of "%s"', (text, expected) => {
    expect(parseInlinePath(text)[0]).toMatchObject({ ...expected, action: { kind: 'freeze' } });
  });

  it('takes line breaks and stray semicolons between rules', () => {
    expect(parseInlinePath('\n;loss 1%\n delay 5ms ;; ')).toHaveLength(2);
  });

  it('is read back from what is printed as the same rules, for 5,000 random paths', () => {
    const rng = createRng(20_260_801);
    for (let i = 0; i < 5000; i++) {
      const rules = randomRules(rng);
      const text = printInlinePath(rules);
      expect(parseInlinePath(text), text).toEqual(rules);
    }
  });

  it('is printed as loss and burst where it was written so', () => {
    for (let percent = 1; percent < 60; percent++) {
      for (const burst of [1.5, 2.25, 3, 7, 12.5]) {
        const text = `loss ${percent}% burst ${burst}`;
        expect(printInlinePath(parseInlinePath(text))).toBe(text);
      }
    }
  });

  it('is printed with the unit that reads best', () => {
    const text = 'after 18kB for 1.5s: rtp delay 80ms; rate 64kbps queue 200ms; rate 1.5Mbps queue 500B';
    expect(printInlinePath(parseInlinePath(text))).toBe(text);
  });

  it('names the files that traces are in, and takes their packets', () => {
    expect(traceFilesIn('loss trace a/b.txt; up loss trace 0101 once; loss  trace a/b.txt')).toEqual(['a/b.txt']);
    expect(parseInlinePath('loss trace a/b.txt once', new Map([['a/b.txt', [1, 0]]]))[0]?.action).toEqual({
      kind: 'trace-loss',
      trace: [1, 0],
      repeat: false,
    });
  });
});

describe('a mistake in a path in words', () => {
  const errorOf = (text: string): UserError => {
    try {
      parseInlinePath(text);
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
    throw new Error(`"${text}" was taken for a path`);
  };

  it.each([
    ['', 1, 'no rule', 'loss 10%'],
    ['los 10%', 1, '"los"', 'did you mean "loss"'],
    ['loss 10', 6, '"10"', 'unit'],
    ['loss 110%', 6, '"110%"', 'to 100%'],
    ['loss 10% brst 3', 10, '"brst"', 'did you mean "burst"'],
    ['loss 10% 3', 10, '"3"', 'leave it out'],
    ['loss 10% burst 0.5', 16, '"0.5"', 'from 1'],
    ['loss 90% burst 2', 16, 'so high a loss', 'at most 66.6%'],
    ['loss 10% delay 5ms', 10, '"delay"', '";"'],
    ['delay 80', 7, '"80"', 'unit'],
    ['delay -5ms', 7, '"-5ms"', 'time'],
    ['delay', 6, 'ends here', 'time'],
    ['loss 5%; delay 1ms; up', 23, 'ends here', 'loss'],
    ['rtp up loss 5%', 5, 'direction', 'before the packets'],
    ['loss 5% up', 9, '"up"', 'up rtp loss'],
    ['rtp+rpt loss 5%', 1, '"rpt"', 'rtcp'],
    ['rtp+media loss 5%', 1, 'twice', 'once'],
    ['loss 10% for 5s', 10, '"for"', 'for 5s: loss'],
    ['after 5: loss 10%', 8, '":"', 'packets'],
    ['after 5 s: loss 10%', 9, '"s"', 'packets'],
    ['after: loss 10%', 6, '":"', '5s'],
    ['for 5s after 2s: loss 10%', 8, '"after"', 'and, for, sticky'],
    ['rate 64kbps', 12, 'ends here', 'queue'],
    ['rate 64kbps queue 5', 19, '"5"', 'unit'],
    ['police 24kbps burst 2s', 21, '"2s"', 'size'],
    ['outage every 1s for 2s', 21, 'longer', 'shorter'],
    ['mtu 0', 5, 'range', '1'],
    ['size 300B-100B loss 1%', 6, 'no size at all', 'smaller first'],
    ['every 0th loss 1%', 7, '"0th"', '3rd'],
    ['loss trace 01201', 12, '"01201"', '0001100'],
    ['jitter samples 1,,2ms', 16, '"1,,2ms"', '0,2,10ms'],
  ])('"%s" is refused at column %i', (text, column, what, hint) => {
    const error = errorOf(text);
    expect(error.message).toMatch(new RegExp(`^path, column ${column}: `));
    expect(error.message).toContain(what);
    expect(error.hint).toContain(hint);
    expect(`${error.message}${error.hint}`).not.toMatch(/\n/);
  });

  it('is told by line where there are lines', () => {
    expect(errorOf('loss 5%\nup delay 5').message).toMatch(/^path, line 2, column 10: "5"/);
  });

  it('is never more than an error, whatever is written', () => {
    const rng = createRng(7);
    const pieces = [
      'freeze',
      'loss 10%',
      'delay 5ms',
      'loss',
      'up',
      'rtp',
      ':',
      ';',
      '10%',
      '5ms',
      'after',
      'for',
      'burst',
      '3',
      'every',
      'first',
      'size',
      '>=9B',
      '+',
      'media',
      'rate',
      'queue',
      '\n',
      '\u0000',
      'é',
      '%',
      'state',
      'jitter',
      'samples',
      ',',
      '-1',
      'e',
      '1e999',
      '__proto__',
    ];
    let taken = 0;
    for (let i = 0; i < 20_000; i++) {
      const text = Array.from({ length: 1 + Math.floor(8 * rng.next()) }, () => pieces[Math.floor(rng.next() * pieces.length)]).join(' ');
      try {
        const rules = parseInlinePath(text);
        expect(parseInlinePath(printInlinePath(rules))).toEqual(rules);
        taken++;
      } catch (error) {
        if (!(error instanceof UserError)) throw new Error(`"${text}": ${error}`);
      }
    }
    expect(taken).toBeGreaterThan(20);
  });

  it('is a length or a number of rules without end', () => {
    expect(errorOf('x'.repeat(100_000)).message).toContain('20000');
    expect(errorOf('loss 1%;'.repeat(101)).message).toContain('100 rules');
  });
});
