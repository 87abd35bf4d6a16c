// What a program of the user's computes, as text: the same wherever it runs.
import { compile, grad, random, tensor } from 'fluxion';
import {
  adam,
  conditionalFlowMatchingLoss,
  mlpVelocityNetwork,
  moons,
  noiseToData,
  optimalTransportPath,
  sampleFlow,
  shuffledBatches,
  train,
} from 'fluxion/flows';
import { setElementwiseBackend, setMatmulBackend } from 'fluxion/lib';

/** `'auto'`, or `'javascript'` for what is computed where there may be no WebAssembly. */
export function digits(backend = 'auto') {
  setElementwiseBackend(backend);
  setMatmulBackend(backend);
  const x = random.normal(random.key(1), [40, 30]);
  const energy = (a) =>
    a
      .matmul(a.transpose())
      .tanh()
      .add(a.sum({ axes: 1 }))
      .square()
      .mean();
  const { curves, average } = trainOnMoons();
  const samples = sampleFlow(velocityOf(average), random.normal(random.key(2), [4, 2]), { steps: 3 }).x;
  return JSON.stringify({
    matmul: x.matmul(x.transpose()).sum({ axes: 0 }).toArray(),
    views: tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
      .transpose()
      .add(tensor([0.5, 0.25]))
      .toArray(),
    grad: grad(energy)(x).sum({ axes: 0 }).toArray(),
    compiled: compile(grad(energy))(x).sum({ axes: 0 }).toArray(),
    masks: x.greater(0).logicalAnd(x.less(1)).cast('float32').sum().item(),
    loss: curves.loss,
    samples: samples.toArray(),
  });
}

const network = mlpVelocityNetwork({ features: 2, hidden: 16, layers: 2 });
const velocityOf = (p) => noiseToData((x, t) => network.apply(p, x, t, t));

function trainOnMoons() {
  const steps = 20;
  return train({
    parameters: network.initialise(random.key(3)),
    optimizer: adam(),
    schedule: () => 1e-2,
    steps,
    ema: 0.9,
    batches: shuffledBatches(moons(random.key(4), 256).points, { batchSize: 64, key: random.key(5) }),
    key: random.key(6),
    loss: (p, x1, key) => {
      const [noiseKey, timeKey] = random.split(key);
      const x0 = random.normal(noiseKey, x1.shape);
      const t = random.uniform(timeKey, [64, 1]);
      return { loss: conditionalFlowMatchingLoss(velocityOf(p), optimalTransportPath(), { x0, x1, t }) };
    },
  });
}
