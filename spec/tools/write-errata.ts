/**
 * Writes docs/errata.md from the measurements of the errata: `npx tsx spec/tools/write-errata.ts`. A spec
 * keeps it up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formulaMarkdown, sentenceMarkdown } from '../../flows/report/notation.ts';
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
wrong sign (2b). Read as the derivative with respect to the argument, evaluated at $1 - t$, it is the other way
round (2a). No reading makes both right: the note is inconsistent. In all other rows, and in our formulas, a prime
on $\\sigma$, $\\alpha$ and $T$ is the derivative with respect to the argument, evaluated at $1 - t$; sg is the stop-gradient. Where
the note's words have no single meaning, a row says that it measures an interpretation.

${typeset(errataTable())}

Some slips are of words and need no measurement. "Optimal Tract" is optimal transport. The "OT path" (straight
lines for given ends) is not a minibatch OT coupling (a choice of the ends). The losses $L_{\\mathrm{FM}}$ and $L_{\\mathrm{CFM}}$ are
squared norms (3b), and a velocity is not the gradient of a density (3a). In "CFG Training", "$1u_{\\mathrm{tgt}}$" is
$u_{\\mathrm{tgt}}$. The heading "条件概率路径 $p_t(x)$" means the marginal path: the conditional one is $p_t(x|x_1)$. Among the
variables, $p_t$ is called the density of the noise, which only $p_0$ is; $q$ has an index $t$, and does not depend on $t$.
$T$ is never defined: $T(s) = \\int_0^s \\beta$. In the second term's proof, one integral sign stands for the integrals over $x_1$
and over $x$. Halfway, without a word, time turns round and $x$ changes from noise to data.

Two slips touch the theorems. "$\\therefore u_t = \\dots$" does not follow from the continuity equation: $u_t + J\\nabla \\log p_t$, with $J$
the quarter turn, has the same densities and another gradient of the loss, by 320 % for OT and 210 % for VP
(\`fluxion verify --only marginal.other\`). The theorem is about this $u_t$. And for VP up to $t = 1$ both losses are
infinite, since $\\mathbb{E}\\lVert u_t(x|x_1)\\rVert^2$ grows as $d\\beta_{\\min}/(4(1 - t))$ (\`--only velocity.singular\`): there the theorem is void.
`;
}

/** The table with its formulas in LaTeX: whole cells of the columns of formulas, and words of the others. */
function typeset(table: string): string {
  const [head = '', rule = '', ...rows] = table.trimEnd().split('\n');
  const typesetRow = (row: string) =>
    row
      .split(/(?<!\\)\|/)
      .map((cell, column) => typesetCell(cell, column === 3 || column === 4))
      .join('|');
  return [head, rule, ...rows.map(typesetRow)].join('\n');
}

function typesetCell(cell: string, isFormula: boolean): string {
  const text = cell.trim().replace(/\\(.)/g, '$1');
  if (text === '') return cell;
  return ` ${isFormula ? formulaMarkdown(text) : sentenceMarkdown(text)} `;
}

/** The page as it stands. */
export function errataPageOnDisk(): string {
  return readFileSync(target, 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, errataPage());
