/** The errata table of the documentation, written from the measurements: docs/errata.md. */
import { checkClaim } from './claim.ts';
import { errata } from './claims/errata.ts';
import { type Erratum, errataClaims } from './erratum.ts';
import { formatResidual } from './table.ts';

/**
 * The table as Markdown. Errors of printed formulas are shown as measured; those of the corrected ones, which
 * are rounding, as the bound that they keep to, so that the text is the same on every machine.
 *
 * @throws nothing, but says FAILED where a measurement does not bear out its row.
 */
export function errataTable(entries: readonly Erratum[] = errata): string {
  const rows = entries.map((entry) => {
    const [wrong, right] = errataClaims([entry]).map(checkClaim);
    const shown = wrong?.passed ? formatResidual(wrong.residual) : 'FAILED';
    const bound = right?.passed ? `≤ ${formatResidual(right.tolerance)}` : 'FAILED';
    const compared = entry.detail ? `${entry.compared} (${entry.detail()})` : entry.compared;
    return [entry.number, entry.place, entry.printed, entry.corrected, compared, shown, bound].map(
      escapeCell,
    );
  });
  const heading = ['#', 'Where', 'Printed', 'Should be', 'Compared', 'Error as printed', 'Error corrected'];
  return [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A bar would end the cell; an underscore or a star, after a prime, would begin italics. */
function escapeCell(text: string): string {
  return text.replaceAll(/[|_*]/g, '\\$&');
}
