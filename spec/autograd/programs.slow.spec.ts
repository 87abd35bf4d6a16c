/** Laws of derivatives, on random compositions of operations. */
import fc from 'fast-check';
import type { Tensor } from '../../autograd/index.ts';
import {
  add,
  grad,
  jacfwd,
  jacrev,
  jvp,
  linearize,
  makeGraph,
  multiply,
  runGraph,
  stack,
  subtract,
  sum,
  vjp,
  vmap,
} from '../../autograd/index.ts';
import { expectClose, inner, numbersOf, sampleTensor } from './numbers.ts';
import { allPrograms, type Program, shortPrograms, smoothPrograms } from './programs.ts';

describe('random programs', () => {
  it('push tangents as differences say', () => {
    hold(smoothPrograms, 1_000, ({ fn, inputs, draw }) => {
      const v = draw(1);
      const at = (h: number) => fn(...inputs.map((x, i) => add(x, multiply(v[i] as Tensor, h))));
      const h = 1e-4;
      // Central differences of fourth order, whose error of h⁴ is below the tolerance.
      const near = subtract(at(h), at(-h));
      const far = subtract(at(2 * h), at(-2 * h));
      const difference = multiply(subtract(multiply(near, 8), far), 1 / (12 * h));
      expectClose(jvp(fn, [...inputs], [...v])[1], difference, 1e-8);
    });
  });

  it('pull cotangents by the transpose: ⟨Jv, w⟩ = ⟨v, Jᵀw⟩', () => {
    hold(allPrograms, 1_000, ({ fn, inputs, draw }) => {
      const v = draw(1);
      const [y, pullback] = vjp(fn, [...inputs]);
      const w = cotangentFor(y);
      const [, Jv] = jvp(fn, [...inputs], [...v]);
      const scale = Math.max(1, magnitude(Jv, w), magnitude(v, pullback(w)));
      expectClose(inner(Jv, w) / scale, inner(v, pullback(w)) / scale, 1e-12);
    });
  });

  it('pull cotangents as the transpose of their linearisation does', () => {
    hold(allPrograms, 1_000, ({ fn, inputs }) => {
      const [y, pullback] = vjp(fn, [...inputs]);
      const [value, push] = linearize(fn, [...inputs]);
      const [, transposed] = vjp((...tangents: Tensor[]) => push(tangents as never), [...inputs]);
      const w = cotangentFor(y);
      expectClose(value, y, 0);
      expectClose(transposed(w as never), pullback(w), 1e-11);
    });
  });

  it('have one second derivative: grad of jvp is jvp of grad', () => {
    hold(allPrograms, 1_000, ({ fn, inputs, draw }) => {
      const v = draw(1);
      const loss = (...x: Tensor[]) => sum(fn(...x));
      const positions = inputs.map((_, i) => i);
      const gradient = grad(loss, { argument: positions }) as (...x: Tensor[]) => Tensor[];
      const slope = (...x: Tensor[]) => jvp(loss, x, [...v])[1];
      const ofSlope = (grad(slope, { argument: positions }) as (...x: Tensor[]) => Tensor[])(...inputs);
      expectClose(jvp(gradient, [...inputs], [...v])[1], ofSlope, 1e-10);
    });
  });

  it('give in a batch what they give in a loop, and so do the gradients of and in a batch', () => {
    hold(allPrograms, 1_000, ({ fn, draw }) => {
      const examples = [0, 1, 2].map((seed) => draw(seed));
      const batch = [0, 1].map((i) => stack(examples.map((x) => x[i] as Tensor)));
      expectClose(vmap(fn)(...batch), stack(examples.map((x) => fn(...x))), 1e-12);
      const gradient = grad((...x: Tensor[]) => sum(fn(...x)));
      const loop = stack(examples.map((x) => gradient(...x)));
      expectClose(vmap(gradient)(...batch), loop, 1e-11);
      expectClose(grad((...x: Tensor[]) => sum(vmap(fn)(...x)))(...batch), loop, 1e-11);
    });
  });

  it('have one Jacobian: jacfwd is jacrev', () => {
    hold(shortPrograms, 300, ({ fn, inputs }) => {
      const [first, second] = inputs as [Tensor, Tensor];
      const alone = (x: Tensor) => fn(x, second);
      expectClose(jacfwd(alone)(first), jacrev(alone)(first), 1e-11);
    });
  });

  it('run as graphs: runGraph(makeGraph(f)) is f', () => {
    hold(allPrograms, 1_000, ({ fn, inputs, draw }) => {
      const graph = makeGraph(fn, [...inputs]);
      for (const x of [inputs, draw(1)]) expectClose(runGraph(graph, x), [fn(...x)], 0);
    });
  });
});

/** Checks a law on that many programs, the same in every run; a failing one is shrunk and printed. */
function hold(programs: fc.Arbitrary<Program>, count: number, law: (program: Program) => void): void {
  fc.assert(fc.property(programs, law), { numRuns: count, seed: 2026 });
}

function cotangentFor(y: Tensor): Tensor {
  return sampleTensor(99, y.shape, -1, 1);
}

/** Σ |aᵢ·bᵢ|, to which the rounding error of ⟨a, b⟩ is relative. */
function magnitude(a: unknown, b: unknown): number {
  const other = numbersOf(b);
  return numbersOf(a).reduce((total, x, i) => total + Math.abs(x * (other[i] as number)), 0);
}
