/** What a mistyped word was meant to be. */

/**
 * ' (did you mean train?)' for 'trian', if one of the known words is so near; else nothing.
 * @example suggestion('trian', ['train', 'sample']); // ' (did you mean train?)'
 */
export function suggestion(word: string, known: readonly string[]): string {
  const most = Math.min(2, Math.floor(word.replace(/^-+/, '').length / 2));
  const [nearest] = known
    .map((candidate) => ({ candidate, typos: typosBetween(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ typos }) => typos <= most)
    .sort((a, b) => a.typos - b.typos);
  return nearest === undefined ? '' : ` (did you mean ${nearest.candidate}?)`;
}

/**
 * How many letters to add, leave out, change, or swap with the next: the optimal string alignment distance.
 */
function typosBetween(word: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= word.length; i++) {
    const row = [i];
    const at = (r: number, j: number) => (rows[r] as number[])[j] as number;
    for (let j = 1; j <= other.length; j++) {
      const isSame = word[i - 1] === other[j - 1];
      const isSwapped = i > 1 && j > 1 && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          (row[j - 1] as number) + 1,
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(row);
  }
  return rows[word.length]?.[other.length] as number;
}
