/**
 * Sine and cosine of four float32 at once, to 2 units in the last place, for arguments of any size. First we
 * reduce the argument to x = k·π/2 + r with |r| ≤ π/4, in float64. Then we use the polynomials of S.
 * Moshier's Cephes library (single precision).
 */
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { f32x4, f64x2, i32x4, v128 } from '../../wasm/instructions.ts';
import { narrow, widen } from '../../wasm/widening.ts';
import { constant, double, integer, polynomial, roundingShift, type Vector } from './vectors.ts';

const { abs, add, mul, sub } = f32x4;

export function sin(f: FunctionBuilder, x: Local<'v128'>): Vector {
  const { turns, rest } = reduce(f, x);
  const value = sineOfTurned(f, turns, rest);
  // A number below 2⁻¹² is its own sine. This also keeps −0.
  return v128.bitselect(x, value, f32x4.lt(abs(x), constant(f, 2 ** -12)));
}

/** cos x = sin(x + π/2). */
export function cos(f: FunctionBuilder, x: Local<'v128'>): Vector {
  const { turns, rest } = reduce(f, x);
  return sineOfTurned(f, f.local('v128', i32x4.add(turns, integer(f, 1))), rest);
}

/** A number as k·π/2 + r: the last two bits of k, and r. */
interface Reduced {
  readonly turns: Local<'v128'>;
  readonly rest: Local<'v128'>;
}

/** sin(k·π/2 + r): ±sin r for even k, ±cos r for odd ones. */
function sineOfTurned(f: FunctionBuilder, turns: Local<'v128'>, r: Local<'v128'>): Vector {
  const z = f.local('v128', mul(r, r));
  const sineTail = polynomial(f, z, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]);
  const sine = add(mul(mul(sineTail, z), r), r);
  const cosineTail = polynomial(f, z, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]);
  const cosine = add(sub(mul(mul(cosineTail, z), z), mul(z, constant(f, 0.5))), constant(f, 1));
  const isOdd = i32x4.eq(v128.and(turns, integer(f, 1)), integer(f, 1));
  const sign = i32x4.shl(v128.and(turns, integer(f, 2)), 30);
  return v128.xor(v128.bitselect(cosine, sine, isOdd), sign);
}

// π/2 in two parts. The product of the first part and an integer below 2¹⁷ is exact.
const [halfPiHigh, halfPiLow] = [1.5707963267923333, 2.563344151594519e-12];
const farAway = 1e5;

function reduce(f: FunctionBuilder, x: Local<'v128'>): Reduced {
  const turns = f.local('v128', add(mul(x, constant(f, 2 / Math.PI)), constant(f, roundingShift)));
  const halves = widen(f, x);
  const counts = widen(f, f.local('v128', sub(turns, constant(f, roundingShift))));
  const [low, high] = [0, 1].map((i) => {
    const [half, count] = [halves[i] as Vector, counts[i] as Vector];
    const coarse = f64x2.sub(half, f64x2.mul(count, double(f, halfPiHigh)));
    return f64x2.sub(coarse, f64x2.mul(count, double(f, halfPiLow)));
  }) as [Vector, Vector];
  const rest = f.local('v128', narrow(low, high));
  const isFar = f.local('v128', f32x4.gt(abs(x), constant(f, farAway)));
  f.if(v128.any_true(isFar), () => {
    const [left, right] = halves.map((half) => reduceFar(f, half)) as [Far, Far];
    const farTurns = add(narrow(left.turns, right.turns), constant(f, roundingShift));
    f.set(turns, v128.bitselect(farTurns, turns, isFar));
    f.set(rest, v128.bitselect(narrow(left.rest, right.rest), rest, isFar));
  });
  return { turns, rest };
}

/** The same for two float64: both fields hold float64 numbers. */
type Far = Reduced;

// 2/π in groups of 24 bits: enough for the largest float32, and 64 bits more.
const digits = [0xa2f983, 0x6e4e44, 0x1529fc, 0x2757d1, 0xf534dd, 0xc0db62, 0x95993c, 0x439041];

/**
 * Reduces large numbers (M. Payne and R. Hanek, Radian reduction for trigonometric functions, 1983). It
 * computes x·2/π one group of digits at a time. So each product is exact, and it can drop whole turns without
 * rounding.
 */
function reduceFar(f: FunctionBuilder, x: Local<'v128'>): Far {
  const { add, mul, nearest, sub } = f64x2;
  const [turns, rest] = [f.local('v128', f64x2.const(0)), f.local('v128', f64x2.const(0))];
  const [product, whole] = [f.local('v128'), f.local('v128')];
  digits.forEach((digit, i) => {
    f.set(product, mul(x, f64x2.const(digit * 2 ** (-24 * (i + 1)))));
    f.set(product, sub(product, mul(nearest(mul(product, f64x2.const(0.25))), f64x2.const(4))));
    f.set(rest, add(rest, product));
    f.set(whole, nearest(rest));
    f.set(rest, sub(rest, whole));
    f.set(turns, add(turns, whole));
  });
  f.set(rest, mul(rest, f64x2.const(Math.PI / 2)));
  return { turns, rest };
}
