import type { Report } from '../core/report.ts';
import { escapeText } from './terminal-text.ts';

/** One line for a log, a mail from cron or `--quiet`: outcome, diagnosis, labels, and the sentence. No colour, never broken. */
export function renderLine(report: Report): string {
  const { outcome, diagnosis, summary } = report.verdict;
  const labels = Object.entries(report.labels).map(([name, value]) => ` ${name}=${value}`);
  return `${escapeText(`callprobe ${outcome}: ${diagnosis}${labels.join('')} - ${summary}`)}\n`;
}
