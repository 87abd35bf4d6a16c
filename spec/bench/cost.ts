/**
 * What derivatives cost, in units of the value and of a gradient written by hand, and the bounds that we hold
 * them to.
 */
import { grad, multiply, sin, subtract, type Tensor, tensor } from '../../autograd/index.ts';
import { setThreads, threadCount } from '../../lib/index.ts';
import { interleaved, memory, ratio, retainedBytes } from './measure.ts';
import { type Computation, computations, loss, setUp, tapes } from './two-layers.ts';

export interface Figure {
  readonly name: string;
  readonly measured: number;
  readonly bound: number;
  readonly unit: string;
}

/** The largest costs, in units of the network's value. */
const bounds: Readonly<Partial<Record<Computation, number>>> = {
  jvp: 2.3,
  gradient: 3.3,
  hvp: 7,
  meanFlowStep: 4.5,
};

export interface Size {
  readonly rows: number;
  readonly width: number;
  readonly rounds: number;
}

/**
 * Times of derivatives where matrix products dominate. One thread computes them: of two, a neighbour on the
 * same cores would sometimes have one, and a short computation would escape it more often than a long one.
 */
export function costOfDerivatives({ rows, width, rounds }: Size) {
  const times = onOneThread(() => interleaved(computations(rows, width), rounds));
  const figures: Figure[] = Object.entries(bounds).map(([name, bound]) => ({
    name,
    measured: ratio(times, name as Computation, 'value'),
    bound,
    unit: 'values',
  }));
  const byHand = {
    name: 'gradient',
    measured: ratio(times, 'gradient', 'gradientByHand'),
    bound: 1.3,
    unit: 'gradients by hand',
  };
  return { times, figures: [...figures, byHand] };
}

function onOneThread<T>(run: () => T): T {
  const before = threadCount();
  setThreads(1);
  try {
    return run();
  } finally {
    setThreads(before);
  }
}

/** The bytes in arrays that a MeanFlow step's tape keeps, in units of those of a plain gradient's. */
export function costInMemory(rows: number, width: number): Figure {
  const { plain, meanFlow } = tapes(rows, width);
  for (const make of [plain, meanFlow]) make(); // what is allocated once and for all
  const measured = retainedBytes(meanFlow).arrays / retainedBytes(plain).arrays;
  return { name: 'tape of a MeanFlow step', measured, bound: 1.2, unit: 'tapes of a plain gradient' };
}

/** The time of a gradient through 10⁴ tiny operations, in units of that through 10³. */
export function costOfLength(rounds: number): Figure {
  const x = tensor(1, { dtype: 'float64' });
  const chain = (length: number) => (x: Tensor) => {
    let y = x;
    for (let i = 0; i < length; i++) y = i % 2 === 0 ? sin(y) : multiply(y, y);
    return y;
  };
  const [short, long] = [grad(chain(1_000)), grad(chain(10_000))];
  for (let i = 0; i < 20; i++) short(x); // to compile
  const times = interleaved({ short: () => short(x), long: () => long(x) }, rounds);
  return {
    name: 'gradient of a chain of 10,000',
    measured: ratio(times, 'long', 'short'),
    bound: 14,
    unit: 'chains of 1,000',
  };
}

/** Bytes by which the heap grows per training step, over 10⁴ steps. */
export function growthOfHeap(): Figure {
  const steps = 10_000;
  const { x, y, weights } = setUp(8, 8);
  let w = weights;
  const train = (count: number) => {
    for (let i = 0; i < count; i++) {
      const gradient = grad(loss)(w, x, y);
      w = {
        first: subtract(w.first, multiply(gradient.first, 0.01)),
        second: subtract(w.second, multiply(gradient.second, 0.01)),
      };
    }
    const { arrays, objects } = memory();
    return arrays + objects;
  };
  const before = train(1_000);
  return {
    name: 'heap over 10,000 training steps',
    measured: (train(steps) - before) / steps,
    bound: 100,
    unit: 'bytes per step',
  };
}
