import { expect } from 'chai';
import { random, type Tensor, tensor } from '../../../autograd/index.ts';
import { energyDistance, fitFlow, loadFlow, moons } from '../../../flows/index.ts';

const small = { steps: 40, hidden: 16, layers: 1, batchSize: 32, learningRate: 2e-2 } as const;
const points = random.normal(random.key(1), [200, 1], { dtype: 'float64' });

describe('fitFlow', () => {
  it('learns points of any units, and gives samples in them', async () => {
    // Seconds since 1970, and millimetres in kilometres: float32 knows the first up to two minutes.
    const units = (x: Tensor) =>
      x.multiply(tensor([1000, 1e-6], { dtype: 'float64' })).add(tensor([1.7e9, 0], { dtype: 'float64' }));
    const moonsOf = (seed: number) => moons(random.key(seed), 1000).points.cast('float64');
    const model = await fitFlow(units(moonsOf(0)).toArray() as number[][], {
      steps: 250,
      hidden: 48,
      layers: 2,
      batchSize: 128,
    });
    const samples = model.sample(1000, { steps: 5 });
    expect(samples).to.include({ dtype: 'float64' });
    const back = samples.subtract(tensor([1.7e9, 0], { dtype: 'float64' }));
    const moonsAgain = back.divide(tensor([1000, 1e-6], { dtype: 'float64' }));
    expect(energyDistance(moonsAgain, moonsOf(1))).to.be.below(0.03);
    expect(model).to.include({ method: 'cfm', dimension: 2 });
  });

  it('gives log-likelihoods in the units of the data', async () => {
    const [one, ten] = [
      await fitFlow(points, { ...small, steps: 150 }),
      await fitFlow(points.multiply(8), { ...small, steps: 150 }),
    ];
    const [a, b] = [one.logLikelihood(points), ten.logLikelihood(points.multiply(8))];
    // A power of two changes no bit of what the network learns.
    expect(a.subtract(b).subtract(Math.log(8)).abs().max().item()).to.be.below(1e-12);
    const wanted = points
      .square()
      .add(Math.log(2 * Math.PI))
      .divide(-2)
      .mean()
      .item();
    expect(a.mean().item()).to.be.closeTo(wanted, 0.15);
  });

  it('gives the same bits again, and others for another seed', async () => {
    const first = await fitFlow(points, small);
    const samplesOf = async (seed: number) => (await fitFlow(points, { ...small, seed })).sample(5).toArray();
    expect(await samplesOf(0)).to.deep.equal(first.sample(5).toArray());
    expect(await samplesOf(1)).not.to.deep.equal(first.sample(5).toArray());
  });

  it('gives a constant column back as it was, and no density elsewhere', async () => {
    const data = points.toArray() as number[][];
    const model = await fitFlow(
      data.map(([x]) => [x!, 0.1]),
      small,
    );
    const samples = model.sample(3).toArray() as number[][];
    expect(samples.map(([, second]) => second)).to.deep.equal([0.1, 0.1, 0.1]);
    const [inside, outside] = model
      .logLikelihood([
        [0, 0.1],
        [0, 0.2],
      ])
      .toArray() as number[];
    expect(inside).to.be.closeTo(-1, 0.7);
    expect(outside).to.equal(Number.NEGATIVE_INFINITY);
  });

  for (const method of ['cfm', 'ot-cfm', 'meanflow'] as const) {
    it(`of ${method} is a model that gives the same samples and likelihoods after loadFlow`, async () => {
      const model = await fitFlow(points, {
        ...small,
        method,
        labels: points.reshape([200]).greater(0).cast('int32'),
      });
      const bytes = model.save();
      const loaded = loadFlow(bytes);
      expect(loaded.sample(9).toArray()).to.deep.equal(model.sample(9).toArray());
      expect(loaded.logLikelihood(points).toArray()).to.deep.equal(model.logLikelihood(points).toArray());
      expect(loaded.save()).to.deep.equal(bytes);
    });
  }
});
