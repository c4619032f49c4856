/**
 * The name that takes the fewest single-letter insertions, deletions and substitutions to become from what was typed (Levenshtein 1966),
 * letter case aside; the first of equals. Null when none is within a third of the longer of the two, or there are no names.
 */
export function nearestName(typed: string, names: readonly string[]): string | null {
  // Nobody types a longer name; it keeps the table below small.
  const wanted = typed.slice(0, 64).toLowerCase();
  let nearest: string | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const edits = editDistance(wanted, name.toLowerCase());
    const isStart = wanted.length >= 3 && name.toLowerCase().startsWith(wanted);
    if (!isStart && edits > Math.max(wanted.length, name.length) / 3) continue;
    const cost = isStart ? 0 : edits;
    if (cost < fewest) {
      fewest = cost;
      nearest = name;
    }
  }
  return nearest;
}

function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((above[j] as number) + 1, (row[j - 1] as number) + 1, substituted));
    }
    above = row;
  }
  return above[b.length] as number;
}
