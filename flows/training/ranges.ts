import { ArgumentError } from '../../lib/index.ts';

/** Throws an `ArgumentError` unless each of the named numbers lies in [0, 1). */
export function requireDecays(operation: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value >= 0 && value < 1))
      throw new ArgumentError(`${operation}: wanted 0 ≤ ${name} < 1, got ${value}`);
  }
}

/** Throws an `ArgumentError` unless each of the named numbers is finite and at least 0. */
export function requireNonNegative(operation: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new ArgumentError(`${operation}: wanted a finite ${name} ≥ 0, got ${value}`);
    }
  }
}

/** Throws an `ArgumentError` unless each of the named numbers is whole and at least 1. */
export function requireCounts(operation: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ArgumentError(`${operation}: wanted a whole number ≥ 1 for ${name}, got ${value}`);
    }
  }
}

/** Throws an `ArgumentError` unless the number is whole and at least 0. */
export function requireWholeNumber(operation: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 0) return;
  throw new ArgumentError(`${operation}: wanted a whole number ≥ 0 for ${name}, got ${value}`);
}
