/** What a claim is, and how it is put to the test. */

/** A statement of the note, with a computation that can refute it. */
export interface Claim {
  /** Unique and lasting: 'gradient.ot.2d'. What comes before the first dot names the theme. */
  readonly id: string;
  /** The part of the note that it belongs to. */
  readonly part: string;
  /** The claim in words. */
  readonly claim: string;
  /** The claim as the note's equation, in Unicode. */
  readonly equation: string;
  /** Which two quantities are compared, where, and how. */
  readonly compared: string;
  /**
   * A residual is to be at most the tolerance; that of a row that shows a mistake, or catches one, at least
   * so large.
   */
  readonly bound: 'at most' | 'at least';
  readonly tolerance: number;
  /** Computes the residual, in float64 and without hidden randomness: the same number at every call. */
  readonly measure: () => Measurement;
}

/** A residual, or a residual and what else is worth reading. */
export type Measurement = number | { readonly residual: number; readonly detail: string };

/** What came of a claim. */
export interface ClaimResult extends Omit<Claim, 'measure'> {
  readonly residual: number;
  readonly passed: boolean;
  readonly detail?: string;
}

/**
 * Measures a claim's residual and compares it with its bound. A residual that is not a finite number fails,
 * whatever the bound.
 * @example const { residual, passed } = checkClaim(claim);
 */
export function checkClaim({ measure, ...statement }: Claim): ClaimResult {
  const measured = measure();
  const { residual, ...rest } = typeof measured === 'number' ? { residual: measured } : measured;
  const { bound, tolerance } = statement;
  const within = bound === 'at most' ? Math.abs(residual) <= tolerance : residual >= tolerance;
  return { ...statement, ...rest, residual, passed: within && Number.isFinite(residual) };
}
