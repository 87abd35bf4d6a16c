import { expect } from 'chai';
import { erf, erfc, erfinv, normalQuantile } from '../../../lib/index.ts';
import { expectArray, float32, float64, numbersOf } from '../support.ts';

// x, erf(x), erfc(x), erfc(−x) to 17 digits, computed by mpmath with 40 digits. The x lie on both sides of
// every border between formulas.
const table = [
  [1e-8, 1.1283791670955126e-8, 0.9999999887162083, 1.0000000112837917],
  [0.1, 0.1124629160182849, 0.887537083981715, 1.1124629160182848],
  [0.46875, 0.49261347321793797, 0.507386526782062, 1.492613473217938],
  [0.5, 0.5204998778130465, 0.4795001221869535, 1.5204998778130465],
  [1, 0.8427007929497149, 0.15729920705028513, 1.8427007929497148],
  [2, 0.9953222650189527, 0.004677734981047266, 1.9953222650189528],
  [3.9, 0.9999999652077514, 3.4792248597231765e-8, 1.9999999652077514],
  [4.1, 0.9999999932999724, 6.700027654084918e-9, 1.9999999932999724],
  [6, 1, 2.1519736712498913e-17, 2],
  [10, 1, 2.088487583762545e-45, 2],
  [26, 1, 5.663192408856143e-296, 2],
] as const;

describe('the error function', () => {
  it('has 15 digits, and its complement too', () => {
    for (const [x, value, complement, reflected] of table) {
      expectRelative(numbersOf(erf(float64([x, -x]))), [value, -value]);
      expectRelative(numbersOf(erfc(float64([x, -x]))), [complement, reflected]);
    }
  });

  it('adds up with its complement, and has the derivative 2/√π·e^−x²', () => {
    for (let x = -6; x <= 6; x += 0.09375) {
      const [value, complement] = [
        numbersOf(erf(float64([x])))[0] as number,
        numbersOf(erfc(float64([x])))[0] as number,
      ];
      expect(value + complement).to.be.closeTo(1, 4e-16);
      const h = 1e-5;
      const [low, high] = numbersOf(erf(float64([x - h, x + h]))) as [number, number];
      expect((high - low) / (2 * h)).to.be.closeTo((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), 1e-10);
    }
  });

  it('at the ends', () => {
    expectArray(erf(float64([Infinity, -Infinity, Number.NaN, -0, 30])), [1, -1, Number.NaN, -0, 1]);
    expectArray(erfc(float64([Infinity, -Infinity, Number.NaN, 0, 30])), [0, 2, Number.NaN, 1, 0]);
    expect(numbersOf(erfc(float64([27.2])))[0]).to.be.greaterThan(0);
    expectArray(erf(float32([0.5])), [Math.fround(0.5204998778130465)], 'float32');
  });
});

describe('its inverse', () => {
  it('has 15 digits', () => {
    const values = [
      [1e-10, 8.862269254527581e-11],
      [0.1, 0.08885599049425769],
      [0.5, 0.4769362762044699],
      [0.84, 0.9935356283473041],
      [0.86, 1.0435418436397588],
      [0.999, 2.3267537655135246],
      [1 - 2 ** -40, 5.05125408524939],
      [1 - 2 ** -53, 5.8635847487551676],
    ] as const;
    for (const [u, wanted] of values) expectRelative(numbersOf(erfinv(float64([u, -u]))), [wanted, -wanted]);
  });

  it('times √2 is the quantile of the normal distribution between −x and x', () => {
    const quantiles = numbersOf(normalQuantile(float64([0.1, 0.5, -0.999, 0])));
    const wanted = [0.08885599049425769, 0.4769362762044699, -2.3267537655135246, 0];
    quantiles.forEach((x, i) => {
      expect(x).to.be.closeTo(Math.SQRT2 * (wanted[i] as number), 1e-15);
    });
  });

  it('undoes erf', () => {
    for (let u = -0.99; u < 1; u += 0.03) {
      expect(numbersOf(erf(erfinv(float64([u]))))[0]).to.be.closeTo(u, 1e-15);
    }
  });

  it('at the ends', () => {
    expectArray(erfinv(float64([1, -1, 0, 1.5, Number.NaN])), [
      Infinity,
      -Infinity,
      0,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

function expectRelative(got: readonly number[], wanted: readonly number[]): void {
  got.forEach((x, i) => {
    const y = wanted[i] as number;
    expect(Math.abs(x - y) / Math.abs(y), `got ${x}, wanted ${y}`).to.be.at.most(1e-15);
  });
}
