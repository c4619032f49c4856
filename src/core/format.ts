/** Numbers as people read them on a screen. Inside the program ratios stay 0–1 and times stay in seconds. */

/** A 0–1 ratio as a percentage: whole from 10 % up, one decimal below, and never "0 %" for something that is not zero. */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  const size = Math.abs(percent);
  if (size > 0 && size < 0.1) return percent > 0 ? '< 0.1 %' : '> -0.1 %';
  return `${size < 10 ? trimZero(percent.toFixed(1)) : percent.toFixed(0)} %`;
}

/** Seconds in the unit that reads best: whole milliseconds below one second, one decimal below ten milliseconds, seconds from one up. */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 100) return `${seconds.toFixed(0)} s`;
  if (size >= 0.9995) return `${size < 10 ? seconds.toFixed(1) : trimZero(seconds.toFixed(1))} s`;
  return `${size < 0.01 ? trimZero((seconds * 1000).toFixed(1)) : (seconds * 1000).toFixed(0)} ms`;
}

/** A mean opinion score, one decimal, as listeners' scales are read. */
export function formatMos(mos: number): string {
  return mos.toFixed(1);
}

/** "a", "a and b", "a, b and c". */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '').replace(/^-0$/, '0');
}
