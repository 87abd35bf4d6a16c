import type { TypedArray } from './dtype.ts';

/** Copies numbers that lie side by side: `length` of `from`, from `source` on, to `to`, from `target` on. */
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
