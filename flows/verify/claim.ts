/** What a claim is, and how `checkClaim` tests it. */

/** A statement of the note, with a computation that can refute it. */
export type Claim = Statement & (SmallResidual | ShownMistake);

/** What a claim says. */
interface Statement {
  /** Unique and never renamed: 'gradient.ot.2d'. The part before the first dot is the theme. */
  readonly id: string;
  /** The heading that the table lists the claim under: a part of the note, or of what came after it. */
  readonly part: string;
  /** The claim in words. */
  readonly claim: string;
  /** The claim as the note's equation, in Unicode. */
  readonly equation: string;
  /** Which two quantities are compared, where, and how. */
  readonly compared: string;
  readonly tolerance: number;
  /** Computes the residual, in float64 and without hidden randomness: the same number at every call. */
  readonly measure: () => Measurement;
}

/** Two results are the same: |residual| must not exceed the tolerance. */
interface SmallResidual {
  readonly bound: 'at most';
}

/** Something is wrong, and it must show: the residual must reach the tolerance. */
interface ShownMistake {
  readonly bound: 'at least';
  /** The residual where nothing is wrong, by the same computation. It must stay below the tolerance. */
  readonly without: () => Measurement;
}

/** A residual, or a residual with a text that the table prints beside it. */
export type Measurement = number | { readonly residual: number; readonly detail: string };

/** A claim with its measured residual and the verdict. */
export interface ClaimResult extends Omit<Statement, 'measure'> {
  readonly bound: Claim['bound'];
  readonly residual: number;
  /**
   * The tolerance divided by what must be smaller: by |residual|, or, for 'at least', by the residual where
   * nothing is wrong. Anything below 2⁻⁵² counts as 2⁻⁵², so that the margin is finite.
   */
  readonly margin: number;
  readonly passed: boolean;
  readonly detail?: string;
}

/**
 * Measures a claim's residual and compares it with the claim's bound. A residual that is not a finite number
 * fails both kinds of bound. If the measurement throws, the claim fails too, and `detail` has the error.
 * @example const { residual, passed } = checkClaim(claim);
 */
export function checkClaim(claim: Claim): ClaimResult {
  const { id, part, claim: words, equation, compared, bound, tolerance } = claim;
  const statement = { id, part, claim: words, equation, compared, bound, tolerance };
  try {
    return { ...statement, ...compare(claim) };
  } catch (error) {
    return { ...statement, residual: Number.NaN, margin: Number.NaN, passed: false, detail: String(error) };
  }
}

function compare(claim: Claim): Pick<ClaimResult, 'residual' | 'margin' | 'passed' | 'detail'> {
  const measured = claim.measure();
  const residual = residualOf(measured);
  const small = claim.bound === 'at most' ? residual : residualOf(claim.without());
  const margin = claim.tolerance / Math.max(Math.abs(small), Number.EPSILON);
  const shows = claim.bound === 'at most' || residual >= claim.tolerance;
  return {
    residual,
    margin,
    passed: shows && margin >= 1 && Number.isFinite(residual),
    ...(typeof measured === 'object' && { detail: measured.detail }),
  };
}

function residualOf(measured: Measurement): number {
  return typeof measured === 'number' ? measured : measured.residual;
}
