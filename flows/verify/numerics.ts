/**
 * The numerical tools of the checks. None of them uses automatic differentiation: they compute the other side
 * of a comparison.
 */
import { max, sum, type Tensor, type TensorLike, tensor, treeLeaves } from '../../autograd/index.ts';
import type { Nested } from '../../lib/index.ts';

/** A float64 tensor: the checks compute everything in float64. @example float64([[0, 1], [2, 3]]); */
export function float64(values: Nested): Tensor {
  return tensor(values, { dtype: 'float64' });
}

/** Calls `make` on first use and keeps the result, so that loading a module computes nothing. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** max |x|; NaN if x contains one. */
export function largest(x: Tensor): number {
  return max(x.abs()).item();
}

/** max |a − b| / max |b|. */
export function relativeGap(a: Tensor, b: Tensor): number {
  return largest(a.subtract(b)) / largest(b);
}

/** ‖a − b‖ / ‖b‖, where a tree of tensors (a gradient) counts as one long vector. */
export function relativeDistance(a: unknown, b: unknown): number {
  const others = treeLeaves(b) as readonly Tensor[];
  const differences = treeLeaves(a).map((leaf, i) => (leaf as Tensor).subtract(others[i] as Tensor));
  return norm(differences) / norm(others);
}

/** ‖a‖, where a tree of tensors counts as one long vector. */
export function norm(tree: unknown): number {
  return Math.sqrt(treeLeaves(tree).reduce<number>((total, leaf) => total + squaredSum(leaf), 0));
}

function squaredSum(x: TensorLike): number {
  return typeof x === 'number' ? x * x : sum(x.square()).item();
}

/**
 * df/dt without automatic differentiation. Takes central differences with the steps h, h/2, h/4, h/8, h/16.
 * Richardson's method extrapolates them to h = 0. The default h gives about 12 digits if f varies on a scale
 * of 1.
 */
export function differenceQuotient(f: (t: number) => Tensor, t: number, step = 0.1): Tensor {
  const levels = 5;
  let table = Array.from({ length: levels }, (_, i) => {
    const h = step / 2 ** i;
    return f(t + h)
      .subtract(f(t - h))
      .divide(2 * h);
  });
  for (let order = 1; order < levels; order++) {
    const factor = 4 ** order;
    table = table.slice(1).map((finer, i) =>
      finer
        .multiply(factor)
        .subtract(table[i] as Tensor)
        .divide(factor - 1),
    );
  }
  return table[0] as Tensor;
}

/**
 * Equally spaced points that all have one weight. For smooth functions that decay to 0 before both ends, the
 * error falls faster than any power of the spacing.
 */
export interface Quadrature {
  /** [count, d] */
  readonly points: Tensor;
  readonly weight: number;
}

/** The trapezoid rule on [low, high]^d, count^d points in all. */
export function gridQuadrature(low: number, high: number, count: number, dimension: 1 | 2): Quadrature {
  const spacing = (high - low) / (count - 1);
  const axis = Array.from({ length: count }, (_, i) => low + i * spacing);
  const points = dimension === 1 ? axis.map((x) => [x]) : axis.flatMap((x) => axis.map((y) => [x, y]));
  return { points: float64(points), weight: spacing ** dimension };
}
