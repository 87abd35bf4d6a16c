import { completeOptions, FluxionError, requireFunction } from '../../lib/index.ts';
import { toFloating } from '../core/plain.ts';
import { jvp } from '../levels/forward.ts';
import { vjp } from '../levels/reverse.ts';
import { add } from '../operations/addition.ts';
import { multiply, subtract } from '../operations/arithmetic.ts';
import { cast } from '../operations/cast.ts';
import { sum } from '../operations/reductions.ts';
import * as random from '../random/index.ts';
import { mapLeaves, requireArgumentList, type TensorTrees, treeLeaves } from '../trees.ts';

export interface CheckGradientsOptions {
  /** The largest relative error allowed of jvp against central differences; by default 1e-6. */
  readonly tolerance?: number;
  /** The step of the differences; by default 6e-6, the cube root of ε, which is the best for float64. */
  readonly step?: number;
  /** The seed of the random directions; by default 0. */
  readonly seed?: number;
}

/** Relative errors of the two modes. */
export interface GradientReport {
  /** jvp against central differences, along a random direction. */
  readonly forward: number;
  /** ⟨Jv, w⟩ against ⟨v, Jᵀw⟩, for random v and w. */
  readonly reverse: number;
}

/** Thrown by `checkGradients` when a derivative is wrong. */
export class GradientError extends FluxionError {
  static {
    GradientError.prototype.name = 'GradientError';
  }
}

/**
 * Checks a function's derivatives at a point, in float64. It compares forward mode with central differences
 * along a random direction, and reverse mode with forward mode.
 *
 * @throws GradientError if the forward error exceeds the tolerance, or the reverse error 1e-10.
 * @example checkGradients((x: Tensor) => sum(sin(x)), [tensor([1, 2], { dtype: 'float64' })]);
 */
export function checkGradients<A extends readonly unknown[]>(
  fn: (...args: TensorTrees<A>) => unknown,
  primals: readonly [...A],
  options: CheckGradientsOptions = {},
): GradientReport {
  requireFunction('checkGradients', fn);
  requireArgumentList('checkGradients', primals);
  const { tolerance, step, seed } = completeOptions(
    'checkGradients',
    { tolerance: 1e-6, step: 6e-6, seed: 0 },
    options,
  );
  const call = fn as (...args: readonly unknown[]) => unknown;
  const x = mapLeaves(
    'checkGradients',
    (leaf) => cast(toFloating('checkGradients', leaf), 'float64'),
    primals,
  ) as unknown[];
  const v = randomLike(x, random.key(seed)) as unknown[];

  const [y, forward] = jvp(call, x, v as never);
  const shifted = (h: number) =>
    call(...(mapLeaves('checkGradients', (a, t) => add(a, multiply(t, h)), x, v) as unknown[]));
  const difference = mapLeaves(
    'checkGradients',
    (a, b) => multiply(subtract(a, b), 0.5 / step),
    shifted(step),
    shifted(-step),
  );
  const w = randomLike(y, random.foldIn(random.key(seed), 1));
  const [, pullback] = vjp(call, x);

  const report = {
    forward: relativeError(forward, difference),
    reverse: scalarError(inner(forward, w), inner(v, pullback(w as never))),
  };
  // Negated, so that a NaN fails.
  if (!(report.forward <= tolerance)) fail('jvp and central differences', report.forward, tolerance);
  if (!(report.reverse <= 1e-10)) fail('⟨Jv, w⟩ and ⟨v, Jᵀw⟩', report.reverse, 1e-10);
  return report;
}

function fail(what: string, error: number, tolerance: number): never {
  throw new GradientError(
    `checkGradients: ${what} differ by ${error.toExponential(2)}, tolerance ${tolerance}`,
  );
}

function randomLike(tree: unknown, key: random.Key): unknown {
  let index = 0;
  return mapLeaves(
    'checkGradients',
    (leaf) =>
      random.normal(random.foldIn(key, index++), toFloating('checkGradients', leaf).shape, {
        dtype: 'float64',
      }),
    tree,
  );
}

function inner(a: unknown, b: unknown): number {
  const products: number[] = [];
  mapLeaves('checkGradients', (x, y) => products.push(sum(multiply(x, y)).item()), a, b);
  return products.reduce((total, product) => total + product, 0);
}

function relativeError(got: unknown, wanted: unknown): number {
  const numbers = (tree: unknown) =>
    treeLeaves(tree).flatMap((leaf) => [...toFloating('checkGradients', leaf).toTypedArray()]);
  const [a, b] = [numbers(got), numbers(wanted)];
  const scale = Math.max(1, ...b.map(Math.abs));
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number)) / scale), 0);
}

function scalarError(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
}
