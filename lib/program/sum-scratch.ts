/** Up to this many terms are summed one after another; more are summed in pairs (`lib/reduce/sum.ts`). */
export const leastSummedPairwise = 128;

/**
 * How many float64 partial sums a sum over the middle axis of [before, length, after] keeps at a time.
 * @example sumScratch(1000, 64); // a row of 64 for each of the levels of pairs
 */
export function sumScratch(length: number, after: number): number {
  if (after === 1) return Math.floor(length / leastSummedPairwise) + 1;
  const levels = Math.max(0, Math.ceil(Math.log2(length / leastSummedPairwise)));
  return Math.ceil(after / 4) * 4 * (levels + 2);
}
