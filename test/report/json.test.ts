import { describe, expect, it } from 'vitest';
import { compareReports } from '../../src/compare/compare.ts';
import type { Report } from '../../src/core/report.ts';
import { renderComparisonJson, renderJson } from '../../src/report/json.ts';
import { renderLine } from '../../src/report/line.ts';
import { PLAIN } from '../../src/report/options.ts';
import { RENDERERS } from '../../src/report/registry.ts';
import { blockedReport, callReport, METALLIC } from '../support/reports.ts';

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('the report as JSON', () => {
  it('is one document with a trailing newline that says what the report says', () => {
    const report = callReport({ up: METALLIC });
    const text = renderJson(report);
    expect(JSON.parse(text)).toEqual(report);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('is the same bytes whatever order its objects were put together in', () => {
    const report = callReport({ labels: { network: 'home', city: 'x' } });
    expect(renderJson(reversed(report) as Report)).toBe(renderJson(report));
  });

  it('opens with what a reader must check first', () => {
    expect(Object.keys(JSON.parse(renderJson(callReport())) as object).slice(0, 3)).toEqual(['schema', 'schemaVersion', 'conformance']);
  });

  it('keeps a label named __proto__ a label', () => {
    const labels = JSON.parse('{"__proto__": "x"}') as Record<string, string>;
    expect(renderJson(callReport({ labels }))).toContain('"__proto__": "x"');
  });

  it('writes comparisons in the same way', () => {
    const comparison = compareReports([{ name: 'a', report: callReport() }], 'network');
    expect(JSON.parse(renderComparisonJson(comparison))).toEqual(comparison);
  });
});

describe('the report as one line', () => {
  it('has outcome, diagnosis, labels and the sentence', () => {
    const report = blockedReport({ labels: { network: 'mobile' } });
    expect(renderLine(report)).toBe(`callprobe fail: call-blocked network=mobile - ${report.verdict.summary}\n`);
  });

  it('stays one line whatever its labels hold', () => {
    const line = renderLine(callReport({ labels: { network: 'a\nb\u001b[31m\u2028' } }));
    expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  });
});

describe('the registry', () => {
  it.each(Object.entries(RENDERERS))('renders %s purely, ending with a newline', (_, render) => {
    const report = callReport({ up: METALLIC });
    const before = JSON.stringify(report);
    expect(render(report, PLAIN)).toBe(render(report, PLAIN));
    expect(render(report, PLAIN).endsWith('\n')).toBe(true);
    expect(JSON.stringify(report)).toBe(before);
  });
});
