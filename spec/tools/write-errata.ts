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

The note on flow matching and MeanFlow that fluxion follows has a few slips. Each is measured here: the
printed formula and the corrected one are both compared with something that neither is derived from, in
float64. Errors are relative, the largest over the points looked at. \`fluxion verify --only errata\` measures
them again.

A prime on σ, α and T is the derivative with respect to the argument, evaluated at 1 − t; sg is the
stop-gradient.

${errataTable()}

Slips of spelling, which need no measurement: "Optimal Tract" is optimal transport, and the "OT path"
(straight lines for given ends) is not a minibatch OT coupling (a choice of the ends); the losses L\\_FM and
L\\_CFM are squared norms (3b), and a velocity is no gradient of a density (3a); in "CFG Training", "1u\\_tgt"
is u\\_tgt.
`;
}

/** The page as it stands. */
export function errataPageOnDisk(): string {
  return readFileSync(target, 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, errataPage());
