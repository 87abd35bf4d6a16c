/** The training run's curves. */
import * as Plot from '@observablehq/plot';
import { chart } from '../chart.ts';
import type { Curve, Training } from '../data.ts';
import { html, type Markup } from '../markup.ts';
import { formatNumber } from '../numbers.ts';
import { colour } from '../theme.ts';

/** @param lead a sentence about the curves. Default: the one about the digits' training. */
export function trainingSection(training: Training, lead?: string): Markup {
  const window = Math.max(1, Math.round(training.steps.length / 40));
  return html`<section id="training" aria-labelledby="training-title">
<h2 id="training-title">Training</h2>
<p class="lead">${lead ?? digitsLead(window)}</p>
<div class="pictures two">
${training.curves.filter((curve) => curve.values.length > 0).map((curve) => curveFigure(curve.steps ?? training.steps, curve, curve.steps ? 1 : window))}
</div>
</section>`;
}

function digitsLead(window: number): string {
  return `Class-conditional MeanFlow on the handwritten digits. Faint: each step. Strong: the mean of ${window} steps.
The adaptive weight flattens the loss by design; the raw error shows what the network learns.`;
}

function curveFigure(steps: readonly number[], curve: Curve, window: number): Markup {
  const points = curve.values.map((y, i) => ({ x: steps[i] ?? i, y }));
  const drawable = points.filter(({ y }) => Number.isFinite(y) && (curve.scale === 'linear' || y > 0));
  const last = mean(curve.values.slice(-window));
  const label = `${curve.name} over ${points.length} steps, from ${formatNumber(curve.values[0] ?? Number.NaN)} to a final mean of ${formatNumber(last)}`;
  const picture = chart(label, {
    width: 520,
    height: 280,
    marginLeft: 46,
    marginTop: 10,
    marginBottom: 40,
    x: { domain: [0, steps.at(-1) ?? 1], label: 'step', labelAnchor: 'center', labelArrow: 'none' },
    y: {
      label: null,
      grid: true,
      type: curve.scale === 'logarithmic' ? 'log' : 'linear',
      ticks: 6,
      tickFormat: formatNumber,
    },
    marks: [
      Plot.line(drawable, { x: 'x', y: 'y', stroke: colour('faint'), strokeWidth: 0.7 }),
      Plot.line(
        drawable,
        Plot.windowY({ k: window, x: 'x', y: 'y', stroke: colour('accent'), strokeWidth: 2.2 }),
      ),
    ],
  });
  const caption = curve.steps
    ? `Least: ${formatNumber(curve.values.reduce((least, value) => Math.min(least, value)))}.`
    : `Mean of the last ${window} steps: ${formatNumber(last)}.`;
  return html`<figure><h3>${curve.name}</h3>${picture}<figcaption>${caption}</figcaption></figure>`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
