/** Draws points for a number that you choose. Run it with: npx tsx conditions.ts */
import { writeFileSync } from 'node:fs';
import { concatenate, full, random, type Tensor } from 'fluxion';
import {
  adam,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  mlpVelocityNetwork,
  noiseToData,
  optimalTransportPath,
  sampleFlow,
  shuffledBatches,
  train,
  type VelocityParameters,
} from 'fluxion/flows';

// The data: points on rings. The condition of each point is the radius of its ring.
const [radiusKey, angleKey, noiseKey] = random.split(random.key(0), 3);
const radius = random.uniform(radiusKey, [4000, 1]).multiply(2).add(0.5); // 0.5 … 2.5
const angle = random.uniform(angleKey, [4000, 1]).multiply(2 * Math.PI);
const noise = random.normal(noiseKey, [4000, 2]).multiply(0.05);
const points = concatenate([angle.cos(), angle.sin()], 1).multiply(radius).add(noise);

// `conditions: 1` makes a network that also sees one number for each point.
const network = mlpVelocityNetwork({
  features: 2,
  hidden: 64,
  layers: 3,
  conditions: 1,
});
const velocityOf = (p: VelocityParameters, condition: Tensor) =>
  noiseToData((x: Tensor, t: Tensor) => network.apply(p, x, t, t, condition));
// Conditions should be of the order of 1: mean 0, deviation about 1.
const scaled = (r: Tensor) => r.subtract(1.5).divide(0.58);

const [steps, batchSize] = [1500, 256];
const { average } = train({
  parameters: network.initialise(random.key(1)),
  optimizer: adam(),
  schedule: cosineSchedule({ from: 5e-3, steps }),
  steps,
  ema: 0.99,
  batches: shuffledBatches({ points, radius }, { batchSize, key: random.key(2) }),
  key: random.key(3),
  loss: (p, batch, key) => {
    const [startKey, timeKey] = random.split(key);
    const x0 = random.normal(startKey, [batchSize, 2]);
    const t = random.uniform(timeKey, [batchSize, 1]);
    const velocity = velocityOf(p, scaled(batch.radius));
    const pairs = { x0, x1: batch.points, t };
    return {
      loss: conditionalFlowMatchingLoss(velocity, optimalTransportPath(), pairs),
    };
  },
});

const dots: string[] = [];
for (const wanted of [0.7, 1.3, 2]) {
  const velocity = velocityOf(average, scaled(full([300, 1], wanted)));
  const { x } = sampleFlow(velocity, random.normal(random.key(4), [300, 2]), {
    steps: 20,
  });
  const radii = x.square().sum({ axes: 1 }).sqrt();
  const [mean, deviation] = [radii.mean().item(), radii.standardDeviation().item()];
  console.log(
    `asked for ${wanted}: radius ${mean.toFixed(2)} ± ${deviation.toFixed(2)}`,
  );
  for (const [left = 0, up = 0] of x.toArray() as number[][])
    dots.push(
      `<circle cx="${(40 * left).toFixed(1)}" cy="${(-40 * up).toFixed(1)}" r="1" />`,
    );
}
writeFileSync(
  'conditions.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-160 -100 320 200" fill="#3b7dd8">
    <title>Three rings</title>
    ${dots.join('')}</svg>`,
);
