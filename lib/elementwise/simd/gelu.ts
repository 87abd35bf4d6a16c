/**
 * GELU, x·Φ(x), and its slope, for four float32 at once. Both compute in float64 and round once. They use
 * Φ(−a) = e^(−a²/2)·Q(a) for a ≥ 0, so that the left tail keeps its digits.
 */
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { f32x4, f64x2, v128 } from '../../wasm/instructions.ts';
import { narrow, widen } from '../../wasm/widening.ts';
import { expInDoubles } from './exponentials.ts';
import { constant, double, polynomialInDoubles, type Vector } from './vectors.ts';

const { div, lt, mul, sub } = f64x2;

/** gelu(−∞) is −0, the limit. */
export function gelu(f: FunctionBuilder, x: Local<'v128'>): Vector {
  return onBothSides(f, x, ({ bounded, bell, numerator, denominator }) => {
    const tail = f.local('v128', div(mul(bell, numerator), denominator));
    return mul(bounded, onItsSide(f, bounded, tail));
  });
}

/** Φ(x) + x·φ(x): 0 at −∞, 1 at ∞. */
export function geluSlope(f: FunctionBuilder, x: Local<'v128'>): Vector {
  return onBothSides(f, x, ({ bounded, distance, bell, numerator, denominator }) => {
    const quotient = div(numerator, denominator);
    const leftSlope = mul(bell, sub(quotient, mul(distance, double(f, 1 / Math.sqrt(2 * Math.PI)))));
    return onItsSide(f, bounded, f.local('v128', leftSlope));
  });
}

/** For two numbers x, kept above −15: x itself, a = min(|x|, 15), e^(−a²/2), and Q(a) as a quotient. */
interface Parts {
  readonly bounded: Local<'v128'>;
  readonly distance: Local<'v128'>;
  readonly bell: Local<'v128'>;
  readonly numerator: Vector;
  readonly denominator: Vector;
}

// Beyond ±15, Φ(x) and x·Φ(x) are 0 or have the digits of 1 and x in float32.
const edge = 15;

// Minimax, coefficients in falling powers: Q = numerator/denominator on [0, 15], with a relative error of
// 6e-9.
const numeratorCoefficients = [
  0.004123856302949937, 0.04068396754557109, 0.18338548881668032, 0.4384976251255205, 0.5000000029929179,
];
const denominatorCoefficients = [
  0.010336856755523274, 0.10198596169394858, 0.4698675929318804, 1.2031272157858695, 1.6748802366257372, 1,
];

function onBothSides(f: FunctionBuilder, x: Local<'v128'>, value: (parts: Parts) => Vector): Vector {
  const bounded = f.local('v128', f32x4.pmax(x, constant(f, -edge)));
  const distances = widen(f, f.local('v128', f32x4.pmin(f32x4.abs(bounded), constant(f, edge))));
  const [low, high] = widen(f, bounded).map((half, i) => {
    const distance = distances[i] as Local<'v128'>;
    return value({
      bounded: half,
      distance,
      bell: f.local('v128', expInDoubles(f, mul(mul(distance, distance), double(f, -0.5)))),
      numerator: polynomialInDoubles(f, distance, numeratorCoefficients),
      denominator: polynomialInDoubles(f, distance, denominatorCoefficients),
    });
  }) as [Vector, Vector];
  return narrow(low, high);
}

/** `value` is at −|x|. Φ(x) = 1 − Φ(−x): on the right, one minus the left tail. So it is for the slope. */
function onItsSide(f: FunctionBuilder, x: Local<'v128'>, value: Local<'v128'>): Vector {
  return v128.bitselect(value, sub(double(f, 1), value), lt(x, double(f, 0)));
}
