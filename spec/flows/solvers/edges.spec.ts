/** The solvers where a user stands at an edge: no time to go, no sample, no finite number, no small time. */
import { expect } from 'chai';
import {
  ArgumentError,
  cos,
  divide,
  grad,
  multiply,
  random,
  type Tensor,
  tensor,
  vmap,
  zeros,
} from '../../../autograd/index.ts';
import {
  logLikelihood,
  noiseToData,
  OdeError,
  odeSolve,
  odeSolveAdjoint,
  sampleFlow,
  sampleMeanFlow,
  sdeSolve,
} from '../../../flows/index.ts';
import { expectClose, f64 } from '../support.ts';

const decay = (x: Tensor) => x.negate();

describe('a span of no length', () => {
  const span = { from: 0.5, to: 0.5, trajectory: true } as const;

  it('has one state, at its one time', () => {
    const x = f64([1, 2]);
    const { at, states, times } = odeSolve(decay, x, span);
    expectClose(at(0.5), x, 0);
    expect(times).to.deep.equal([0.5]);
    expect(states).to.have.lengthOf(1);
    expect(() => at(0.6)).to.throw(ArgumentError, /between 0.5 and 0.5, got 0.6/);
  });

  it('has it also in steps', () => {
    const { at, x } = odeSolve(decay, f64([1]), { ...span, steps: 2, method: 'tsitouras54' });
    expectClose(at(0.5), f64([1]), 0);
    expectClose(x, f64([1]), 0);
  });
});

describe('a start that is not finite', () => {
  const message = /the state that it starts from, at time [01], is not finite/;
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`${bad} gets an error that says so`, () => {
      const x = tensor([[1, bad]]);
      for (const options of [
        { from: 0, to: 1 },
        { from: 0, to: 0 },
        { from: 0, to: 1, steps: 2 },
      ]) {
        expect(() => odeSolve(decay, x, options)).to.throw(OdeError, message);
      }
      const noisy = { from: 0, to: 1, steps: 2, diffusion: 1, key: random.key(0) };
      expect(() => sdeSolve(decay, x, noisy)).to.throw(OdeError, message);
      expect(() => sampleFlow(noiseToData(decay), x)).to.throw(OdeError, message);
      expect(() => logLikelihood(noiseToData(decay), x)).to.throw(OdeError, message);
      expect(() => sampleMeanFlow((z) => z, x)).to.throw(
        OdeError,
        /^sampleMeanFlow: the state that it starts/,
      );
    });
  }
});

describe('a velocity that is not finite', () => {
  it('at the start, gets an error that says so', () => {
    const singular = (x: Tensor, t: Tensor) => divide(x, t);
    expect(() => odeSolve(singular, f64([1]), { from: 0, to: 1 })).to.throw(
      OdeError,
      /the velocity is not finite at time 0,.* give times that start a little after it/,
    );
  });

  it('of a MeanFlow, too; but not where vmap hides it', () => {
    const wrong = (z: Tensor) => z.multiply(Number.NaN);
    expect(() => sampleMeanFlow(wrong, f64([[1]]))).to.throw(OdeError, /velocity is not finite at time 1/);
    const ends = vmap((z: Tensor) => sampleMeanFlow(wrong, z).x)(f64([[[1]]]));
    expect(ends.sum().item()).to.be.NaN;
  });
});

describe('huge and tiny times', () => {
  it('as small as they get, the state stays', () => {
    for (const to of [1e-300, 5e-324]) {
      expectClose(odeSolve(decay, f64([1]), { from: 0, to }).x, f64([1]), 0);
    }
  });

  it('from 1e6 on, a float64 state sees them, and a float32 state only to 1/16', () => {
    const field = (x: Tensor, t: Tensor) => cos(t).add(x.multiply(0));
    const span = { from: 1e6, to: 1e6 + 1 };
    const exact = Math.sin(1e6 + 1) - Math.sin(1e6);
    expect(
      Math.abs(
        odeSolve(field, f64([0]), span)
          .x.sum()
          .item() - exact,
      ),
    ).to.be.below(1e-8);
    let seen = 0;
    const watched = (x: Tensor, t: Tensor) => {
      seen = Math.max(seen, (t.item() * 16) % 1);
      return field(x, t);
    };
    odeSolve(watched, tensor([0]), span);
    expect(seen).to.equal(0); // as odeSolve's description says
  });

  it('beyond float32 or float64, they are refused', () => {
    expect(() => odeSolve(decay, tensor([1]), { from: 0, to: 1e39, steps: 2 })).to.throw(
      ArgumentError,
      /float32 times like its state, and the time 5e\+38 is beyond them; give a float64 state/,
    );
    for (const steps of [{}, { steps: 2 }]) {
      expect(() => odeSolve(decay, f64([1]), { from: -1e308, to: 1e308, ...steps })).to.throw(
        ArgumentError,
        /the span from -1e\+308 to 1e\+308/,
      );
    }
  });
});

describe('a batch with one hard row among 10,000', () => {
  // x' = ω·cos(ω·t) with ω = 40 in one row and 1 in all others: x = sin(ω·t).
  const count = 10_000;
  const omega = f64(Array.from({ length: count }, (_, i) => (i === 0 ? 40 : 1))).reshape([count, 1]);
  const field = (x: Tensor, t: Tensor) => multiply(omega, cos(multiply(omega, t))).add(x.multiply(0));
  const tolerances = { relativeTolerance: 1e-5, absoluteTolerance: 1e-5 };
  const solve = (options: { errorNorm?: 'rows' | 'whole' } = {}) => {
    const { x, evaluations } = odeSolve(field, zeros([count, 1], { dtype: 'float64' }), {
      ...{ from: 0, to: 1, ...tolerances, ...options },
    });
    const first = x.slice([0, 0]).item();
    return { error: Math.abs(first - Math.sin(40)), evaluations };
  };

  it('meets the tolerance in that row, as if it were alone', () => {
    const alone = (x: Tensor, t: Tensor) => t.multiply(40).cos().multiply(40).add(x.multiply(0));
    const single = odeSolve(alone, f64([[0]]), { from: 0, to: 1, ...tolerances });
    const rows = solve();
    expect(rows.error).to.be.below(1e-5);
    expect(rows).to.deep.equal(solve({ errorNorm: 'rows' }));
    expect(rows.evaluations).to.be.within(single.evaluations - 20, single.evaluations + 20);
  });

  it('does not where the error is of the whole state', () => {
    const whole = solve({ errorNorm: 'whole' });
    expect(whole.error).to.be.above(1e-4);
    expect(whole.evaluations).to.be.below(solve().evaluations / 2);
  });

  it('takes the rows of all tensors of the state together', () => {
    const x = { a: f64([[1], [2]]), b: f64([1, 2]) };
    const both = (s: typeof x) => ({ a: s.a.negate(), b: s.b.negate() });
    const solve = (errorNorm?: 'rows' | 'whole') =>
      odeSolve(both, x, { from: 0, to: 1, ...(errorNorm && { errorNorm }) }).evaluations;
    expect(solve()).to.equal(solve('rows'));
    const odd = { a: f64([[1], [2]]), b: f64([1, 2, 3]) };
    const field = (s: typeof odd) => ({ a: s.a.negate(), b: s.b.negate() });
    expect(() => odeSolve(field, odd, { from: 0, to: 1, errorNorm: 'rows' })).to.throw(
      ArgumentError,
      /one first axis for errorNorm 'rows', got shapes \[2,1\], \[3\]; give 'whole'/,
    );
    expect(() => odeSolve(field, odd, { from: 0, to: 1 })).not.to.throw();
  });

  it('of an empty batch has nothing to meet', () => {
    expect(odeSolve(decay, zeros([0, 2]), { from: 0, to: 1 }).x.shape).to.deep.equal([0, 2]);
  });

  it('can be differentiated by the adjoint method, which goes back without rows', () => {
    const x = f64([[1], [2]]);
    const end = odeSolveAdjoint((p: Tensor, y: Tensor) => multiply(p, y), f64(-1), x, {
      from: 0,
      to: 1,
      errorNorm: 'rows',
    });
    expectClose(end, x.multiply(Math.exp(-1)), 1e-5);
    const slope = grad((p: Tensor) =>
      odeSolveAdjoint((q: Tensor, y: Tensor) => multiply(q, y), p, x, {
        from: 0,
        to: 1,
        errorNorm: 'rows',
      }).sum(),
    )(f64(-1));
    expectClose(slope, f64(3 * Math.exp(-1)), 1e-5);
  });

  it('wrong norms get clear errors', () => {
    const wrong = { from: 0, to: 1, errorNorm: 'columns' as never };
    expect(() => odeSolve(decay, f64([1]), wrong)).to.throw(
      ArgumentError,
      /'rows' or 'whole', got 'columns'/,
    );
    expect(() =>
      odeSolve(decay, f64([1]), { from: 0, to: 1, steps: 2, errorNorm: 'rows' } as never),
    ).to.throw(ArgumentError, /with steps, errorNorm has no meaning/);
  });
});
