/** The operations on four float32 at once. A mask has all bits of a lane set, or none. */
import { type Logistic, logistic, sigmoid, silu, siluSlope } from '../../elementwise/simd/exponentials.ts';
import { vectorFunctions } from '../../elementwise/simd/functions.ts';
import { vectorComparisons } from '../../elementwise/simd/masks.ts';
import { constant, double, type Vector, type VectorFunction } from '../../elementwise/simd/vectors.ts';
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { f64x2, v128 } from '../../wasm/instructions.ts';
import { f32, f32x4, f64 } from '../../wasm/program-instructions.ts';
import { narrow, widen } from '../../wasm/widening.ts';
import type { Loop } from '../program.ts';
import type { ScalarName, Scalars } from '../scalars.ts';
import type { CallScalar } from './number-scalars.ts';

type Lanes = Local<'v128'>;
type Compute = (f: FunctionBuilder, ...operands: readonly Lanes[]) => Vector;

const arithmetic = {
  add: of(f32x4.add),
  subtract: of(f32x4.sub),
  multiply: of(f32x4.mul),
  divide: of(f32x4.div),
  maximum: of(f32x4.max),
  minimum: of(f32x4.min),
  floor: of(f32x4.floor),
  ceil: of(f32x4.ceil),
  rsqrt,
  logicalAnd: of(v128.and),
  logicalOr: of(v128.or),
  logicalNot: of(v128.not),
  where: (_: FunctionBuilder, mask: Lanes, x: Lanes, y: Lanes) => v128.bitselect(x, y, mask),
};

const comparisons = Object.fromEntries(
  Object.entries(vectorComparisons.float32).map(([name, compare]) => [name, of(compare)]),
) as Record<keyof typeof vectorComparisons.float32, Compute>;

const functions: Record<keyof typeof vectorFunctions, VectorFunction> = vectorFunctions;

const native = { ...functions, ...arithmetic, ...comparisons } as Partial<
  Record<keyof Scalars<unknown>, Compute>
>;

/** Whether JavaScript computes the operation, lane by lane. */
export function isLaneByLane(name: ScalarName): boolean {
  return native[name] === undefined;
}

/**
 * How many vectors pay at once. These functions are long chains of operations, of which each waits for the
 * one before. With too many constants and variables for the registers, more vectors take longer.
 */
const vectorsPerChain: Partial<Record<ScalarName, 2 | 4>> = {
  ...{ exp: 4, log: 4, sigmoid: 4, silu: 4, siluSlope: 4, softplus: 4, tanh: 4, sin: 4, cos: 4 },
  ...{ gelu: 2, geluSlope: 2 },
};

/** How many vectors a loop computes at once. */
export function vectorsAtOnce({ values }: Loop): number {
  const names = values.flatMap((value) => (value.kind === 'operation' ? [value.name] : []));
  if (names.some((name) => name !== 'cast' && isLaneByLane(name))) return 1;
  const counts = names.flatMap((name) => vectorsPerChain[name] ?? []);
  return counts.length > 0 ? Math.min(...counts) : 1;
}

export function isComparison(name: ScalarName): boolean {
  return name in comparisons;
}

/** What these functions of the same vector have in common is computed once. */
const sharing = { sigmoid, silu, siluSlope };

/** The common parts of functions of a vector that is computed already. */
export type SharedParts = Map<Lanes, Logistic>;

/** One operation on vectors. The bits are those of the kernels in `lib/elementwise`. */
export function computeVector(
  f: FunctionBuilder,
  name: ScalarName,
  operands: readonly Lanes[],
  call: CallScalar,
  shared: SharedParts,
): Vector {
  if (name === 'sigmoid' || name === 'silu' || name === 'siluSlope') {
    const [x] = operands as [Lanes];
    const parts = shared.get(x) ?? logistic(f, x);
    shared.set(x, parts);
    return sharing[name](f, x, parts);
  }
  return native[name]?.(f, ...operands) ?? laneByLane(f, name, operands, call);
}

function laneByLane(
  f: FunctionBuilder,
  name: ScalarName,
  operands: readonly Lanes[],
  call: CallScalar,
): Vector {
  const result = f.local('v128', f32x4.const(0));
  for (const lane of [0, 1, 2, 3] as const) {
    const numbers = operands.map((x) => f64.promote_f32(f32x4.extract_lane(x, lane)));
    f.set(result, f32x4.replace_lane(result, lane, f32.demote_f64(call(name, ...numbers))));
  }
  return result;
}

/** 1/√x, rounded once: in float64, as the plain loop computes it. */
function rsqrt(f: FunctionBuilder, x: Lanes): Vector {
  const [low, high] = widen(f, x).map((half) => f64x2.div(double(f, 1), f64x2.sqrt(half))) as [
    Vector,
    Vector,
  ];
  return narrow(low, high);
}

function of(instruction: (...operands: [Vector, Vector]) => Vector): Compute {
  return (_, ...operands) => instruction(...(operands as unknown as [Vector, Vector]));
}

/** Masks as the numbers 1 and 0, and back. */
export function castVector(f: FunctionBuilder, x: Lanes, toMask: boolean): Vector {
  return toMask ? f32x4.ne(x, constant(f, 0)) : v128.and(x, constant(f, 1));
}
