/**
 * Writes docs/images/couplings.svg, which noise three couplings give to which data:
 * `npx tsx spec/tools/write-couplings.ts`. Sinkhorn's pairs are one draw from its plan.
 */
import { writeFileSync } from 'node:fs';
import { random, tensor } from '../../autograd/index.ts';
import {
  independentCoupling,
  moons,
  optimalTransportCoupling,
  type Pairs,
  sinkhornCoupling,
  takePairs,
} from '../../flows/index.ts';
import { dots, type Panel, panelsSvg } from './panels.ts';

const count = 96;
const [noiseKey, dataKey, pairKey] = random.split(random.key(3), 3);
const noise = random.normal(noiseKey, [count, 2]);
const data = moons(dataKey, count, { noise: 0.05 })
  .points.subtract(tensor([0.5, 0.25]))
  .multiply(1.6);

writeFileSync(
  'docs/images/couplings.svg',
  panelsSvg({
    description:
      'Lines from noise to data: across the whole plane where pairs are independent, short where they are by optimal transport',
    side: 220,
    reach: 3,
    lineStyle: 'line { stroke: #8e8e93; stroke-width: 0.6; stroke-opacity: 0.7 }',
    panels: [
      panel('Independent', independentCoupling(pairKey, noise, data)),
      panel('Sinkhorn', sinkhornCoupling(pairKey, noise, data, { regularization: 0.5 })),
      panel('Optimal transport', optimalTransportCoupling(noise, data)),
    ],
  }),
);

function panel(title: string, pairs: Pairs): Panel {
  const { x0, x1 } = takePairs(pairs, noise, data);
  return {
    title,
    draw(placed) {
      const [starts, ends] = [placed(x0), placed(x1)];
      const lines = starts.map(
        ([x, y], i) => `<line x1="${x}" y1="${y}" x2="${ends[i]?.[0]}" y2="${ends[i]?.[1]}"/>`,
      );
      return [lines, dots(starts, 'noise'), dots(ends, 'data')].map((list) => list.join(''));
    },
  };
}
