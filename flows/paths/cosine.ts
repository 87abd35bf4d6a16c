import { sin, subtract } from '../../autograd/index.ts';
import { type AffinePath, schedulePath } from './schedule-path.ts';

/**
 * The cosine path: α_t = sin(πt/2), σ_t = cos(πt/2). It preserves the variance: α² + σ² = 1. The pair (α, σ)
 * moves along a circle at constant speed, so the velocity is bounded at both ends.
 *
 * Source: Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models" (2021), equation 17
 * without its offset; Albergo and Vanden-Eijnden, "Building Normalizing Flows with Stochastic Interpolants"
 * (2023), the trigonometric interpolant.
 * @example const path = cosinePath();
 */
export function cosinePath(): AffinePath {
  const quarterTurn = Math.PI / 2;
  return schedulePath({
    name: 'cosine',
    alpha: (t) => sin(t.multiply(quarterTurn)),
    // sin(π(1 − t)/2), which is exactly 0 at t = 1 where cos(π/2) is not
    sigma: (t) => sin(subtract(1, t).multiply(quarterTurn)),
  });
}
