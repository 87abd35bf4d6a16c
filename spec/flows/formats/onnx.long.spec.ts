/** What we export, run by onnxruntime-web, against what we compute ourselves. */
import { expect } from 'chai';
import * as ort from 'onnxruntime-web';
import { apply } from '../../../autograd/core/apply.ts';
import { none, primitives } from '../../../autograd/core/primitive.ts';
import {
  abs,
  argmax,
  argmin,
  argsort,
  atan2,
  cast,
  checkpoint,
  concatenate,
  convolution,
  cumulativeSum,
  defineOperation,
  diagonalMatrix,
  eigh,
  embed,
  erf,
  erfc,
  exp,
  expm1,
  eye,
  flattenTree,
  flip,
  gather,
  gelu,
  geluSlope,
  grad,
  jvp,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  makeGraph,
  matrixExponential,
  max,
  maximum,
  min,
  minimum,
  normalQuantile,
  pinv,
  qr,
  random,
  reciprocal,
  relu,
  reshape,
  round,
  rsqrt,
  scan,
  scatterAdd,
  silu,
  siluSlope,
  softmax,
  softplus,
  solve,
  sort,
  stack,
  stopGradient,
  sum,
  svd,
  switchCase,
  type Tensor,
  tensor,
  transpose,
  transposedConvolution,
  treeLeaves,
  triangularSolve,
  vjp,
  vmap,
  where,
  whileLoop,
  zeros,
} from '../../../autograd/index.ts';
import { lossFor, networkFor } from '../../../flows/fit/learning.ts';
import { defaultSettings } from '../../../flows/fit/settings.ts';
import { formatOnnx } from '../../../flows/formats/index.ts';
import {
  mlpVelocityNetwork,
  transformerVelocityNetwork,
  unetVelocityNetwork,
  type VelocityNetwork,
} from '../../../flows/networks/index.ts';
import { sampleMeanFlow } from '../../../flows/sampling/sample.ts';
import { adam, initialState, trainingStep } from '../../../flows/training/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { runFile, runOnOnnx } from './run-onnx.ts';

/** Of as many arguments as the case has. */
type Fn = (...args: [Tensor, Tensor, Tensor, Tensor]) => Tensor;

/** The function's output according to the other runtime. */
async function runElsewhere(
  fn: Fn,
  args: readonly Tensor[],
): Promise<{ shape: readonly number[]; values: number[] }> {
  const inputs = args.map((_, i) => `input${i}`);
  const session = await ort.InferenceSession.create(
    formatOnnx(makeGraph(fn as never, args as never), { inputs, outputs: ['output'] }),
    { logSeverityLevel: 3 },
  );
  const feeds = args.map((x, i) => [
    inputs[i],
    new ort.Tensor(x.dtype as 'float32', x.toTypedArray() as never, x.shape),
  ]);
  const { output } = await session.run(Object.fromEntries(feeds));
  return { shape: output!.dims, values: Array.from(output!.data as Float32Array) };
}

async function expectSame(fn: Fn, args: readonly Tensor[], tolerance = 1e-6): Promise<void> {
  const wanted = fn(...(args as Parameters<Fn>));
  const { shape, values } = await runElsewhere(fn, args);
  expect(shape).to.deep.equal(wanted.shape);
  const largest = Math.max(1, ...wanted.toTypedArray().map(Math.abs));
  wanted.toTypedArray().forEach((value, i) => {
    expect(Math.abs((values[i] as number) - value) / largest).to.be.below(tolerance);
  });
}

/** Parameters with nothing at zero, as after training. */
function trained<P>(network: VelocityNetwork<P>): P {
  const jitter = (node: unknown, key: random.Key): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    if ('shape' in node)
      return (node as Tensor).add(random.normal(key, (node as Tensor).shape).multiply(0.2));
    const entries = Object.entries(node).map(
      ([name, child], i) => [name, jitter(child, random.foldIn(key, i))] as const,
    );
    return Array.isArray(node) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
  };
  return jitter(network.initialise(random.key(0)), random.key(1)) as P;
}

/** A window of three by two, over one channel. */
const kernel = random.normal(random.key(7), [3, 2, 1, 1]);

/** A key that depends on x. */
function keyOf(x: Tensor): random.Key {
  return cast(x.multiply(100).slice([0, [0, 2]]), 'uint32');
}

/** What cannot be written: functions of a matrix, and what the error says. */
const refusals: Readonly<Record<string, readonly [fn: (x: Tensor) => unknown, reason: RegExp]>> = {
  determinant: [(x) => apply(primitives.determinant, [x], none), /'determinant': .* no factorisations/],
  cofactors: [(x) => apply(primitives.cofactors, [x], none), /'cofactors': .* no factorisations/],
  luFactor: [(x) => solve(x, eye(4)), /'luFactor': .* no factorisations/],
  solve: [(x) => solve(eye(4), x), /'solve': .* no linear systems/],
  logAbsDeterminant: [
    (x) => apply(primitives.logAbsDeterminant, [x, ...apply(primitives.luFactor, [eye(4)], none)], none),
    /'logAbsDeterminant': .* no factorisations/,
  ],
  triangularSolve: [(x) => triangularSolve(eye(4), x), /'triangularSolve': .* no linear systems/],
  cholesky: [(x) => apply(primitives.cholesky, [x], none), /'cholesky': .* no factorisations/],
  qr: [(x) => qr(x), /'qr': .* no factorisations/],
  eigh: [(x) => eigh(x), /'eigh': .* no factorisations/],
  svd: [(x) => svd(x), /'svd': .* no factorisations/],
  pinv: [(x) => pinv(x), /'pinv': .* no factorisations/],
  matrixExponential: [(x) => matrixExponential(x), /'matrixExponential': .* no factorisations/],
  operation: [
    defineOperation({
      name: 'rounding',
      value: (x) => tensor(x.toArray()).round(),
      shape: (x) => x,
      forward: ([t]) => t as Tensor,
    }),
    /'operation': .* looks at values/,
  ],
};

const roundStraightThrough = defineOperation({
  name: 'roundStraightThrough',
  value: (x) => round(x).add(0.25),
  forward: ([t]) => t as Tensor,
});

describe('formatOnnx', () => {
  const t = random.uniform(random.key(2), [5, 1]);
  const r = t.multiply(0.5);
  const labels = tensor([0, 1, 2, 3, 1], { dtype: 'int32' });

  describe('networks', () => {
    const mlp = mlpVelocityNetwork({ features: 3, classes: 3, hidden: 16, layers: 2 });
    const z = random.normal(random.key(3), [5, 3]);

    it('exports the velocity of an MLP, with its classes', async () => {
      const parameters = trained(mlp);
      await expectSame((z, r, t, c) => mlp.apply(parameters, z, r, t, c), [z, r, t, labels]);
    });

    it('exports the sampler in one step, and in two', async () => {
      const parameters = trained(mlp);
      for (const steps of [1, 2]) {
        const sampler = (noise: Tensor, c: Tensor) =>
          sampleMeanFlow(
            (z: Tensor, r: Tensor, t: Tensor, c: Tensor) => mlp.apply(parameters, z, r, t, c),
            noise,
            {
              steps,
              labels: c,
            },
          ).x;
        await expectSame(sampler, [z, labels]);
      }
    });

    const images = random.normal(random.key(4), [5, 16]);
    it('exports a U-Net', async () => {
      const network = unetVelocityNetwork({ height: 4, width: 4, widths: [4, 8], groups: 2, classes: 3 });
      const parameters = trained(network);
      await expectSame((z, r, t, c) => network.apply(parameters, z, r, t, c), [images, r, t, labels]);
    });

    it('exports a network with continuous conditions, some of them dropped', async () => {
      const network = mlpVelocityNetwork({ features: 3, hidden: 8, layers: 1, conditions: 2 });
      const parameters = trained(network);
      const none = Number.NaN;
      const z = random.normal(random.key(8), [3, 3]);
      const given = tensor([
        [0.5, -1],
        [none, none],
        [2, 0],
      ]);
      const time = random.uniform(random.key(9), [3, 1]);
      await expectSame((z, r, t, c) => network.apply(parameters, z, r, t, c), [z, time, time, given]);
      await expectSame((z, r, t) => network.apply(parameters, z, r, t), [z, time, time]);
    });

    it('exports a transformer', async () => {
      const network = transformerVelocityNetwork({
        height: 4,
        width: 4,
        hidden: 8,
        layers: 2,
        heads: 2,
        classes: 3,
      });
      const parameters = trained(network);
      await expectSame((z, r, t, c) => network.apply(parameters, z, r, t, c), [images, r, t, labels]);
    });
  });

  describe('operations', () => {
    const x = random.normal(random.key(5), [3, 4]);
    const cases: Readonly<Record<string, Fn>> = {
      'arithmetic with numbers': (x) => x.multiply(2).add(1).divide(3).subtract(x).negate(),
      'softmax, which reduces': (x) => softmax(x, { axis: 1 }),
      'sums along axes': (x) => sum(x, { axes: 0 }).add(sum(x)),
      'a slice backwards': (x) => flip(x, 1).add(x.slice([[undefined, undefined, -1]])),
      'a slice with steps': (x) =>
        x.slice([
          [2, undefined, -2],
          [1, 4, 2],
        ]),
      'axes moved about': (x) => reshape(transpose(reshape(x, [3, 2, 2]), [2, 0, 1]), [4, 3]),
      'a choice': (x) => where(x.greater(0), exp(x), abs(x)),
      'a maximum, a minimum and softplus': (x) =>
        softplus(maximum(x, x.square().subtract(1))).add(minimum(x, 0.5)),
      'gelu, either way': (x) => gelu(x).add(gelu(x, { approximate: true })),
      'erf and its complement': (x) => erf(x).add(erfc(x)),
      'rows, side by side': (x) => concatenate([x, gather(x, tensor([2, 0, 0], { dtype: 'int32' }))], 1),
      'the slopes of silu and gelu, which a Jacobian has': (x) => siluSlope(x).add(geluSlope(x)),
      'exponentials and logarithms near 0': (x) =>
        expm1(x.multiply(1e-6))
          .add(log1p(x.multiply(1e-6)))
          .multiply(1e6),
      'exponentials and logarithms far from it': (x) => expm1(x).add(log1p(exp(x.multiply(5)))),
      'inverse functions of angles': (x) => x.tanh().asin().add(x.tanh().acos()).add(x.atan().multiply(3)),
      'hyperbolic functions and their inverses': (x) =>
        x
          .sinh()
          .asinh()
          .add(x.cosh().add(0.5).acosh())
          .add(x.multiply(0.3).tanh().atanh().multiply(2))
          .add(x.sinh()),
      'rounding, halves to even': (x) =>
        x.multiply(4).round().multiply(0.5).round().add(x.floor()).add(x.ceil()).add(x.sign()),
      'masks and their logic': (x) => {
        const [inside, odd] = [logicalAnd(x.greater(-1), x.less(1)), x.notEqual(x.abs())];
        return where(logicalOr(logicalNot(inside), odd), x, 7);
      },
      'masks as results': (x) =>
        cast(logicalNot(x.lessEqual(0)), 'float32').add(cast(x.greaterEqual(0), 'float32')),
      'a maximum and a minimum along axes': (x) => max(x, { axes: 0 }).add(min(x)),
      'partial sums': (x) => cumulativeSum(x, { axis: 0 }).add(cumulativeSum(x)),
      'positions of the largest and smallest': (x) =>
        cast(argmax(x, { axis: 1 }), 'float32')
          .multiply(10)
          .add(cast(argmin(x.multiply(x), { axis: 1 }), 'float32')),
      'an order, in which equal entries keep theirs': (x) => cast(argsort(x.round(), { axis: 0 }), 'float32'),
      'sorted entries': (x) => sort(x, { axis: 1 }),
      'rows added where an index says, from the end as well': (x) =>
        scatterAdd(x, tensor([1, -1, 1], { dtype: 'int32' }), 5),
      'an embedding with steps, forwards and backwards': (x) => embed(x, [8, 12], [7, 1], [-3, 2]),
      'the gradient of slices that overlap': (x) =>
        grad((a: Tensor) =>
          a
            .slice([[0, 2]])
            .multiply(a.slice([[1, 3]]))
            .sum(),
        )(x),
      'an embedding without steps': (x) => embed(x, [5, 4], [1, 0], [1, 1]),
      'a diagonal': (x) => diagonalMatrix(x),
      'a transposed convolution': (x) =>
        transposedConvolution(reshape(x, [1, 3, 4, 1]), kernel, { stride: 2, padding: 'same' }),
      'the derivative of a convolution': (x) => {
        const image = reshape(concatenate([x, x.square()]), [1, 6, 4, 1]);
        const convolved = (z: Tensor) => convolution(z, kernel, { stride: [2, 1] });
        return vjp((z: Tensor) => convolved(z).square(), [image])[1](1)[0];
      },
      'the velocity of a flow, and its derivative': (x) => jvp((z: Tensor) => silu(gelu(z)), [x], [x])[1],
      'a constant': (x) => stopGradient(x).multiply(x),
      'powers, quotients and angles': (x) =>
        x.abs().power(1.5).divide(x.square().add(1)).add(x.sin()).add(x.cos()).add(x.tan().tanh()),
      'a rectifier and a logarithm': (x) => relu(x).add(x.abs().add(0.1).log()),
      'the body of a checkpoint, with several results and what it brings along': (x) => {
        const [a, b] = checkpoint((z: Tensor) => [z.tanh().matmul(x.transpose()), z.exp()] as const)(x);
        return a.matmul(b);
      },
      'an operation of the user': (x) => roundStraightThrough(x.multiply(3)),
      'a checkpoint in a batch, and an operation in it, twice': (x) =>
        vmap((row: Tensor) =>
          checkpoint((z: Tensor) => roundStraightThrough(roundStraightThrough(z).add(row)))(row),
        )(x),
      'a loop, either way, with what its step brings along': (x) => {
        const step = (c: Tensor, row: Tensor) =>
          [c.add(row).matmul(x.transpose()).matmul(x).tanh(), c] as const;
        const [last, ys] = scan(step, zeros([4]), x);
        const [first, others] = scan(step, last, ys, { reverse: true });
        return concatenate([first.reshape([1, 4]), others]);
      },
      'the gradient of a loop in a loop, in a batch': (x) => {
        const inner = (c: Tensor, e: Tensor) => [c.multiply(e).sin(), c.add(e)] as const;
        const outer = (c: Tensor, e: Tensor) => scan(inner, c, stack([e, c, e.multiply(2)]));
        return vmap(grad((row: Tensor) => sum(scan(outer, sum(row), row)[1])))(x);
      },
      'a loop without xs': (x) => {
        const step = (c: Tensor, _: null) => [c.multiply(x).tanh(), c] as const;
        const [last, ys] = scan(step, x, null, { length: 3, reverse: true });
        return concatenate([last, ys.reshape([9, 4])]);
      },
      'a branch, and its gradient': (x) => {
        const choice = (a: Tensor) =>
          switchCase(cast(sum(a), 'int32'), [(b: Tensor) => b.tanh(), (b: Tensor) => b.multiply(x), exp], a);
        return choice(x).add(grad((a: Tensor) => sum(choice(a).multiply(2)))(x));
      },
      'a loop with a condition, and its tangent': (x) => {
        const loop = (a: Tensor) =>
          whileLoop(({ n }) => n.less(4), ({ n, y }) => ({ n: n.add(1), y: y.multiply(a).sin() }), { n: 0, y: a }).y; // biome-ignore format: one line
        return jvp(loop, [x], [1])[1].add(vmap(loop)(x));
      },
      'a loop over no steps': (x) => {
        const [last, ys] = scan((c: Tensor, row: Tensor) => [c.add(row), c.multiply(2)], x, zeros([0, 3, 4]));
        return concatenate([last, reshape(ys, [0, 4])]);
      },
      roots: (x) =>
        rsqrt(x.abs().add(1))
          .add(x.abs().sqrt())
          .add(reciprocal(x.abs().add(1))),
      'random draws from a key that is an argument': (x) => {
        const key = keyOf(x);
        const [a, b] = [random.foldIn(key, 3), random.keys(key, 2).slice([1])];
        const draws = [
          random.normal(key, [4]),
          random.uniform(a, [4]),
          cast(random.bits(b, [4]), 'float32').multiply(2 ** -32),
        ];
        const orders = [random.randint(a, [4], -5, 5), random.permutation(b, 4)];
        return stack([...draws, ...orders.map((y) => cast(y, 'float32'))]);
      },
      'angles of points': (x) => atan2(x, flip(x, 0)).add(normalQuantile(x.tanh().multiply(0.9))),
      'the input itself': (x) => x,
    };
    for (const [name, fn] of Object.entries(cases)) {
      it(`exports ${name}`, async () => {
        await expectSame(fn, [x]);
      });
    }

    it('runs each primitive here, or refuses it below', () => {
      const graphs = Object.values(cases).map((fn) => makeGraph(fn as never, [x] as never));
      const written = graphs.flatMap(({ equations }) => equations.map(({ name }) => name as string));
      const covered = new Set([...written, ...Object.keys(refusals)]);
      expect([...covered].sort()).to.deep.equal(Object.keys(primitives).sort());
    });

    it('exports float64', async () => {
      const y = random.normal(random.key(6), [3, 4], { dtype: 'float64' });
      await expectSame((x) => x.tanh().matmul(x.transpose()), [y], 1e-14);
    });
  });

  it('exports a whole training step: draws, loss, gradient, clipping, update and average', async () => {
    const settings = { ...defaultSettings, hidden: 8, layers: 1, batchSize: 6 };
    const network = networkFor(settings, { features: 3, classes: 2 });
    const step = trainingStep({
      loss: lossFor(settings, network, { instantsApart: false }),
      ...{ optimizer: adam(), ema: 0.99, clip: 0.1 },
    });
    const { parameters, optimizer, average } = initialState(trained(network), adam());
    const batch = {
      data: random.normal(random.key(1), [6, 3]),
      labels: tensor([0, 1, 0, 1, 1, 0], { dtype: 'int32' }),
    };
    const { leaves, rebuild } = flattenTree([
      { parameters, optimizer, average },
      batch,
      random.key(2),
    ] as const);
    const fn = (...all: Tensor[]) => {
      const [state, batch, key] = rebuild(all) as Parameters<typeof step> extends [...infer A, unknown]
        ? A
        : never;
      return treeLeaves(step(state, batch, key, 0.01)) as readonly Tensor[];
    };
    const given = leaves as readonly Tensor[];
    const got = await runOnOnnx(fn, given);
    fn(...given).forEach((wanted, k) => {
      expect([got[k]!.dtype, ...got[k]!.shape]).to.deep.equal([wanted.dtype, ...wanted.shape]);
      const numbers = got[k]!.toTypedArray();
      wanted.toTypedArray().forEach((y, i) => {
        expect(Math.abs((numbers[i] as number) - y), `result ${k}, ${i}`).to.be.below(
          2e-6 * Math.max(1, Math.abs(y)),
        );
      });
    });
  });

  it('writes a bias once, however large the batch', () => {
    const network = mlpVelocityNetwork({ features: 2, hidden: 64, layers: 1 });
    const parameters = network.initialise(random.key(0));
    const size = (batch: number) => {
      const args = [zeros([batch, 2]), zeros([batch, 1]), zeros([batch, 1])] as const;
      const graph = makeGraph((z: Tensor, r: Tensor, t: Tensor) => network.apply(parameters, z, r, t), args);
      return formatOnnx(graph, { inputs: ['z', 'r', 't'], outputs: ['u'] }).length;
    };
    expect(size(1000) - size(10)).to.be.below(100);
  });

  it('writes weights once, however often a network is called', () => {
    const network = unetVelocityNetwork({ height: 8, width: 8, widths: [8, 16], blocks: 1 });
    const parameters = network.initialise(random.key(0));
    const [noise, t] = [zeros([1, 64]), zeros([1, 1])];
    const size = (calls: number) => {
      const fn = (z: Tensor) => {
        let x = z;
        for (let i = 0; i < calls; i++) x = x.add(network.apply(parameters, x, t, t));
        return x;
      };
      return formatOnnx(makeGraph(fn, [noise]), { inputs: ['z'], outputs: ['u'] }).length;
    };
    const [one, four] = [size(1), size(4)];
    const weights = 4 * treeLeaves(parameters).reduce<number>((sum, leaf) => sum + (leaf as Tensor).size, 0);
    expect(one).to.be.above(weights);
    // Nodes only: 28.7 MB instead of 1 MB, when each call wrote its reshaped kernels again.
    expect(four - one).to.be.below(2 * weights);
  });

  it('writes graphs of any length', () => {
    const steps = 140_000;
    const fn = (x: Tensor) => {
      let y = x;
      for (let i = 0; i < steps; i++) y = y.negate();
      return y;
    };
    expect(formatOnnx(makeGraph(fn, [zeros([1])]), { inputs: ['x'], outputs: ['y'] }).length).to.be.above(
      9 * steps,
    );
  }).timeout(20_000);

  it('writes a file for batches of any size, with metadata', async () => {
    const graph = (batch: number) =>
      makeGraph((x: Tensor) => softmax(x).add(zeros(x.shape)), [zeros([batch, 3])]);
    const file = formatOnnx(graph, { inputs: ['input0'], outputs: ['y'], metadata: { unit: 'metre' } });
    expect(new TextDecoder().decode(file)).to.match(/unit.*metre/);
    for (const batch of [1, 8]) {
      const x = random.normal(random.key(batch), [batch, 3]);
      const [y] = await runFile(file, [x], ['y']);
      expect(y!.shape).to.deep.equal([batch, 3]);
      y!.toTypedArray().forEach((value, i) => {
        expect(value).to.be.closeTo(softmax(x).toTypedArray()[i] as number, 1e-6);
      });
    }
    const mean = (batch: number) => makeGraph((x: Tensor) => x.mean(), [zeros([batch, 3])]);
    expect(() => formatOnnx(mean, { inputs: ['x'], outputs: ['y'] })).to.throw(
      ArgumentError,
      'follow the size',
    );
  });

  it('refuses names that do not fit, and what ONNX has no operator for', () => {
    const graph = makeGraph((x: Tensor) => x.exp(), [zeros([2])]);
    expect(() => formatOnnx(graph, { inputs: [], outputs: ['y'] })).to.throw(
      ArgumentError,
      '1 names of inputs, got []',
    );
    expect(() => formatOnnx(graph, { inputs: ['x'], outputs: ['x'] })).to.throw(
      ArgumentError,
      'occurs twice',
    );
    expect(() => formatOnnx(graph, { inputs: [':0.0'], outputs: ['y'] })).to.throw(
      ArgumentError,
      'names of inputs',
    );
  });

  for (const [name, [fn, reason]] of Object.entries(refusals)) {
    it(`refuses '${name}', and says why`, () => {
      const graph = makeGraph(fn, [eye(4)]);
      const write = () => formatOnnx(graph, { inputs: ['x'], outputs: graph.outputs.map((_, i) => `y${i}`) });
      expect(write)
        .to.throw(ArgumentError, reason)
        .with.property('message')
        .that.includes('formatOnnx: cannot write');
    });
  }
});
