import { expect } from 'chai';
import fc from 'fast-check';
import type { NDArray } from '../../../lib/index.ts';
import * as lib from '../../../lib/index.ts';
import { loadProgram, type Program } from '../../../lib/program/index.ts';
import { planMemory } from '../../../lib/program/memory.ts';
import { readsOf, writesOf } from '../../../lib/program/program.ts';
import { phasesOf, rowsOf } from '../../../lib/program/webassembly/phases.ts';
import { useDirtyMemory } from '../../tools/dirty-memory.ts';
import { type RandomProgram, randomPrograms } from './random-programs.ts';
import { waitForTeam } from './team.ts';
import { type Both, expectBits, expectBitsWithBoth, Twin, withEachBackend } from './twin.ts';

describe('programs', () => {
  useDirtyMemory();

  it('give the bits of lib, run after run, with both executors', () => {
    hold(150, ({ build, draw }) => expectBitsWithBoth(build, [draw(1), draw(2)]));
  });

  it('leave each donated input’s memory with the output that replaces it', () => {
    hold(60, ({ build, draw, donations }) => {
      withEachBackend(() => {
        const { program, outputs } = build();
        const loaded = loadProgram(program);
        for (const { input, output } of donations)
          expect(program.outputs[output]).to.deep.equal(program.inputs[input]);
        let inputs = draw(1);
        for (let step = 0; step < 3; step++) {
          expectBits(loaded, outputs, inputs);
          // The outputs are the next inputs, where they lie.
          const replaced = new Map(donations.map(({ input, output }) => [input, loaded.outputs[output] as NDArray])); // biome-ignore format: one line
          inputs = inputs.map((array, i) => {
            const resident = replaced.get(i);
            if (resident) expect(resident.data.byteOffset).to.equal(loaded.inputs[i]?.data.byteOffset);
            return resident ? lib.copy(resident) : array;
          });
        }
      });
    });
  });

  it('let no two values overlap that are alive at the same time', () => {
    hold(400, ({ build }) => {
      const { program } = build();
      expectNoOverlap(program, program.kernels.map((_, kernel) => kernel), 1); // biome-ignore format: one line
      for (const threads of [1, 2, 4]) expectNoOverlap(program, phasesOf(program), threads);
    });
  });

  it('compute what others wait for in an earlier phase, unless each thread finds it in its own rows', () => {
    hold(100, ({ build }) => {
      const { program } = build();
      const phases = phasesOf(program);
      program.kernels.forEach((kernel, i) => {
        for (const [j, earlier] of program.kernels.slice(0, i).entries()) {
          const written = new Set(writesOf(earlier));
          const waits = [...readsOf(kernel), ...writesOf(kernel)].some((buffer) => written.has(buffer));
          const isOwn = rowsOf(kernel) === rowsOf(earlier);
          if (waits && (isOwn ? (phases[j] as number) > (phases[i] as number) : (phases[j] as number) >= (phases[i] as number))) expect.fail(`kernel ${i} does not wait for ${j}`); // biome-ignore format: one line
        }
      });
    });
  });

  it('give the phases of a repetition to nobody else', () => {
    hold(100, ({ build }) => {
      const { program } = build();
      const phases = phasesOf(program);
      for (const { first, end } of program.repetitions) {
        const own = new Set(phases.slice(first, end));
        expect(phases.slice(0, first).every((phase) => phase < Math.min(...own))).to.equal(true);
        expect(phases.slice(end).every((phase) => phase > Math.max(...own))).to.equal(true);
      }
    });
  });

  it('share memory between values that are not: a long chain needs that of a few', () => {
    const twin = new Twin();
    let x = twin.input([1000], 'float64');
    for (let i = 0; i < 30; i++) x = twin.host(x, (a) => lib.negate(a));
    const program = twin.finish([x]);
    const { bytes } = planMemory(program, { start: 0, phases: phasesOf(program), threads: 1 });
    expect(bytes).to.be.lessThan(5 * 8100);
  });

  it('join elementwise operations into one loop, and keep what only it needs out of memory', () => {
    const twin = new Twin();
    const [x, y] = [twin.input([100], 'float32'), twin.input([100], 'float32')];
    const outputs = [
      twin.map('multiply', [twin.map('exp', [x]), twin.map('tanh', [twin.map('add', [x, y])])]),
    ];
    const program = twin.finish(outputs);
    expect(program.kernels.map(({ kind }) => kind)).to.deep.equal(['loop']);
    expect(program.buffers.length).to.equal(3);
  });

  it('read what a loop writes after it, not within it', () => {
    for (const shape of [[6], [90]]) {
      expectBitsWithBoth(() => {
        const twin = new Twin();
        const flipped = (y: Both) =>
          twin.view(y, shape, (a) => lib.slice(a, [a.size - 1], [-1], [-1])) as Both;
        const x = twin.input(shape, 'float32');
        const outputs = [twin.map('negate', [flipped(twin.map('exp', [flipped(twin.map('sin', [x]))]))])];
        return { program: twin.finish(outputs), outputs };
      }, [[sampleOf(shape[0] as number)]]);
    }
  });

  it('read one array in two orders within a loop', () => {
    for (const n of [3, 12]) {
      expectBitsWithBoth(() => {
        const twin = new Twin();
        const x = twin.input([n, n], 'float32');
        const turned = twin.view(x, [n, n], (a) => lib.transpose(a, [1, 0])) as Both;
        const outputs = [twin.map('subtract', [twin.map('multiply', [x, x]), turned])];
        return { program: twin.finish(outputs), outputs };
      }, [[matrixOf(n, n)]]);
    }
  });

  it('tell 0 from −0', () => {
    for (const length of [6, 90]) {
      expectBitsWithBoth(() => {
        const twin = new Twin();
        const x = twin.input([length], 'float32');
        const outputs = [0, -0].map((zero) => twin.map('divide', [x, twin.number(zero, x)]));
        return { program: twin.finish(outputs), outputs };
      }, [[sampleOf(length)]]);
    }
  });

  it('never join an operation into a loop before the one that it waits for', () => {
    const twin = new Twin();
    const x = twin.input([100], 'float32');
    const total = twin.sum(twin.map('exp', [x]), 0, 1);
    const repeated = twin.view(total, [100], (a) => lib.broadcastTo(a, [100])) as Both;
    const ratio = twin.map('divide', [twin.map('exp', [x]), repeated]);
    const outputs = [ratio, twin.map('add', [x, ratio]), twin.map('square', [x])];
    expectBitsWithBoth(() => ({ program: twin.finish(outputs), outputs }), [[sampleOf(100)]]);
    const program = twin.finish(outputs);
    expect(program.kernels.map(({ kind }) => kind)).to.deep.equal(['loop', 'sum', 'loop']);
  });
});

describe('a repetition', () => {
  type Step = Parameters<Twin['repeat']>[3];
  const cases: Readonly<Record<string, (twin: Twin, captured: Both) => Step>> = {
    'a carry that changes where it is':
      (twin) =>
      ([c], x) => [[twin.map('add', [c as Both, x])], c as Both],
    'a carry that a step reads in another order than it writes it':
      (twin) =>
      ([c], x) => {
        const turned = twin.view(c as Both, [12, 12], (a) => lib.transpose(a, [1, 0])) as Both;
        return [[twin.map('add', [turned, x])], x];
      },
    'a carry that a step reads after the next one is there':
      (twin) =>
      ([c], x) => {
        const next = twin.map('add', [c as Both, x]);
        const total = twin.view(twin.sum(next, 0, 2), [12, 12], (a) => lib.broadcastTo(a, [12, 12])) as Both;
        return [[next], twin.map('multiply', [total, c as Both])];
      },
    'a carry that is a product, with its tiles':
      (twin, captured) =>
      ([c], x) => {
        const next = twin.product(twin.map('tanh', [c as Both]), captured);
        return [[next], twin.map('add', [next, x])];
      },
    'a carry that nobody reads, and that is the same after each step': (_, captured) => (_, x) => [
      [captured],
      x,
    ],
    'a carry that is an entry, and ys that are the same in each step': (_, captured) => (_, x) => [
      [x],
      captured,
    ],
  };
  for (const [name, step] of Object.entries(cases)) {
    for (const reverse of [false, true]) {
      it(`has the bits of its steps with ${name}${reverse ? ', from the end' : ''}`, () => {
        expectBitsWithBoth(() => {
          const twin = new Twin();
          const [start, xs, given] = [[12, 12], [5, 12, 12], [12, 12]].map((shape) => twin.input(shape, 'float32')) as [Both, Both, Both]; // biome-ignore format: one line
          const captured = twin.map('tanh', [given]);
          const outputs = twin.repeat([start], xs, reverse, step(twin, captured));
          return {
            program: twin.finish([...outputs, start, xs, given]),
            outputs: [...outputs, start, xs, given],
          };
        }, [[matrixOf(12, 12), lib.reshape(sampleOf(720, 2), [5, 12, 12]), matrixOf(12, 12)]]);
      });
    }
  }

  it('keeps two loops over different entries of one array apart', () => {
    expectBitsWithBoth(() => {
      const twin = new Twin();
      const [start, xs] = [twin.input([6], 'float32'), twin.input([6, 6], 'float32')];
      const first = twin.view(xs, [6], (a) => lib.view(a.data, [6], [1], a.offset)) as Both;
      const outputs = twin.repeat([start], xs, false, ([c], x) => [
        [twin.map('add', [c as Both, twin.map('multiply', [x, first])])],
        x,
      ]);
      return { program: twin.finish(outputs), outputs };
    }, [[sampleOf(6), matrixOf(6, 6)]]);
  });

  it('keeps a donated input that every step reads until its last step', () => {
    expectBitsWithBoth(() => {
      const twin = new Twin();
      const [start, xs, whole] = [[6], [4, 6], [4, 6]].map((shape) => twin.input(shape, 'float32')) as [Both, Both, Both]; // biome-ignore format: one line
      const outputs = twin.repeat([start], xs, false, ([c], x) => {
        const next = twin.map('add', [c as Both, twin.sum(whole, 0, 1)]);
        return [[next], twin.map('add', [x, next])];
      });
      const all = [outputs[1] as Both, outputs[0] as Both];
      return { program: twin.finish(all, [{ input: 2, output: 0 }]), outputs: all };
    }, [[sampleOf(6), lib.reshape(sampleOf(24), [4, 6]), lib.reshape(sampleOf(24, 2), [4, 6])]]);
  });

  it('computes a product where the carry is', () => {
    const twin = new Twin();
    const [start, xs, w] = [[12, 16], [5, 1], [16, 16]].map((shape) => twin.input(shape, 'float32')) as [Both, Both, Both]; // biome-ignore format: one line
    const [last] = twin.repeat([start], xs, false, ([c], x) => [
      [twin.product(twin.map('tanh', [c as Both]), w)],
      x,
    ]);
    const { kernels, repetitions } = twin.finish([last as Both]);
    const [{ first, end }] = repetitions as [Program['repetitions'][number]];
    expect(kernels.slice(first, end).map(({ kind }) => kind)).to.have.members(['loop', 'product', 'loop']);
  });

  it('lets no thread begin a step before the others have ended the one before', () => {
    const before = lib.threadCount();
    lib.setThreads(2);
    try {
      // The second thread has 6 of the 30 rows, and the rows that it needs are the first one's.
      const twin = new Twin();
      const [start, xs] = [twin.input([30, 40], 'float32'), twin.input([500, 1, 1], 'float32')];
      const outputs = twin.repeat([start], xs, false, ([c], x) => {
        const flipped = twin.view(c as Both, [30, 40], (a) =>
          lib.slice(a, [29, 0], [-1, 40], [-1, 1]),
        ) as Both;
        const step = twin.view(x, [30, 40], (a) => lib.broadcastTo(a, [30, 40])) as Both;
        return [[twin.map('sin', [twin.map('add', [flipped, step])])], x];
      });
      const loaded = loadProgram(twin.finish(outputs), 2);
      waitForTeam(2);
      const inputs = [lib.reshape(sampleOf(1200), [30, 40]), lib.reshape(sampleOf(500, 2), [500, 1, 1])];
      for (let run = 0; run < 5; run++) expectBits(loaded, outputs, inputs);
    } finally {
      lib.setThreads(before);
    }
  });
});

describe('donation', () => {
  it('computes an output where the input was, if nobody reads the input afterwards', () => {
    const twin = new Twin();
    const x = twin.input([100], 'float32');
    const program = twin.finish([twin.map('exp', [x])], [{ input: 0, output: 0 }]);
    expect(program.kernels.length).to.equal(1);
    expect(program.outputs).to.deep.equal(program.inputs);
  });

  const cases: Readonly<Record<string, (twin: Twin, x: Both, y: Both) => readonly Both[]>> = {
    'an output that reads the input in another order': (twin, x) => [twin.map('add', [x, flipped(twin, x)])],
    'an input that a later output reads': (twin, x) => {
      const first = twin.map('exp', [x]);
      return [first, twin.host(flipped(twin, twin.map('add', [first, x])), (a) => a), twin.host(x, (a) => a)];
    },
    'outputs that are each other’s inputs': (_, x, y) => [y, x],
    'an input that is passed on beside the output that replaces it': (twin, x, y) => [
      twin.map('exp', [x]),
      x,
      y,
    ],
    'a view of a donated input': (twin, x) => [
      twin.map('exp', [x]),
      flipped(twin, x),
      twin.map('negate', [x]),
    ],
    'one value for two outputs': (twin, x) => {
      const y = twin.map('exp', [x]);
      return [y, y, flipped(twin, y)];
    },
    'an output that is the start of a longer buffer': (twin, x, y) => {
      const part = twin.map('exp', [x]);
      const joined = twin.join([part, twin.map('negate', [twin.constant(sampleOf(500))])], 0);
      return [part, y, twin.sum(joined, 0, 1)];
    },
    'an output that is a view of a longer one': (twin, x, y) => {
      const long = twin.map('exp', [twin.join([x, twin.constant(sampleOf(500))], 0)]);
      const start = twin.view(long, [6], (a) => lib.slice(a, [0], [6], [1])) as Both;
      return [start, y, twin.sum(long, 0, 1)];
    },
    'a number, repeated': (twin, x) => [twin.number(3, x), twin.map('exp', [x])],
    'a constant': (twin, x) => [twin.constant(sampleOf(6)), twin.map('exp', [x])],
  };
  for (const [name, build] of Object.entries(cases)) {
    it(`keeps the bits for ${name}`, () => {
      for (const donations of [
        [{ input: 0, output: 0 }],
        [
          { input: 0, output: 0 },
          { input: 1, output: 1 },
        ],
      ]) {
        expectBitsWithBoth(() => {
          const twin = new Twin();
          const outputs = build(twin, twin.input([6], 'float32'), twin.input([6], 'float32'));
          const fitting = donations.filter(({ output }) => outputs[output]);
          return { program: twin.finish(outputs, fitting), outputs };
        }, [
          [sampleOf(6, 1), sampleOf(6, 2)],
          [sampleOf(6, 3), sampleOf(6, 4)],
        ]);
      }
    });
  }

  it('keeps the bits for a product, whose rows and tiles need more memory than its result', () => {
    for (const [rows, columns] of [
      [5, 5],
      [17, 16],
      [1, 33],
      [13, 3],
    ] as const) {
      expectBitsWithBoth(() => {
        const twin = new Twin();
        const [x, a, b] = [[rows, columns], [rows, 3], [3, columns]].map((shape) => twin.input(shape, 'float32')) as [Both, Both, Both]; // biome-ignore format: one line
        const outputs = [twin.product(a, b), twin.sum(x, 0, 1), a, b];
        return { program: twin.finish(outputs, [{ input: 0, output: 0 }]), outputs };
      }, [[lib.full([rows, columns], 2, 'float32'), matrixOf(rows, 3), matrixOf(3, columns)]]);
    }
  });

  function flipped(twin: Twin, x: Both): Both {
    return twin.view(x, x.shape, (a) => lib.slice(a, [a.size - 1], [-1], [-1])) as Both;
  }
});

function hold(count: number, law: (program: RandomProgram) => void): void {
  fc.assert(fc.property(randomPrograms(12), law), { numRuns: count, seed: 2026 });
}

/** Fails if two buffers share bytes that are alive in the same phase. */
function expectNoOverlap(program: Program, phases: readonly number[], threads: number): void {
  const { addresses, bytes } = planMemory(program, { start: 128, phases, threads });
  const blocks = livesOf(program, phases).map((life, i) => {
    const { dtype, length, isScratch } = program.buffers[i] as Program['buffers'][number];
    const size = length * lib.allocate(1, dtype).BYTES_PER_ELEMENT;
    // Each thread has scratch memory of its own, which begins at a cache line.
    const all = isScratch ? (threads - 1) * 64 * Math.ceil(size / 64) + size : size;
    const from = addresses[i] as number;
    return { ...life, from, to: from + all };
  });
  const used = blocks.filter(({ first, last }) => first <= last);
  for (const [i, a] of used.entries()) {
    expect(a.from % 64, 'aligned').to.equal(0);
    expect(a.from >= 128 && a.to <= 128 + bytes, 'inside').to.equal(true);
    for (const b of used.slice(0, i)) {
      const meet = a.from < b.to && b.from < a.to;
      if (meet && a.first <= b.last && b.first <= a.last)
        expect.fail(`two buffers overlap: ${JSON.stringify([a, b])}`);
    }
  }
}

/**
 * From the first to the last phase that mentions a buffer, whatever for; always, for what a caller reads or
 * writes. A repetition as a whole mentions what others mention, too: a later step may need it.
 */
function livesOf(program: Program, phases: readonly number[]) {
  const mentions = program.kernels.map((kernel) => new Set(buffersIn(kernel)));
  const lasting = new Set(buffersIn([program.inputs, program.outputs, program.constants.map(({ place }) => place)])); // biome-ignore format: one line
  return program.buffers.map((_, buffer) => {
    if (lasting.has(buffer)) return { first: Number.NEGATIVE_INFINITY, last: Number.POSITIVE_INFINITY };
    const kernels = mentions.flatMap((set, kernel) => (set.has(buffer) ? [kernel] : []));
    const all = program.repetitions.flatMap(({ first, end }) => {
      const isWithin = (kernel: number) => first <= kernel && kernel < end;
      const isShared = kernels.some(isWithin) && !kernels.every(isWithin);
      return isShared ? Array.from({ length: end - first }, (_, i) => first + i) : [];
    });
    const users = [...kernels, ...all].map((kernel) => phases[kernel] as number);
    return { first: Math.min(...users), last: Math.max(...users) };
  });
}

/** Every buffer that a value names, however deep. */
function buffersIn(value: unknown): readonly number[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === 'buffer' || key === 'scratch' ? [entry as number] : buffersIn(entry),
  );
}

function sampleOf(length: number, seed = 1): NDArray {
  return lib.wrap(
    Float32Array.from({ length }, (_, i) => Math.sin(seed * (i + 1))),
    [length],
  );
}

function matrixOf(rows: number, columns: number): NDArray {
  return lib.reshape(sampleOf(rows * columns), [rows, columns]);
}
