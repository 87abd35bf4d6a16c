/** Files for batches of any size, run by onnxruntime-web at sizes that were not traced. */
import { expect } from 'chai';
import {
  cast,
  eye,
  type Graph,
  makeGraph,
  matmul,
  mean,
  pad,
  random,
  scan,
  softmax,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../../../autograd/index.ts';
import { formatOnnx } from '../../../flows/formats/index.ts';
import {
  mlpVelocityNetwork,
  transformerVelocityNetwork,
  unetVelocityNetwork,
  type VelocityNetwork,
} from '../../../flows/networks/index.ts';
import { guidedVelocityField } from '../../../flows/sampling/guided-velocity-field.ts';
import { sampleFlow, sampleMeanFlow } from '../../../flows/sampling/sample.ts';
import { noiseToData } from '../../../flows/time.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { runFile } from './run-onnx.ts';

type Fn = (...args: [Tensor, Tensor, Tensor, Tensor]) => Tensor;

/** Sizes that the exporter does not trace. */
const sizes = [1, 3, 64];

async function expectSameAtAnySize(fn: Fn, argsOf: (batch: number) => readonly Tensor[]): Promise<void> {
  const inputs = argsOf(1).map((_, i) => `input${i}`);
  const graph = (batch: number) => makeGraph(fn as never, argsOf(batch) as never);
  const file = formatOnnx(graph, { inputs, outputs: ['output'] });
  for (const batch of sizes) {
    const args = argsOf(batch);
    const wanted = fn(...(args as Parameters<Fn>));
    const [got] = (await runFile(file, args, ['output'])) as [Tensor];
    expect(got.shape).to.deep.equal(wanted.shape);
    const values = got.toTypedArray();
    const scale = Math.max(1, ...wanted.toTypedArray().map(Math.abs));
    wanted.toTypedArray().forEach((value, i) => {
      expect(Math.abs((values[i] as number) - value) / scale, `entry ${i} of ${batch}`).to.be.below(2e-6);
    });
  }
}

/** Parameters with nothing at zero. */
function someParameters<P>(network: VelocityNetwork<P>): P {
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

const noise = (features: number) => (batch: number) => random.normal(random.key(batch), [batch, features]);
const times = (batch: number) => random.uniform(random.key(batch + 1), [batch, 1]);
const labels = (batch: number) =>
  tensor(
    Array.from({ length: batch }, (_, i) => i % 3),
    { dtype: 'int32' },
  );
const velocityArguments = (features: number) => (batch: number) => [
  noise(features)(batch),
  times(batch).multiply(0.5),
  times(batch),
  labels(batch),
];

describe('formatOnnx for batches of any size', () => {
  const mlp = mlpVelocityNetwork({ features: 3, classes: 3, hidden: 16, layers: 2 });
  const parameters = someParameters(mlp);
  const image = { height: 4, width: 4, classes: 3 };

  it('writes the velocity of an MLP', () =>
    expectSameAtAnySize((z, r, t, c) => mlp.apply(parameters, z, r, t, c), velocityArguments(3)));

  it('writes a U-Net', () => {
    const network = unetVelocityNetwork({ ...image, widths: [4, 8], groups: 2 });
    const parameters = someParameters(network);
    return expectSameAtAnySize((z, r, t, c) => network.apply(parameters, z, r, t, c), velocityArguments(16));
  });

  it('writes a transformer', () => {
    const network = transformerVelocityNetwork({ ...image, hidden: 8, layers: 2, heads: 2 });
    const parameters = someParameters(network);
    return expectSameAtAnySize((z, r, t, c) => network.apply(parameters, z, r, t, c), velocityArguments(16));
  });

  for (const scan of [false, true]) {
    it(`writes the steps of MeanFlow${scan ? ', as a loop' : ''}`, () => {
      const u = (z: Tensor, r: Tensor, t: Tensor, c: Tensor) => mlp.apply(parameters, z, r, t, c);
      return expectSameAtAnySize(
        (z, c) => sampleMeanFlow(u, z, { steps: 3, labels: c, scan }).x,
        (batch) => [noise(3)(batch), labels(batch)],
      );
    });

    it(`writes a guided flow${scan ? ', as a loop' : ''}`, () => {
      return expectSameAtAnySize(
        (z, c) => {
          const velocity = (labels?: Tensor) =>
            noiseToData((x: Tensor, t: Tensor) => mlp.apply(parameters, x, t, t, labels));
          const guided = guidedVelocityField(velocity(c), velocity(), { scale: 2 });
          return sampleFlow(guided, z, { steps: 2, scan }).x;
        },
        (batch) => [noise(3)(batch), labels(batch)],
      );
    });
  }

  it('writes constants that repeat an entry, sizes that are multiples, and softmax over the batch', () =>
    expectSameAtAnySize(
      (x) => {
        const twice = x.add(zeros(x.shape)).reshape([2 * x.shape[0]!, 2]);
        return softmax(pad(twice, [[1, 2], [0, 0]]), { axis: 0 }).add(sum(x)); // biome-ignore format: one line
      },
      (batch) => [noise(4)(batch)],
    ));

  it('writes draws for each member, with the same bits', () =>
    expectSameAtAnySize(
      (x, key) => random.normal(key, x.shape).add(random.uniform(key, x.shape)),
      (batch) => [noise(4)(batch), random.key(7)],
    ));

  it('writes a loop over the batch', () =>
    expectSameAtAnySize(
      (x) => scan((c: Tensor, row: Tensor) => [c.add(row).sin(), c], zeros([4]), x)[1],
      (batch) => [noise(4)(batch)],
    ));

  it('names the size in the file, and adds little to it', () => {
    const u = (z: Tensor, t: Tensor) => mlp.apply(parameters, z, t, t, labels(1).broadcastTo([z.shape[0]!]));
    const graph = (batch: number): Graph => makeGraph(u, [zeros([batch, 3]), zeros([batch, 1])]);
    const names = { inputs: ['z', 't'], outputs: ['u'] };
    const [one, any] = [formatOnnx(graph(1), names), formatOnnx(graph, names)];
    expect(new TextDecoder('latin1').decode(any)).to.include('batch');
    expect(any.length - one.length).to.be.below(2000);
  });

  const refusals: Readonly<Record<string, readonly [fn: (x: Tensor) => Tensor, reason: RegExp]>> = {
    'a mean over the batch': [(x) => mean(x), /'multiply|divide'.*numbers that it gets .* follow the size/],
    'a matrix as large as the batch': [(x) => matmul(eye(x.shape[0]!), x), /'matmul'.*follow the size/],
    'pairs of members': [
      (x) => x.reshape([x.shape[0]!, 1, 2]).subtract(x).reshape([-1, 2]),
      /'y'.*sizes 25, 1369, 16801801 at batches of 5, 37, 4099/,
    ],
    'blocks of sixteen': [
      (x) => pad(x, [[0, (16 - (x.shape[0]! % 16)) % 16], [0, 0]]), // biome-ignore format: one line
      /no multiples of the batch/,
    ],
    'what a threshold decides': [
      (x) => (x.shape[0]! > 1000 ? x.sin() : x.cos()),
      /'cos'.*at another size 'sin' stands in its place/,
    ],
    'more for more': [(x) => (x.shape[0]! > 1000 ? x.sin().sin() : x.sin()), /'output'.*'sin' stands/],
    'an axis of another place': [
      (x) => sum(x, { axes: x.shape[0]! % 2 === 1 && x.shape[0]! > 9 ? [0] : [1] }),
      /cannot write .* for batches of any size/,
    ],
    'a permutation of the batch, whose bits take more rounds if it is long': [
      (x) =>
        x.add(
          cast(random.permutation(cast(x.slice([0]), 'uint32'), x.shape[0]!).reshape([-1, 1]), 'float32'),
        ),
      /cannot write .* for batches of any size/,
    ],
  };
  for (const [name, [fn, reason]] of Object.entries(refusals)) {
    it(`refuses ${name}`, () => {
      const graph = (batch: number) => makeGraph(fn, [zeros([batch, 2])]);
      expect(() => formatOnnx(graph, { inputs: ['x'], outputs: ['y'] })).to.throw(ArgumentError, reason);
    });
  }

  it('refuses graphs whose inputs do not show the size', () => {
    const graph = () => makeGraph((x: Tensor) => x.sin(), [zeros([3])]);
    expect(() => formatOnnx(graph, { inputs: ['x'], outputs: ['y'] })).to.throw(
      ArgumentError,
      'wanted an input with an axis as long as the batch, got inputs of shapes [3]',
    );
  });
});
