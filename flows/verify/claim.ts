/** What a claim is, and how `checkClaim` tests it. */

/** A statement of the note, with a computation that can refute it. */
export interface Claim {
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
  /**
   * 'at most': |residual| must not exceed the tolerance. 'at least': the claim shows that something is wrong,
   * so the residual must reach the tolerance.
   */
  readonly bound: 'at most' | 'at least';
  readonly tolerance: number;
  /** Computes the residual, in float64 and without hidden randomness: the same number at every call. */
  readonly measure: () => Measurement;
}

/** A residual, or a residual with a text that the table prints beside it. */
export type Measurement = number | { readonly residual: number; readonly detail: string };

/** A claim with its measured residual and the verdict. */
export interface ClaimResult extends Omit<Claim, 'measure'> {
  readonly residual: number;
  readonly passed: boolean;
  readonly detail?: string;
}

/**
 * Measures a claim's residual and compares it with the claim's bound. A residual that is not a finite number
 * fails both kinds of bound.
 * @example const { residual, passed } = checkClaim(claim);
 */
export function checkClaim({ measure, ...statement }: Claim): ClaimResult {
  const measured = measure();
  const { residual, ...rest } = typeof measured === 'number' ? { residual: measured } : measured;
  const { bound, tolerance } = statement;
  const within = bound === 'at most' ? Math.abs(residual) <= tolerance : residual >= tolerance;
  return { ...statement, ...rest, residual, passed: within && Number.isFinite(residual) };
}
