/**
 * Writes docs/images/other-velocity.svg, two flows through the same densities:
 * `npx tsx spec/tools/write-other-velocity.ts`. The second velocity is u_t + 2·J∇ log p_t.
 */
import { writeFileSync } from 'node:fs';
import { random } from '../../autograd/index.ts';
import { marginalField, odeSolve, optimalTransportPath, type Velocity } from '../../flows/index.ts';
import { otherVelocity } from '../../flows/verify/claims/uniqueness.ts';
import { threeComponents } from '../../flows/verify/examples.ts';
import { dots, type Panel, panelsSvg } from './panels.ts';

const field = marginalField(optimalTransportPath({ sigmaMin: 0.1 }), threeComponents[2]);
const noise = random.normal(random.key(5), [40, 2], { dtype: 'float64' });

writeFileSync(
  'docs/images/other-velocity.svg',
  panelsSvg({
    description:
      'Lines from the same noise to the same three groups of data: short for the mean velocity, and round about for the other one',
    side: 260,
    reach: 3.5,
    lineStyle: 'polyline { fill: none; stroke: #8e8e93; stroke-width: 0.8 }',
    panels: [panel('The mean velocity u', field.velocity), panel('u + 2J∇ log p', otherVelocity(field, 2))],
  }),
);

function panel(title: string, velocity: Velocity<'noiseToData'>): Panel {
  const { states } = odeSolve(velocity, noise, { from: 0, to: 1, steps: 60, trajectory: true });
  return {
    title,
    draw(placed) {
      const places = states.map(placed);
      const [starts = [], ends = []] = [places[0], places.at(-1)];
      const lines = starts.map((_, i) => `<polyline points="${places.map((at) => at[i]).join(' ')}"/>`);
      return [...lines, ...dots(starts, 'noise'), ...dots(ends, 'data')];
    },
  };
}
