import { ArgumentError, stopGradient, type Tensor } from '../../autograd/index.ts';
import { checkOptions } from '../../lib/index.ts';

export interface AdaptiveWeightOptions {
  /** γ: 1 weighs all samples alike, 0 weighs by the inverse of the error; by default 0.5. */
  readonly gamma?: number;
  /** c > 0, which bounds the weight; by default 10⁻³. */
  readonly c?: number;
}

/**
 * sg(ω) with ω = 1/(‖Δ‖² + c)^p and p = 1 − γ, for squared errors of any shape; a constant for every derivative.
 *
 * The gradient of sg(ω)·‖Δ‖² is that of ((‖Δ‖² + c)^γ − c^γ)/γ, in the limit γ → 0 of log(‖Δ‖² + c): so the weighted
 * loss behaves like ‖Δ‖^{2γ}, while its value (for γ = 0: about 1, always) says little.
 *
 * Source: the note, "Adaptive Weight Loss"; Geng et al. 2025, section 4.3.
 * @example const loss = mean(adaptiveWeight(squaredError, { gamma: 0.5, c: 1e-3 }).multiply(squaredError));
 */
export function adaptiveWeight(squaredError: Tensor, options: AdaptiveWeightOptions = {}): Tensor {
  checkOptions('adaptiveWeight', options, ['gamma', 'c']);
  const { gamma = 0.5, c = 1e-3 } = options;
  if (!Number.isFinite(gamma) || !(c >= 0)) {
    throw new ArgumentError(`adaptiveWeight: wanted a finite gamma and c ≥ 0, got ${gamma} and ${c}`);
  }
  return stopGradient(squaredError)
    .add(c)
    .power(gamma - 1);
}
