/** Learns which digit an image shows. Run it with: npx tsx classifier.ts */
import { argmax, logSoftmax, oneHot, random, type Tensor } from 'fluxion';
import {
  adam,
  cosineSchedule,
  digits,
  mlp,
  shuffledBatches,
  splitExamples,
  train,
} from 'fluxion/flows';

const { images, labels } = digits(); // 1,797 images of 8 × 8 pixels, from 0 to 16
const { training, validation } = splitExamples(
  { x: images.divide(16), label: labels },
  { share: 0.2, key: random.key(0) },
);

const network = mlp({ sizes: [64, 64, 10] }); // 10 scores, one for each digit
type Parameters = ReturnType<typeof network.initialise>;

// The cross-entropy: −log of the probability of the right digit.
const crossEntropy = (p: Parameters, x: Tensor, label: Tensor) =>
  logSoftmax(network.apply(p, x))
    .multiply(oneHot(label, 10))
    .sum({ axes: 1 })
    .mean()
    .negate();

const steps = 500;
const { parameters, curves } = train({
  parameters: network.initialise(random.key(1)),
  optimizer: adam(),
  schedule: cosineSchedule({ from: 1e-2, steps }),
  steps,
  batches: shuffledBatches(training, { batchSize: 128, key: random.key(2) }),
  key: random.key(3),
  loss: (p, { x, label }) => ({ loss: crossEntropy(p, x, label) }),
});
console.log(
  `loss ${curves.loss?.[0]?.toFixed(2)} → ${curves.loss?.at(-1)?.toFixed(2)}`,
);

const guesses = argmax(network.apply(parameters, validation.x), { axis: 1 });
const right = guesses.equal(validation.label).cast('float32').mean().item();
console.log(`${(100 * right).toFixed(1)} % of ${guesses.size} new images are right`);

console.log('each row: one digit, and how often the network took it for 0, 1, … 9');
const confusion = oneHot(validation.label, 10).transpose().matmul(oneHot(guesses, 10));
for (const [digit, row] of (confusion.toArray() as number[][]).entries())
  console.log(`${digit}:${row.map((count) => String(count).padStart(4)).join('')}`);
