/**
 * Numbers with units, as network people write them: `10%`, `80ms`, `1.5s`, `64kbps`, `16kB`. Units move the decimal point in the text and never by a
 * multiplication, so that every number a rule can hold is printed and read back as itself.
 */

/** What a number measures; decides its units. */
export type Quantity = 'share' | 'time' | 'rate' | 'size' | 'count';

interface Unit {
  /** As printed, and as read in small letters. */
  readonly names: readonly string[];
  /** Power of ten to the unit the program keeps. */
  readonly exponent: number;
  /** Further factor, for minutes and hours. */
  readonly factor?: number;
}

/** The first name of each unit is the one the program prints. */
const UNITS: Readonly<Record<Quantity, readonly Unit[]>> = {
  /** Kept as a ratio 0–1. */
  share: [{ names: ['%'], exponent: -2 }],
  /** Kept in milliseconds. */
  time: [
    { names: ['ms', 'msec', 'msecs'], exponent: 0 },
    { names: ['s', 'sec', 'secs'], exponent: 3 },
    { names: ['us', 'usec', 'usecs'], exponent: -3 },
    { names: ['m', 'min'], exponent: 3, factor: 60 },
    { names: ['h'], exponent: 3, factor: 3600 },
  ],
  /** Kept in bit/s; netem's `kbps` would be kilobytes, everybody else's is kilobits, which is what it means here. */
  rate: [
    { names: ['kbps', 'kbit', 'kbit/s'], exponent: 3 },
    { names: ['bps', 'bit', 'bit/s'], exponent: 0 },
    { names: ['Mbps', 'mbps', 'mbit', 'mbit/s'], exponent: 6 },
  ],
  /** Kept in bytes; a kB is 1000 of them. */
  size: [
    { names: ['B', 'b', 'bytes', 'byte'], exponent: 0 },
    { names: ['kB', 'kb'], exponent: 3 },
    { names: ['MB', 'mb'], exponent: 6 },
  ],
  count: [{ names: [''], exponent: 0 }],
};

/** How to write each, for hints. */
export const QUANTITY_EXAMPLES: Readonly<Record<Quantity, string>> = {
  share: 'a share such as 10%',
  time: 'a time such as 80ms or 1.5s',
  rate: 'a rate such as 64kbps',
  size: 'a size such as 1200B or 16kB',
  count: 'a number such as 3',
};

const NUMBER_AND_UNIT = /^(\d+(?:\.\d+)?|\.\d+)(e[+-]?\d+)?(.*)$/i;

/** The number in the program's own unit, or null for what is no such quantity. The range is for the caller to check; finite, never negative. */
export function parseQuantity(text: string, quantity: Quantity): number | null {
  const match = NUMBER_AND_UNIT.exec(text);
  if (match === null) return null;
  const digits = `${match[1]}${match[2] ?? ''}`;
  const unitName = (match[3] as string).toLowerCase();
  const unit = UNITS[quantity].find(({ names }) => names.includes(unitName));
  if (unit === undefined) return null;
  const value = shiftPoint(digits, unit.exponent) * (unit.factor ?? 1);
  return Number.isFinite(value) ? value : null;
}

/**
 * The number with its unit, the shortest of those such that {@link parseQuantity} reads the same number back. For finite numbers of at least 0.
 */
export function printQuantity(value: number, quantity: Quantity): string {
  let shortest: string | null = null;
  for (const { names, exponent, factor } of UNITS[quantity]) {
    const text = `${shiftPoint(String(value), -exponent)}${names[0]}`;
    // Nobody writes 0.2s for 200ms.
    const isSmall = exponent > 0 && value < 10 ** exponent;
    if (isSmall || factor !== undefined || parseQuantity(text, quantity) !== value) continue;
    if (shortest === null || text.length < shortest.length) shortest = text;
  }
  if (shortest !== null) return shortest;
  // Moving the point rounded in the last digit everywhere: an exponent says exactly what is meant.
  const { names, exponent } = UNITS[quantity][0] as Unit;
  return `${withExponent(value, -exponent)}${names[0]}`;
}

/** The nearest number to the decimal text times a power of ten. */
function shiftPoint(digits: string, exponent: number): number {
  const [mantissa = '0', own = '0'] = digits.toLowerCase().split('e');
  return Number(`${mantissa}e${Number(own) + exponent}`);
}

function withExponent(value: number, exponent: number): string {
  const [mantissa = '0', own = '0'] = String(value).split('e');
  return `${mantissa}e${Number(own) + exponent}`;
}
