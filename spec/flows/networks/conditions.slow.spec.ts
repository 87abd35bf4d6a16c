/**
 * Continuous conditions: how the networks take them, and what a model that was trained with and without them
 * has learnt.
 */
import { expect } from 'chai';
import {
  add,
  checkGradients,
  concatenate,
  mapTree,
  multiply,
  random,
  type Tensor,
  tensor,
  vmap,
  where,
} from '../../../autograd/index.ts';
import {
  adam,
  conditionalFlowMatchingLoss,
  cosineSchedule,
  dropConditions,
  energyDistance,
  guidedVelocityField,
  marginalField,
  meanFlowLoss,
  mlpVelocityNetwork,
  noiseToData,
  optimalTransportPath,
  sampleFlow,
  train,
  transformerVelocityNetwork,
  unetVelocityNetwork,
  type Velocity,
  type VelocityNetwork,
} from '../../../flows/index.ts';
import { ArgumentError, DTypeError, ShapeError } from '../../../lib/index.ts';
import { expectClose, f64, normal64, uniform64 } from '../support.ts';

const dtype = 'float64';
const shared = { conditions: 3, frequencies: 1, dtype } as const;
const image = { height: 2, width: 2, ...shared } as const;
// The parameters' type is each network's own business.
const networks = {
  mlpVelocityNetwork: mlpVelocityNetwork({ features: 4, hidden: 5, layers: 1, ...shared }),
  unetVelocityNetwork: unetVelocityNetwork({ ...image, widths: [2, 4], groups: 2 }),
  transformerVelocityNetwork: transformerVelocityNetwork({
    ...image,
    patch: 1,
    hidden: 4,
    layers: 1,
    heads: 2,
  }),
} as unknown as Readonly<Record<string, VelocityNetwork<unknown>>>;

const [z, r, t] = [normal64(0, [4, 4]), uniform64(1, [4, 1], 0, 0.5), uniform64(2, [4, 1], 0.5, 1)];
const conditions = normal64(3, [4, 3]);
const withoutSecond = where(f64([[0], [1], [0], [0]]).greater(0), Number.NaN, conditions);

for (const [name, network] of Object.entries(networks)) {
  /** Parameters without zeros, so that nothing vanishes by accident. */
  const parameters = mapTree(
    (p) => add(p, multiply(random.normal(random.key(5), p.shape, { dtype }), 0.3)),
    network.initialise(random.key(4)),
  );
  const at = (given?: Tensor) => network.apply(parameters, z, r, t, given);

  describe(`${name} with continuous conditions`, () => {
    it('depends on them, sample by sample, also under vmap', () => {
      const [before, after] = [at(conditions), at(conditions.add(f64([[0], [1], [0], [0]])))];
      const moved = before.subtract(after).abs().max({ axes: 1 }).toArray() as number[];
      expect(moved.map((change) => change > 1e-6)).to.deep.equal([false, true, false, false]);
      const one = vmap((z: Tensor, r: Tensor, t: Tensor, c: Tensor) =>
        network.apply(parameters, z.expandDims(0), r.expandDims(0), t.expandDims(0), c.expandDims(0)),
      );
      expectClose(one(z, r, t, conditions).reshape([4, 4]), before, 1e-12);
    });

    it('takes a row of NaN for no condition, as if none were given for it', () => {
      const second = f64([[0], [1], [0], [0]]).greater(0);
      expectClose(at(withoutSecond), where(second, at(), at(conditions)), 1e-14);
      expect(at().subtract(at(conditions)).abs().min().item()).to.be.above(0);
      // One NaN among numbers is a mistake, which must not pass for "none".
      const half = at(where(f64([1, 0, 1]).greater(0), conditions, Number.NaN));
      expect([...half.toTypedArray()].every(Number.isNaN)).to.equal(true);
    });

    it('has the right derivatives, in the conditions and in all parameters, with a row dropped', () => {
      checkGradients((c) => at(c), [conditions]);
      checkGradients((p) => network.apply(p, z, r, t, withoutSecond), [parameters] as Tensor[]);
    });

    it('refuses labels, and another number of conditions', () => {
      const labels = tensor([0, 1, 2, 0], { dtype: 'int32' });
      expect(() => at(labels)).to.throw(DTypeError, 'wanted conditions, floating [4, 3], got int32');
      expect(() => at(conditions.slice([null, [0, 2]]))).to.throw(
        ShapeError,
        'wanted conditions [4, 3], got [4, 2]',
      );
    });
  });
}

describe('the option conditions', () => {
  it('goes without classes; a network of classes says how to take conditions, and MeanFlow wants labels', () => {
    const features = 4;
    expect(() => mlpVelocityNetwork({ features, classes: 2, conditions: 1 })).to.throw(
      ArgumentError,
      'classes or conditions, got both',
    );
    expect(() => mlpVelocityNetwork({ features, conditions: 0.5 })).to.throw(
      ArgumentError,
      "'conditions', got 0.5",
    );
    const labelled = mlpVelocityNetwork({ features, classes: 3, dtype });
    expect(() => labelled.apply(labelled.initialise(random.key(0)), z, r, t, conditions)).to.throw(
      DTypeError,
      "option 'conditions'",
    );
    const u = (z: Tensor) => z;
    const batch = { data: z, noise: z, r, t, labels: conditions };
    expect(() => meanFlowLoss(u, batch, {})).to.throw(ShapeError, 'labels');
  });
});

describe('conditional flow matching with an angle as condition', function () {
  this.timeout(120_000);
  const deviation = 0.3;
  const path = optimalTransportPath();
  const network = mlpVelocityNetwork({ features: 2, hidden: 64, layers: 2, conditions: 2 });
  const direction = (angles: Tensor) => concatenate([angles.cos(), angles.sin()], 1);
  /** Points about the circle of radius 2, at angles that are their conditions. */
  const ring = (key: random.Key, count: number) => {
    const [angleKey, noiseKey] = random.split(key);
    const given = direction(random.uniform(angleKey, [count, 1], { high: 2 * Math.PI }));
    return { given, data: given.multiply(2).add(random.normal(noiseKey, [count, 2]).multiply(deviation)) };
  };
  const evenly = (count: number) => f64(Array.from({ length: count }, (_, i) => [(2 * Math.PI * i) / count]));
  /**
   * The exact velocities: of the Gaussian about each sample's own mean, and of all of them, as a mixture of
   * 32.
   */
  const about = marginalField(path, { means: f64([[0, 0]]), deviations: f64([deviation]) }).velocity;
  const exact = (means: Tensor) => noiseToData((x, t) => about(x.subtract(t.multiply(means)), t).add(means));
  const exactMarginal = noiseToData(
    marginalField(path, {
      means: direction(evenly(32)).multiply(2),
      deviations: f64(Array(32).fill(deviation)),
    }).velocity,
  );

  const perAngle = 100;
  const asked = direction(evenly(8)).repeat(perAngle, 0);
  const noise = random.normal(random.key(21), [8 * perAngle, 2]);
  /** The mean sample at each of the eight angles: how far along its direction, and how far across. */
  const means = (velocity: Velocity<'noiseToData'>) => {
    const x = sampleFlow(velocity, noise.cast('float64'), { steps: 15, method: 'midpoint' }).x;
    const mean = x.reshape([8, perAngle, 2]).mean({ axes: 1 });
    const [cos, sin] = [direction(evenly(8)).slice([null, 0]), direction(evenly(8)).slice([null, 1])];
    const [a, b] = [mean.slice([null, 0]), mean.slice([null, 1])];
    return {
      along: cos.multiply(a).add(sin.multiply(b)),
      across: cos.multiply(b).subtract(sin.multiply(a)),
    };
  };
  let velocity: (given?: Tensor) => Velocity<'noiseToData'>;

  before(() => {
    const { average } = train({
      parameters: network.initialise(random.key(8)),
      optimizer: adam(),
      schedule: cosineSchedule({ from: 5e-3, steps: 1500 }),
      steps: 1500,
      ema: 0.99,
      key: random.key(9),
      batches: (function* () {
        for (let i = 0; ; i++) yield ring(random.foldIn(random.key(10), i), 256);
      })(),
      loss: (p, { given, data }: ReturnType<typeof ring>, key) => {
        const [noiseKey, timeKey, dropKey] = random.split(key, 3);
        const told = dropConditions(dropKey, given, 0.2);
        const v = noiseToData((x, time) => network.apply(p, x, time, time, told));
        const batch = {
          x0: random.normal(noiseKey, data.shape),
          x1: data,
          t: random.uniform(timeKey, [256, 1]),
        };
        return { loss: conditionalFlowMatchingLoss(v, path, batch) };
      },
    });
    const in32 = (x: Tensor) => x.cast('float32');
    velocity = (given) =>
      noiseToData((x, t) =>
        network.apply(average, in32(x), in32(t), in32(t), given && in32(given)).cast('float64'),
      );
  });

  it('learns the conditional mean at every angle', () => {
    const { along, across } = means(velocity(asked));
    expect(along.subtract(2).abs().max().item()).to.be.below(0.15);
    expect(across.abs().max().item()).to.be.below(0.15);
  });

  it('with all conditions dropped gives the marginal, as it does with none', () => {
    const real = ring(random.key(22), 1600).data;
    const nothing = dropConditions(random.key(23), asked, 1);
    const samples = (given?: Tensor) => sampleFlow(velocity(given), noise.cast('float64'), { steps: 20 }).x;
    expectClose(samples(nothing), samples(), 1e-6);
    expect(energyDistance(samples(), real)).to.be.below(0.02);
    expect(energyDistance(samples(asked.multiply(0).add(f64([1, 0]))), real)).to.be.above(0.3);
  });

  it('guidance pushes each sample along its own direction, as far as it pushes the exact velocity', () => {
    const guided = (scale: number) => [
      means(guidedVelocityField(velocity(asked), velocity(), { scale })),
      means(guidedVelocityField(exact(asked.multiply(2)), exactMarginal, { scale })),
    ];
    const lengths = [0, 1, 2, 3].map((scale) => guided(scale)[0]?.along.mean().item() as number);
    expect(lengths[0]).to.be.closeTo(0, 0.1);
    expect(lengths[2]).to.be.above((lengths[1] as number) + 0.2);
    expect(lengths[3]).to.be.above((lengths[2] as number) + 0.1);
    for (const scale of [0, 1, 2, 3]) {
      const [found, wanted] = guided(scale) as [ReturnType<typeof means>, ReturnType<typeof means>];
      expect(found.along.subtract(wanted.along).abs().max().item()).to.be.below(0.15);
      expect(found.across.subtract(wanted.across).abs().max().item()).to.be.below(0.15);
    }
  });
});
