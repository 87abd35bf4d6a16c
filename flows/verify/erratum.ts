/** What an erratum of the note is, and the two claims made from each. */
import type { Claim } from './claim.ts';

/** A slip in the note: what it prints, what is right, and how far each is from the truth. */
export interface Erratum {
  /** '1' to '7', with a letter where one entry has several parts. */
  readonly number: string;
  /** Where in the note. */
  readonly place: string;
  readonly printed: string;
  readonly corrected: string;
  /** What both formulas are compared with, and where. */
  readonly compared: string;
  /** The error of the printed formula must be at least this, far above rounding. */
  readonly atLeast: number;
  /** The error of the corrected formula must be at most this. */
  readonly atMost: number;
  readonly printedError: () => number;
  readonly correctedError: () => number;
  /** The numbers behind the errors, as text; left out where they tell nothing new. */
  readonly detail?: () => string;
}

/** Two claims for each erratum: the printed formula fails, and the corrected one holds. */
export function errataClaims(entries: readonly Erratum[]): readonly Claim[] {
  return entries.flatMap(({ number, place, printed, corrected, compared, atLeast, atMost, ...entry }) => [
    {
      id: `errata.${number}.printed`,
      part: 'Errata of the note',
      claim: `${number}. ${place}: as printed, wrong`,
      equation: printed,
      compared: `Error of the printed formula: must show. ${compared}`,
      bound: 'at least',
      tolerance: atLeast,
      measure: () => {
        const residual = entry.printedError();
        return entry.detail ? { residual, detail: entry.detail() } : residual;
      },
      without: entry.correctedError,
    },
    {
      id: `errata.${number}.corrected`,
      part: 'Errata of the note',
      claim: `${number}. ${place}: corrected`,
      equation: corrected,
      compared: `Error of the corrected formula. ${compared}`,
      bound: 'at most',
      tolerance: atMost,
      measure: entry.correctedError,
    },
  ]);
}
