/** The checks of a mutant: the harness on every row of the table, and derivatives at kinks and limits. */
import { gelu, grad, jvp, type PrimitiveName, silu, vjp } from '../../../autograd/index.ts';
import { sections } from '../conventions.ts';
import * as harness from '../harness.ts';
import { expectClose, float64 } from '../numbers.ts';
import { table } from '../primitives.table.ts';

const checks = [
  harness.transposes,
  harness.matchesDifferences,
  harness.agreesAtSecondOrder,
  harness.keepsValues,
  harness.worksInSinglePrecision,
  harness.batches,
];

/** The first failure, or null; the rows of the given primitives come first. It announces each check. */
export function firstFailure(suspects: ReadonlySet<string>, beforeCheck: () => void): string | null {
  try {
    const names = Object.keys(table) as PrimitiveName[];
    for (const name of [...names.filter((n) => suspects.has(n)), ...names.filter((n) => !suspects.has(n))]) {
      for (const check of checks) {
        for (const row of table[name]) {
          beforeCheck();
          check(row);
        }
      }
    }
    checkEdges();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

// With a tangent and a cotangent of 2, so that a rule which forgets them is caught.
function checkEdges(): void {
  for (const { expression, fn, answers } of sections.flatMap(({ edges }) => edges)) {
    for (const [x, value, derivative] of answers) {
      const pushed = jvp(fn, [float64(x)], [2]);
      const [, pullback] = vjp(fn, [float64(x)]);
      expectClose(pushed, [float64(value), float64(2 * derivative)], 1e-15, expression);
      expectClose(pullback(2), [float64(2 * derivative)], 1e-15, expression);
    }
  }
  // The curvature of these is a product of 0 and ∞ there, and its limit is 0.
  for (const fn of [silu, gelu]) {
    for (const x of [-1e200, 1e200, Infinity]) {
      expectClose(grad(grad(fn))(float64(x)), float64(0), 1e-15, `${fn.name}″(${x})`);
    }
  }
}
