import { completeOptions, FluxionError, requireFunction } from '../../lib/index.ts';
import { toFloating } from '../core/plain.ts';
import { jvp } from '../levels/forward.ts';
import { vjp } from '../levels/reverse.ts';
import { add } from '../operations/addition.ts';
import { multiply, subtract } from '../operations/arithmetic.ts';
import { cast } from '../operations/cast.ts';
import * as random from '../random/index.ts';
import {
  type ArgumentList,
  type Listed,
  type ListOrTensor,
  mapLeaves,
  requireArgumentList,
  type TensorTrees,
  treeLeaves,
} from '../trees.ts';

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
export function checkGradients<A extends ListOrTensor>(
  fn: (...args: TensorTrees<Listed<A>>) => unknown,
  primals: ArgumentList<A>,
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
  const difference = (h: number) =>
    mapLeaves('checkGradients', (a, b) => multiply(subtract(a, b), 0.5 / h), shifted(h), shifted(-h));
  const [near, far] = [step, 1.7 * step].map((h) => numbersOf(difference(h))) as [number[], number[]];
  // Where two steps disagree, the differences are rounding errors, or too rough to judge small numbers by.
  const doubt = largest(near.map((value, i) => value - (far[i] as number)));
  const blur = doubt < 1e-3 * largest(near) ? 10 * doubt : Infinity;
  const w = randomLike(y, random.foldIn(random.key(seed), 1));
  const [, pullback] = vjp(call, x);

  const report = {
    forward: relativeError(numbersOf(forward), near, blur),
    reverse: scalarError(products(forward, w), products(v, pullback(w as never)), blur * step),
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

function products(a: unknown, b: unknown): number[] {
  return numbersOf(mapLeaves('checkGradients', (x, y) => multiply(x, y), a, b));
}

function numbersOf(tree: unknown): number[] {
  return treeLeaves(tree).flatMap((leaf) => Array.from(toFloating('checkGradients', leaf).toTypedArray()));
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function relativeError(got: readonly number[], wanted: readonly number[], blur: number): number {
  const error = largest(got.map((value, i) => value - (wanted[i] as number)));
  return worse(error, Math.max(largest(got), largest(wanted)), blur);
}

function scalarError(a: readonly number[], b: readonly number[], blur: number): number {
  const total = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0);
  const size = Math.max(...[a, b].map((list) => total(list.map(Math.abs))));
  return worse(Math.abs(total(a) - total(b)), size, blur);
}

/**
 * The error relative to the size or 1; or what of it exceeds the blur, relative to any size, if that is more.
 */
function worse(error: number, size: number, blur: number): number {
  return Math.max(error / Math.max(1, size), error > blur ? (error - blur) / size : 0);
}
