/** Fits a line and a curve to noisy points. Run it with: npx tsx regression.ts */
import { writeFileSync } from 'node:fs';
import {
  concatenate,
  linspace,
  onesLike,
  random,
  solve,
  type Tensor,
  tanh,
} from 'fluxion';
import { minimise, mlp } from 'fluxion/flows';

const float64 = { dtype: 'float64' } as const;
const [xKey, noiseKey] = random.split(random.key(0));
const x = random.uniform(xKey, [60, 1], float64).multiply(4).subtract(2); // −2 … 2
const noise = random.normal(noiseKey, [60, 1], float64).multiply(0.15);
const y = x.multiply(0.5).add(x.multiply(2).sin()).add(noise);
const meanSquare = (error: Tensor) => error.square().mean();

// Linear regression, y ≈ a·x + b: (AᵀA)·[a, b] = Aᵀy, where A has the columns x and 1.
const design = (at: Tensor) => concatenate([at, onesLike(at)], 1);
const transposed = design(x).transpose();
const line = solve(transposed.matmul(design(x)), transposed.matmul(y));
const [a, b] = line.reshape([-1]).toArray() as number[];
const lineError = meanSquare(design(x).matmul(line).subtract(y)).item();
console.log(
  `line: y = ${a?.toFixed(3)}·x + ${b?.toFixed(3)}, error ${lineError.toFixed(4)}`,
);

// A curve: a small network. The second term keeps its weights small: a smooth curve.
const network = mlp({ sizes: [1, 16, 1], activation: tanh, ...float64 });
type Parameters = ReturnType<typeof network.initialise>;
const loss = (p: Parameters) => {
  const size = p.map(({ w }) => w.square().sum()).reduce((sum, term) => sum.add(term));
  return meanSquare(network.apply(p, x).subtract(y)).add(size.multiply(1e-3));
};
const { parameters, steps } = minimise(loss, network.initialise(random.key(1)));
const curveError = meanSquare(network.apply(parameters, x).subtract(y)).item();
console.log(`curve: error ${curveError.toFixed(4)} after ${steps} steps`);
console.log('the variance of the noise is 0.0225');

// The picture.
const grid = linspace(-2, 2, 101, float64).reshape([-1, 1]);
const place = (xs: Tensor, ys: Tensor) =>
  (
    concatenate(
      [xs.multiply(75).add(160), ys.multiply(-40).add(100)],
      1,
    ).toArray() as number[][]
  ).map(([left, top]) => `${left?.toFixed(1)},${top?.toFixed(1)}`);
const path = (ys: Tensor, colour: string) =>
  `<polyline points="${place(grid, ys).join(' ')}" fill="none" stroke="${colour}" />`;
const dots = place(x, y)
  .map((at) => at.split(','))
  .map(([left, top]) => `<circle cx="${left}" cy="${top}" r="2" fill="#888" />`);
writeFileSync(
  'regression.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200" stroke-width="2">
    <title>A line and a curve through points</title>
    ${dots.join('')}${path(design(grid).matmul(line), '#d9822b')}
    ${path(network.apply(parameters, grid), '#3b7dd8')}</svg>`,
);
