/**
 * Writes docs/errata.md from the measurements of the errata: `npx tsx spec/tools/write-errata.ts`. A spec
 * keeps it up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errataTable } from '../../flows/verify/index.ts';

const target = new URL('../../docs/errata.md', import.meta.url);

/** The page as it should be. */
export function errataPage(): string {
  return `# Errata of the note

The note, one person's study notes on flow matching and MeanFlow, has a few slips. This page measures each of
them in float64. It compares the printed formula and the corrected one with a result that was derived from
neither. Errors are relative; each is the largest over the points that were tried. \`fluxion verify --only
errata\` measures them again.

A prime on σ, α and T is the derivative with respect to the argument, evaluated at 1 − t; sg is the
stop-gradient.

${errataTable()}

Some slips are of words and need no measurement. "Optimal Tract" is optimal transport. The "OT path" (straight
lines for given ends) is not a minibatch OT coupling (a choice of the ends). The losses L\\_FM and L\\_CFM are
squared norms (3b), and a velocity is not the gradient of a density (3a). In "CFG Training", "1u\\_tgt" is
u\\_tgt.
`;
}

/** The page as it stands. */
export function errataPageOnDisk(): string {
  return readFileSync(target, 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, errataPage());
