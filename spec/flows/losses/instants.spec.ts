/** The samples with r = t go through u alone: the same losses and gradients, at less cost. */
import { expect } from 'chai';
import {
  ArgumentError,
  compile,
  concatenate,
  grad,
  makeGraph,
  matmul,
  random,
  type Tensor,
  tensor,
} from '../../../autograd/index.ts';
import {
  dataToNoise,
  improvedMeanFlowLoss,
  type MeanFlowLoss,
  meanFlowLoss,
  sampleTimes,
} from '../../../flows/index.ts';
import { expectClose, expectTreesClose, f64, normal64 } from '../support.ts';
import { model, type Parameters, parameters } from './example.ts';

const size = 12;
const [data, noise] = [normal64(1, [size, 3]), normal64(2, [size, 3])];
const times = sampleTimes(random.key(3), size, {
  differentShare: 0.25,
  zeroShare: 0.25,
  instantsFirst: true,
  dtype: 'float64',
});
const labels = tensor([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], { dtype: 'int32' });
const weights = normal64(4, [size]).square();

/** A network that looks at its labels, too. */
const labelled = (p: Parameters) => (z: Tensor, r: Tensor, t: Tensor, classes: Tensor) =>
  model(p)(z, r, t).multiply(
    classes
      .reshape([countOf(classes), 1])
      .cast('float64')
      .add(1),
  );
const countOf = (x: Tensor) => x.shape[0] as number;

describe('the samples with r = t', () => {
  const guidance = { scale: 2, mixing: 0.3, nullClass: 2 };
  const head = (p: Parameters) => dataToNoise((z, t) => model(p)(z, t.multiply(0), t));
  type Loss = (p: Parameters, instantCount: number) => MeanFlowLoss;
  const batch = { data, noise, r: times.r, t: times.t, weights };
  const losses: Readonly<Record<string, Loss>> = {
    meanFlowLoss: (p, instantCount) => meanFlowLoss(model(p), { ...batch, instantCount }),
    'meanFlowLoss, guided': (p, instantCount) =>
      meanFlowLoss(labelled(p), { ...batch, labels, instantCount }, { guidance }),
    improvedMeanFlowLoss: (p, instantCount) => improvedMeanFlowLoss(model(p), { ...batch, instantCount }),
    'improvedMeanFlowLoss, guided': (p, instantCount) =>
      improvedMeanFlowLoss(labelled(p), { ...batch, labels, instantCount }, { guidance }),
    'improvedMeanFlowLoss with a head': (p, instantCount) =>
      improvedMeanFlowLoss(model(p), { ...batch, instantCount }, { velocityHead: head(p) }),
  };
  for (const [name, lossOf] of Object.entries(losses)) {
    it(`${name}: the same loss and gradient, with the derivative of the other samples only`, () => {
      const counts = [times.instantCount, 1, 0].map((count) => ({
        values: lossOf(parameters, count),
        slopes: grad((p: Parameters) => lossOf(p, count).loss)(parameters),
      }));
      const without = counts.pop() as (typeof counts)[0];
      for (const { values, slopes } of counts) {
        expectClose(values.loss, without.values.loss, 1e-14);
        expectClose(values.rawError, without.values.rawError, 1e-14);
        expectTreesClose(slopes, without.slopes, 1e-12);
      }
    });
  }

  it('all of the batch: no derivative', () => {
    const counted = (instantCount: number) => {
      let calls = 0;
      const u = (z: Tensor, _r: Tensor, t: Tensor) => {
        calls += 1;
        return matmul(z, f64([[1, 0, 0], [0, 1, 0], [0, 0, 1]])).multiply(t); // biome-ignore format: one line
      };
      const graph = makeGraph(
        (z: Tensor) => meanFlowLoss(u, { data: z, noise, r: times.t, t: times.t, instantCount }).loss,
        [data],
      );
      return [calls, String(graph).split('matmul').length - 1];
    };
    expect(counted(size)).to.deep.equal([1, 1]);
    expect(counted(4)).to.deep.equal([2, 3]); // u of the first four; u and its tangent of the others
  });

  it('come first by sampleTimes, the spans to the data between them and the others', () => {
    const { r, t, instantCount } = times;
    expect(instantCount).to.equal(6);
    const kinds = [...r.toTypedArray()].map((x, i) =>
      x === t.toTypedArray()[i] ? 't' : x === 0 ? '0' : '<',
    );
    expect(kinds.join('')).to.equal('tttttt000<<<');
    expect(sampleTimes(random.key(3), size)).to.have.all.keys('r', 't');
  });

  it('refuses a count that the times contradict, or that is none', () => {
    const of = (instantCount: number) => () => meanFlowLoss(model(parameters), { ...batch, instantCount });
    expect(of(7)).to.throw(ArgumentError, /meanFlowLoss: wanted r = t in the first 7 samples .* sampleTimes with instantsFirst/); // biome-ignore format: one line
    expect(of(13)).to.throw(ArgumentError, /wanted instantCount from 0 to 12, got 13/);
    const traced = (count: number) => meanFlowLoss(model(parameters), { ...batch, instantCount: count }).loss;
    expect(() => compile(traced)(6)).to.throw(
      ArgumentError,
      /meanFlowLoss: wanted instantCount as a number, got .*static/,
    );
    expect(of(1.5)).to.throw(ArgumentError, /wanted instantCount from 0 to 12, got 1.5/);
  });

  it('and a loss whose r and t are the same tensor takes no derivative either', () => {
    const same = concatenate([times.t, times.t]).slice([[0, size]]);
    const lossAt = (r: Tensor) => meanFlowLoss(model(parameters), { data, noise, r, t: times.t }).loss;
    expectClose(lossAt(times.t), lossAt(same), 1e-14);
  });
});
