/**
 * Values and derivatives of operations at numbers that are huge, tiny, equal or infinite, where a formula
 * that is right on paper overflows or cancels. The numbers wanted are closed forms, or from mpmath with 50
 * digits.
 */
import { expect } from 'chai';
import type { DType, Tensor } from '../../../autograd/index.ts';
import * as f from '../../../autograd/index.ts';
import { float64, numbersOf } from '../numbers.ts';

const { LN2 } = Math;
const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const dtypes = ['float32', 'float64'] as const;
const units = { float32: 2 ** -24, float64: 2 ** -53 } as const;

describe('logAddExp', () => {
  for (const dtype of dtypes) {
    it(`keeps both terms, whichever is larger, in ${dtype}`, () => {
      const sum = (x: number, y: number) => f.logAddExp(f.tensor(x, { dtype }), y);
      for (const [x, y, wanted] of [
        [-0.5, -1e9, -0.5],
        [3, -1e30, 3],
        [3.4e38, -3.4e38, 3.4e38],
        [20, 0, 20.000000002061153],
        [1e-3, -1e-3, 0.69314768055986198],
        [inf, -inf, inf],
        [nan, 0, nan],
      ] as const) {
        close(sum(x, y), wanted, dtype);
        close(sum(y, x), wanted, dtype);
      }
    });

    it(`has the slopes σ(x − y) and σ(y − x), in ${dtype}`, () => {
      const slopes = (x: number, y: number) =>
        f.grad((a: Tensor, b: Tensor) => f.logAddExp(a, b), { argument: [0, 1] })(
          f.tensor(x, { dtype }),
          f.tensor(y, { dtype }),
        );
      for (const [x, y, ofSmaller] of [
        [20, 0, 2.0611536181902037e-9],
        [80, 0, 1.8048513878454153e-35],
        [1e38, -1e38, 0],
        [5, 5, 0.5],
      ] as const) {
        close(slopes(x, y), [1 - ofSmaller, ofSmaller], dtype);
        close(slopes(y, x), [ofSmaller, 1 - ofSmaller], dtype);
      }
    });
  }

  it('is smooth where its arguments are equal', () => {
    const ofBoth = (p: Tensor) => f.logAddExp(p.slice([0]), p.slice([1]));
    expect(
      f
        .hessian(ofBoth)(float64([7, 7]))
        .toArray(),
    ).to.deep.equal([
      [0.25, -0.25],
      [-0.25, 0.25],
    ]);
  });
});

describe('logSoftmax', () => {
  for (const dtype of dtypes) {
    it(`keeps the logarithm beside large numbers, in ${dtype}`, () => {
      const of = (list: readonly number[]) => f.logSoftmax(f.tensor(list, { dtype }));
      close(of([1e8, 1e8]), [-LN2, -LN2], dtype);
      close(of([1e30, 1e30, -1e30]), [-LN2, -LN2, -2e30], dtype);
      close(of([-1e8, -1e8, -1e8, -1e8]), [-2 * LN2, -2 * LN2, -2 * LN2, -2 * LN2], dtype);
      close(of([inf, 0]), [0, -inf], dtype);
      close(of([inf, inf]), [-LN2, -LN2], dtype);
      close(of([-inf, -inf]), [-LN2, -LN2], dtype);
    });

    it(`has the derivative of its argument minus softmax, in ${dtype}`, () => {
      const x = f.tensor([1e8, 1e8], { dtype });
      close(f.jacrev((a: Tensor) => f.logSoftmax(a))(x), [0.5, -0.5, -0.5, 0.5], dtype);
    });
  }
});

describe('clip', () => {
  for (const dtype of dtypes) {
    it(`is minimum(maximum(x, low), high) for all numbers, in ${dtype}`, () => {
      const numbers = [-inf, -20, 3, 5, 10, inf, nan];
      for (const x of numbers) {
        for (const low of numbers) {
          for (const high of numbers) {
            const got = f.clip(f.tensor(x, { dtype }), low, high).item();
            expect(got, `${x}, ${low}, ${high}`).to.deep.equal(Math.min(Math.max(x, low), high));
          }
        }
      }
      expect(numbersOf(f.clip(f.tensor([5, 20], { dtype }), 10, 3))).to.deep.equal([3, 3]);
    });
  }

  it('passes the derivative on to what it returns', () => {
    const slopes = (...at: number[]) =>
      numbersOf(
        f.grad((x: Tensor, low: Tensor, high: Tensor) => f.clip(x, low, high), { argument: [0, 1, 2] })(
          ...(at.map((number) => float64(number)) as [Tensor, Tensor, Tensor]),
        ),
      );
    expect(slopes(5, 0, 10)).to.deep.equal([1, 0, 0]);
    expect(slopes(0, 0, 10)).to.deep.equal([1, 0, 0]);
    expect(slopes(-1, 0, 10)).to.deep.equal([0, 1, 0]);
    expect(slopes(11, 0, 10)).to.deep.equal([0, 0, 1]);
    expect(slopes(5, 10, 3)).to.deep.equal([0, 0, 1]);
  });
});

describe('product', () => {
  const product = (list: readonly number[], dtype: DType) => f.product(f.tensor(list, { dtype }));

  for (const dtype of dtypes) {
    it(`has no part that overflows or underflows, in ${dtype}`, () => {
      for (const [list, wanted] of [
        [[0, 1, 1e30, 1e30], 0],
        [[1e30, 1e30, 0], 0],
        [[1e30, 1e30, 1e-30, 1e-30], 1],
        [[1e-30, 1e-30, 1e30, 1e30, -3], -3],
        [[inf, 0], nan],
        [[inf, 2], inf],
        [[nan, 0], nan],
        [[], 1],
      ] as const) {
        close(product(list, dtype), wanted, dtype);
      }
    });

    it(`has the other factors' product as derivative, in ${dtype}`, () => {
      const slopes = (list: readonly number[]) =>
        f.grad((x: Tensor) => f.product(x))(f.tensor(list, { dtype }));
      close(slopes([0, 1, 1e10, 1e10]), [1e20, 0, 0, 0], dtype);
      close(slopes([1e30, 1e30, 1e-30, 1e-30]), [1e-30, 1e-30, 1e30, 1e30], dtype);
    });
  }

  it('reaches all of float64', () => {
    close(product([0, 1e200, 1e200, 1e200], 'float64'), 0, 'float64');
    close(product([1e200, 1e200, 1e-200, 1e-200], 'float64'), 1, 'float64');
    close(product([5e-324, 1e300, 1e23], 'float64'), 0.4940656458412465, 'float64');
    close(product(new Array(40).fill([1e300, 1e-300]).flat(), 'float64'), 1, 'float64', 80);
    close(product([1e200, -1e200], 'float64'), -inf, 'float64');
    close(product([1e-200, -1e-200], 'float64'), -0, 'float64');
    const ones = f.full([4096], 1e300, { dtype: 'float64' });
    expect([f.product(ones).item(), f.product(f.reciprocal(ones)).item()]).to.deep.equal([inf, 0]);
  });
});

describe('power', () => {
  it('has derivative 0 with respect to x where y = 0, also at an x whose reciprocal overflows', () => {
    const slope = (x: number, dtype: DType) =>
      f
        .grad((a: Tensor) => f.power(a, 0))(f.tensor(x, { dtype }))
        .item();
    for (const x of [0, 1e-40, -1e-40, 1e-320, inf, 3]) {
      for (const dtype of dtypes) expect(slope(x, dtype) + 0, `${x} in ${dtype}`).to.equal(0);
    }
  });
});

describe('norm and standardDeviation', () => {
  const scales = { float32: [1e20, 1e-25, 1, 3e37], float64: [1e200, 1e-200, 1, 1e307] } as const;
  for (const dtype of dtypes) {
    for (const scale of scales[dtype]) {
      it(`scale with their argument, at ${scale} in ${dtype}`, () => {
        const x = f.tensor([3 * scale, 4 * scale], { dtype });
        close(f.norm(x), 5 * scale, dtype);
        close(f.grad((a: Tensor) => f.norm(a))(x), [0.6, 0.8], dtype);
        close(f.standardDeviation(x), 0.5 * scale, dtype);
        close(f.grad((a: Tensor) => f.standardDeviation(a))(x), [-0.5, 0.5], dtype);
        close(
          f.norm(
            f.tensor(
              [
                [3 * scale, 4 * scale],
                [0, 1],
              ],
              { dtype },
            ),
            { axes: 1, keepDims: true },
          ),
          [5 * scale, 1],
          dtype,
        );
      });
    }

    it(`at zeros, infinities and nothing, in ${dtype}`, () => {
      close(f.norm(f.tensor([inf, 1], { dtype })), inf, dtype);
      close(f.norm(f.tensor([nan, 1e30], { dtype })), nan, dtype);
      close(f.norm(f.zeros([0], { dtype })), 0, dtype);
      close(f.grad((a: Tensor) => f.norm(a))(f.zeros([2], { dtype })), [0, 0], dtype);
    });
  }

  it('have second derivatives where squares overflow', () => {
    // The Hessian of ‖x‖ is (I − uuᵀ)/‖x‖ with u = x/‖x‖.
    const hessian = f.hessian((a: Tensor) => f.norm(a))(float64([3e200, 4e200])) as Tensor;
    close(hessian.multiply(5e200), [0.64, -0.48, -0.48, 0.36], 'float64', 8);
  });
});

describe('reciprocal and rsqrt', () => {
  it('have derivatives where the powers in them overflow, but a product does not', () => {
    const slope = (fn: (x: Tensor) => Tensor, x: number, w: number) => f.vjp(fn, [f.tensor(x)])[1](w)[0];
    close(slope(f.reciprocal, 1e25, 1e30), -1e-20, 'float32');
    close(slope(f.rsqrt, 1e-30, 1e-20), -0.5e25, 'float32');
  });
});

describe('derivatives of erf and erfc', () => {
  // 2/√π·e^(−x²) and its derivative at the x of the dtype, from mpmath. A rounded x² would cost up to x²
  // units.
  // biome-ignore format: a row a line
  const rows: readonly (readonly [dtype: DType, x: number, first: number, second: number])[] = [
    ['float32', 9.1, 1.226100297225701e-36, -2.2315026344948047e-35],
    ['float32', -8.7, 1.5160278006707226e-33, 2.6378883153351864e-32],
    ['float32', 6.3, 6.535909481674245e-18, -8.235246196234709e-17],
    ['float32', 3.3, 2.103721706425491e-05, -0.00013884563061781704],
    ['float64', 26.1, 1.6095743479277808e-296, -8.401978096183016e-295],
    ['float64', -23.7, 1.2989352990630326e-244, 6.156953317558775e-243],
    ['float64', 17.3, 1.1815703122311909e-130, -4.088233280319921e-129],
  ];
  for (const [dtype, x, first, second] of rows) {
    it(`keep their digits in the tail, at ${x} in ${dtype}`, () => {
      const slope = (fn: (y: Tensor) => Tensor) => f.grad((y: Tensor) => fn(y));
      const at = f.tensor(x, { dtype });
      close(slope(f.erf)(at), first, dtype);
      close(slope(f.erfc)(at), -first, dtype);
      close(slope(slope(f.erf))(at), second, dtype);
      close(f.jvp(slope(f.erf), [at], [1])[1], second, dtype);
    });
  }
});

describe('derivatives of functions of one number', () => {
  // x (a float32), and the first and second derivatives, from mpmath.
  // biome-ignore format: a row a line
  const rows: readonly (readonly [name: string, fn: (x: Tensor) => Tensor, x: number, first: number, second: number])[] = [
    ['asinh', f.asinh, 9.999999778196308e21, 1.0000000221803697e-22, -1.0000000443607398e-44],
    ['asinh', f.asinh, -1e10, 1e-10, 1e-20],
    ['asinh', f.asinh, 0.5, 0.8944271909999159, -0.35777087639996635],
    ['asinh', f.asinh, 1.5, 0.5547001962252291, -0.256015475180875],
    ['asinh', f.asinh, 0, 1, 0],
    ['acosh', f.acosh, 9.999999778196308e21, 1.0000000221803697e-22, -1.0000000443607398e-44],
    ['acosh', f.acosh, 1e10, 1e-10, -1e-20],
    ['acosh', f.acosh, 1.000100016593933, 70.70304416008295, -353474.24333103816],
    ['acosh', f.acosh, 2, 0.5773502691896257, -0.3849001794597505],
    ['atanh', f.atanh, 0.9998273849487305, 2896.8688061091307, 16780800.64076701],
    ['atanh', f.atanh, -0.9998273849487305, 2896.8688061091307, -16780800.64076701],
    ['atanh', f.atanh, 0.25, 1.0666666666666667, 0.5688888888888889],
    ['asin', f.asin, 0.9998273849487305, 53.822567814153295, 155890.0041587601],
    ['asin', f.asin, -0.9998273849487305, 53.822567814153295, -155890.0041587601],
    ['acos', f.acos, 0.9998273849487305, -53.822567814153295, -155890.0041587601],
    ['acos', f.acos, -0.5, -1.1547005383792515, 0.769800358919501],
    ['atanh', f.atanh, 9.999999998199587e-24, 1, 1.9999999996399175e-23],
    ['asin', f.asin, -9.999999998199587e-24, 1, -9.999999998199587e-24],
    ['acos', f.acos, 9.999999998199587e-24, -1, -9.999999998199587e-24],
    ['atan', f.atan, 1e10, 1e-20, -2e-30],
    ['atan', f.atan, -999999986991104, 1.0000000260177925e-30, 2.000000078053378e-45],
    ['atan', f.atan, 0.5, 0.8, -0.64],
    ['atan', f.atan, 0, 1, 0],
    ['expm1', f.expm1, -20, 2.061153622438558e-9, 2.061153622438558e-9],
    ['sigmoid', f.sigmoid, 20, 2.061153613941849e-9, -2.061153605445141e-9],
    ['sigmoid', f.sigmoid, -20, 2.061153613941849e-9, 2.061153605445141e-9],
    ['gelu', f.gelu, 1e20, 1, 0],
    ['gelu', f.gelu, -1e20, 0, 0],
    ['gelu', f.gelu, inf, 1, 0],
    // mpmath: sech²(x) and −2·sech²(x)·tanh(x).
    ['tanh', f.tanh, 9, 6.091991712323229e-8, -1.2183983053522824e-7],
    ['tanh', f.tanh, -9, 6.091991712323229e-8, 1.2183983053522824e-7],
    ['tanh', f.tanh, 20, 1.6993417021166355e-17, -3.398683404233271e-17],
    ['tanh', f.tanh, 1e20, 0, 0],
    ['gelu by tanh', (x) => f.gelu(x, { approximate: true }), 1e20, 1, 0],
    ['gelu by tanh', (x) => f.gelu(x, { approximate: true }), -1e20, 0, 0],
    ['silu', f.silu, 1e20, 1, 0],
    ['silu', f.silu, inf, 1, 0],
    ['erf', f.erf, -1e20, 0, 0],
    ['erf', f.erf, inf, 0, 0],
    ['erfc', f.erfc, inf, 0, 0],
    ['softplus', f.softplus, inf, 1, 0],
  ];
  for (const [name, fn, x, first, second] of rows) {
    it(`${name} at ${x}`, () => {
      for (const dtype of dtypes) {
        const at = f.tensor(x, { dtype });
        const slope = f.grad(fn);
        close(slope(at), first, dtype, 6);
        close(f.grad(slope)(at), second, dtype, 30);
        close(f.jvp(fn, [at], [1])[1], first, dtype, 6);
      }
    });
  }

  it('gelu by tanh has the limit −0 at −∞', () => {
    for (const dtype of dtypes) {
      const value = f.gelu(f.tensor(-inf, { dtype }), { approximate: true }).item();
      expect(Object.is(value, -0)).to.equal(true);
    }
  });

  it('atan2, where the squares overflow or underflow', () => {
    const slopes = f.grad((y: Tensor, x: Tensor) => f.atan2(y, x), { argument: [0, 1] });
    for (const [y, x, ofY, ofX] of [
      [1e20, 1e20, 5e-21, -5e-21],
      [2e20, 1e20, 2e-21, -4e-21],
      [-3e-25, 1e-25, 1e24, 3e24],
      [1e-30, -1, -1, -1e-30],
      [1, 1e30, 1e-30, -0],
      [0, 2, 0.5, 0],
      [2, 0, 0, -0.5],
    ] as const) {
      for (const dtype of dtypes) {
        const at = (number: number) => f.tensor(number, { dtype });
        const wanted = ofX === 0 && y === 1 && dtype === 'float64' ? -1e-60 : ofX;
        close(slopes(at(y), at(x)), [ofY, wanted], dtype, 8);
      }
    }
  });
});

describe('silu and gelu in the left tail', () => {
  // x, the value and the first derivative at float64, from mpmath.
  for (const [name, fn, x, value, slope] of [
    ['silu', f.silu, -709, -8.62697552192007e-306, -8.614807714413836e-306],
    ['silu', f.silu, -705.5, -2.8427589488775503e-304, -2.838729524428397e-304],
    ['gelu', f.gelu, -1.5, -0.1002108019032871, -0.12746919222997952],
    ['gelu', f.gelu, -10.3, -3.628757031294205e-24, -3.736984872822781e-23],
    ['gelu', f.gelu, -20.7, -3.5849333895708573e-94, -7.420732208617428e-93],
    ['gelu', f.gelu, -30.1, -7.292228326137134e-198, -2.194955407450478e-196],
    ['gelu', f.gelu, -37, -2.1184613523340935e-298, -7.838298669418516e-297],
  ] as const) {
    it(`${name} at ${x}`, () => {
      const at = f.tensor(x, { dtype: 'float64' });
      close(fn(at), value, 'float64', 8);
      close(f.grad((y: Tensor) => fn(y))(at), slope, 'float64', 8);
    });
  }
});

/** Each number is within a few units in the last place of the one wanted, and in the dtype asked for. */
function close(got: unknown, wanted: number | readonly number[], dtype: DType, within = 4): void {
  const list = [wanted].flat();
  const numbers = numbersOf(got);
  expect(numbers.length).to.equal(list.length);
  numbers.forEach((value, i) => {
    const exact = dtype === 'float32' ? Math.fround(list[i] as number) : (list[i] as number);
    const smallest = dtype === 'float32' ? 2 ** -149 : Number.MIN_VALUE;
    const unit = Math.max(2 * units[dtype as 'float32'] * Math.abs(exact), smallest);
    const isClose = Object.is(value + 0, exact + 0) || Math.abs(value - exact) <= within * unit;
    expect(isClose, `entry ${i} in ${dtype}: got ${value}, wanted ${exact}`).to.equal(true);
  });
}
