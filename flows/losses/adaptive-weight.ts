import { ArgumentError, minimum, stopGradient, type Tensor } from '../../autograd/index.ts';
import { completeOptions, largestNumber } from '../../lib/index.ts';

export interface AdaptiveWeightOptions {
  /** γ: 1 weighs all samples alike, 0 weighs by the inverse of the error; by default 0.5. */
  readonly gamma?: number | undefined;
  /** p = 1 − γ, the name of the same choice in Geng et al.'s ablations. Give γ or p, not both. */
  readonly p?: number | undefined;
  /** c ≥ 0, which bounds the weight; by default 10⁻³. */
  readonly c?: number;
}

export const adaptiveWeightDefaults = { gamma: undefined, p: undefined, c: 1e-3 } as const;

/**
 * sg(ω) with ω = 1/(‖Δ‖² + c)^p and p = 1 − γ, for squared errors ‖Δ‖² of any shape; the result is like them.
 * Every derivative sees a constant. ω is at most the dtype's largest number, so that for c = 0 a sample
 * without error adds 0, not ∞·0.
 *
 * The gradient of sg(ω)·‖Δ‖² is that of ((‖Δ‖² + c)^γ − c^γ)/γ, and for γ → 0 that of log(‖Δ‖² + c). So the
 * weighted loss trains like ‖Δ‖^{2γ}. Its value says little: for γ = 0 it is always about 1. Geng et al.'s
 * ImageNet models take p = 1 and c = 10⁻², so γ = 0.
 *
 * Source: the note, "Adaptive Weight Loss"; Geng et al. 2025, section 4.3.
 * @throws ArgumentError for γ and p together, one that is not finite, or c < 0.
 * @example const loss = mean(adaptiveWeight(squaredError, { gamma: 0.5, c: 1e-3 }).multiply(squaredError));
 */
export function adaptiveWeight(squaredError: Tensor, options: AdaptiveWeightOptions = {}): Tensor {
  const { gamma, p: given, c } = completeOptions('adaptiveWeight', adaptiveWeightDefaults, options);
  if (gamma !== undefined && given !== undefined) {
    throw new ArgumentError(`adaptiveWeight: wanted gamma or p = 1 − gamma, got both, ${gamma} and ${given}`);
  }
  const p = given ?? 1 - (gamma ?? 0.5);
  if (!Number.isFinite(p) || !(c >= 0)) {
    throw new ArgumentError(
      `adaptiveWeight: wanted a finite gamma (or p) and c ≥ 0, got ${gamma ?? p} and ${c}`,
    );
  }
  const weight = stopGradient(squaredError).add(c).power(-p);
  const largest = largestNumber[weight.dtype as keyof typeof largestNumber];
  return c ** -p <= largest ? weight : minimum(weight, largest);
}
