import { ArgumentError } from '../../lib/index.ts';

/** Throws an `ArgumentError` unless each of the named sizes is a whole number, at least `least`. */
export function requireSizes(
  operation: string,
  sizes: Readonly<Record<string, number>>,
  least: number,
): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size) || size < least) {
      throw new ArgumentError(`${operation}: wanted a whole number ≥ ${least} for '${name}', got ${size}`);
    }
  }
}
