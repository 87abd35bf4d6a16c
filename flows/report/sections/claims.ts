/** The note, verified: a line for each part, which opens to a table with a row for each claim. */
import type { ReportedClaim } from '../data.ts';
import { formula, sentence } from '../formula.ts';
import { html, Markup } from '../markup.ts';
import { formatNumber } from '../numbers.ts';
import { strip } from '../strip.ts';

export function claimsSection(claims: readonly ReportedClaim[]): Markup {
  const failed = claims.filter((claim) => !claim.passed).length;
  const verdict = failed === 0 ? `All ${claims.length} hold.` : `${failed} of ${claims.length} failed.`;
  return html`<section id="note" aria-labelledby="note-title">
<h2 id="note-title">The note, verified</h2>
<p class="lead">Each claim is computed in two independent ways and compared, in float64. ${verdict}
The strips are logarithmic, from 10⁻¹⁸ to 10²: the dot is the residual, the upright line its bound.</p>
${parts(claims).map(([part, rows]) => partOfTheNote(part, rows))}
</section>`;
}

function parts(claims: readonly ReportedClaim[]): [part: string, claims: ReportedClaim[]][] {
  const byPart = new Map<string, ReportedClaim[]>();
  for (const claim of claims) byPart.set(claim.part, [...(byPart.get(claim.part) ?? []), claim]);
  return [...byPart];
}

/** A part is open where a claim of it failed. */
function partOfTheNote(part: string, claims: readonly ReportedClaim[]): Markup {
  const held = claims.filter(({ passed }) => passed).length;
  const holds = held === claims.length;
  return html`<details class="part"${holds ? '' : new Markup(' open')}>
<summary>${verdictSign(holds)} <strong>${part}</strong> <span class="count">${held} of ${claims.length} hold</span></summary>
<div class="scroll" role="region" aria-label="Claims: ${part}" tabindex="0">
<table class="claims">
<thead><tr><th scope="col"><span class="hidden">Verdict</span></th><th scope="col">Claim</th><th scope="col">Compared</th>
<th scope="col" class="number">Residual</th><th scope="col" class="number">Bound</th><th scope="col" class="number">Margin</th><th scope="col"><span class="hidden">Scale</span></th></tr></thead>
<tbody>
${claims.map(claimRow)}
</tbody>
</table>
</div>
</details>`;
}

function claimRow(row: ReportedClaim): Markup {
  const mark = { value: row.residual, limit: row.tolerance, passed: row.passed };
  const sign = row.bound === 'at most' ? '≤' : '≥';
  return html`<tr class="${row.passed ? 'claim' : 'claim failed'}">
<td>${verdictSign(row.passed)}</td>
<th scope="row">${sentence(row.claim)}<span class="math">${formula(row.equation)}</span></th>
<td class="compared">${sentence(row.compared)}${row.detail === undefined ? '' : html`<span class="detail">${sentence(row.detail)}</span>`}</td>
<td class="number">${formatNumber(row.residual)}</td>
<td class="number">${sign} ${formatNumber(row.tolerance)}</td>
<td class="number">${formatNumber(Number(row.margin.toPrecision(1)))}</td>
<td>${strip(mark, { from: -18, to: 2 })}</td>
</tr>`;
}

export function verdictSign(passed: boolean): Markup {
  return passed
    ? html`<span class="good" role="img" aria-label="holds">✓</span>`
    : html`<span class="bad" role="img" aria-label="fails">✗</span>`;
}
