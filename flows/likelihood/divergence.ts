/** The divergence of a vector field, sample by sample: the rate at which the flow changes volumes. */
import {
  broadcastTo,
  eye,
  jvp,
  linearize,
  random,
  reshape,
  type Tensor,
  vmap,
} from '../../autograd/index.ts';
import { ArgumentError, describe, sizeOf } from '../../lib/index.ts';
import { batchSize, requireShape, requireTensor } from '../checks.ts';
import { eventAxes } from '../paths/gaussian-path.ts';

/** A field v(x), row by row: [batch, ...event] → the same. */
export type VectorField = (x: Tensor) => Tensor;

/** The field, [batch, ...event], and its divergence, [batch]. */
export type WithDivergence = [value: Tensor, divergence: Tensor];

/**
 * v(x) and ∇·v(x) = Σᵢ ∂vᵢ/∂xᵢ for a field that maps each row of x, [batch, ...event], by itself. The
 * divergence is exact: the function linearises v once, and pushes all unit vectors of an event through it at
 * once (vmap of the jvp). Memory: about (size of an event) × (memory of v).
 *
 * The result is differentiable, also with respect to tensors that the field closes over.
 * @throws ShapeError if v(x) is not shaped like x.
 * @example const [v, divergence] = exactDivergence((x) => network(parameters, x), x);
 */
export function exactDivergence(field: VectorField, x: Tensor): WithDivergence {
  batchSize('exactDivergence', 'x', x);
  const [value, push] = linearize(field, [x]);
  requireShape('exactDivergence', 'a field', value, x.shape);
  const event = x.shape.slice(1);
  const size = sizeOf(event);
  const units = reshape(eye(size, { dtype: x.dtype }), [size, ...event]);
  const diagonal = vmap((unit: Tensor) =>
    push([broadcastTo(unit, x.shape)])
      .multiply(unit)
      .sum({ axes: eventAxes(x) }),
  );
  return [value, diagonal(units).sum({ axes: 0 })];
}

/**
 * v(x) and an unbiased estimate of its divergence, εᵀ(∂v/∂x)ε with E[εεᵀ] = I. It takes one jvp, about twice
 * the cost of v. `hutchinsonProbe` makes ε, which is like x.
 *
 * Source: Hutchinson 1990; Grathwohl et al. 2019, "FFJORD", section 3.1.
 * @throws ShapeError if v(x) or ε is not shaped like x.
 * @example const [v, estimate] = hutchinsonDivergence(field, x, hutchinsonProbe(key, x, 'rademacher'));
 */
export function hutchinsonDivergence(field: VectorField, x: Tensor, probe: Tensor): WithDivergence {
  batchSize('hutchinsonDivergence', 'x', x);
  const [value, pushed] = jvp(field, [x], [requireShape('hutchinsonDivergence', 'a probe', probe, x.shape)]);
  requireShape('hutchinsonDivergence', 'a field', value, x.shape);
  return [value, pushed.multiply(probe).sum({ axes: eventAxes(x) })];
}

/** The distribution of ε: ±1, with the smaller variance 2Σ_{i≠j} J²ᵢⱼ (J symmetric), or standard normal. */
export type ProbeDistribution = 'rademacher' | 'gaussian';

/**
 * ε for `hutchinsonDivergence`, of x's shape and dtype.
 * @example hutchinsonProbe(random.key(0), x, 'rademacher');
 */
export function hutchinsonProbe(key: random.Key, x: Tensor, distribution: ProbeDistribution): Tensor {
  requireTensor('hutchinsonProbe', 'x', x);
  if (distribution !== 'rademacher' && distribution !== 'gaussian') {
    throw new ArgumentError(
      `hutchinsonProbe: wanted the distribution 'rademacher' or 'gaussian', got ${describe(distribution)}`,
    );
  }
  const draw = distribution === 'rademacher' ? random.rademacher : random.normal;
  return draw(key, x.shape, { dtype: x.dtype });
}
