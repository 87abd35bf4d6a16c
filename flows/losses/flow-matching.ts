/** The two losses of the note's theorem. They differ by a constant, so their gradients are equal. */
import { jvp, type Tensor, type TensorLike } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import { type GaussianPath, requirePath } from '../paths/gaussian-path.ts';
import { alignTime, requireTime, requireTimeOf, type Velocity } from '../time.ts';
import { requirePair } from './flow-map-batch.ts';
import { expectation, squaredNorm } from './squared-error.ts';

export interface FlowMatchingBatch {
  /** Points, [batch, ...event], drawn from p_t. */
  readonly x: Tensor;
  /** Times, [batch, 1] or one for all. */
  readonly t: TensorLike;
  /** Quadrature weights, [batch]: the loss is then Σ weights·‖·‖² instead of the mean over the batch. */
  readonly weights?: Tensor;
}

export interface ConditionalFlowMatchingBatch {
  /** Standard normal noise, [batch, ...event]. */
  readonly x0: Tensor;
  /** Data, like x0. */
  readonly x1: Tensor;
  /** Times, [batch, 1] or one for all. */
  readonly t: TensorLike;
  /** Quadrature weights, [batch]: the loss is then Σ weights·‖·‖² instead of the mean over the batch. */
  readonly weights?: Tensor;
}

/**
 * L_FM(θ) = E_{t, p_t(x)} ‖v_t(x; θ) − u_t(x)‖², a scalar. Noise is at t = 0, data at t = 1. The field u_t is
 * the target; a field without parameters gets no gradient. With `marginalField` u_t is exact. With a path's
 * conditional velocity as the field, the same expression is L_CFM on given points.
 *
 * Source: the note, "条件损失函数和无条件损失函数等效"; Lipman et al. 2023, equation 5.
 * @throws ArgumentError for a velocity in the other time convention, ShapeError if a velocity is not like x.
 * @example const loss = flowMatchingLoss(v, marginalField(path, { points }).velocity, { x, t });
 */
export function flowMatchingLoss(
  velocity: Velocity<'noiseToData'>,
  field: Velocity<'noiseToData'>,
  batch: FlowMatchingBatch,
): Tensor {
  const { x, t, weights } = completeOptions(
    'flowMatchingLoss',
    { x: required, t: required, weights: undefined },
    batch,
  );
  requireTime('flowMatchingLoss', velocity, 'noiseToData');
  requireTime('flowMatchingLoss', field, 'noiseToData');
  requireTimeOf('flowMatchingLoss', t, x);
  const v = requireShape('flowMatchingLoss', 'a velocity', velocity(x, t), x.shape);
  const u = requireShape('flowMatchingLoss', 'a field', field(x, t), x.shape);
  return expectation('flowMatchingLoss', squaredNorm(v.subtract(u)), weights);
}

/**
 * L_CFM(θ) = E_{t, q(x₁), p(x₀)} ‖v_t(ψ_t(x₀); θ) − dψ_t(x₀)/dt‖², a scalar; dψ_t/dt = u_t(ψ_t(x₀) | x₁).
 * Noise is at t = 0, data at t = 1. One jvp of the path's flow gives both the point and its velocity. For the
 * OT path the velocity is the note's target x₁ − (1 − σ_min)·x₀, finite at every t; for VP it is infinite at
 * t = 1.
 *
 * Source: the note, "条件损失函数和无条件损失函数等效"; Lipman et al. 2023, equations 9 and 14.
 * @throws ArgumentError for a velocity in the other time convention, ShapeError for shapes that differ.
 * @example const loss = conditionalFlowMatchingLoss(v, optimalTransportPath(), { x0: noise, x1: data, t });
 */
export function conditionalFlowMatchingLoss(
  velocity: Velocity<'noiseToData'>,
  path: GaussianPath,
  batch: ConditionalFlowMatchingBatch,
): Tensor {
  requirePath('conditionalFlowMatchingLoss', path);
  const { x0, x1, t, weights } = completeOptions(
    'conditionalFlowMatchingLoss',
    { x0: required, x1: required, t: required, weights: undefined },
    batch,
  );
  requireTime('conditionalFlowMatchingLoss', velocity, 'noiseToData');
  requirePair('conditionalFlowMatchingLoss', { x0, x1 });
  const time = alignTime('conditionalFlowMatchingLoss', t, x1);
  const [x, u] = jvp((s: Tensor) => path.flow(x0, x1, s), [time], [1]);
  const v = requireShape('conditionalFlowMatchingLoss', 'a velocity', velocity(x, t), x.shape);
  return expectation('conditionalFlowMatchingLoss', squaredNorm(v.subtract(u)), weights);
}
