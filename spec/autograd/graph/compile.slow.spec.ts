/**
 * Random programs, compiled: their values, derivatives, batches and loops have the bits of the eager ones.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  cast,
  compile,
  grad,
  jvp,
  multiply,
  scan,
  stack,
  sum,
  type Tensor,
  tanh,
  vmap,
} from '../../../autograd/index.ts';
import { elementwiseBackend, setElementwiseBackend } from '../../../lib/index.ts';
import { expectSameWhenCompiled } from '../harness.ts';
import { allPrograms, type Program } from '../programs.ts';

type Fn = (...inputs: Tensor[]) => unknown;

describe('random programs, compiled', () => {
  for (const dtype of ['float64', 'float32'] as const) {
    const typed = (inputs: readonly Tensor[]) => inputs.map((x) => cast(x, dtype));

    it(`give the eager bits, ${dtype}`, () => {
      hold(300, ({ fn, inputs }) => expectSameWhenCompiled(fn, typed(inputs)));
    });

    it(`give the eager bits of gradients and tangents, ${dtype}`, () => {
      hold(100, ({ fn, inputs, draw }) => {
        const loss = (...x: Tensor[]) => sum(fn(...x));
        const gradient = grad(loss, { argument: [0, 1] }) as Fn;
        expectSameWhenCompiled(gradient, typed(inputs));
        expectSameWhenCompiled((...x) => jvp(fn, x, typed(draw(1))), typed(inputs));
        const slope = (...x: Tensor[]) => jvp(loss, x, typed(draw(1)))[1];
        expectSameWhenCompiled(grad(slope, { argument: [0, 1] }) as Fn, typed(inputs));
      });
    });

    it(`give the eager bits of batches large enough for vectors, ${dtype}`, () => {
      hold(120, ({ fn, draw }) => {
        const examples = Array.from({ length: 24 }, (_, seed) => typed(draw(seed)));
        const batch = [0, 1].map((i) => stack(examples.map((example) => example[i] as Tensor)));
        expectSameWhenCompiled(vmap(fn), batch);
        expectSameWhenCompiled(vmap(grad((...x: Tensor[]) => sum(fn(...x)))), batch);
      });
    });

    it(`give the eager bits of loops, and of their gradients, ${dtype}`, () => {
      hold(80, ({ fn, inputs, draw }) => {
        const [x, y] = typed(inputs) as [Tensor, Tensor];
        const xs = stack([0, 1, 2].map((seed) => typed(draw(seed))[0] as Tensor));
        const loop = (start: Tensor, other: Tensor, all: Tensor) =>
          scan(
            (carry: Tensor, entry: Tensor) => {
              const value = fn(multiply(carry, 0.5), other);
              // A program may hold a float64 matrix of its own, but the carry keeps its type.
              return [cast(tanh(multiply(entry, sum(value))), dtype), value];
            },
            start,
            all,
          );
        expectSameWhenCompiled(loop, [x, y, xs]);
        const loss = (...args: [Tensor, Tensor, Tensor]) => sum(loop(...args)[0]);
        expectSameWhenCompiled(grad(loss, { argument: [0, 1, 2] }) as Fn, [x, y, xs]);
      });
    });

    it(`give the eager bits of the plain loops too, ${dtype}`, () => {
      const backend = elementwiseBackend();
      setElementwiseBackend('javascript');
      try {
        hold(100, ({ fn, inputs }) => {
          expectSameWhenCompiled(fn, typed(inputs));
          expectSameWhenCompiled(
            grad((...x: Tensor[]) => sum(fn(...x))),
            typed(inputs),
          );
        });
      } finally {
        setElementwiseBackend(backend);
      }
    });
  }

  it('give the same in the same memory, call after call, with what was donated', () => {
    hold(100, ({ fn, draw }) => {
      const step = (x: Tensor, y: Tensor) => {
        const value = sum(fn(x, y));
        return [tanh(multiply(x, value)), tanh(multiply(y, sum(x)))] as const;
      };
      const compiled = compile(step, { donate: [0, 1] });
      const start = () => draw(1).map((x) => multiply(x, 1)) as [Tensor, Tensor];
      let [state, eager]: [readonly [Tensor, Tensor], readonly [Tensor, Tensor]] = [start(), start()];
      for (let i = 0; i < 3; i++) [state, eager] = [compiled(...state), step(...eager)];
      for (const [k, x] of state.entries())
        expect(x.toTypedArray()).to.deep.equal((eager[k] as Tensor).toTypedArray());
    });
  });
});

/** Checks a law on that many programs, the same in every run; a failing one is shrunk and printed. */
function hold(count: number, law: (program: Program) => void): void {
  fc.assert(fc.property(allPrograms, law), { numRuns: count, seed: 2027 });
}
