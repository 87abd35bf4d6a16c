import { sqrt, subtract } from '../../autograd/index.ts';
import { type AffinePath, schedulePath } from './schedule-path.ts';

/**
 * The linear variance-preserving path: α_t = t, σ_t = √(1 − t²).
 *
 * At t = 1 σ′ is infinite, and so are the velocity and both flow-matching losses. Keep t ≤ 1 − ε.
 *
 * Source: Lipman et al., "Flow Matching Guide and Code" (2024), section 4.8 (the scheduler "Linear VP").
 * @example const path = linearVariancePreservingPath();
 */
export function linearVariancePreservingPath(): AffinePath {
  return schedulePath({
    name: 'linear VP',
    alpha: (t) => t,
    // (1 − t)(1 + t) for 1 − t²: this form does not cancel near t = 1
    sigma: (t) => sqrt(subtract(1, t).multiply(t.add(1))),
  });
}
