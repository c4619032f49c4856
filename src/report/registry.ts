import { renderJson } from './json.ts';
import { renderLine } from './line.ts';
import type { Renderer } from './options.ts';
import { renderTerminal } from './terminal/report.ts';

/** Every form a report can be told in. A new one is a file, a line here and a golden file. */
export const RENDERERS: Readonly<Record<ReportFormat, Renderer>> = {
  terminal: renderTerminal,
  json: renderJson,
  line: renderLine,
};

export type ReportFormat = 'terminal' | 'json' | 'line';
