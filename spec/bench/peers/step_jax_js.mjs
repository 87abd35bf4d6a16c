/**
 * The MeanFlow step of `npm run bench:step` in jax-js, one jitted function. `.ref` keeps an array alive for a
 * further use.
 */
import { readFileSync } from 'node:fs';
import { serve } from '../step/serve.ts';

// jax-js asks a browser for its name; Node 20 is none.
globalThis.navigator ??= { userAgent: 'node' };
const jax = await import('@jax-js/jax');
await jax.init('wasm');
jax.defaultDevice('wasm');
const { nn, numpy: np, random, tree } = jax;

const { shapes } = JSON.parse(process.argv[3]);
const values = new Float32Array(readFileSync(process.argv[4]).buffer);
let end = 0;
const parameters = shapes.map((shape) => {
  const start = end;
  end += shape.reduce((a, b) => a * b, 1);
  return np.array(values.slice(start, end)).reshape(shape);
});
const data = parameters.splice(-4);
const [batch, features] = data[0].shape;

function network([w, b, table, ...layers], z, r, t) {
  const [outW, outB] = layers.splice(-2);
  let h = np
    .matmul(np.concatenate([z, t.ref, t.sub(r)], 1), w)
    .add(b)
    .add(table);
  for (let i = 0; i < layers.length; i += 2)
    h = h.ref.add(np.matmul(nn.silu(h), layers[i]).add(layers[i + 1]));
  return np.matmul(nn.silu(h), outW).add(outB);
}

function loss(p, x, e, r, t) {
  const z = np.subtract(1, t.ref).mul(x.ref).add(t.ref.mul(e.ref));
  const v = e.sub(x);
  const [u, dudt] = jax.jvp(
    (z, r, t) => network(p, z, r, t),
    [z, r.ref, t.ref],
    [v.ref, np.zeros([batch, 1]), np.ones([batch, 1])],
  );
  const target = jax.lax.stopGradient(v.sub(t.sub(r).mul(dudt)));
  const error = np.square(u.sub(target)).sum(1);
  const weight = jax.lax.stopGradient(np.reciprocal(np.sqrt(error.ref.add(1e-3))));
  return error.mul(weight).mean();
}

function update([p, m, v, scales], data) {
  const [value, g] = jax.valueAndGrad(loss)(tree.ref(p), ...data);
  // β₁ⁿ and β₂ⁿ, for Adam's bias corrections.
  const [first, second] = [scales[0].mul(0.9), scales[1].mul(0.999)];
  const s = np.sqrt(np.subtract(1, second.ref));
  const rate = s.ref.mul(1e-3).div(np.subtract(1, first.ref));
  const nextM = m.map((m, i) => m.mul(0.9).add(g[i].ref.mul(0.1)));
  const nextV = v.map((v, i) => v.mul(0.999).add(np.square(g[i]).mul(0.001)));
  const next = p.map((p, i) =>
    p.sub(nextM[i].ref.mul(rate.ref).div(np.sqrt(nextV[i].ref).add(s.ref.mul(1e-8)))),
  );
  rate.dispose();
  s.dispose();
  return [[next, nextM, nextV, [first, second]], value];
}

function draw(key, x) {
  const [noise, first, second, choice] = random.split(key, 4);
  const time = (key) => nn.sigmoid(random.normal(key, [batch, 1]).sub(0.4));
  const [a, b] = [time(first), time(second)];
  const t = np.maximum(a.ref, b.ref);
  const different = random
    .permutation(choice, batch)
    .reshape([batch, 1])
    .less(Math.round(batch / 4));
  const r = np.where(different, np.minimum(a, b), t.ref);
  return [x, random.normal(noise, [batch, features]), r, t];
}

function newState() {
  const zeros = () => parameters.map(({ shape }) => np.zeros(shape));
  return [tree.ref(parameters), zeros(), zeros(), [np.ones([]), np.ones([])]];
}

function check() {
  const step = jax.jit(update);
  let [state, value] = [newState()];
  return [1, 2, 3].map(() => {
    [state, value] = step(state, tree.ref(data));
    return value.item() ** 2;
  });
}

const step = jax.jit((state, x, key) => update(state, draw(key, x)));
let state = newState();
let steps = 0;

function run(count) {
  for (let i = 0; i < count; i++) {
    const [next, value] = step(state, data[0].ref, random.key(steps++));
    state = next;
    // Without reading a value each time, what waits to be computed would hold all memory.
    value.item();
  }
}

await serve({ check: check(), run });
