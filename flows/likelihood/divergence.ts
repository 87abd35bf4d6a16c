/** The divergence of a vector field, sample by sample: what a flow does to volumes. */
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
import { sizeOf } from '../../lib/index.ts';
import { batchSize, requireShape } from '../checks.ts';
import { eventAxes } from '../paths/gaussian-path.ts';

/** A field v(x), row by row: [batch, ...event] → the same. */
export type VectorField = (x: Tensor) => Tensor;

/** The field, [batch, ...event], and its divergence, [batch]. */
export type WithDivergence = [value: Tensor, divergence: Tensor];

/**
 * v(x) and ∇·v(x) = Σᵢ ∂vᵢ/∂xᵢ for a field that maps the rows of x, [batch, ...event], each by itself. Exact:
 * v is linearised once, and all unit vectors of an event are pushed through that at once (vmap of jvp).
 * Memory: about size of an event × that of v.
 *
 * Differentiable, also with respect to what the field brings along.
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
 * v(x) and an unbiased estimate of its divergence, εᵀ(∂v/∂x)ε with E[εεᵀ] = I, at the price of one jvp: twice
 * that of v. ε, like x, is made by `hutchinsonProbe`.
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

/** Where ε comes from: ±1, with the smaller variance 2Σ_{i≠j} J²ᵢⱼ (J symmetric), or standard normal. */
export type ProbeDistribution = 'rademacher' | 'gaussian';

/**
 * ε for `hutchinsonDivergence`, of x's shape and dtype.
 * @example hutchinsonProbe(random.key(0), x, 'rademacher');
 */
export function hutchinsonProbe(key: random.Key, x: Tensor, distribution: ProbeDistribution): Tensor {
  const draw = distribution === 'rademacher' ? random.rademacher : random.normal;
  return draw(key, x.shape, { dtype: x.dtype });
}
