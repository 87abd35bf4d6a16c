/**
 * Threads: within a phase, no thread touches what another one writes. This is checked on the addresses that
 * each thread's share of each kernel reads and writes, and so it does not depend on luck with the timing.
 */
import { expect } from 'chai';
import { buildProgram } from '../../../autograd/graph/build-program.ts';
import { simplify } from '../../../autograd/graph/simplify.ts';
import {
  add,
  concatenate,
  embed,
  exp,
  grad,
  makeGraph,
  matmul,
  multiply,
  power,
  random,
  scan,
  silu,
  sin,
  softmax,
  square,
  sum,
  type Tensor,
  tanh,
  transpose,
  zeros,
} from '../../../autograd/index.ts';
import { type NDArray, setThreads, sizeOf, threadCount } from '../../../lib/index.ts';
import { rowUnit } from '../../../lib/matmul/assembly/tile.ts';
import { assign, loadProgram, type Place, type Program } from '../../../lib/program/index.ts';
import { bytesOf, planMemory, threadBytes } from '../../../lib/program/memory.ts';
import { type Kernel, readsOf, writesOf } from '../../../lib/program/program.ts';
import { phasesOf, rowsOf } from '../../../lib/program/webassembly/phases.ts';
import { useVectors } from '../../tools/with-vectors.ts';
import { waitForTeam } from './team.ts';

const key = random.key(3);
const draw = (index: number, shape: readonly number[]) => random.normal(random.foldIn(key, index), shape);

/** Functions that use every kind of kernel, with rows that no tile divides, and axes of equal lengths. */
const functions: Readonly<Record<string, readonly [(...inputs: Tensor[]) => unknown, readonly Tensor[]]>> = {
  'a gradient of two layers': [
    (w, v, x) =>
      grad(([a, b]: readonly Tensor[]) => sum(tanh(matmul(silu(matmul(x, a as Tensor)), b as Tensor))))([
        w,
        v,
      ]),
    [draw(0, [20, 40]), draw(1, [40, 50]), draw(2, [50, 20])],
  ],
  'square matrices and their transposes': [
    (a, b) => matmul(transpose(matmul(exp(multiply(a, 0.1)), b)), transpose(a)),
    [draw(4, [36, 36]), draw(5, [36, 36])],
  ],
  'attention in batches': [
    (q, k, v) => matmul(softmax(matmul(q, transpose(k, [0, 2, 1]))), v),
    [draw(6, [25, 12, 8]), draw(7, [25, 12, 8]), draw(8, [25, 12, 8])],
  ],
  'joined and embedded parts': [
    (x, y) =>
      sum(multiply(concatenate([x, multiply(y, 2), x], 1), embed(exp(x), [40, 14], [0, 2], [1, 2])), {
        axes: 0,
      }),
    [draw(9, [40, 4]), draw(10, [40, 6])],
  ],
  'a recurrent network and its gradient': [
    (w, xs) =>
      grad((w: Tensor) => {
        const step = (h: Tensor, x: Tensor): [Tensor, Tensor] => [tanh(add(x, matmul(h, w))), h];
        const [last, states] = scan(step, zeros([30, 20]), xs);
        return add(sum(last), sum(square(states)));
      })(w),
    [draw(12, [20, 20]), draw(13, [6, 30, 20])],
  ],
  'a loop whose steps read what other threads wrote': [
    (x, xs) =>
      scan((c: Tensor, e: Tensor) => [sin(add(transpose(c), e)), sum(c, { axes: 0 })], x, xs, {
        reverse: true,
      }),
    [draw(14, [30, 30]), draw(15, [9, 30, 30])],
  ],
  'powers, which JavaScript computes': [
    (x) => sum(multiply(power(exp(x), 0.3), x), { axes: 1 }),
    [draw(11, [40, 9])],
  ],
};

describe('programs on several threads', () => {
  useVectors();

  for (const [name, [fn, inputs]] of Object.entries(functions)) {
    it(`keep out of each other's way: ${name}`, () => {
      const program = buildProgram(simplify(makeGraph(fn, inputs)), []);
      for (const threads of [2, 3, 4]) expect(conflictsOf(program, phasesOf(program), threads)).to.equal(0);
    });

    it(`have the bits of one thread: ${name}`, () => {
      const program = buildProgram(simplify(makeGraph(fn, inputs)), []);
      const before = threadCount();
      try {
        const wanted = resultsOf(program, inputs, 1);
        for (const threads of [2, 4]) {
          setThreads(threads);
          expect(resultsOf(program, inputs, threads)).to.deep.equal(wanted);
        }
      } finally {
        setThreads(before);
      }
    });
  }

  it('would get in each other’s way with one phase less, wherever there are several', () => {
    const [fn, inputs] = functions['a gradient of two layers'] as NonNullable<(typeof functions)[string]>;
    const program = buildProgram(simplify(makeGraph(fn, inputs)), []);
    const phases = phasesOf(program);
    for (let skipped = 1; skipped <= Math.max(...phases); skipped++) {
      const fewer = phases.map((phase) => (phase >= skipped ? phase - 1 : phase));
      expect(conflictsOf(program, fewer, 2), `phase ${skipped}`).to.be.above(0);
    }
  });
});

function resultsOf(program: Program, inputs: readonly Tensor[], threads: number): unknown {
  const loaded = loadProgram(program, threads);
  waitForTeam(threads);
  inputs.forEach((x, i) => {
    assign(loaded.inputs[i] as NDArray, x.plainArray('spec'));
  });
  for (let run = 0; run < 3; run++) loaded.run();
  return loaded.outputs.map((output) => [...(output.data as Float32Array).slice(0, output.size)]);
}

/** How many bytes a thread writes that another one reads or writes in the same phase. */
function conflictsOf(program: Program, phases: readonly number[], threads: number): number {
  const { addresses } = planMemory(program, { start: 0, phases, threads });
  let conflicts = 0;
  for (let phase = 0; phase <= Math.max(...phases); phase++) {
    const kernels = program.kernels.filter((_, i) => phases[i] === phase);
    const readers = new Map<number, Set<number>>();
    const writers = new Map<number, Set<number>>();
    for (const kernel of kernels) {
      for (let thread = 0; thread < threads; thread++) {
        for (const address of touched(program, kernel, thread, threads, addresses, 'reads'))
          note(readers, address, thread);
        for (const address of touched(program, kernel, thread, threads, addresses, 'writes'))
          note(writers, address, thread);
      }
    }
    for (const [address, writing] of writers) {
      const all = new Set([...writing, ...(readers.get(address) ?? [])]);
      if (all.size > 1) conflicts++;
    }
  }
  return conflicts;
}

function note(map: Map<number, Set<number>>, address: number, thread: number): void {
  const known = map.get(address) ?? new Set();
  map.set(address, known.add(thread));
}

/** The addresses that a thread's share of a kernel reads or writes. */
function* touched(
  program: Program,
  kernel: Kernel,
  thread: number,
  threads: number,
  addresses: readonly number[],
  how: 'reads' | 'writes',
): Iterable<number> {
  const rows = rowsOf(kernel);
  const share = Math.ceil(Math.ceil(rows / rowUnit) / threads) * rowUnit;
  const [from, to] =
    rows === 1 ? [0, thread === 0 ? 1 : 0] : [thread * share, Math.min((thread + 1) * share, rows)];
  if (from >= to) return;
  const at = (place: Place, range: readonly [number, number] | null) => elements(place, range, addresses);
  const own = rows === 1 ? null : ([from, to] as const);
  if (how === 'writes' && 'scratch' in kernel)
    yield (addresses[kernel.scratch] as number) +
      thread * threadBytes(program.buffers[kernel.scratch] as never);
  switch (kernel.kind) {
    case 'loop': {
      const places =
        how === 'reads'
          ? kernel.values.flatMap((v) => (v.kind === 'load' ? [v.place] : []))
          : kernel.stores.map(({ place }) => place);
      for (const place of places) yield* at(place, own);
      return;
    }
    case 'product':
      if (how === 'writes') yield* at(kernel.output, own);
      else {
        yield* at(kernel.left, own);
        yield* at(kernel.right, kernel.output.shape.length > 2 ? own : null);
      }
      return;
    case 'sum': {
      const { before, length, after, strides, input, output } = kernel;
      const place =
        how === 'writes'
          ? { ...output, shape: [before, after], strides: [after, 1] }
          : { ...input, shape: [before, after, length], strides: [strides[0], 1, strides[1]] };
      if (before > 1) yield* at(place, own);
      else yield* at({ ...place, shape: place.shape.slice(1), strides: place.strides.slice(1) }, own);
      return;
    }
    case 'host':
      for (const buffer of how === 'reads' ? readsOf(kernel) : writesOf(kernel))
        yield addresses[buffer] as number;
  }
}

function* elements(
  { buffer, shape, strides, offset, dtype, perStep = 0 }: Place,
  range: readonly [number, number] | null,
  addresses: readonly number[],
): Iterable<number> {
  const size = sizeOf(shape);
  const inner = sizeOf(shape.slice(1));
  for (let i = range ? range[0] * inner : 0; i < (range ? range[1] * inner : size); i++) {
    let [rest, position] = [i, offset + perStep]; // in the second step, if there are several
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (rest % (shape[axis] as number)) * (strides[axis] as number);
      rest = Math.floor(rest / (shape[axis] as number));
    }
    yield (addresses[buffer] as number) + position * bytesOf[dtype];
  }
}
