/** What holds of every velocity network of images: the U-Net and the diffusion transformer. */
import { expect } from 'chai';
import {
  add,
  checkGradients,
  full,
  grad,
  jvp,
  mapTree,
  multiply,
  random,
  reshape,
  square,
  sum,
  type Tensor,
  tensor,
  treeLeaves,
} from '../../../autograd/index.ts';
import {
  adam,
  conditionalFlowMatchingLoss,
  constantSchedule,
  type Losses,
  meanFlowLoss,
  noiseToData,
  optimalTransportPath,
  train,
  transformerVelocityNetwork,
  unetVelocityNetwork,
  type VelocityNetwork,
} from '../../../flows/index.ts';
import { ArgumentError, DTypeError, ShapeError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

const size = { height: 4, width: 4, channels: 2, classes: 3, frequencies: 2, dtype: 'float64' } as const;
const key = random.key(0);

// The parameters' type is each network's own business.
const networks: Readonly<Record<string, VelocityNetwork<unknown>>> = {
  unetVelocityNetwork: unetVelocityNetwork({
    ...size,
    widths: [4, 8],
    groups: 2,
  }) as VelocityNetwork<unknown>,
  transformerVelocityNetwork: transformerVelocityNetwork({
    ...size,
    hidden: 8,
    layers: 2,
    heads: 2,
  }) as VelocityNetwork<unknown>,
};

const dtype = 'float64';
const z = random.normal(random.key(2), [3, 4, 4, 2], { dtype });
const r = random.uniform(random.key(3), [3, 1], { dtype, high: 0.5 });
const t = random.uniform(random.key(4), [3, 1], { dtype, low: 0.5 });
const labels = tensor([0, 3, 2], { dtype: 'int32' });

for (const [name, network] of Object.entries(networks)) {
  /** Parameters without zeros, so that no derivative vanishes by accident. */
  const parameters = mapTree(
    (p) => add(p, multiply(random.normal(random.key(1), p.shape, { dtype }), 0.3)),
    network.initialise(key),
  );

  describe(name, function () {
    this.timeout(300_000); // in plain JavaScript

    it('starts as the zero function, of the dtype asked for', () => {
      const u = network.apply(network.initialise(key), z, r, t, labels);
      expect(u.shape).to.deep.equal(z.shape);
      expect(u.dtype).to.equal(dtype);
      expect(u.toTypedArray().every((value) => value === 0)).to.equal(true);
    });

    it('makes the same parameters of the same key, others of another', () => {
      const values = (seed: number) =>
        treeLeaves(network.initialise(random.key(seed))).map((leaf) => (leaf as Tensor).toArray());
      expect(values(5)).to.deep.equal(values(5));
      expect(values(5)).not.to.deep.equal(values(6));
    });

    it('takes pixels in a row as well, and answers in the same form', () => {
      const u = network.apply(parameters, z, r, t, labels);
      const flat = network.apply(parameters, reshape(z, [3, 32]), r, t, labels);
      expect(flat.shape).to.deep.equal([3, 32]);
      expectClose(flat.toTypedArray(), u.toTypedArray(), 0);
    });

    it('is a function of each sample alone', () => {
      const row = (x: Tensor) => x.slice([[1, 2]]);
      const whole = row(network.apply(parameters, z, r, t, labels));
      const alone = network.apply(parameters, row(z), row(r), row(t), row(labels));
      expectClose(alone.toTypedArray(), whole.toTypedArray(), 1e-12);
    });

    it('depends on the class and on both times, one for each sample or one for all; without labels on the null class', () => {
      const u = (...at: [Tensor, Tensor, Tensor?]) => network.apply(parameters, z, ...at).toTypedArray();
      const scalar = (value: number) => full([], value, { dtype });
      expectClose(u(r, t), u(r, t, full([3], network.nullClass, { dtype: 'int32' })), 1e-12);
      expectClose(
        u(scalar(0.2), scalar(0.6)),
        u(full([3, 1], 0.2, { dtype }), full([3, 1], 0.6, { dtype })),
        1e-12,
      );
      expect(u(r, t)).not.to.deep.equal(u(r, t, labels));
      expect(u(r, t, labels)).not.to.deep.equal(u(t, t, labels));
      expect(u(r, r, labels)).not.to.deep.equal(u(t, t, labels));
    });

    it('has the right derivatives in the image, the times and the parameters', () => {
      checkGradients(
        (...at) => network.apply(parameters, ...(at as [Tensor, Tensor, Tensor]), labels),
        [z, r, t],
      );
      checkGradients((p) => network.apply(p, z, r, t, labels), [parameters] as unknown as Tensor[], {
        tolerance: 1e-5,
      });
    });

    it("gives every parameter a gradient, also through a jvp's tangent", () => {
      const loss = (p: unknown) => {
        const [, rate] = jvp((end: Tensor) => network.apply(p, z, r, end, labels), [t], [1]);
        return sum(square(rate));
      };
      const still = new Set([(parameters as { output: { b: Tensor } }).output.b]); // does not depend on time
      const leaves = treeLeaves(parameters) as readonly Tensor[];
      treeLeaves(grad(loss)(parameters)).forEach((leaf, i) => {
        const parameter = leaves[i] as Tensor;
        const moves = (leaf as Tensor).toTypedArray().some((value) => value !== 0);
        expect(moves, `leaf ${i}`).to.equal(parameter.size > 0 && !still.has(parameter));
      });
    });

    it('learns two images by flow matching and by MeanFlow: the error falls below a third in 60 steps', () => {
      const data = random.normal(random.key(5), [2, 4, 4, 2], { dtype });
      const classes = tensor([0, 1], { dtype: 'int32' });
      const noise = random.normal(random.key(6), data.shape, { dtype });
      const [start, end] = [tensor([[0.2], [0.4]], { dtype }), tensor([[0.9], [0.7]], { dtype })];
      const losses: Readonly<Record<string, (p: unknown) => Losses>> = {
        flowMatching: (p) => ({
          loss: conditionalFlowMatchingLoss(
            noiseToData((x, time) => network.apply(p, x, time, time, classes)),
            optimalTransportPath(),
            { x0: noise, x1: data, t: end },
          ),
        }),
        meanFlow: (p) => {
          const { loss, rawError } = meanFlowLoss(
            (x: Tensor, from: Tensor, to: Tensor, c: Tensor) => network.apply(p, x, from, to, c),
            { data, noise, r: start, t: end, labels: classes },
            { gamma: 1, c: 0 },
          );
          return { loss, rawError };
        },
      };
      for (const [kind, loss] of Object.entries(losses)) {
        const { curves } = train({
          loss,
          parameters: network.initialise(key),
          optimizer: adam(),
          schedule: constantSchedule(5e-3),
          steps: 60,
          batches: new Array(60).fill(null),
          key,
        });
        const values = curves.loss as readonly number[];
        expect((values.at(-1) as number) / (values[0] as number), kind).to.be.below(1 / 3);
      }
    });

    it('refuses images of another size, and labels that are none', () => {
      expect(() => network.apply(parameters, z.slice([null, [0, 2]]), r, t, labels)).to.throw(
        ShapeError,
        `${name}: wanted images [batch, 4, 4, 2] or [batch, 32], got [3, 2, 4, 2]`,
      );
      expect(() => network.apply(parameters, z, r, t, full([3], 4, { dtype: 'int32' }))).to.throw(
        ArgumentError,
      );
      expect(() => network.apply(parameters, z, r, t, full([3], 0))).to.throw(DTypeError, 'int32');
      expect(() => network.apply(parameters, z, r.slice([null, 0]), t, labels)).to.throw(ShapeError);
    });
  });
}
