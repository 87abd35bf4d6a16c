/**
 * Prints what arrays show of themselves, and what elementwise operations and copies of any layout compute, as
 * bits: to be run where code may be made from text, and where it may not.
 */
import { createHash } from 'node:crypto';
import type { DType, NDArray } from '../../../lib/index.ts';
import * as lib from '../../../lib/index.ts';
import { mayMakeCode } from '../../../lib/ndarray/may-make-code.ts';
import { layouts, numbersOf, sample } from '../support.ts';

const numbers = ['float32', 'float64', 'int32', 'uint32'] as const;
const floats = ['float32', 'float64'] as const;
const all = [...numbers, 'bool'] as const;

const { abs, acos, asin, atan, ceil, cos, exp, floor, log, logicalNot, negate } = lib;
const { reciprocal, sin, sqrt, square, tan } = lib;
const unary = [
  [floats, { acos, asin, atan, ceil, cos, exp, floor, log, reciprocal, sin, sqrt, tan }],
  [numbers, { abs, negate, square }],
  [['bool'], { logicalNot }],
] as const;

const { add, atan2, divide, equal, greater, greaterEqual, less, lessEqual, logicalAnd, logicalOr } = lib;
const { maximum, minimum, multiply, notEqual, power, subtract } = lib;
const binary = [
  [floats, { atan2, divide, power }],
  [numbers, { add, greater, greaterEqual, less, lessEqual, maximum, minimum, multiply, subtract }],
  [all, { equal, notEqual }],
  [['bool'], { logicalAnd, logicalOr }],
] as const;

lib.setElementwiseBackend('javascript');
console.log(JSON.stringify({ mayMakeCode, face: faceOfViews(), bits: bitsOfOperations() }));

/** All that an array of each rank says, and so do the views that its methods make. */
function faceOfViews(): unknown {
  const a = lib.transpose(sample([2, 3, 4, 5], 'float32'), [2, 0, 3, 1]);
  return [
    ...numbers.map((dtype) => lib.wrap(lib.allocate(6, dtype), [2, 3])),
    lib.wrap(Uint8Array.of(1), []),
    a,
    a.lo(1, undefined as never, 2.9, 0),
    a.hi(2, -1, undefined as never, 1.5),
    a.step(-1, 1, 2, -2),
    a.transpose(3, 1, 0, 2),
    a.transpose(1, 0),
    a.pick(1, null, 2),
    a.pick(null, -1, 0, null).lo(1).step(2),
    a.pick(1, 1, 2, 0),
    a.lo(4),
  ].map((view) => {
    const origin = view.shape.map(() => 0);
    const last = view.shape.map((length) => length - 1);
    return {
      ...lengthsOf(view),
      places: [view.index(...origin), view.index(...last)],
      read: view.get(...last),
      written: [view.set(...origin, 7.7), view.get(...origin)],
      numbers: numbersOf(view),
      own: Object.keys(view).includes('data'),
    };
  });
}

function lengthsOf({ shape, stride, offset, size, dtype, dimension, order }: NDArray) {
  return { shape, stride, offset, size, dtype, dimension, order };
}

function bitsOfOperations(): Record<string, string> {
  const bits: Record<string, string> = {};
  const note = (name: string, result: NDArray) => {
    const bytes = new Uint8Array(result.data.buffer, result.data.byteOffset, result.data.byteLength);
    bits[name] = createHash('sha256').update(bytes).digest('hex');
  };
  for (const [dtypes, operations] of unary)
    for (const [name, operation] of Object.entries(operations))
      for (const dtype of dtypes)
        for (const [layout, a] of arrays(dtype)) note(`${name} ${dtype} ${layout}`, operation(a));
  for (const [dtypes, operations] of binary)
    for (const [name, operation] of Object.entries(operations))
      for (const dtype of dtypes)
        for (const [layouts, a, b] of pairs(dtype)) note(`${name} ${dtype} ${layouts}`, operation(a, b));
  for (const dtype of all)
    for (const [layout, a] of arrays(dtype)) {
      for (const to of all) note(`cast ${dtype} ${to} ${layout}`, lib.cast(a, to));
      note(`copy ${dtype} ${layout}`, lib.copy(a));
      if (a.dimension > 1) note(`concatenate ${dtype} ${layout}`, lib.concatenate([a, a], 1));
    }
  return bits;
}

/** Arrays of one shape, each in its layout. */
function pairs(dtype: DType): (readonly [string, NDArray, NDArray])[] {
  return arrays(dtype).flatMap(([layout, a]) =>
    arrays(dtype, 2)
      .filter(([, b]) => lib.sameShape(a.shape, b.shape))
      .map(([other, b]) => [`${layout} ${other}`, a, b] as const),
  );
}

/** Every layout of two axes, one of three, and special numbers. */
function arrays(dtype: DType, seed = 1): (readonly [string, NDArray])[] {
  const special = [
    0,
    -0,
    1,
    -1,
    2,
    255,
    Infinity,
    -Infinity,
    Number.NaN,
    2 ** 31,
    -(2 ** 31),
    2 ** 53,
    1e-320,
    1e-45,
  ];
  const data = lib.allocate(special.length, dtype);
  data.set(seed === 1 ? special : special.toReversed());
  return [
    ...Object.entries(layouts([3, 4], dtype, seed)),
    ['deep', lib.transpose(sample([3, 2, 3], dtype, -2, 2, seed), seed === 1 ? [2, 1, 0] : [0, 1, 2])],
    ['special', lib.wrap(data, [2, special.length / 2])],
    ['one', lib.wrap(data.slice(2, 3), [])],
    ['none', lib.wrap(lib.allocate(0, dtype), [0, 3])],
  ];
}
