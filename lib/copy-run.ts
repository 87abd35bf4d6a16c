import type { TypedArray } from './dtype.ts';

/** Copies `length` numbers that lie side by side: from index `source` of `from` to index `target` of `to`. */
export function copyRun(
  to: TypedArray,
  target: number,
  from: TypedArray,
  source: number,
  length: number,
): void {
  // A call of `set` costs as much as a few dozen numbers copied by hand.
  if (length > 48) to.set(from.subarray(source, source + length), target);
  else for (let i = 0; i < length; i++) to[target + i] = from[source + i] as number;
}
