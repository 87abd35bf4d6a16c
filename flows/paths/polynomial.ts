import { ArgumentError, power, subtract } from '../../autograd/index.ts';
import { completeOptions, required } from '../../lib/index.ts';
import { type AffinePath, schedulePath } from './schedule-path.ts';

export interface PolynomialPathOptions {
  /** n ≥ 1; 1 is the OT path. */
  readonly exponent: number;
}

/**
 * The polynomial path: α_t = tⁿ, σ_t = 1 − tⁿ. Its lines are those of the OT path; the speed along them grows
 * as tⁿ⁻¹.
 *
 * Source: Lipman et al., "Flow Matching Guide and Code" (2024), section 4.8 (the scheduler "convex
 * polynomial").
 * @throws ArgumentError unless the exponent is at least 1: for n < 1 the speed is infinite at t = 0.
 * @example const path = polynomialPath({ exponent: 2 });
 */
export function polynomialPath(options: PolynomialPathOptions): AffinePath {
  const { exponent } = completeOptions('polynomialPath', { exponent: required }, options);
  if (!(exponent >= 1 && Number.isFinite(exponent))) {
    throw new ArgumentError(`polynomialPath: wanted an exponent ≥ 1, got ${exponent}`);
  }
  return schedulePath({
    name: `polynomial ${exponent}`,
    alpha: (t) => power(t, exponent),
    sigma: (t) => subtract(1, power(t, exponent)),
  });
}
