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

The note says that its prime means d/dt. Read so, the printed VE formula is exact, and VP's first form has the
wrong sign (2b). Read as the derivative with respect to the argument, evaluated at 1 − t, it is the other way
round (2a). No reading makes both right: the note is inconsistent. In all other rows, and in our formulas, a prime
on σ, α and T is the derivative with respect to the argument, evaluated at 1 − t; sg is the stop-gradient. Where
the note's words have no single meaning, a row says that it measures an interpretation.

${errataTable()}

Some slips are of words and need no measurement. "Optimal Tract" is optimal transport. The "OT path" (straight
lines for given ends) is not a minibatch OT coupling (a choice of the ends). The losses L\\_FM and L\\_CFM are
squared norms (3b), and a velocity is not the gradient of a density (3a). In "CFG Training", "1u\\_tgt" is
u\\_tgt. The heading "条件概率路径 p\\_t(x)" means the marginal path: the conditional one is p\\_t(x|x₁). Among the
variables, p\\_t is called the density of the noise, which only p₀ is; q has an index t, and does not depend on t.
T is never defined: T(s) = ∫₀ˢ β. In the second term's proof, one integral sign stands for the integrals over x₁
and over x. Halfway, without a word, time turns round and x changes from noise to data.

Two slips touch the theorems. "∴ u\\_t = …" does not follow from the continuity equation: u\\_t + J∇ log p\\_t, with J
the quarter turn, has the same densities and another gradient of the loss, by 320 % for OT and 210 % for VP
(\`fluxion verify --only marginal.other\`). The theorem is about this u\\_t. And for VP up to t = 1 both losses are
infinite, since E‖u\\_t(x|x₁)‖² grows as d·β\\_min/(4(1 − t)) (\`--only velocity.singular\`): there the theorem is void.
`;
}

/** The page as it stands. */
export function errataPageOnDisk(): string {
  return readFileSync(target, 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, errataPage());
