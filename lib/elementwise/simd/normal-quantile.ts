/**
 * The quantile of N(0, 1) for four float32 at once, computed in float64 and rounded once. As a function of w
 * = −log(1 − u²), quantile/u is so smooth that a polynomial suffices. Beyond w = 5 we use another polynomial,
 * in √w (M. Giles, Approximating the erfinv function, GPU Computing Gems, 2011).
 */
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { f32x4, f64x2, i64x2, v128 } from '../../wasm/instructions.ts';
import { narrow, widen } from '../../wasm/widening.ts';
import { constant, double, polynomialInDoubles, type Vector } from './vectors.ts';

const { add, div, mul, sqrt, sub } = f64x2;

/** Φ⁻¹((1 + u)/2) for u in [−1, 1]: ±∞ at ±1, NaN outside. */
export function normalQuantile(f: FunctionBuilder, u: Local<'v128'>): Vector {
  const halves = widen(f, u).map((half) => ({ half, w: f.local('v128', minusLogOfOneMinusSquare(f, half)) }));
  const timesPolynomial = (variable: (w: Vector) => Vector, coefficients: readonly number[]): Vector => {
    const [low, high] = halves.map(({ half, w }) =>
      mul(half, polynomialInDoubles(f, f.local('v128', variable(w)), coefficients)),
    ) as [Vector, Vector];
    return narrow(low, high);
  };
  const value = f.local(
    'v128',
    timesPolynomial((w) => sub(w, double(f, 2.5)), nearCoefficients),
  );
  const magnitude = f32x4.abs(u);
  const isFar = f.local('v128', v128.not(f32x4.lt(magnitude, constant(f, farFrom)))); // also NaN
  f.if(v128.any_true(isFar), () => {
    const far = timesPolynomial((w) => sub(sqrt(w), double(f, 3)), farCoefficients);
    const one = constant(f, 1);
    const atEnds = f32x4.div(u, f32x4.sqrt(f32x4.sub(one, magnitude))); // ±1/0 = ±∞; NaN for |u| > 1
    const beyond = v128.bitselect(far, atEnds, f32x4.lt(magnitude, one));
    f.set(value, v128.bitselect(beyond, value, isFar));
  });
  return value;
}

// At this u, w is a little below 5. For the largest float32 below 1 it is 15.95.
const farFrom = 0.9966;

// Minimax, in falling powers: quantile/u in w − 2.5 and in √w − 3, with relative errors of 2.3e-9 and 1.5e-9.
const nearCoefficients = [
  4.74510857651e-10, -1.24066394615e-8, 2.55086972403e-8, 6.58870855889e-7, -4.85727588565e-6,
  -7.0172028548e-6, 0.00030869826105, -0.0017716484896, -0.00590765004395, 0.348802039801, 2.12331347041,
];
const farCoefficients = [
  -4.10390070666e-5, 0.000226255796167, -0.000393352738898, -0.000168737459178, 0.00208657048569,
  -0.00504506633903, 0.00804352091182, -0.0108084342912, 0.0133576846836, 1.41658270222, 4.00643421437,
];

// log((1 + s)/(1 − s)) = 2s + s³·q(s²), minimax for numbers from √½ to √2, with an error of 1e-9.
const logarithmCoefficients = [0.295806326075, 0.399887608689, 0.66666685114];

/** w = −log(1 − u²) = n·log 2 − log m, where (1 − u)(1 + u) = 2⁻ⁿ·m, and m from √½ to √2. */
function minusLogOfOneMinusSquare(f: FunctionBuilder, u: Local<'v128'>): Vector {
  const one = double(f, 1);
  const product = f.local('v128', mul(sub(one, u), add(one, u)));
  // Subtract the bits and drop the mantissa. The result is the n for which m lies between √½ and √2.
  const n = f.local('v128', i64x2.shr_u(i64x2.sub(double(f, Math.SQRT2), product), 52));
  const m = f.local('v128', i64x2.add(product, i64x2.shl(n, 52)));
  const s = f.local('v128', div(sub(m, one), add(m, one)));
  const square = f.local('v128', mul(s, s));
  const tail = mul(mul(square, s), polynomialInDoubles(f, square, logarithmCoefficients));
  // Put the integer into the last bits of 2⁵² and subtract 2⁵²: this makes it a float64.
  const shift = double(f, 2 ** 52);
  const power = sub(v128.or(n, shift), shift);
  return sub(mul(power, double(f, Math.LN2)), add(add(s, s), tail));
}
