/**
 * Generates two moons by conditional flow matching: trains a velocity on pairs of noise and data, then
 * follows it from fresh noise.
 *
 * npx tsx docs/examples/moons.ts
 */
import { random, type Tensor } from 'fluxion';
import {
  adam,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  energyDistance,
  mlpVelocityNetwork,
  moons,
  noiseToData,
  optimalTransportPath,
  sampleFlow,
  shuffledBatches,
  train,
  type VelocityParameters,
} from 'fluxion/flows';

const steps = 800;
const [dataKey, networkKey, batchKey, trainKey] = random.split(random.key(0), 4);
const { points } = moons(dataKey, 4096);

// A network is two pure functions: `initialise` makes its parameters, `apply` uses them. It takes two times,
// r and t. Flow matching needs only one, so r = t.
const network = mlpVelocityNetwork({ features: 2, hidden: 64, layers: 3 });
const velocityOf = (p: VelocityParameters) =>
  noiseToData((x: Tensor, t: Tensor) => network.apply(p, x, t, t));

const { average, curves } = train({
  parameters: network.initialise(networkKey),
  optimizer: adam(),
  schedule: cosineSchedule({ from: 5e-3, steps }),
  steps,
  ema: 0.99,
  batches: shuffledBatches(points, { batchSize: 256, key: batchKey }),
  key: trainKey,
  // At a random time t, the velocity at a point between x₀ and x₁ should be x₁ − x₀.
  loss: (p, x1, key) => {
    const [noiseKey, timeKey] = random.split(key);
    const x0 = random.normal(noiseKey, x1.shape);
    const t = random.uniform(timeKey, [256, 1]);
    return { loss: conditionalFlowMatchingLoss(velocityOf(p), optimalTransportPath(), { x0, x1, t }) };
  },
});
const loss = curves.loss ?? [];
console.log(
  `loss ${loss[0]?.toFixed(2)} → ${loss.at(-1)?.toFixed(2)}; it does not fall to 0, as x₁ − x₀ is random for each x`,
);

const { x } = sampleFlow(velocityOf(average), random.normal(random.key(1), [1000, 2]), { steps: 20 });
console.log(draw(x.toArray() as number[][]));

// Two samples of the same distribution also have a distance above 0. This distance is the floor.
const test = moons(random.key(2), 1000).points;
const floor = energyDistance(points.slice([[0, 1000]]), test);
console.log(
  `energy distance to 1,000 new points: ${energyDistance(x, test).toFixed(4)} (floor ${floor.toFixed(4)})`,
);

/** Points with x from −1.4 to 2.4 and y from −1 to 1.5, as text. */
function draw(points: readonly (readonly number[])[]): string {
  const rows = Array.from({ length: 20 }, () => Array.from({ length: 60 }, () => ' '));
  for (const [x = 0, y = 0] of points) {
    const [row, column] = [Math.floor(20 * ((1.5 - y) / 2.5)), Math.floor(60 * ((x + 1.4) / 3.8))];
    if (rows[row]?.[column]) rows[row][column] = '·';
  }
  return rows.map((row) => row.join('').trimEnd()).join('\n');
}
