import type { Report } from '../core/report.ts';

/** What a renderer may know besides the report. Whatever depends on the machine (a terminal's width, its colours) is told, never looked up. */
export interface RenderOptions {
  /** Chalk's levels: 0 none, 1 sixteen colours, 2 256 colours, 3 true colour. */
  readonly colourLevel: 0 | 1 | 2 | 3;
  /** Width of the terminal. Nothing is wider than this, from 60 columns on; narrower ones get 60. */
  readonly columns: number;
  /** Where the run left its files, as the user may type it; null when nothing was kept. */
  readonly runFolder: string | null;
}

export const PLAIN: RenderOptions = { colourLevel: 0, columns: 80, runFolder: null };

/** A report as text. Pure; the text ends with a newline. */
export type Renderer = (report: Report, options: RenderOptions) => string;
