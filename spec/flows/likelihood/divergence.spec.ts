import { expect } from 'chai';
import {
  checkGradients,
  jacfwd,
  matmul,
  mean,
  random,
  reshape,
  ShapeError,
  stack,
  sum,
  type Tensor,
  tanh,
  vmap,
} from '../../../autograd/index.ts';
import { exactDivergence, hutchinsonDivergence, hutchinsonProbe } from '../../../flows/index.ts';
import { expectClose, f64, goldenNetwork, layersOf, normal64, readGoldenNetworks } from '../support.ts';

/** A field on events [2, 3] that mixes all six numbers and has a different divergence at each point. */
const matrix = normal64(0, [6, 6]);
const field = (x: Tensor) =>
  reshape(tanh(matmul(reshape(x, [-1, 6]), matrix)).add(reshape(x, [-1, 6]).square()), x.shape);
const x = normal64(1, [4, 2, 3]);

/** The trace of each sample's own Jacobian. */
function traces(f: (x: Tensor) => Tensor, batch: Tensor): Tensor {
  return stack(
    Array.from({ length: batch.shape[0] as number }, (_, i) => {
      const flat = reshape(batch.slice([i]), [-1]);
      const single = (y: Tensor) => reshape(f(reshape(y, [1, ...batch.shape.slice(1)])), [-1]);
      return sum(jacfwd(single)(flat).diagonal());
    }),
  );
}

describe('exactDivergence', () => {
  it("is the trace of each sample's Jacobian, for events of any shape", () => {
    const [value, divergence] = exactDivergence(field, x);
    expectClose(value, field(x), 0);
    expectClose(divergence, traces(field, x), 1e-13);
    for (const shape of [[3], [3, 1], [2, 2, 1, 2]]) {
      const y = normal64(2, shape);
      expectClose(
        exactDivergence((z) => z.power(3), y)[1],
        traces((z) => z.power(3), y),
        1e-13,
      );
    }
  });

  it('of a linear field is the trace of its matrix, everywhere', () => {
    const [, divergence] = exactDivergence((y) => matmul(y, matrix), normal64(3, [5, 6]));
    expectClose(divergence, sum(matrix.diagonal()).broadcastTo([5]), 1e-13);
  });

  it("is JAX's for an MLP", () => {
    for (const network of readGoldenNetworks()) {
      const u = goldenNetwork(layersOf(network.params));
      const [at, t] = [f64(network.x), f64(network.t)];
      expectClose(
        exactDivergence((y) => u(y, t, t), at)[1],
        reshape(f64(network.divergence_at_x_t), [-1]),
        1e-12,
      );
    }
  });

  it('is differentiable in both modes, and can be batched', () => {
    const loss = (y: Tensor, a: Tensor) =>
      mean(exactDivergence((z) => tanh(matmul(z, a)).multiply(z), y)[1].square());
    checkGradients(loss, [normal64(4, [2, 3]), normal64(5, [3, 3])]);
    const many = stack([x, x.multiply(2)]);
    expectClose(
      vmap((y: Tensor) => exactDivergence(field, y)[1])(many),
      stack([traces(field, x), traces(field, x.multiply(2))]),
      1e-13,
    );
  });

  it('an empty batch has none; a field of another shape is refused', () => {
    expect(exactDivergence(field, normal64(0, [0, 2, 3]))[1].shape).to.deep.equal([0]);
    expect(() => exactDivergence((y) => y.sum({ axes: 1 }), x)).to.throw(
      ShapeError,
      /a field of shape \[4, 2, 3\]/,
    );
    expect(() => exactDivergence((y) => y, f64(1))).to.throw(ShapeError, /batch/);
  });
});

describe('hutchinsonDivergence', () => {
  const keys = random.split(random.key(6), 4000);

  for (const distribution of ['rademacher', 'gaussian'] as const) {
    it(`is unbiased with ${distribution} probes, and as noisy as theory has it`, () => {
      // Var εᵀJε = 2·‖S‖² for normal ε, without the diagonal for ±1; S is the symmetric part of J
      const one = x.slice([[0, 1]]);
      const probes = stack(keys.map((key) => hutchinsonProbe(key, one, distribution)));
      const estimates = vmap((probe: Tensor) => hutchinsonDivergence(field, one, probe)[1])(probes);
      const jacobian = jacfwd((y: Tensor) => reshape(field(reshape(y, [1, 2, 3])), [6]))(reshape(one, [6]));
      const squares = jacobian.add(jacobian.transpose()).divide(2).square();
      const all = sum(squares).item();
      const variance = 2 * (distribution === 'gaussian' ? all : all - sum(squares.diagonal()).item());
      const error = mean(estimates).item() - sum(jacobian.diagonal()).item();
      expect(Math.abs(error)).to.be.below(4 * Math.sqrt(variance / keys.length));
      const measured = mean(estimates.subtract(mean(estimates)).square()).item();
      expect(measured / variance).to.be.within(0.85, 1.15);
    });
  }

  it('draws a probe of its own for each example', () => {
    for (const distribution of ['rademacher', 'gaussian'] as const) {
      const probes = hutchinsonProbe(
        random.key(7),
        normal64(0, [5, 20]),
        distribution,
      ).toArray() as number[][];
      expect(new Set(probes.map(String)).size, distribution).to.equal(5);
    }
  });

  it('with ±1 is exact where coordinates do not interact', () => {
    const [value, divergence] = hutchinsonDivergence(
      (y) => y.power(3),
      x,
      hutchinsonProbe(keys[0]!, x, 'rademacher'),
    );
    expectClose(value, x.power(3), 0);
    expectClose(
      divergence,
      traces((y) => y.power(3), x),
      1e-13,
    );
  });

  it('refuses a probe of another shape', () => {
    expect(() => hutchinsonDivergence(field, x, normal64(0, [4, 6]))).to.throw(ShapeError, /a probe/);
  });
});
