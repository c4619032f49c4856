import { UserError } from '../core/errors.ts';

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const MS_PER: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const RATE = /^(\d+(?:\.\d+)?)(k?)(?:bps|bit\/s)?$/i;
const RATIO = /^(\d+(?:\.\d+)?)\s?(%?)$/;
const LABEL = /^([a-z][a-z0-9_.-]{0,31})=(.{1,64})$/i;

/** Milliseconds of `20ms`, `1.5s`, `2m`, `1h`; a bare number has no unit and is refused. */
export function parseDurationMs(text: string, flag: string): number {
  const match = DURATION.exec(text.trim());
  if (match === null)
    throw new UserError('bad-duration', `${flag} takes a time with its unit, not "${text}"`, 'write for example 20ms, 1.5s or 2m');
  return Number(match[1]) * (MS_PER[match[2] as string] as number);
}

/** A ratio 0–1 of `10%` or `0.1`. */
export function parseRatio(text: string, flag: string): number {
  const match = RATIO.exec(text.trim());
  const ratio = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (!(ratio >= 0 && ratio <= 1))
    throw new UserError('bad-ratio', `${flag} takes a share between 0 and 100 %, not "${text}"`, 'write for example 10% or 0.1');
  return ratio;
}

/** Bits a second of `24k`, `24kbps` or `24000`. */
export function parseRateBps(text: string, flag: string): number {
  const match = RATE.exec(text.trim());
  if (match === null) throw new UserError('bad-rate', `${flag} takes a rate, not "${text}"`, 'write for example 24k or 24000');
  return Number(match[1]) * (match[2] === '' ? 1 : 1_000);
}

/** A whole number in [min, max]. */
export function parseWhole(text: string, flag: string, min: number, max: number): number {
  const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new UserError(
      'bad-number',
      `${flag} takes a whole number from ${min} to ${max}, not "${text}"`,
      `give ${flag} a number in that range`,
    );
  return value;
}

/** Labels of `network=home`; the last one of a name wins. */
export function parseLabels(texts: readonly string[]): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const text of texts) {
    const match = LABEL.exec(text);
    if (match === null)
      throw new UserError('bad-label', `--label takes NAME=VALUE, not "${text}"`, 'write for example --label network=home');
    labels[match[1] as string] = match[2] as string;
  }
  return labels;
}

/** One of a few words or numbers. `given` is what the user wrote. */
export function oneOf<T extends string | number>(value: string | number, allowed: readonly T[], flag: string, given: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new UserError('bad-choice', `${flag} takes ${allowed.join(', ')}, not "${given}"`, `choose one of ${allowed.join(', ')}`);
  return found;
}
