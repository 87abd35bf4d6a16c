/** What we export, run by onnxruntime-web, against what we compute ourselves. */
import { expect } from 'chai';
import * as ort from 'onnxruntime-web';
import {
  abs,
  concatenate,
  erf,
  erfc,
  exp,
  flip,
  gather,
  gelu,
  makeGraph,
  maximum,
  random,
  reshape,
  softmax,
  softplus,
  sum,
  type Tensor,
  tensor,
  transpose,
  where,
  zeros,
} from '../../../autograd/index.ts';
import { formatOnnx } from '../../../flows/formats/index.ts';
import {
  mlpVelocityNetwork,
  transformerVelocityNetwork,
  unetVelocityNetwork,
  type VelocityNetwork,
} from '../../../flows/networks/index.ts';
import { sampleMeanFlow } from '../../../flows/sampling/sample.ts';
import { ArgumentError } from '../../../lib/index.ts';

/** Of as many arguments as the case has. */
type Fn = (...args: [Tensor, Tensor, Tensor, Tensor]) => Tensor;

/** The function's output according to the other runtime. */
async function runElsewhere(fn: Fn, args: readonly Tensor[]): Promise<{ shape: readonly number[]; values: number[] }> {
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
    if ('shape' in node) return (node as Tensor).add(random.normal(key, (node as Tensor).shape).multiply(0.2));
    const entries = Object.entries(node).map(
      ([name, child], i) => [name, jitter(child, random.foldIn(key, i))] as const,
    );
    return Array.isArray(node) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
  };
  return jitter(network.initialise(random.key(0)), random.key(1)) as P;
}

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
          sampleMeanFlow((z: Tensor, r: Tensor, t: Tensor, c: Tensor) => mlp.apply(parameters, z, r, t, c), noise, {
            steps,
            labels: c,
          }).x;
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
      const network = transformerVelocityNetwork({ height: 4, width: 4, hidden: 8, layers: 2, heads: 2, classes: 3 });
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
      'a maximum and softplus': (x) => softplus(maximum(x, x.square().subtract(1))),
      'gelu, either way': (x) => gelu(x).add(gelu(x, { approximate: true })),
      'erf and its complement': (x) => erf(x).add(erfc(x)),
      'rows, side by side': (x) => concatenate([x, gather(x, tensor([2, 0, 0], { dtype: 'int32' }))], 1),
      'the input itself': (x) => x,
    };
    for (const [name, fn] of Object.entries(cases)) {
      it(`exports ${name}`, async () => {
        await expectSame(fn, [x]);
      });
    }

    it('exports float64', async () => {
      const y = random.normal(random.key(6), [3, 4], { dtype: 'float64' });
      await expectSame((x) => x.tanh().matmul(x.transpose()), [y], 1e-14);
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

  it('refuses names that do not fit, and what ONNX has no operator for', () => {
    const graph = makeGraph((x: Tensor) => x.exp(), [zeros([2])]);
    expect(() => formatOnnx(graph, { inputs: [], outputs: ['y'] })).to.throw(
      ArgumentError,
      '1 names of inputs, got []',
    );
    expect(() => formatOnnx(graph, { inputs: ['x'], outputs: ['x'] })).to.throw(ArgumentError, 'occurs twice');
    expect(() => formatOnnx(graph, { inputs: [':0.0'], outputs: ['y'] })).to.throw(ArgumentError, 'names of inputs');
    const other = makeGraph((x: Tensor) => x.asinh(), [zeros([2])]);
    expect(() => formatOnnx(other, { inputs: ['x'], outputs: ['y'] })).to.throw(ArgumentError, "operator for 'asinh'");
  });
});
