/** The figures, which say how close the generated digits come to the real ones. */
import type { Figure } from '../data.ts';
import { html, type Markup } from '../markup.ts';
import { formatNumber } from '../numbers.ts';
import { strip } from '../strip.ts';
import { verdictSign } from './claims.ts';

export function figuresSection(figures: readonly Figure[]): Markup {
  return html`<section id="figures" aria-labelledby="figures-title">
<h2 id="figures-title">Figures</h2>
<p class="lead">Energy distance: <span class="math inline">2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖</span> between samples and the real digits on the
0–16 scale, unclipped; smaller is closer. Agreement: the share of samples whose five nearest real digits vote for the class asked for.
The strips are logarithmic, from 0.01 to 10.</p>
<div class="scroll" role="region" aria-label="Table of figures" tabindex="0">
<table class="figures">
<thead><tr><th scope="col"><span class="hidden">Verdict</span></th><th scope="col">What</th>
<th scope="col" class="number">Energy distance</th><th scope="col" class="number">Bound</th><th scope="col"><span class="hidden">Scale</span></th>
<th scope="col" class="number">Agreement</th><th scope="col" class="number">Bound</th></tr></thead>
<tbody>
${figures.map(figureRow)}
</tbody>
</table>
</div>
</section>`;
}

/** Whether a figure keeps its bounds. A figure without bounds passes. */
export function figurePasses(figure: Figure): boolean {
  const {
    energyDistance,
    energyDistanceLimit = Number.POSITIVE_INFINITY,
    agreement = 1,
    agreementLimit = 0,
  } = figure;
  return energyDistance <= energyDistanceLimit && agreement >= agreementLimit;
}

function figureRow(figure: Figure): Markup {
  const { name, kind, energyDistance, energyDistanceLimit, agreement, agreementLimit } = figure;
  const bounded = energyDistanceLimit !== undefined || agreementLimit !== undefined;
  const keepsLimit = energyDistanceLimit === undefined || energyDistance <= energyDistanceLimit;
  const mark = { value: energyDistance, limit: energyDistanceLimit, passed: keepsLimit };
  return html`<tr class="${kind}">
<td>${bounded ? verdictSign(figurePasses(figure)) : ''}</td>
<th scope="row">${name}<span class="kind">${kind}</span></th>
<td class="number" data-label="Energy distance">${formatNumber(energyDistance)}</td>
<td class="number">${energyDistanceLimit === undefined ? '' : `≤ ${formatNumber(energyDistanceLimit)}`}</td>
<td>${strip(mark, { from: -2, to: 1 })}</td>
<td class="number" data-label="Agreement">${agreement === undefined ? '–' : agreement.toFixed(3)}</td>
<td class="number">${agreementLimit === undefined ? '' : `≥ ${formatNumber(agreementLimit)}`}</td>
</tr>`;
}
