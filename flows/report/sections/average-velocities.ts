/** Pictures of MeanFlow's average velocity beside the instantaneous one. */
import * as Plot from '@observablehq/plot';
import { chart, ends, linePoints, squareAxes } from '../chart.ts';
import type { AverageVelocityPicture, Point } from '../data.ts';
import { formula } from '../formula.ts';
import { html, type Markup } from '../markup.ts';
import { formatNumber } from '../numbers.ts';
import { colour } from '../theme.ts';

export function averageVelocitiesSection(pictures: readonly AverageVelocityPicture[]): Markup {
  return html`<section id="average-velocity" aria-labelledby="average-velocity-title">
<h2 id="average-velocity-title">Average velocity</h2>
<p class="lead">Here t = 1 is noise and t = 0 is data. From each point ${formula('z_t')}, the <strong class="accent">average velocity</strong> takes one straight step,
<span class="math inline">${formula('z_t − (t − r) u(z_t, r, t)')}</span>, to where the curved trajectory ends. The same step with the
<strong class="warm">instantaneous velocity</strong> ${formula('v(z_t, t)')} leaves along the
tangent and misses: from pure noise it can only aim at the mean of the data.</p>
<div class="pictures two">
${pictures.map((picture) => {
  const title = `From t = ${formatNumber(picture.t)} to r = ${formatNumber(picture.r)}`;
  return html`<figure><h3>${title}</h3>${averageVelocityChart(picture)}</figure>`;
})}
</div>
</section>`;
}

/** An SVG with the trajectories and, from each point, one step with either velocity. */
export function averageVelocityChart({
  t,
  r,
  trajectories,
  average,
  instantaneous,
  data,
}: AverageVelocityPicture): Markup {
  const { first, last } = ends(trajectories);
  const byAverage = arrows(first, average, t - r);
  const byInstantaneous = arrows(first, instantaneous, t - r);
  const tips = [...byAverage, ...byInstantaneous].map(({ x2, y2 }): Point => [x2, y2]);
  const arrow = { x1: 'x1', y1: 'y1', x2: 'x2', y2: 'y2', headLength: 6, strokeWidth: 1.6 };
  return chart(`Average and instantaneous velocity at ${first.length} points, from t = ${t} to r = ${r}`, {
    ...squareAxes([...trajectories.flat(), ...tips, ...data], 460),
    marks: [
      Plot.dot(data, { r: 1.5, fill: colour('faint') }),
      Plot.line(linePoints(trajectories), {
        x: 'x',
        y: 'y',
        z: 'line',
        stroke: colour('quiet'),
        strokeWidth: 1,
      }),
      Plot.arrow(byInstantaneous, { ...arrow, stroke: colour('warm'), strokeOpacity: 0.8 }),
      Plot.arrow(byAverage, { ...arrow, stroke: colour('accent') }),
      Plot.dot(first, { r: 2.4, stroke: colour('quiet'), fill: colour('card') }),
      Plot.dot(last, { r: 2.4, fill: colour('ink') }),
    ],
  });
}

/** z_r = z_t − (t − r)·u, as the arrow from z_t to z_r. */
function arrows(from: readonly Point[], velocities: readonly Point[], duration: number) {
  return from.slice(0, velocities.length).map(([x1, y1], i) => {
    const [u, v] = velocities[i] as Point;
    return { x1, y1, x2: x1 - duration * u, y2: y1 - duration * v };
  });
}
