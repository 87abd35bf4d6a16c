import { expect } from 'chai';
import { ArgumentError, grad, type Tensor, tensor } from '../../../autograd/index.ts';
import { adaptiveWeight } from '../../../flows/index.ts';
import { expectClose, f64 } from '../support.ts';

describe('adaptiveWeight', () => {
  const errors = f64([0, 0.5, 4]);

  it('is 1/(‖Δ‖² + c)^(1 − γ)', () => {
    expectClose(adaptiveWeight(errors, { gamma: 0.5, c: 0.25 }), f64([2, 0.75 ** -0.5, 4.25 ** -0.5]), 1e-15);
    expectClose(adaptiveWeight(errors, { gamma: 1, c: 0.25 }), f64([1, 1, 1]), 0);
    expectClose(adaptiveWeight(errors), f64([1e-3 ** -0.5, 0.501 ** -0.5, 4.001 ** -0.5]), 1e-14);
  });

  it('takes p = 1 − γ as well', () => {
    for (const p of [0, 0.3, 1, 2]) {
      expectClose(
        adaptiveWeight(errors, { p, c: 0.25 }),
        adaptiveWeight(errors, { gamma: 1 - p, c: 0.25 }),
        1e-15,
      );
      expectClose(adaptiveWeight(errors, { p, c: 0.25 }), errors.add(0.25).power(p).reciprocal(), 1e-15);
    }
  });

  it('is a constant: the weight is not differentiated, nor squared', () => {
    const weighted = (s: Tensor) => adaptiveWeight(s, { gamma: 0, c: 1 }).multiply(s).sum();
    expectClose(grad(weighted)(errors), f64([1, 1 / 1.5, 1 / 5]), 1e-15);
  });

  it("the note's pseudo-Huber loss √(‖Δ‖² + ε) − √ε is γ = ½, up to a factor 2", () => {
    const epsilon = 0.01;
    const huber = (s: Tensor) => s.add(epsilon).sqrt().subtract(Math.sqrt(epsilon)).sum();
    expectClose(grad(huber)(errors), adaptiveWeight(errors, { gamma: 0.5, c: epsilon }).divide(2), 1e-14);
    // it is zero where Δ is; the printed √(‖Δ‖² + ε) − ε is not
    expect(huber(f64([0])).item()).to.equal(0);
  });

  it('without c, a sample without error adds 0, in every dtype', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const squares = tensor([0, 4, dtype === 'float32' ? 1e-45 : 5e-324], { dtype });
      for (const p of [0.5, 1, 2]) {
        const [none, some, least] = adaptiveWeight(squares, { p, c: 0 }).multiply(squares).toTypedArray();
        expect(none).to.equal(0);
        expect(some).to.equal(4 ** (1 - p));
        expect(least).to.be.within(0, 1);
      }
      const loss = (s: Tensor) => adaptiveWeight(s, { p: 1, c: 0 }).multiply(s).sum();
      expect(Number.isFinite(loss(squares).item())).to.equal(true);
      expect(
        adaptiveWeight(tensor([Number.NaN], { dtype }), { p: 1, c: 0 })
          .sum()
          .item(),
      ).to.be.NaN;
    }
  });

  it('with a tiny c is c^−p without error, or the largest number', () => {
    const weight = adaptiveWeight(f64([0]), { p: 2, c: 1e-160 });
    expect(weight.sum().item()).to.equal(Number.MAX_VALUE); // 1e320 is beyond float64
    expect(
      adaptiveWeight(f64([0]), { p: 1, c: 0.5 })
        .sum()
        .item(),
    ).to.equal(2);
  });

  it('wrong options get clear errors', () => {
    expect(() => adaptiveWeight(errors, { c: -1 })).to.throw(ArgumentError, /c ≥ 0/);
    expect(() => adaptiveWeight(errors, { gamma: 0, p: 1 })).to.throw(
      ArgumentError,
      /gamma or p = 1 − gamma, got both/,
    );
    expect(() => adaptiveWeight(errors, { gamma: Number.NaN })).to.throw(ArgumentError, /finite gamma/);
    expect(() => adaptiveWeight(errors, { power: 1 } as never)).to.throw(
      ArgumentError,
      /unknown option 'power'/,
    );
  });
});
