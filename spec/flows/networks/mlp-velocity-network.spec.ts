import { expect } from 'chai';
import {
  add,
  checkGradients,
  full,
  grad,
  jvp,
  mapTree,
  matmul,
  multiply,
  random,
  silu,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
  treeLeaves,
} from '../../../autograd/index.ts';
import { timesSeen } from '../../../flows/networks/condition.ts';
import {
  mlp,
  mlpVelocityNetwork,
  sinusoidalTimeFeatures,
  timeFeatures,
  type VelocityParameters,
} from '../../../flows/networks/index.ts';
import { ArgumentError, DTypeError, ShapeError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

const dtype = 'float64';
const key = random.key(0);
const network = mlpVelocityNetwork({ features: 3, hidden: 5, layers: 2, classes: 4, frequencies: 2, dtype });

/** Parameters without zeros, so that no derivative vanishes by accident. */
const parameters: VelocityParameters = mapTree(
  (p) => add(p, multiply(random.normal(random.key(1), p.shape, { dtype }), 0.3)),
  network.initialise(key),
);

const z = random.normal(random.key(2), [6, 3], { dtype });
const r = random.uniform(random.key(3), [6, 1], { dtype, high: 0.5 });
const t = random.uniform(random.key(4), [6, 1], { dtype, low: 0.5 });
const labels = tensor([0, 3, 4, 1, 1, 2], { dtype: 'int32' });

describe('mlpVelocityNetwork', () => {
  it('is residual: layers of zeros add nothing', () => {
    const [z, t, c] = [random.normal(key, [4, 3], { dtype }), full([4, 1], 0.3, { dtype }), tensor([0, 1, 2, 3], { dtype: 'int32' })]; // biome-ignore format: one line
    const bare = mlpVelocityNetwork({ features: 3, hidden: 5, layers: 0, classes: 4, frequencies: 2, dtype });
    const silent = { ...parameters, residuals: mapTree((p) => multiply(p, 0), parameters.residuals) };
    const alone = bare.apply({ ...parameters, residuals: [] }, z, t, t, c);
    expect(network.apply(silent, z, t, t, c).toArray()).to.deep.equal(alone.toArray());
    expect(network.apply(parameters, z, t, t, c).toArray()).not.to.deep.equal(alone.toArray());
  });

  it('starts as the zero function, of the dtype asked for', () => {
    const u = network.apply(network.initialise(key), z, r, t, labels);
    expect(u.shape).to.deep.equal([6, 3]);
    expect(u.dtype).to.equal(dtype);
    expect([...u.toTypedArray()].every((value) => value === 0)).to.equal(true);
  });

  it('makes the same parameters of the same key, others of another', () => {
    const values = (seed: number) =>
      treeLeaves(network.initialise(random.key(seed))).map((leaf) => (leaf as Tensor).toArray());
    expect(values(5)).to.deep.equal(values(5));
    expect(values(5)).not.to.deep.equal(values(6));
  });

  it('keeps the scale of its input: each layer has weights of variance 1/inputs', () => {
    const wide = mlpVelocityNetwork({ features: 64, hidden: 256 }).initialise(key);
    const meanSquare = sum(square((wide.residuals[0] as { w: Tensor }).w)).item() / 256 ** 2;
    expect(meanSquare * 256).to.be.closeTo(1, 0.02);
  });

  it('is a function of each sample alone', () => {
    const whole = network.apply(parameters, z, r, t, labels).toArray() as number[][];
    const row = (x: Tensor) => x.slice([[2, 3]]);
    const alone = network.apply(parameters, row(z), row(r), row(t), row(labels)).toArray() as number[][];
    expectClose(alone[0] as number[], whole[2] as number[], 1e-14);
  });

  it('depends on the class and on both times; without labels it answers for the null class', () => {
    const u = (...at: [Tensor, Tensor, Tensor?]) => network.apply(parameters, z, ...at).toTypedArray();
    const nullLabels = full([6], network.nullClass, { dtype: 'int32' });
    expectClose(u(r, t), u(r, t, nullLabels), 1e-14);
    expect(u(r, t)).not.to.deep.equal(u(r, t, labels));
    expect(u(r, t, labels)).not.to.deep.equal(u(t, t, labels));
    expect(u(r, r, labels)).not.to.deep.equal(u(t, t, labels));
  });

  it('sees t, and the time t − r that it is to cross', () => {
    const [end, span] = timesSeen(6, r, t, (s) => s);
    expectClose(end.toTypedArray(), t.toTypedArray(), 0);
    expectClose(span.toTypedArray(), subtract(t, r).toTypedArray(), 0);
  });

  it('takes scalar times as well as one for each sample', () => {
    const scalar = network.apply(parameters, z, full([], 0.25, { dtype }), full([], 0.75, { dtype }), labels);
    const column = network.apply(
      parameters,
      z,
      full([6, 1], 0.25, { dtype }),
      full([6, 1], 0.75, { dtype }),
      labels,
    );
    expectClose(scalar.toTypedArray(), column.toTypedArray(), 0);
  });

  it('has the right derivatives in the point, the times and the parameters', () => {
    checkGradients(
      (...at) => network.apply(parameters, ...(at as [Tensor, Tensor, Tensor]), labels),
      [z, r, t],
    );
    checkGradients((p) => network.apply(p as unknown as VelocityParameters, z, r, t, labels), [
      parameters,
    ] as unknown as Tensor[]);
  });

  it("gives every parameter a gradient, also through a jvp's tangent", () => {
    const loss = (p: VelocityParameters) => {
      const [, rate] = jvp((end: Tensor) => network.apply(p, z, r, end, labels), [t], [1]);
      return sum(square(rate));
    };
    const gradients = grad(loss)(parameters);
    const still = new Set([parameters.output.b]); // the output's bias does not depend on time
    treeLeaves(gradients).forEach((leaf, i) => {
      const moves = [...(leaf as Tensor).toTypedArray()].some((value) => value !== 0);
      expect(moves, `leaf ${i}`).to.equal(!still.has(treeLeaves(parameters)[i] as Tensor));
    });
  });

  it('takes other activations and another embedding of time', () => {
    const options = { features: 3, hidden: 5, layers: 2, classes: 4, frequencies: 2, dtype } as const;
    const u = (given: object) =>
      mlpVelocityNetwork({ ...options, ...given })
        .apply(parameters, z, r, t, labels)
        .toTypedArray();
    expect(u({})).to.deep.equal(u({ activation: silu, timeEmbedding: 'fourier' }));
    expect(u({ activation: tanh })).not.to.deep.equal(u({}));
    expect(u({ timeEmbedding: 'sinusoidal' })).not.to.deep.equal(u({}));
    expect(() => u({ timeEmbedding: 'gaussian' })).to.throw(
      ArgumentError,
      "'fourier' or 'sinusoidal', got 'gaussian'",
    );
  });

  it('refuses sizes, points and labels that make no sense', () => {
    expect(() => mlpVelocityNetwork({ features: 0 })).to.throw(
      ArgumentError,
      "whole number ≥ 1 for 'features', got 0",
    );
    expect(() => mlpVelocityNetwork({ features: 2, layers: -1 })).to.throw(ArgumentError, 'layers');
    expect(() => mlpVelocityNetwork({ features: 2, width: 8 } as { features: number })).to.throw(
      ArgumentError,
      "unknown option 'width'",
    );
    expect(() => network.apply(parameters, z.slice([null, [0, 2]]), r, t, labels)).to.throw(
      ShapeError,
      '[batch, 3]',
    );
    expect(() => network.apply(parameters, z, r, t, full([6], 5, { dtype: 'int32' }))).to.throw(
      ArgumentError,
    );
    expect(() => network.apply(parameters, z, r, t, full([6], 0))).to.throw(DTypeError, 'int32');
  });
});

describe('timeFeatures', () => {
  it('are the time, its cosines and its sines', () => {
    const features = timeFeatures(tensor([[0], [0.25], [1]], { dtype }), 2).toArray() as number[][];
    expectClose(features[0] as number[], [0, 1, 1, 0, 0], 1e-15);
    expectClose(features[1] as number[], [0.25, Math.SQRT1_2, 0, Math.SQRT1_2, 1], 1e-15);
    expectClose(features[2] as number[], [1, -1, 1, 0, 0], 1e-15);
  });

  it('are the bare time for no frequency', () => {
    expect(timeFeatures(t, 0).toArray()).to.deep.equal(t.toArray());
  });

  it('sinusoidal ones run from 1000 down to 0.1, evenly in the logarithm', () => {
    const s = 0.3;
    const [features] = sinusoidalTimeFeatures(tensor([[s]], { dtype }), 3).toArray() as number[][];
    const angles = [1000, 10, 0.1].map((frequency) => frequency * s);
    expectClose(features as number[], [s, ...angles.map(Math.cos), ...angles.map(Math.sin)], 1e-12);
    expect(sinusoidalTimeFeatures(t, 1).shape).to.deep.equal([6, 3]);
  });
});

describe('mlp', () => {
  it('is affine layers with the activation in between', () => {
    const net = mlp({ sizes: [3, 4, 2], dtype });
    const [first, second] = net.initialise(key) as [{ w: Tensor; b: Tensor }, { w: Tensor; b: Tensor }];
    const expected = add(matmul(silu(add(matmul(z, first.w), first.b)), second.w), second.b);
    const difference = subtract(net.apply([first, second], z), expected);
    expectClose(difference.toTypedArray(), new Float64Array(12), 1e-15);
  });

  it('refuses fewer than two sizes', () => {
    expect(() => mlp({ sizes: [3] })).to.throw(ArgumentError, 'at least two sizes');
  });
});
