import { expect } from 'chai';
import { ArgumentError, grad, random, ShapeError, type Tensor } from '../../../autograd/index.ts';
import {
  flowMapFromAverage,
  flowMapVelocity,
  sampleShortcutTimes,
  shortcutLoss,
} from '../../../flows/index.ts';
import { gaussianAverageVelocity } from '../closed-forms.ts';
import { expectClose, expectTreesClose, f64, normal64 } from '../support.ts';
import { data, meanSquare, model, noise, type Parameters, parameters } from './example.ts';

const times = sampleShortcutTimes(random.key(1), 32, { consistentShare: 0.5, finest: 8, dtype: 'float64' });
const pairs = { x0: noise, x1: data };
const lossOf = (p: Parameters) => shortcutLoss(flowMapVelocity(model(p)), { ...pairs, ...times });

/** The model in the paper's words: s(x, t, d). */
const s = (p: Parameters) => (x: Tensor, t: Tensor, d: Tensor) => model(p)(x, t, t.add(d));

describe('shortcutLoss', () => {
  it('is flow matching where d = 0, and else a step of 2d against two of d', () => {
    const { t, d } = times;
    const x = t.negate().add(1).multiply(noise).add(t.multiply(data));
    const fixed = s(parameters);
    const first = fixed(x, t, d);
    const twice = first.add(fixed(x.add(d.multiply(first)), t.add(d), d)).divide(2);
    const consistent = d.divide(d.add(1e-300)); // 1 or 0
    const target = consistent.multiply(twice).add(consistent.negate().add(1).multiply(data.subtract(noise)));
    const byHand = (p: Parameters) => meanSquare(s(p)(x, t, d.multiply(2)).subtract(target));
    expectClose(lossOf(parameters), byHand(parameters), 1e-14);
    expectTreesClose(grad(lossOf)(parameters), grad(byHand)(parameters), 1e-12);
  });

  it('the exact average velocity of Gaussian data is consistent at each sample', () => {
    const v = flowMapFromAverage(gaussianAverageVelocity(0.6));
    const apart = { t: f64([[0], [0.25], [0.5]]), d: f64([[0.5], [0.375], [0.125]]) };
    const loss = shortcutLoss(v, { x0: normal64(5, [3, 2]), x1: normal64(6, [3, 2]), ...apart });
    expect(loss.item()).to.be.below(1e-28);
  });

  it('wrong calls get clear errors', () => {
    const v = flowMapVelocity(model(parameters));
    const batch = { ...pairs, ...times };
    expect(() => shortcutLoss(model(parameters) as never, batch)).to.throw(
      ArgumentError,
      /flowMapVelocity.*flowMapFrom/,
    );
    expect(() => shortcutLoss(v, { ...batch, d: times.d.add(1) })).to.throw(ArgumentError, /t \+ 2d ≤ 1/);
    expect(() => shortcutLoss(v, { ...batch, x0: noise.slice([[0, 3]]) })).to.throw(ShapeError, /x0/);
    expect(() => shortcutLoss(v, { ...batch, step: times.d } as never)).to.throw(ArgumentError, /'step'/);
  });
});

describe('sampleShortcutTimes', () => {
  const { t, d } = sampleShortcutTimes(random.key(2), 4000, { dtype: 'float64' });
  const rows = [...t.toTypedArray()].map((time, i) => ({ t: time, d: d.toTypedArray()[i] as number }));
  const consistent = rows.filter((row) => row.d > 0);

  it('a quarter of the batch has d > 0, the rest uniform times', () => {
    expect([t.shape, d.shape]).to.deep.equal([
      [4000, 1],
      [4000, 1],
    ]);
    expect(consistent).to.have.length(1000);
    const others = rows.filter((row) => row.d === 0);
    expect(others.reduce((sum, row) => sum + row.t, 0) / others.length).to.be.closeTo(0.5, 0.02);
  });

  it('steps 2d are 1, ½, …, 1/64, equally often, at multiples of themselves', () => {
    const counts = new Map<number, number>();
    for (const row of consistent) {
      const step = 2 * row.d;
      counts.set(step, (counts.get(step) ?? 0) + 1);
      expect(Number.isInteger(row.t / step)).to.equal(true);
      expect(row.t + step).to.be.at.most(1);
    }
    expect([...counts.keys()].sort((a, b) => b - a)).to.deep.equal([
      1,
      1 / 2,
      1 / 4,
      1 / 8,
      1 / 16,
      1 / 32,
      1 / 64,
    ]);
    for (const count of counts.values()) expect(count).to.be.within(100, 190);
  });

  it('the same key gives the same times; float32 by default', () => {
    const again = sampleShortcutTimes(random.key(2), 4000, { dtype: 'float64' });
    expectClose(again.t, t, 0);
    expect(sampleShortcutTimes(random.key(2), 4).d.dtype).to.equal('float32');
  });

  it('wrong options get clear errors', () => {
    expect(() => sampleShortcutTimes(random.key(0), 4, { finest: 12 })).to.throw(
      ArgumentError,
      /power of two.*12/,
    );
    expect(() => sampleShortcutTimes(random.key(0), 4, { consistentShare: 2 })).to.throw(
      ArgumentError,
      /consistentShare/,
    );
    expect(() => sampleShortcutTimes(random.key(0), 4, { share: 2 } as never)).to.throw(
      ArgumentError,
      /'share'/,
    );
  });
});
