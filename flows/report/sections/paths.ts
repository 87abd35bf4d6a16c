/** Trajectories of the probability paths in the plane. */
import * as Plot from '@observablehq/plot';
import { chart, ends, linePoints, squareAxes } from '../chart.ts';
import type { PathPicture } from '../data.ts';
import { formula } from '../formula.ts';
import { html, type Markup } from '../markup.ts';
import { type ColourName, colour } from '../theme.ts';

const colours: readonly ColourName[] = ['accent', 'warm', 'cool'];

export function pathsSection(paths: readonly PathPicture[]): Markup {
  return html`<section id="paths" aria-labelledby="paths-title">
<h2 id="paths-title">Paths</h2>
<p class="lead">The same data, reached along different probability paths by solving ${formula('dφ_t/dt = u_t(φ_t)')} with the exact marginal field.
Rings: noise (t = 0). Discs: where it arrives (t = 1). The small dots are equally spaced in time.</p>
<div class="pictures three">
${paths.map((path, i) => pathFigure(path, colours[i % colours.length] ?? 'accent'))}
</div>
</section>`;
}

function pathFigure(path: PathPicture, name: ColourName): Markup {
  return html`<figure><h3>${path.name}</h3>${pathChart(path, name)}<figcaption><span class="math inline">${formula(path.equation)}</span></figcaption></figure>`;
}

/** The trajectories of one path as an SVG. */
export function pathChart({ name, trajectories, data }: PathPicture, line: ColourName = 'accent'): Markup {
  const { first, last } = ends(trajectories);
  const beats = trajectories.map((points) =>
    points.filter((_, i) => i % Math.max(1, Math.round(points.length / 10)) === 0),
  );
  return chart(`${name}: ${trajectories.length} trajectories from noise to data in the plane`, {
    ...squareAxes([...trajectories.flat(), ...data], 310),
    marks: [
      Plot.dot(data, { r: 1.5, fill: colour('faint') }),
      Plot.line(linePoints(trajectories), {
        x: 'x',
        y: 'y',
        z: 'line',
        stroke: colour(line),
        strokeWidth: 1.1,
        strokeOpacity: 0.75,
      }),
      Plot.dot(linePoints(beats), { x: 'x', y: 'y', r: 1.1, fill: colour(line) }),
      Plot.dot(first, { r: 2.4, stroke: colour('quiet'), fill: colour('card') }),
      Plot.dot(last, { r: 2.4, fill: colour('ink') }),
    ],
  });
}
