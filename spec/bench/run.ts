/** Prints what derivatives cost on this machine: `npm run bench:cost`. Fails if a bound is exceeded. */
import { matmulBackend } from '../../lib/index.ts';
import { costInMemory, costOfDerivatives, costOfLength, type Figure, growthOfHeap } from './cost.ts';
import { least } from './measure.ts';
import { type Computation, products } from './two-layers.ts';

const size = { rows: 1024, width: 1024, rounds: 7 };

console.log(`tanh(x·W₁)·W₂, ${size.rows} × ${size.width}, float32, Node ${process.versions.node}`);
const { times, figures } = costOfDerivatives(size);
console.log(`matrix products by: ${JSON.stringify(matmulBackend())}\n`);
for (const [name, count] of Object.entries(products)) {
  const time = least(times[name as Computation]);
  const rate = (2 * count * size.rows * size.width ** 2) / time / 1e6;
  console.log(
    `${name.padEnd(16)} ${time.toFixed(1).padStart(8)} ms  ${count} products, ${rate.toFixed(1)} GFLOP/s`,
  );
}
console.log();
const all = [...figures, costInMemory(size.rows, size.width), costOfLength(9), growthOfHeap()];
all.forEach(print);
if (all.some(({ measured, bound }) => measured > bound)) process.exitCode = 1;

function print({ name, measured, bound, unit }: Figure): void {
  console.log(`${name.padEnd(32)} ${measured.toFixed(2).padStart(7)} ${unit} (bound ${bound})`);
}
