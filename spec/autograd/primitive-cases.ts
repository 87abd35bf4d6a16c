/** The primitives' table and edge values, as programs that another runtime runs beside us. */
import { expect } from 'chai';
import { apply } from '../../autograd/core/apply.ts';
import { none, primitives } from '../../autograd/core/primitive.ts';
import { cast, type DType, type PrimitiveName, type Tensor, tensor } from '../../autograd/index.ts';
import { isFloating } from '../../lib/index.ts';
import {
  type BinaryScalar,
  binaryScalars,
  type UnaryScalar,
  unaryScalars,
} from '../../lib/program/scalars.ts';
import { type Row, setUp } from './harness.ts';
import { table } from './primitives.table.ts';

// biome-ignore format: a list
const edges = [
  0, -0, 1, -1, 0.5, -0.5, 0.3, -0.999, 1.5, 2.5, -2.5, 1e-6, -1e-6, 1e-20, 0.99999, 1.00001,
  3, -3, 4.5, -4.5, 10, -10, 20, -20, 88.8, -87, 100, -100, 1e3, -1e3,
  1e10, -1e10, 3e38, -3e38, Infinity, -Infinity, NaN,
];

/** What is cast to. */
const dtypes = ['float32', 'float64', 'int32', 'uint32', 'bool'] as const;

/** A function of tensors with inputs to run it on, and how near to our result its own must be. */
export interface Case {
  readonly fn: (...inputs: Tensor[]) => readonly Tensor[];
  readonly inputs: readonly Tensor[];
  readonly tolerance: number;
  /**
   * Whether each element must be near by its own size (or 1 if that is less), and not by that of the largest.
   */
  readonly relative?: boolean | 'above 1';
  /** What each result is. */
  readonly labels: readonly string[];
}

/** All but the primitives that the runtime refuses, in single and in double precision. */
export function primitiveCases(refused: readonly PrimitiveName[]): Readonly<Record<string, Case>> {
  return Object.fromEntries(
    (['float32', 'float64'] as const).flatMap((dtype) => [
      ...Object.entries(table)
        .filter(([name]) => !refused.includes(name as PrimitiveName))
        .map(([name, rows]) => [`${name}, ${dtype}`, caseOfRows(rows, dtype)] as const),
      [`functions of one number at their edges, ${dtype}`, edgeCase(unaryScalars, dtype)] as const,
      [`functions of two numbers at their edges, ${dtype}`, edgeCase(binaryScalars, dtype)] as const,
    ]),
  );
}

/** All rows of a primitive as one program. */
function caseOfRows(rows: readonly Row[], dtype: DType): Case {
  const inputs = rows.map((row) => setUp(row).inputs.map((x) => (isFloating(x.dtype) ? cast(x, dtype) : x)));
  const fn = (...given: readonly Tensor[]) => {
    const rest = [...given];
    return rows.map((row, i) => row.fn(...rest.splice(0, (inputs[i] as readonly Tensor[]).length)));
  };
  return {
    fn,
    inputs: inputs.flat(),
    tolerance: dtype === 'float32' ? 3e-6 : 1e-13,
    labels: rows.map(({ label }) => label),
  };
}

/** Primitives on edge values, or on all pairs of them. */
function edgeCase(names: readonly (UnaryScalar | BinaryScalar)[], dtype: DType): Case {
  const pairs = (values: readonly number[]) =>
    names === unaryScalars
      ? [values]
      : [values.flatMap((a) => values.map(() => a)), values.flatMap(() => values)];
  const numbers = pairs(edges).map((list) => tensor(list, { dtype }));
  const masks = pairs([0, 1]).map((list) => tensor(list, { dtype: 'bool' }));
  const fn = (...given: readonly Tensor[]) =>
    names.flatMap((name) => {
      const [first] = given as readonly [Tensor];
      if (name === 'cast') return dtypes.map((to) => cast(first, to));
      const inputs = name.startsWith('logical')
        ? given.slice(numbers.length)
        : given.slice(0, numbers.length);
      return apply(primitives[name as 'add'], inputs, none);
    });
  const labels = names.flatMap((name) => (name === 'cast' ? dtypes.map((to) => `cast to ${to}`) : [name]));
  const tolerance = dtype === 'float32' ? 1e-5 : 1e-12;
  return { fn, inputs: [...numbers, ...masks], tolerance, relative: true, labels };
}

interface Nearness {
  readonly tolerance: number;
  readonly relative?: boolean | 'above 1';
  readonly label: string;
}

/** NaNs and infinities must be the same. Numbers below the smallest normal one may be 0. */
export function expectNear(
  got: Tensor,
  wanted: Tensor,
  { tolerance, relative = false, label }: Nearness,
): void {
  expect([got.dtype, ...got.shape], label).to.deep.equal([wanted.dtype, ...wanted.shape]);
  const [a, b] = [got.toTypedArray(), wanted.toTypedArray()];
  const scale = Math.max(1, ...Array.from(b).filter(Number.isFinite).map(Math.abs));
  const least = relative === 'above 1' ? 1 : 0;
  const smallest = wanted.dtype === 'float32' ? 2 ** -126 : 2 ** -1022;
  b.forEach((y, i) => {
    const x = a[i] as number;
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return;
    const allowed = tolerance * (relative ? Math.max(Math.abs(y), least) : scale) + smallest;
    if (!(Math.abs(x - y) <= allowed)) expect.fail(`${label}, element ${i}: got ${x}, wanted ${y}`);
  });
}
