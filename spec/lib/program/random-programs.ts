/** Random programs: lists of operations on values before them, of every kind that a program has. */
import fc from 'fast-check';
import type { DType, NDArray, Shape } from '../../../lib/index.ts';
import * as lib from '../../../lib/index.ts';
import type { Donation, Program } from '../../../lib/program/index.ts';
import { sample } from '../support.ts';
import { type Both, Twin } from './twin.ts';

export interface RandomProgram {
  readonly build: () => { readonly program: Program; readonly outputs: readonly Both[] };
  readonly draw: (seed: number) => readonly NDArray[];
  readonly donations: readonly Donation[];
  /** The program as text, which fast-check prints. */
  readonly toString: () => string;
}

interface Instruction {
  readonly operation: number;
  readonly first: number;
  readonly second: number;
  readonly choice: number;
}

type Operation = (twin: Twin, x: Both, y: Both, choice: number) => Both | null;

const largest = 400;
const shapes: readonly Shape[] = [[], [5], [70], [9, 8], [3, 1, 30], [12, 12]];

// Each is bounded, so that no number becomes infinite, after which all are the same.
const operations: Readonly<Record<string, Operation>> = {
  tanh: (twin, x) => twin.map('tanh', [x]),
  negate: (twin, x) => twin.map('negate', [x]),
  exp: (twin, x) => twin.map('exp', [twin.map('tanh', [x])]),
  silu: (twin, x) => twin.map('silu', [x]),
  slope: (twin, x) => twin.map('siluSlope', [x]),
  add: (twin, x, y) => twin.map('add', [x, fitting(twin, y, x)]),
  multiply: (twin, x, y) => twin.map('multiply', [x, twin.map('tanh', [fitting(twin, y, x)])]),
  maximum: (twin, x, y) => twin.map('maximum', [x, fitting(twin, y, x)]),
  where: (twin, x, y) => {
    const other = fitting(twin, y, x);
    const mask = twin.map('logicalNot', [twin.map('less', [x, other])]);
    return twin.map('where', [mask, twin.map('negate', [x]), other]);
  },
  rounded: (twin, x) =>
    twin.map('cast', [twin.map('cast', [twin.map('multiply', [x, x])], 'int32')], x.dtype),
  precise: (twin, x) => {
    const other = x.dtype === 'float32' ? 'float64' : 'float32';
    return twin.map('cast', [twin.map('sin', [twin.map('cast', [x], other)])], x.dtype);
  },
  number: (twin, x, _, choice) => twin.map('subtract', [x, twin.number(choice / 7, x)]),
  constant: (twin, x, _, choice) =>
    twin.map('add', [x, twin.constant(sample(x.shape, x.dtype, -2, 2, choice))]),
  transpose: (twin, x) => {
    const order = [...x.shape.keys()].reverse();
    return twin.view(x, x.shape.toReversed(), (a) => lib.transpose(a, order));
  },
  flip: (twin, x) =>
    twin.view(x, x.shape, (a) => lib.slice(a, x.shape.map((n) => n - 1), x.shape.map(() => -1), x.shape.map(() => -1))), // biome-ignore format: one line
  half: (twin, x) => {
    const [n = 0, ...rest] = x.shape;
    if (n < 2) return null;
    const [starts, stops, steps] = [0, n, 2].map((first, i) => [first, ...rest.map((m) => (i === 0 ? 0 : i === 1 ? m : 1))]); // biome-ignore format: one line
    return twin.view(x, [Math.ceil(n / 2), ...rest], (a) => lib.slice(a, starts as number[], stops as number[], steps as number[])); // biome-ignore format: one line
  },
  start: (twin, x) => {
    const [n = 0, ...rest] = x.shape;
    if (n < 2) return null;
    const stops = [n - 1, ...rest];
    const [zeros, ones] = [stops.map(() => 0), stops.map(() => 1)];
    return twin.view(x, stops, (a) => lib.slice(a, zeros, stops, ones));
  },
  flat: (twin, x) => twin.view(x, [lib.sizeOf(x.shape)], (a) => lib.reshape(a, [a.size])),
  sum: (twin, x, _, choice) => {
    if (x.shape.length === 0) return null;
    const first = choice % x.shape.length;
    return twin.sum(x, first, Math.min(x.shape.length, first + 1 + (choice % 2)));
  },
  product: (twin, x) => {
    const [rows, columns] = x.shape;
    if (x.shape.length !== 2 || (rows as number) > 40 || (columns as number) > 40) return null;
    const small = twin.map('tanh', [x]);
    const turned = twin.view(small, x.shape.toReversed(), (a) => lib.transpose(a, [1, 0]));
    return turned && twin.product(small, turned);
  },
  join: (twin, x, y, choice) => {
    if (x.shape.length === 0 || 2 * lib.sizeOf(x.shape) > largest) return null;
    return twin.join(
      [x, fitting(twin, y, x), twin.map('negate', [x])].slice(choice % 2),
      choice % x.shape.length,
    );
  },
  embed: (twin, x) => (4 * lib.sizeOf(x.shape) > largest ? null : twin.embed(x)),
  repeat: (twin, x, y, choice) => {
    if (x.shape.length === 0 || lib.sizeOf(x.shape) === 0) return null;
    const [shape, other] = [x.shape.slice(1), y.shape.length === 0 ? twin.map('negate', [y]) : y];
    const start = twin.number(choice / 5, { ...x, shape });
    const same = twin.map('tanh', [fitting(twin, other, { ...x, shape })]);
    const [a, b, ys] = twin.repeat(
      [choice % 3 === 0 ? same : start, start],
      x,
      choice % 2 === 1,
      ([a, b], entry) => {
        const [first, second] = [a, b] as [Both, Both];
        const sum = twin.map('add', [
          choice % 4 < 2 ? first : reversed(twin, first),
          twin.map('tanh', [entry]),
        ]);
        const scaled = twin.map('multiply', [twin.map('tanh', [sum]), same]);
        const next =
          choice % 5 === 0
            ? [second, sum]
            : choice % 5 === 1
              ? [scaled, entry]
              : [sum, twin.map('tanh', [twin.map('add', [second, scaled])])];
        return [
          next.map((value) => twin.map('tanh', [value])),
          [first, sum, scaled, same, twin.sum(sum, 0, shape.length), entry][choice % 6] as Both,
        ];
      },
    ) as [Both, Both, Both];
    return [ys, a, b][choice % 3] as Both;
  },
  host: (twin, x) => twin.host(x, (a) => lib.negate(a)),
};

/** Programs with two to four outputs, some of which take over the memory of inputs. */
export function randomPrograms(maxLength: number): fc.Arbitrary<RandomProgram> {
  const names = Object.keys(operations);
  const instruction = fc.record({
    operation: fc.nat(names.length - 1),
    first: fc.nat(4),
    second: fc.nat(9),
    choice: fc.nat(11),
  });
  const instructions = fc.array(instruction, { minLength: 1, maxLength });
  const picks = fc.array(fc.nat(9), { minLength: 2, maxLength: 4 });
  const dtype = fc.constantFrom<DType>('float32', 'float64');
  const shape = fc.constantFrom(...shapes);
  return fc.tuple(shape, shape, dtype, instructions, picks).map(([a, b, dtype, list, picked]) => {
    const types = [a, b, a].map((shape) => ({ shape, dtype }));
    const donations = donationsOf(types, run(types, list, picked).outputs);
    return {
      build: () => {
        const { twin, outputs } = run(types, list, picked);
        return { program: twin.finish(outputs, donations), outputs };
      },
      draw: (seed: number) => types.map(({ shape }, i) => sample(shape, dtype, -2, 2, 10 * seed + i)),
      donations,
      toString: () => {
        const text = list.map(({ operation, first, second, choice }) => `${names[operation]}(−${first}, −${second}; ${choice})`); // biome-ignore format: one line
        const inputs = types.map(({ shape }) => `${dtype}${lib.formatShape(shape)}`);
        return `${inputs.join(', ')}: ${text.join(', ')} → −${picked.join(', −')}; donations: ${JSON.stringify(donations)}`;
      },
    };
  });

  function run(types: readonly Type[], list: readonly Instruction[], picked: readonly number[]) {
    const twin = new Twin();
    const values = types.map(({ shape, dtype }) => twin.input(shape, dtype));
    const before = (count: number) => values[values.length - 1 - (count % values.length)] as Both;
    for (const { operation, first, second, choice } of list) {
      const apply = operations[names[operation] as string] as Operation;
      const result = apply(twin, before(first), before(second), choice);
      if (result) values.push(result);
    }
    return { twin, outputs: picked.map(before) };
  }
}

interface Type {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Each input with the first output of its type that replaces no other one. */
function donationsOf(inputs: readonly Type[], outputs: readonly Type[]): readonly Donation[] {
  const taken = new Set<number>();
  return inputs.flatMap(({ shape, dtype }, input) => {
    const output = outputs.findIndex(
      (other, i) => !taken.has(i) && other.dtype === dtype && lib.sameShape(other.shape, shape),
    );
    if (output < 0) return [];
    taken.add(output);
    return [{ input, output }];
  });
}

function reversed(twin: Twin, x: Both): Both {
  const order = [...x.shape.keys()].reverse();
  const turned = twin.view(x, x.shape.toReversed(), (a) => lib.transpose(a, order)) as Both;
  return twin.view(turned, x.shape, (a) => lib.reshape(a, x.shape)) as Both;
}

/** y itself if it has x's shape, else its sum, repeated. */
function fitting(twin: Twin, y: Both, x: Both): Both {
  if (lib.sameShape(x.shape, y.shape)) return y;
  const total = y.shape.length === 0 ? y : twin.sum(twin.map('tanh', [y]), 0, y.shape.length);
  return twin.view(total, x.shape, (a) => lib.broadcastTo(a, x.shape)) as Both;
}
