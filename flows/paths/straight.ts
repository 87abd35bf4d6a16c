/** The path of TorchCFM: the line between the points of a pair, with the same noise at every time. */
import { ArgumentError, onesLike } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { type PairedPath, pairedPath } from './paired-path.ts';

export interface StraightPathOptions {
  /** σ ≥ 0, the deviation around the line; by default 0, the line itself. */
  readonly sigma?: number;
}

/**
 * The straight path around a pair, σ_t = σ. The points (1 − t)·x₀ + t·x₁ + σ·noise have the velocity x₁ − x₀,
 * for any noise. With independent pairs this is I-CFM; with pairs by minibatch optimal transport
 * (`optimalTransportCoupling`) it is OT-CFM. With standard normal x₀ and σ = 0 it is
 * `optimalTransportPath()`.
 *
 * A σ > 0 makes the field smoother, and adds noise of deviation σ to the data. With σ = 0 neither
 * `logDensity` nor `conditionalScore` is finite.
 *
 * Source: Tong et al., "Improving and generalizing flow-based generative models with minibatch optimal
 * transport" (2024), I-CFM and OT-CFM.
 * @throws ArgumentError unless σ ≥ 0. The path's functions throw a ShapeError for points of different shapes.
 * @example
 * const path = straightPath({ sigma: 0.1 });
 * const x = path.flow(noise, x0, x1, t);
 * const loss = flowMatchingLoss(v, noiseToData((x, t) => path.conditionalVelocity(x, x0, x1, t)), { x, t });
 */
export function straightPath(options: StraightPathOptions = {}): PairedPath {
  const { sigma } = completeOptions('straightPath', { sigma: 0 }, options);
  if (!(sigma >= 0 && Number.isFinite(sigma)))
    throw new ArgumentError(`straightPath: wanted sigma ≥ 0, got ${sigma}`);
  return pairedPath('straightPath', 'straight', (t) => onesLike(t).multiply(sigma));
}
