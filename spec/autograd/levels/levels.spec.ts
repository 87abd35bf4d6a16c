/** Nested derivatives are not confused, and nothing outlives its transform. */
import { expect } from 'chai';
import {
  add,
  exp,
  grad,
  jvp,
  LevelError,
  log,
  multiply,
  sin,
  stopGradient,
  sum,
  type Tensor,
  toNDArray,
  vjp,
  vmap,
} from '../../../autograd/index.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

type Scalar = (x: Tensor) => Tensor;

/** The derivative of a function of one number, by each mode. */
const modes: Readonly<Record<string, (fn: Scalar) => Scalar>> = {
  forward: (fn) => (x) => jvp(fn, [x], [1])[1],
  reverse: (fn) => (x) => grad(fn)(x) as Tensor,
};

const pairs = Object.entries(modes).flatMap(([outerName, outer]) =>
  Object.entries(modes).map(([innerName, inner]) => ({
    name: `${outerName} over ${innerName}`,
    outer,
    inner,
  })),
);

describe('nested derivatives', () => {
  for (const { name, outer, inner } of pairs) {
    describe(name, () => {
      it('D(x ↦ x·D(y ↦ x·y)(1))(4) = 8', () => {
        const fn = (x: Tensor) => multiply(x, inner((y) => multiply(x, y))(float64(1)));
        expect(outer(fn)(float64(4)).item()).to.equal(8);
      });

      it('D(x ↦ x·D(y ↦ x + y)(1))(1) = 1, and not the 2 of confused perturbations', () => {
        const fn = (x: Tensor) => multiply(x, inner((y) => add(x, y))(float64(1)));
        expect(outer(fn)(float64(1)).item()).to.equal(1);
      });

      it('D(x ↦ D(y ↦ x)(1))(4) = 0', () => {
        expect(outer((x) => inner(() => x)(float64(1)))(float64(4)).item()).to.equal(0);
      });

      it('a derivative that returns closures: shifting twice is the second derivative', () => {
        const shift = (D: typeof outer) => (fn: Scalar) => (y: Tensor) => D((u) => fn(add(y, u)))(float64(0));
        const cube = (x: Tensor) => multiply(x, multiply(x, x));
        expect(shift(outer)(shift(inner)(cube))(float64(5)).item()).to.equal(30);
        expectClose(shift(outer)(shift(inner)(exp))(float64(1)), float64(Math.E), 1e-15);
      });

      it('the same function differentiated at its own argument: D(x ↦ D(f)(x)·f(x)) = f″f + f′²', () => {
        const fn = (x: Tensor) => multiply(inner(sin)(x), sin(x));
        expectClose(outer(fn)(float64(0.7)), float64(Math.cos(1.4)), 1e-15);
      });

      it('stopGradient stops both, and the values stay', () => {
        const fn = (x: Tensor) => multiply(x, inner((y) => multiply(stopGradient(multiply(x, y)), y))(x));
        // D(y ↦ sg(x·y)·y)(x) = sg(x²), and x·sg(x²) has derivative x².
        expect(outer(fn)(float64(3)).item()).to.equal(9);
      });
    });
  }

  it('three deep', () => {
    const [D, R] = [modes.forward as (fn: Scalar) => Scalar, modes.reverse as (fn: Scalar) => Scalar];
    const fourth = (x: Tensor) => multiply(multiply(x, x), multiply(x, x));
    for (const third of [D(D(D(fourth))), R(R(R(fourth))), D(R(D(fourth))), R(D(R(fourth)))]) {
      expect(third(float64(2)).item()).to.equal(48);
    }
  });

  it('a pullback works at the levels of its caller', () => {
    const [, pullback] = vjp(sin, [float64(1.2)]);
    const pulled = (w: Tensor) => multiply(w, pullback(w)[0]);
    expectClose(grad(pulled)(float64(3)), float64(6 * Math.cos(1.2)), 1e-15);
    expectClose(jvp(pulled, [float64(3)], [1])[1], float64(6 * Math.cos(1.2)), 1e-15);
    expectClose(vmap(pulled)(float64([1, 3])), float64([Math.cos(1.2), 9 * Math.cos(1.2)]), 1e-15);
  });

  it('a pullback of an inner function knows the outer variable', () => {
    const fn = (x: Tensor) => {
      const [, pullback] = vjp((y: Tensor) => multiply(multiply(x, x), y), [float64(1)]);
      return multiply(pullback(x)[0], 1); // x²·x
    };
    expect(grad(fn)(float64(2)).item()).to.equal(12);
  });
});

describe('stopGradient', () => {
  const x = float64([1, 2]);

  it('gives the value and no derivative, alone', () => {
    expect(jvp(stopGradient, [x], [1])[0].toArray()).to.deep.equal([1, 2]);
    expect(jvp(stopGradient, [x], [1])[1].toArray()).to.deep.equal([0, 0]);
    expect(vjp(stopGradient, [x])[1](1)[0].toArray()).to.deep.equal([0, 0]);
  });

  it('stops all levels at once, and only the derivatives: a batch passes', () => {
    const fn = (a: Tensor) => sum(multiply(stopGradient(multiply(a, a)), a));
    const outer = (a: Tensor) => sum(multiply(grad(fn)(a), a)); // sg(a²)·a
    expect(grad(outer)(x).toArray()).to.deep.equal([1, 4]);
    expect(jvp(outer, [x], [float64([1, 0])])[1].item()).to.equal(1);
    expect(vmap(grad(fn))(float64([1, 2, 3])).toArray()).to.deep.equal([1, 4, 9]);
  });
});

describe('a tensor that escapes its transform', () => {
  const one = float64(1);
  const leaks: Readonly<Record<string, (keep: (x: Tensor) => Tensor) => unknown>> = {
    jvp: (keep) => jvp(keep, [one], [1]),
    vjp: (keep) => vjp(keep, [one]),
    grad: (keep) => grad(keep)(one),
    vmap: (keep) => vmap(keep)(float64([1, 2])),
  };

  for (const [transform, run] of Object.entries(leaks)) {
    it(`throws when it comes out of ${transform}, whatever it is used for`, () => {
      let leaked = one;
      run((x) => {
        leaked = multiply(x, 2);
        return leaked;
      });
      expect(() => add(leaked, 1)).to.throw(LevelError, new RegExp(`^add: .*escaped from a ${transform}`));
      for (const look of ['item', 'toArray', 'toTypedArray', 'toString'] as const) {
        expect(() => leaked[look](), look).to.throw(LevelError, look);
      }
      expect(() => toNDArray(leaked)).to.throw(LevelError, 'toNDArray');
      expect(() => grad((x: Tensor) => multiply(x, leaked))(one)).to.throw(LevelError, 'multiply');
      expect(leaked.shape).to.deep.equal([]);
    });
  }

  it('throws when it comes out of an inner transform into an outer one', () => {
    const fn = (x: Tensor) => {
      let leaked = x;
      grad((y: Tensor) => {
        leaked = multiply(x, y);
        return leaked;
      })(float64(1));
      return multiply(leaked, x);
    };
    for (const D of Object.values(modes)) expect(() => D(fn)(float64(2))).to.throw(LevelError, 'multiply');
  });

  it('throws in a pullback that escapes', () => {
    let leaked = (_: number): unknown => null;
    const fn = (x: Tensor) => {
      const [y, pullback] = vjp((z: Tensor) => multiply(multiply(x, z), z), [x]);
      leaked = pullback;
      return multiply(y, pullback(1)[0]); // x³·2x²
    };
    expect(grad(fn)(float64(2)).item()).to.equal(160);
    expect(() => leaked(1)).to.throw(LevelError, /^multiply: .*grad/);
  });

  it('can leave as auxiliary output instead', () => {
    const [gradient, doubled] = grad((x: Tensor) => [multiply(x, x), multiply(x, 2)], { auxiliary: true })(
      float64(3),
    );
    expect([gradient.item(), doubled.item()]).to.deep.equal([6, 6]);
  });
});

describe('an exception inside a transform', () => {
  it('leaves nothing behind but dead tensors', () => {
    const boom = new Error('boom');
    let leaked: Tensor | undefined;
    const failing = (x: Tensor): Tensor => {
      leaked = exp(x);
      throw boom;
    };
    const attempts = [
      () => jvp(failing, [float64(1)], [1]),
      () => vjp(failing, [float64(1)]),
      () => grad(failing)(float64(1)),
      () => vmap(failing)(float64([1])),
      () => grad((x: Tensor) => grad(failing)(x))(float64(1)),
    ];
    for (const attempt of attempts) {
      expect(attempt).to.throw(boom);
      expect(() => exp(leaked as Tensor)).to.throw(LevelError);
      expect(grad(log)(float64(4)).item()).to.equal(0.25);
    }
  });

  it('can be caught by the function itself', () => {
    const careful = (x: Tensor) => {
      try {
        return grad((y: Tensor) => multiply(y, float64([1, 2])))(x);
      } catch {
        return multiply(x, x);
      }
    };
    expect(grad(careful)(float64(3)).item()).to.equal(6);
  });
});

describe('values inside derivatives', () => {
  it('can be looked at, as constants', () => {
    const fn = (x: Tensor) => multiply(x, x.item());
    expect(grad(fn)(float64(3)).item()).to.equal(3);
    expect(jvp(fn, [float64(3)], [1])[1].item()).to.equal(3);
  });

  it('cannot be looked at in a batch', () => {
    const fn = (x: Tensor) => multiply(x, x.item());
    expect(() => vmap(fn)(float64([1, 2]))).to.throw(LevelError, /^item: .*vmap/);
    expect(() => vmap(grad(fn))(float64([1, 2]))).to.throw(LevelError, /^item: .*vmap/);
  });

  it('are what they are without derivatives', () => {
    const x = sampleTensor(1, [3]);
    const seen: unknown[] = [];
    const fn = (a: Tensor) => {
      seen.push(a.toArray(), a.toString(), a.rank, a.size, a.dtype, a.shape);
      return sum(a);
    };
    fn(x);
    grad(fn)(x);
    jvp(fn, [x], [1]);
    expect(seen.slice(6, 12)).to.deep.equal(seen.slice(0, 6));
    expect(seen.slice(12)).to.deep.equal(seen.slice(0, 6));
  });
});
