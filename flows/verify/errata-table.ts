/** Writes the errata table of docs/errata.md from the measurements. */

import { requireFields, requireList, requireMethods } from '../checks.ts';
import { checkClaim } from './claim.ts';
import { errata } from './claims/errata.ts';
import { type Erratum, errataClaims } from './erratum.ts';
import { formatResidual } from './table.ts';

/**
 * The table as Markdown. It shows the errors of the printed formulas as measured. The errors of the corrected
 * formulas are rounding, which differs between machines: the table shows the bounds that they keep to.
 *
 * Throws nothing: a cell says FAILED where a measurement contradicts it.
 */
export function errataTable(entries: readonly Erratum[] = errata): string {
  requireList('errataTable', 'a list of errata', entries);
  for (const entry of entries) {
    requireMethods('errataTable', 'errata that measure both errors', entry, [
      'printedError',
      'correctedError',
    ]);
    requireFields('errataTable', entry, texts, 'string');
    requireFields('errataTable', entry, ['atLeast', 'atMost'], 'number');
  }
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

const texts = ['number', 'place', 'printed', 'corrected', 'compared'];

/** Escapes what Markdown would read: a bar ends the cell, an underscore or a star may begin italics. */
function escapeCell(text: string): string {
  return text.replaceAll(/[|_*]/g, '\\$&');
}
