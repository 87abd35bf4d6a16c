/** The code of comparisons and of selection. A mask has one byte for each number, 0 or 1. */
import { type Expression, f32x4, f64x2, i8x16, i16x8, i32, i32x4, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';

type Vector = Expression<'v128'>;
type Compare = (a: Vector, b: Vector) => Vector;

const compareAs = ({ lt, le, gt, ge, eq, ne }: Record<'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne', Compare>) => ({
  ...{ less: lt, lessEqual: le, greater: gt, greaterEqual: ge, equal: eq, notEqual: ne },
});

export const vectorComparisons = { float32: compareAs(f32x4), float64: compareAs(f64x2) };

const bytesOf = { float32: 4, float64: 8 } as const;

/** Compares the left page with the right one, sixteen numbers at a time. The mask overwrites read numbers. */
export function defineComparison(
  module: ModuleBuilder,
  name: string,
  type: 'float32' | 'float64',
  compare: Compare,
  rightAt: number,
): void {
  module.define(name, { bytes: 'i32' }, (f, { bytes }) => {
    const ones = f.hoist(i32x4.const(0x01010101));
    f.for(0, bytes, 16 * bytesOf[type], (at) => {
      const masks = Array.from({ length: bytesOf[type] }, (_, i) => {
        return compare(v128.load(at, 16 * i), v128.load(at, rightAt + 16 * i));
      });
      const [a, b, c, d] = (type === 'float32' ? masks : inPairs(masks, halved)) as [
        Vector,
        Vector,
        Vector,
        Vector,
      ];
      const narrow = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
      f.do(v128.store(i32.div_u(at, i32.const(bytesOf[type])), v128.and(narrow, ones)));
    });
  });
}

/** Keeps the left page's numbers where the mask is not 0, and takes the right page's elsewhere. */
export function defineSelect(
  module: ModuleBuilder,
  name: string,
  type: 'float32' | 'float64',
  rightAt: number,
  maskAt: number,
): void {
  const spread = type === 'float32' ? [0, 1, 2, 3] : [0, 0, 1, 1];
  const lanes = spread.flatMap((byte) => [byte, 4, 4, 4]); // the bytes behind the first four are 0
  module.define(name, { bytes: 'i32' }, (f, { bytes }) => {
    const zero = f.hoist(i32x4.const(0));
    f.for(0, bytes, 16, (at) => {
      const mask = f.local('v128', v128.load32_zero(i32.div_u(at, i32.const(bytesOf[type])), maskAt));
      const isZero = i32x4.eq(i8x16.shuffle(mask, mask, lanes), zero);
      f.do(v128.store(at, v128.bitselect(v128.load(at, rightAt), v128.load(at), isZero)));
    });
  });
}

function inPairs(vectors: readonly Vector[], combine: (a: Vector, b: Vector) => Vector): readonly Vector[] {
  return vectors.flatMap((vector, i) => (i % 2 === 0 ? [combine(vector, vectors[i + 1] as Vector)] : []));
}

/** The lower halves of 64-bit masks. */
function halved(a: Vector, b: Vector): Vector {
  return i8x16.shuffle(
    a,
    b,
    [0, 8, 16, 24].flatMap((start) => [start, start + 1, start + 2, start + 3]),
  );
}
