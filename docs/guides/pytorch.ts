/** PyTorch's weights, both ways. Run it with: npx tsx pytorch.ts */
import { readFileSync, writeFileSync } from 'node:fs';
import { random, tanh, tensor } from 'fluxion';
import {
  formatSafetensors,
  fromStateDict,
  mlp,
  parseSafetensors,
  stateDict,
} from 'fluxion/flows';

const { tensors } = parseSafetensors(readFileSync('model.safetensors'));
for (const [name, { shape }] of Object.entries(tensors))
  console.log(`${name}: ${shape.join(' × ')}`);

// nn.Sequential counts its activations and dropouts too: the second layer is number 3.
const network = mlp({ sizes: [3, 8, 2], activation: tanh });
const [first, second] = network.initialise(random.key(0));
const { 0: hidden, 3: output } = fromStateDict(tensors, { 0: first!, 3: second! });

const x = tensor([
  [1, -2, 0.5],
  [0, 0.3, 3],
]);
const y = network.apply([hidden, output], x);
console.log(String(y));

// And back: the same numbers are the names. Here the weights are twice as large.
const doubled = { 0: hidden, 3: { w: output.w.multiply(2), b: output.b.multiply(2) } };
writeFileSync('back.safetensors', formatSafetensors(stateDict(doubled)));
