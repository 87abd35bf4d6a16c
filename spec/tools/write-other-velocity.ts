/**
 * Writes docs/images/other-velocity.svg, two flows through the same densities:
 * `npx tsx spec/tools/write-other-velocity.ts`. The second velocity is u_t + 2·J∇ log p_t.
 */
import { writeFileSync } from 'node:fs';
import { random, type Tensor } from '../../autograd/index.ts';
import { marginalField, odeSolve, optimalTransportPath, type Velocity } from '../../flows/index.ts';
import { otherVelocity } from '../../flows/verify/claims/uniqueness.ts';
import { threeComponents } from '../../flows/verify/examples.ts';

const [side, gap, top, reach] = [260, 20, 28, 3.5];
const field = marginalField(optimalTransportPath({ sigmaMin: 0.1 }), threeComponents[2]);
const noise = random.normal(random.key(5), [40, 2], { dtype: 'float64' });
const panels: readonly (readonly [title: string, velocity: Velocity<'noiseToData'>])[] = [
  ['The mean velocity u', field.velocity],
  ['u + 2J∇ log p', otherVelocity(field, 2)],
];
const width = panels.length * (side + gap) - gap;

writeFileSync(
  'docs/images/other-velocity.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${side + top}" role="img" aria-labelledby="title">
<title id="title">Lines from the same noise to the same three groups of data: short for the mean velocity, and round about for the other one</title>
<style>
text { font: 600 14px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: #3c3c43 }
.frame { fill: none; stroke: #c2c2c4 }
polyline { fill: none; stroke: #8e8e93; stroke-width: 0.8 }
.noise { fill: none; stroke: #67676c; stroke-width: 0.8 }
.data { fill: #2f7dbd }
@media (prefers-color-scheme: dark) {
  text { fill: #dfdfd6 }
  .frame { stroke: #3c3f44 }
  .noise { stroke: #98989f }
  .data { fill: #6cb2ea }
}
</style>
${panels.map(([title, velocity], i) => panel(title, velocity, i * (side + gap))).join('\n')}
</svg>
`,
);

function panel(title: string, velocity: Velocity<'noiseToData'>, left: number): string {
  const { states } = odeSolve(velocity, noise, { from: 0, to: 1, steps: 60, trajectory: true });
  const places = states.map((state) => placed(state, left));
  const lines = (places[0] as readonly string[]).map(
    (_, i) => `<polyline points="${places.map((at) => at[i]).join(' ')}"/>`,
  );
  const dots = (at: readonly string[], kind: string) =>
    at.map((place) => {
      const [x, y] = place.split(',');
      return `<circle class="${kind}" cx="${x}" cy="${y}" r="2.2"/>`;
    });
  return [
    `<text x="${left}" y="16">${title}</text>`,
    `<rect class="frame" x="${left + 0.5}" y="${top}" width="${side - 1}" height="${side - 1}" rx="4"/>`,
    ...lines,
    ...dots(places[0] as readonly string[], 'noise'),
    ...dots(places.at(-1) as readonly string[], 'data'),
  ].join('\n');
}

/** The points as 'x,y' in the panel. */
function placed(points: Tensor, left: number): readonly string[] {
  const values = points.toTypedArray();
  const at = (value: number) => ((value + reach) / (2 * reach)) * side;
  return Array.from({ length: values.length / 2 }, (_, i) => {
    const [x, y] = [values[2 * i], values[2 * i + 1]] as [number, number];
    return `${(left + at(x)).toFixed(1)},${(top + side - at(y)).toFixed(1)}`;
  });
}
