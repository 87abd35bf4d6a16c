/** Lists whose entries are marked, or given: what the rules of loops and branches are written in. */
import type { MaybeZero, Tensor } from '../core/tensor.ts';

/** The entries before a place, and those from there on. */
export function cut<T>(list: readonly T[], at: number): readonly [T[], T[]] {
  return [list.slice(0, at), list.slice(at)];
}

/** The entries that are marked. */
export function chosen<T>(list: readonly T[], marks: readonly boolean[]): T[] {
  return list.filter((_, i) => marks[i]);
}

/** A list with the marked entries replaced, in their order. */
export function replaced<T>(list: readonly T[], marks: readonly boolean[], by: readonly T[]): T[] {
  const rest = by.values();
  return list.map((entry, i) => (marks[i] ? (rest.next().value as T) : entry));
}

/** The entries at the marked places, and null at the others: the transpose of `chosen`. */
export function placed(entries: readonly Tensor[], marks: readonly boolean[]): MaybeZero[] {
  return replaced<MaybeZero>(
    marks.map(() => null),
    marks,
    entries,
  );
}

export function isGiven(tangent: MaybeZero): boolean {
  return tangent !== null;
}
