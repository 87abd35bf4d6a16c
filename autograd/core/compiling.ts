/** What must not happen while `compile` writes a function down: it would happen once, not at every call. */
import { LevelError } from '../../lib/index.ts';

let depth = 0;

/** Runs a function that `compile` traces. @example whileCompiling(() => makeGraph(fn, [x])); */
export function whileCompiling<T>(trace: () => T): T {
  depth++;
  try {
    return trace();
  } finally {
    depth--;
  }
}

export function isCompiling(): boolean {
  return depth > 0;
}

/** For a draw from a key that is a constant of the compiled function. */
export function untracedKey(): LevelError {
  return new LevelError(
    'compile: the function draws random numbers from a key that is none of its arguments, so every call would give ' +
      'the same ones; pass the key as an argument, or draw before and pass the numbers',
  );
}
