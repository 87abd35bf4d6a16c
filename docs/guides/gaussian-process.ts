/** Fits a Gaussian process to a few points. Run it with: npx tsx gaussian-process.ts */
import { writeFileSync } from 'node:fs';
import {
  cholesky,
  diagonal,
  eye,
  linspace,
  type Tensor,
  tensor,
  triangularSolve,
} from 'fluxion';
import { minimise } from 'fluxion/flows';

const float64 = { dtype: 'float64' } as const;
const x = tensor([-2.2, -1.7, -1.4, -0.6, -0.3, 0.4, 0.9, 2.1], float64);
const y = tensor([-0.8, -1.0, -0.9, -0.5, -0.4, 0.5, 0.7, 0.8], float64);
const count = x.size;

// How alike the values at two places are: s²·exp(−(a − b)² / 2ℓ²). All parameters are
// positive, so we look for their logarithms.
const start = { scale: tensor(0), length: tensor(0), noise: tensor(-2) };
type Parameters = typeof start;
const kernel = ({ scale, length }: Parameters, a: Tensor, b: Tensor) => {
  const distance = a.reshape([-1, 1]).subtract(b).divide(length.exp());
  return distance.square().multiply(-0.5).add(scale.multiply(2)).exp();
};
const covariance = (p: Parameters) =>
  kernel(p, x, x).add(eye(count, float64).multiply(p.noise.multiply(2).exp()));

// −log p(y), with K = L·Lᵀ: half of |L⁻¹y|², plus Σ log L_ii, plus a constant.
const negativeLogLikelihood = (p: Parameters) => {
  const factor = cholesky(covariance(p));
  const white = triangularSolve(factor, y.reshape([-1, 1]));
  const constant = 0.5 * count * Math.log(2 * Math.PI);
  return white
    .square()
    .sum()
    .multiply(0.5)
    .add(diagonal(factor).log().sum())
    .add(constant);
};
const { parameters: p, value, converged } = minimise(negativeLogLikelihood, start);
console.log(`−log p(y) = ${value.toFixed(3)}, converged: ${converged}`);
for (const [name, logarithm] of Object.entries(p))
  console.log(`${name} ${Math.exp(logarithm.item()).toFixed(3)}`);

// The mean and the deviation at new places, given y.
const grid = linspace(-4, 4, 81, float64);
const factor = cholesky(covariance(p));
const between = triangularSolve(factor, kernel(p, x, grid)); // [count, 81]
const mean = between.transpose().matmul(triangularSolve(factor, y.reshape([-1, 1])));
const variance = p.scale
  .multiply(2)
  .exp()
  .subtract(between.square().sum({ axes: 0 }));
const [means, deviations] = [mean.reshape([-1]), variance.sqrt()];
const at = (i: number) => `${means.toTypedArray()[i]?.toFixed(2)}`;
const spread = (i: number) => `${deviations.toTypedArray()[i]?.toFixed(2)}`;
for (const i of [0, 20, 40, 60, 80])
  console.log(`at ${i / 10 - 4}: ${at(i)} ± ${spread(i)}`);

// The picture: the mean, and twice the deviation on both sides of it.
const point = (left: number, value = 0) => `${40 * left + 160},${100 - 40 * value}`;
const along = (values: Tensor) =>
  [...values.toTypedArray()].map((value, i) => point(i / 10 - 4, value));
const [low, high] = [-2, 2].map((k) => along(means.add(deviations.multiply(k))));
const dots = [...x.toTypedArray()].map((left, i) => {
  const [cx, cy] = point(left, y.toTypedArray()[i]).split(',');
  return `<circle cx="${cx}" cy="${cy}" r="3" fill="#d9822b" />`;
});
writeFileSync(
  'gaussian-process.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200" fill="none">
    <title>A mean, and a band around it</title>
    <polygon points="${[...low!, ...high!.reverse()].join(' ')}" fill="#3b7dd840" />
    <polyline points="${along(means).join(' ')}" stroke="#3b7dd8" stroke-width="2" />
    ${dots.join('')}</svg>`,
);
