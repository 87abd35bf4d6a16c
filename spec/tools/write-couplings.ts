/**
 * Writes docs/images/couplings.svg, which noise three couplings give to which data:
 * `npx tsx spec/tools/write-couplings.ts`. Sinkhorn's pairs are one draw from its plan.
 */
import { writeFileSync } from 'node:fs';
import { random, type Tensor, tensor } from '../../autograd/index.ts';
import {
  independentCoupling,
  moons,
  optimalTransportCoupling,
  type Pairs,
  sinkhornCoupling,
  takePairs,
} from '../../flows/index.ts';

const count = 96;
const [side, gap, top] = [220, 20, 28];
const [noiseKey, dataKey, pairKey] = random.split(random.key(3), 3);
const noise = random.normal(noiseKey, [count, 2]);
const data = moons(dataKey, count, { noise: 0.05 })
  .points.subtract(tensor([0.5, 0.25]))
  .multiply(1.6);

const panels: readonly (readonly [title: string, pairs: Pairs])[] = [
  ['Independent', independentCoupling(pairKey, noise, data)],
  ['Sinkhorn', sinkhornCoupling(pairKey, noise, data, { regularization: 0.5 })],
  ['Optimal transport', optimalTransportCoupling(noise, data)],
];
const width = panels.length * (side + gap) - gap;
const drawn = panels.map(([title, pairs], i) => panel(title, pairs, i * (side + gap))).join('\n');

writeFileSync(
  'docs/images/couplings.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${side + top}" role="img" aria-labelledby="title">
<title id="title">Lines from noise to data: across the whole plane where pairs are independent, short where they are by optimal transport</title>
<style>
text { font: 600 14px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: #3c3c43 }
.frame { fill: none; stroke: #c2c2c4 }
line { stroke: #8e8e93; stroke-width: 0.6; stroke-opacity: 0.7 }
.noise { fill: none; stroke: #67676c; stroke-width: 0.8 }
.data { fill: #2f7dbd }
@media (prefers-color-scheme: dark) {
  text { fill: #dfdfd6 }
  .frame { stroke: #3c3f44 }
  .noise { stroke: #98989f }
  .data { fill: #6cb2ea }
}
</style>
${drawn}
</svg>
`,
);

function panel(title: string, pairs: Pairs, left: number): string {
  const { x0, x1 } = takePairs(pairs, noise, data);
  const [starts, ends] = [placed(x0, left), placed(x1, left)];
  const lines = starts.map(
    ([x, y], i) => `<line x1="${x}" y1="${y}" x2="${ends[i]?.[0]}" y2="${ends[i]?.[1]}"/>`,
  );
  const dots = (points: readonly Place[], kind: string) =>
    points.map(([x, y]) => `<circle class="${kind}" cx="${x}" cy="${y}" r="2.2"/>`).join('');
  return [
    `<text x="${left}" y="16">${title}</text>`,
    `<rect class="frame" x="${left + 0.5}" y="${top}" width="${side - 1}" height="${side - 1}" rx="4"/>`,
    lines.join(''),
    dots(starts, 'noise'),
    dots(ends, 'data'),
  ].join('\n');
}

type Place = readonly [x: string, y: string];

/** From [−3, 3]² to the panel. */
function placed(points: Tensor, left: number): readonly Place[] {
  const at = (value: number) => (side * (value + 3)) / 6;
  return (points.toArray() as [number, number][]).map(
    ([x, y]) => [(left + at(x)).toFixed(1), (top + at(-y)).toFixed(1)] as const,
  );
}
