import { expect } from 'chai';
import { ArgumentError, random } from '../../../autograd/index.ts';
import { sampleTimes } from '../../../flows/index.ts';

describe('sampleTimes', () => {
  const size = 20000;
  const draw = (options = {}) => {
    const { r, t } = sampleTimes(random.key(1), size, { dtype: 'float64', ...options });
    return { r: [...r.toTypedArray()], t: [...t.toTypedArray()], shapes: [r.shape, t.shape] };
  };
  const average = (values: number[]) => values.reduce((a, b) => a + b) / values.length;

  it('r ≤ t, each [batch, 1], within (0, 1)', () => {
    const { r, t, shapes } = draw();
    expect(shapes).to.deep.equal([
      [size, 1],
      [size, 1],
    ]);
    expect(r.every((early, i) => 0 < early && early <= t[i]! && t[i]! < 1)).to.equal(true);
  });

  it('exactly the asked share has r ≠ t, spread over the batch', () => {
    for (const differentShare of [0, 0.25, 1]) {
      const { r, t } = draw({ differentShare });
      const different = r.map((early, i) => early !== t[i]);
      expect(different.filter(Boolean)).to.have.length(size * differentShare);
      const firstHalf = different.slice(0, size / 2).filter(Boolean).length;
      expect(firstHalf / (size / 2)).to.be.closeTo(differentShare, 0.02);
    }
  });

  it('exactly the asked share has r = 0, with a single draw as t; the others are as they are without it', () => {
    const plain = draw({ distribution: 'uniform', differentShare: 0.25 });
    const { r, t } = draw({ distribution: 'uniform', differentShare: 0.25, zeroShare: 0.5 });
    const zero = r.map((early) => early === 0);
    expect(zero.filter(Boolean)).to.have.length(size / 2);
    expect(average(t.filter((_, i) => zero[i]))).to.be.closeTo(1 / 2, 0.01);
    expect(r.filter((early, i) => !zero[i] && early !== t[i])).to.have.length(size / 4);
    expect(r.every((early, i) => zero[i] || (early === plain.r[i] && t[i] === plain.t[i]))).to.equal(true);
  });

  it('shares that both round up keep within the batch, and the default leaves room', () => {
    for (const batch of [1, 3, 5]) {
      const { r, t } = sampleTimes(random.key(1), batch, { differentShare: 0.5, zeroShare: 0.5 });
      const zero = [...r.toTypedArray()].filter((early) => early === 0).length;
      const same = [...r.toTypedArray()].filter((early, i) => early === t.toTypedArray()[i]).length;
      expect([batch - zero - same, zero]).to.deep.equal([
        Math.round(batch / 2),
        batch - Math.round(batch / 2),
      ]);
    }
    expect(() => sampleTimes(random.key(1), 4, { zeroShare: 0.9 })).to.not.throw();
  });

  it('t is the larger of two logit-normal draws', () => {
    // P(max ≤ τ) = Φ(logit(τ) − μ)²; at the median of one draw, σ(−0.4), that is a quarter
    const { r, t } = draw({ differentShare: 1 });
    const median = 1 / (1 + Math.exp(0.4));
    expect(average(t.map((x) => Number(x <= median)))).to.be.closeTo(0.25, 0.01);
    expect(average(r.map((x) => Number(x <= median)))).to.be.closeTo(0.75, 0.01);
    const logits = [...r, ...t].map((x) => Math.log(x / (1 - x)));
    const mean = average(logits);
    expect(mean).to.be.closeTo(-0.4, 0.02);
    expect(Math.sqrt(average(logits.map((x) => (x - mean) ** 2)))).to.be.closeTo(1, 0.02);
  });

  it('the deviation is around the mean, and scales no more than that', () => {
    const { r, t } = draw({ differentShare: 1, mean: 2, deviation: 0.5 });
    const logits = [...r, ...t].map((x) => Math.log(x / (1 - x)));
    const mean = average(logits);
    expect(mean).to.be.closeTo(2, 0.01);
    expect(Math.sqrt(average(logits.map((x) => (x - mean) ** 2)))).to.be.closeTo(0.5, 0.01);
  });

  it('or of two uniform draws', () => {
    const { r, t } = draw({ distribution: 'uniform', differentShare: 1 });
    expect(average(t)).to.be.closeTo(2 / 3, 0.01);
    expect(average(r)).to.be.closeTo(1 / 3, 0.01);
  });

  it('the same key gives the same times; float32 by default', () => {
    const [a, b] = [sampleTimes(random.key(2), 5), sampleTimes(random.key(2), 5)];
    expect(a.t.toArray()).to.deep.equal(b.t.toArray());
    expect(a.r.dtype).to.equal('float32');
    expect(sampleTimes(random.key(3), 5).t.toArray()).to.not.deep.equal(a.t.toArray());
  });

  it('wrong options get clear errors', () => {
    expect(() => sampleTimes(random.key(0), 4, { differentShare: 25 })).to.throw(
      ArgumentError,
      /differentShare/,
    );
    expect(() => sampleTimes(random.key(0), 4, { differentShare: 0.5, zeroShare: 0.6 })).to.throw(
      ArgumentError,
      /together at most 1, got 0.5 and 0.6/,
    );
    expect(() => sampleTimes(random.key(0), 4, { distribution: 'normal' } as never)).to.throw(
      ArgumentError,
      /'normal'/,
    );
    expect(() => sampleTimes(random.key(0), 4, { ratio: 0.75 } as never)).to.throw(ArgumentError, /'ratio'/);
    for (const batch of [2.5, -1]) {
      expect(() => sampleTimes(random.key(0), batch)).to.throw(
        ArgumentError,
        `sampleTimes: wanted a batch of a whole number of samples, got ${batch}`,
      );
    }
  });
});
