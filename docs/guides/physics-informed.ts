/** Solves the heat equation with a network. Run it with: npx tsx physics-informed.ts */
import { writeFileSync } from 'node:fs';
import { concatenate, jvp, linspace, random, sin, type Tensor, tanh } from 'fluxion';
import { minimise, mlp } from 'fluxion/flows';

// ∂u/∂t = κ·∂²u/∂x² for x and t from 0 to 1; u = 0 at both ends, u = sin πx at t = 0.
const conductivity = 0.1;
const float64 = { dtype: 'float64' } as const;
const network = mlp({ sizes: [2, 16, 16, 1], activation: tanh, ...float64 });
type Parameters = ReturnType<typeof network.initialise>;

// This form is right at both ends and at t = 0, whatever the network says.
const u = (p: Parameters, x: Tensor, t: Tensor) => {
  const inside = x.multiply(x.negate().add(1)).multiply(t);
  return sin(x.multiply(Math.PI)).add(
    inside.multiply(network.apply(p, concatenate([x, t], 1))),
  );
};

// What is missing in the equation. Each jvp is a derivative along one variable, at all
// points at once; the second derivative is a jvp of a jvp.
const residual = (p: Parameters, x: Tensor, t: Tensor) => {
  const [, uT] = jvp((time: Tensor) => u(p, x, time), [t], [1]);
  const slope = (place: Tensor) => jvp((at: Tensor) => u(p, at, t), [place], [1])[1];
  const [, uXX] = jvp(slope, [x], [1]);
  return uT.subtract(uXX.multiply(conductivity));
};

const [xKey, tKey, networkKey] = random.split(random.key(0), 3);
const x = random.uniform(xKey, [200, 1], float64);
const t = random.uniform(tKey, [200, 1], float64);
const loss = (p: Parameters) => residual(p, x, t).square().mean();
const initial = network.initialise(networkKey);
const before = loss(initial).item();
const { parameters, value, steps } = minimise(loss, initial, { steps: 300 });
console.log(`mean squared residual: ${before.toFixed(3)} → ${value.toExponential(0)}`);
console.log(`${steps} steps`);

// The exact solution is sin(πx)·exp(−κπ²t).
const grid = linspace(0, 1, 21, float64).reshape([-1, 1]);
const curves: string[] = [];
for (const time of [0, 0.5, 1]) {
  const solved = u(parameters, grid, grid.multiply(0).add(time));
  const exact = sin(grid.multiply(Math.PI)).multiply(
    Math.exp(-conductivity * Math.PI ** 2 * time),
  );
  const error = solved.subtract(exact).abs().max().item();
  const middle = solved.toTypedArray()[10]?.toFixed(4);
  console.log(`t = ${time}: u(½) = ${middle}, largest error ${error.toExponential(0)}`);
  const points = [...solved.toTypedArray()].map(
    (v, i) => `${10 + 15 * i},${190 - 170 * v}`,
  );
  curves.push(
    `<polyline points="${points.join(' ')}" stroke-opacity="${1 - 0.6 * time}" />`,
  );
}
writeFileSync(
  'physics-informed.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200" fill="none"
    stroke="#3b7dd8" stroke-width="2">
    <title>The temperature at three times</title>
    ${curves.join('')}</svg>`,
);
