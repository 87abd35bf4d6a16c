import { grad, random } from 'fluxion';
import { marginalField, moons, optimalTransportPath, sampleFlow } from 'fluxion/flows';

export function tenLines() {
  const { points } = moons(random.key(0), 100);
  const { velocity, logDensity } = marginalField(optimalTransportPath({ sigmaMin: 0.05 }), { points });
  const noise = random.normal(random.key(1), [300, 2]);
  const { x } = sampleFlow(velocity, noise, { steps: 20, method: 'midpoint' }); // from noise to the moons
  const score = grad((z) => logDensity(z, 1).sum())(x); // ∇ log p, which points back to the data
  return { x, score };
}
