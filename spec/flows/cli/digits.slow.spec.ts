/** The main job's parts, on a run far too short to be good. */
import { expect } from 'chai';
import { gather, random, tensor } from '../../../autograd/index.ts';
import {
  type DigitsEvaluation,
  evaluateDigits,
  keepsLimits,
} from '../../../flows/cli/start/digits-evaluation.ts';
import { type DigitsModel, trainDigits } from '../../../flows/cli/start/digits-model.ts';
import { formatFigures } from '../../../flows/cli/start/figures-table.ts';
import { digits } from '../../../flows/data/index.ts';
import { defaultSettings } from '../../../flows/fit/settings.ts';

const short = { ...defaultSettings, steps: 4, batchSize: 32, hidden: 16, layers: 1 };

describe('trainDigits', () => {
  it('gives the same loss curve and the same samples for the same seed, bit for bit, and others for another', () => {
    const asked = tensor([0, 7], { dtype: 'int32' });
    const outcome = (seed: number) => {
      const model = trainDigits({ ...short, seed });
      return { curves: model.curves, samples: model.sample(random.key(9), asked, 2).toArray() };
    };
    const first = outcome(5);
    expect(first).to.deep.equal(outcome(5));
    expect(first.curves.loss).to.have.lengthOf(4);
    expect(first.curves.loss).not.to.deep.equal(outcome(6).curves.loss);
  });

  it('learns: the raw error of 150 steps falls well below that of the zero velocity', () => {
    const { curves } = trainDigits({ ...short, steps: 150, batchSize: 64, hidden: 64 });
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    // E‖e − x‖² = 64 + 64 for standardised data.
    expect(curves.rawError[0]).to.be.closeTo(128, 10);
    expect(mean(curves.rawError.slice(-20))).to.be.below(0.7 * 128);
  });
});

describe('evaluateDigits', () => {
  const { images, labels } = digits();

  /** A model that knows the real digits by heart: for each label asked, one of that class. */
  const byHeart: DigitsModel = {
    ...trainDigits(short),
    sample(key, asked) {
      const classes = [...labels.toTypedArray()];
      const order = [...random.permutation(key, classes.length).toTypedArray()];
      const queues = Array.from({ length: 10 }, (_, c) => order.filter((i) => classes[i] === c));
      const chosen = [...asked.toTypedArray()].map((c) => queues[c]?.pop() as number);
      return gather(images, tensor(chosen, { dtype: 'int32' }));
    },
  };

  let good: DigitsEvaluation;

  before(() => {
    good = evaluateDigits(byHeart, random.key(0));
  });

  it('finds real digits good, an untrained model bad, and says which is which', () => {
    const bad = evaluateDigits(trainDigits(short), random.key(0));
    const models = ({ figures }: DigitsEvaluation) => figures.filter(({ kind }) => kind === 'model');
    expect(models(good)).to.have.lengthOf(3);
    expect(models(good).every(keepsLimits)).to.equal(true);
    expect(models(bad).some(keepsLimits)).to.equal(false);
    expect(formatFigures(good.figures)).to.include('✓').and.not.include('✗');
    expect(formatFigures(bad.figures)).to.include('✗');
  });

  it('puts the floor and the baselines beside them', () => {
    const [floor, drawnAgain, means, gaussian] = good.figures.filter(({ kind }) => kind !== 'model');
    expect(drawnAgain?.energyDistance).to.be.within(0.04, 0.09);
    expect(floor?.energyDistance).to.be.within(0.05, 0.15);
    expect(gaussian?.energyDistance).to.be.within(0.1, 0.17);
    expect(means?.energyDistance).to.be.within(gaussian?.energyDistance as number, 0.25);
  });

  it('asks for less than the Gaussian in one evaluation and in two, and for an agreement of 0.97', () => {
    const gaussian = good.figures.find(({ name }) => name === 'Per-class diagonal Gaussian');
    const models = good.figures.filter(({ kind }) => kind === 'model');
    expect(models.map((figure) => figure.energyDistanceLimit)).to.deep.equal([
      gaussian?.energyDistance,
      gaussian?.energyDistance,
      undefined,
    ]);
    expect(models.map((figure) => figure.agreementLimit)).to.deep.equal([0.97, 0.97, 0.97]);
    expect(formatFigures(good.figures)).to.include(`≤ ${Number(gaussian?.energyDistance.toFixed(3))} ✓`);
  });

  it('shows the first images of every class, real and generated', () => {
    const { real, generated } = good.samples;
    expect(generated.map(({ evaluations }) => evaluations)).to.deep.equal([1, 2, 4]);
    for (const rows of [real, ...generated.map((set) => set.rows)]) {
      expect(rows).to.have.lengthOf(4);
      for (const row of rows) expect(row.map((image) => image.length)).to.deep.equal(Array(10).fill(64));
    }
    expect(real[0]?.[0]).to.deep.equal([...images.slice([0]).toTypedArray()]); // The data begin with a zero.
  });

  it('does not let a NaN pass', () => {
    const figure = { name: 'x', kind: 'model', energyDistanceLimit: 1, agreementLimit: 0.5 } as const;
    expect(keepsLimits({ ...figure, energyDistance: 0.5, agreement: 0.9 })).to.equal(true);
    expect(keepsLimits({ ...figure, energyDistance: Number.NaN, agreement: 0.9 })).to.equal(false);
    expect(keepsLimits({ ...figure, energyDistance: 0.5, agreement: Number.NaN })).to.equal(false);
    expect(keepsLimits({ ...figure, energyDistance: 0.5 })).to.equal(false);
  });
});
