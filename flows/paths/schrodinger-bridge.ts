/** The path of a Brownian bridge between the points of a pair. */
import { ArgumentError, sqrt, subtract } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { type PairedPath, pairedPath } from './paired-path.ts';

export interface SchrodingerBridgeOptions {
  /** σ > 0, the diffusion of the reference Brownian motion; by default 1. */
  readonly sigma?: number;
}

/**
 * The path of the Schrödinger bridge, σ_t = σ√(t(1 − t)): a Brownian bridge of diffusion σ, from x₀ to x₁.
 * Take the pairs from an entropic optimal-transport coupling (`sinkhornCoupling`) of regularisation 2σ². Then
 * the mixture over the pairs is the Schrödinger bridge, and regression on `conditionalVelocity` learns its
 * probability flow.
 *
 * u_t = (1 − 2t)/(2t(1 − t))·(x − μ_t) + x₁ − x₀ and the score are singular at both ends: draw t from
 * [ε, 1 − ε].
 *
 * Source: Tong et al., "Simulation-free Schrödinger bridges via score and flow matching" (2024), the Brownian
 * bridge between paired points.
 * @throws ArgumentError unless σ > 0. The path's functions throw a ShapeError for points of different shapes.
 * @example
 * const bridge = schrodingerBridgePath({ sigma: 0.5 });
 * const x = bridge.flow(noise, x0, x1, t);
 * const field = noiseToData((x, t) => bridge.conditionalVelocity(x, x0, x1, t));
 * const loss = flowMatchingLoss(v, field, { x, t });
 */
export function schrodingerBridgePath(options: SchrodingerBridgeOptions = {}): PairedPath {
  const { sigma } = completeOptions('schrodingerBridgePath', { sigma: 1 }, options);
  if (!(sigma > 0 && Number.isFinite(sigma))) {
    throw new ArgumentError(`schrodingerBridgePath: wanted sigma > 0, got ${sigma}`);
  }
  return pairedPath('schrodingerBridgePath', 'Schrödinger bridge', (t) =>
    sqrt(t.multiply(subtract(1, t))).multiply(sigma),
  );
}
