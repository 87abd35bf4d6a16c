import { ArgumentError } from '../../autograd/index.ts';
import { completeOptions } from '../../lib/index.ts';
import { alignTime } from '../time.ts';
import { type ClosedFormPath, schedulePath } from './schedule-path.ts';

export interface OptimalTransportOptions {
  /** σ_min, the deviation left at t = 1; 0 ≤ σ_min < 1, by default 0. */
  readonly sigmaMin?: number;
}

/**
 * The optimal-transport path: straight lines from noise to data at constant speed,
 * μ_t = t·x₁ and σ_t = 1 − (1 − σ_min)·t.
 *
 * With σ_min = 0, p_1(x | x₁) is a single point, and there the velocity as a function of x is 0/0. Along the
 * flow the velocity is x₁ − x₀ at every t; `conditionalFlowMatchingLoss` uses this one. A minibatch
 * optimal-transport coupling is another thing: it chooses the pairs (x₀, x₁).
 *
 * Source: the note, "Optimal Tract" (read: optimal transport); Lipman et al. 2023, section 4.1, example II.
 * @throws ArgumentError unless 0 ≤ σ_min < 1.
 * @example const path = optimalTransportPath({ sigmaMin: 1e-4 });
 */
export function optimalTransportPath(options: OptimalTransportOptions = {}): ClosedFormPath {
  const { sigmaMin } = completeOptions('optimalTransportPath', { sigmaMin: 0 }, options);
  if (!(sigmaMin >= 0 && sigmaMin < 1)) {
    throw new ArgumentError(`optimalTransportPath: wanted 0 ≤ sigmaMin < 1, got ${sigmaMin}`);
  }
  const path = schedulePath({
    name: 'OT',
    alpha: (t) => t,
    sigma: (t) => t.multiply(sigmaMin - 1).add(1),
  });
  return {
    ...path,
    // u_t(x | x₁) = (x₁ − (1 − σ_min)·x) / (1 − (1 − σ_min)·t)
    closedFormVelocity(x, x1, t) {
      const time = alignTime('optimalTransportPath', t, x1);
      return x1.subtract(x.multiply(1 - sigmaMin)).divide(time.multiply(sigmaMin - 1).add(1));
    },
  };
}
