import { expect } from 'chai';
import type * as elementwise from '../../../lib/elementwise/index.ts';
import * as lib from '../../../lib/index.ts';
import { DTypeError, type NDArray, ShapeError } from '../../../lib/index.ts';
import {
  expectArray,
  expectNumbers,
  expectPure,
  float32,
  float64,
  int32,
  layouts,
  mask,
  numbersOf,
  readGolden,
  sample,
} from '../support.ts';

type Unary = (a: NDArray) => NDArray;
type Binary = (a: NDArray, b: NDArray) => NDArray;

/** The names of the functions of `count` arrays. */
type NamesOf<Count extends number> = {
  [K in keyof typeof elementwise]: (typeof elementwise)[K] extends (...args: infer Arrays) => NDArray
    ? Arrays extends NDArray[]
      ? Arrays['length'] extends Count
        ? K
        : never
      : never
    : never;
}[keyof typeof elementwise];

/** Functions of masks, whose values are checked below, and those that error-function.spec.ts checks. */
type CheckedElsewhere = 'logicalNot' | 'logicalAnd' | 'logicalOr' | 'erfinv' | 'normalQuantile';

const { Infinity: infinity, NaN: nan } = globalThis;

const normalDistribution = (x: number) => 0.5 * (1 + erf(x * Math.SQRT1_2));
const normalDensity = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
const logistic = (x: number) => 0.5 + 0.5 * Math.tanh(x / 2);

// Each function beside its formula. Without its row, a function of `lib/elementwise` does not compile here.
const unary: Record<Exclude<NamesOf<1>, CheckedElsewhere>, [Unary, (x: number) => number]> = {
  negate: [lib.negate, (x) => -x],
  abs: [lib.abs, Math.abs],
  square: [lib.square, (x) => x * x],
  reciprocal: [lib.reciprocal, (x) => 1 / x],
  sqrt: [lib.sqrt, Math.sqrt],
  rsqrt: [lib.rsqrt, (x) => 1 / Math.sqrt(x)],
  sign: [lib.sign, Math.sign],
  floor: [lib.floor, Math.floor],
  ceil: [lib.ceil, Math.ceil],
  exp: [lib.exp, Math.exp],
  expm1: [lib.expm1, Math.expm1],
  log: [lib.log, Math.log],
  log1p: [lib.log1p, Math.log1p],
  sin: [lib.sin, Math.sin],
  cos: [lib.cos, Math.cos],
  tan: [lib.tan, Math.tan],
  asin: [lib.asin, Math.asin],
  acos: [lib.acos, Math.acos],
  atan: [lib.atan, Math.atan],
  sinh: [lib.sinh, Math.sinh],
  cosh: [lib.cosh, Math.cosh],
  tanh: [lib.tanh, Math.tanh],
  asinh: [lib.asinh, Math.asinh],
  acosh: [lib.acosh, Math.acosh],
  atanh: [lib.atanh, Math.atanh],
  relu: [lib.relu, (x) => (x > 0 ? x : x * 0)],
  sigmoid: [lib.sigmoid, logistic],
  silu: [lib.silu, (x) => x * logistic(x)],
  siluSlope: [lib.siluSlope, (x) => logistic(x) * (1 + x * logistic(-x))],
  gelu: [lib.gelu, (x) => x * normalDistribution(x)],
  geluSlope: [lib.geluSlope, (x) => normalDistribution(x) + x * normalDensity(x)],
  erf: [lib.erf, erf],
  erfc: [lib.erfc, (x) => 1 - erf(x)],
  round: [lib.round, (x) => (x % 1 === 0.5 || x % 1 === -0.5 ? 2 * Math.round(x / 2) : Math.round(x))],
  softplus: [lib.softplus, (x) => Math.log(1 + Math.exp(x))],
};

const binary: Record<Exclude<NamesOf<2>, CheckedElsewhere>, [Binary, (x: number, y: number) => number]> = {
  add: [lib.add, (x, y) => x + y],
  subtract: [lib.subtract, (x, y) => x - y],
  multiply: [lib.multiply, (x, y) => x * y],
  divide: [lib.divide, (x, y) => x / y],
  power: [lib.power, (x, y) => (x === 1 ? 1 : x ** y)],
  maximum: [lib.maximum, Math.max],
  minimum: [lib.minimum, Math.min],
  atan2: [lib.atan2, Math.atan2],
  less: [lib.less, (x, y) => Number(x < y)],
  lessEqual: [lib.lessEqual, (x, y) => Number(x <= y)],
  greater: [lib.greater, (x, y) => Number(x > y)],
  greaterEqual: [lib.greaterEqual, (x, y) => Number(x >= y)],
  equal: [lib.equal, (x, y) => Number(x === y)],
  notEqual: [lib.notEqual, (x, y) => Number(x !== y)],
};

describe('functions of one array', () => {
  for (const [name, [operation, reference]] of Object.entries(unary)) {
    it(`${name}: every layout, both precisions, no argument touched`, () => {
      for (const dtype of ['float32', 'float64'] as const) {
        for (const [layout, a] of Object.entries(layouts([3, 5], dtype))) {
          const result = expectPure(() => operation(a), a);
          const wanted = numbersOf(a).map((x) =>
            dtype === 'float32' ? Math.fround(reference(x)) : reference(x),
          );
          expectNumbers(result, wanted, dtype === 'float32' ? 1.2e-7 : 1e-15, `${name} ${layout}`);
          expect([result.shape, lib.dtypeOf(result)]).to.deep.equal([[3, 5], dtype]);
        }
      }
    });

    it(`${name}: scalars, empty arrays, higher ranks, NaN`, () => {
      const cube = sample([2, 3, 4], 'float64', 0.1, 0.9);
      expectNumbers(operation(cube), numbersOf(cube).map(reference), 1e-15);
      expectNumbers(operation(float64(0.5)), [reference(0.5)], 1e-15);
      expect(operation(lib.full([2, 0], 1, 'float64')).shape).to.deep.equal([2, 0]);
      expectArray(operation(float64([nan])), [nan]);
    });
  }

  it("give JAX's values", () => {
    const golden = readGolden<Record<string, { x: number[]; y: number[] }>>('unary');
    const names: Record<string, Unary> = { gelu_erf: lib.gelu };
    for (const [name, [operation]] of Object.entries(unary)) names[name] = operation;
    const known = Object.entries(golden).filter(([name]) => names[name] !== undefined);
    expect(known.length).to.be.at.least(26);
    for (const [name, { x, y }] of known) expectNumbers((names[name] as Unary)(float64(x)), y, 1e-14, name);
  });

  it('round halves to even', () => {
    const x = [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 1e300, -infinity, nan, 2.4, -2.6];
    expectArray(lib.round(float64(x)), [0, 2, 2, -0, -2, 0, 1e300, -infinity, nan, 2, -3]);
  });

  it('power obeys IEEE 754 (numpy and C), where JavaScript has NaN', () => {
    const [x, y] = [
      [1, 1, 1, 1, -1, -1, nan, -1, -1, nan, -8, 0, -2, infinity],
      [nan, infinity, -infinity, 5, infinity, -infinity, 0, nan, 0.5, 1, 1 / 3, -1, 3, -1],
    ];
    const wanted = [1, 1, 1, 1, 1, 1, 1, nan, nan, nan, nan, infinity, -8, 0];
    for (const make of [float32, float64]) {
      expect(numbersOf(lib.power(make(x), make(y)))).to.deep.equal(wanted);
      const one = lib.broadcastTo(make([1]), [2, 3]);
      const exponents = lib.transpose(
        lib.reshape(make([nan, infinity, 2, -infinity, nan, 0]), [3, 2]),
        [1, 0],
      );
      expect(numbersOf(lib.power(one, exponents))).to.deep.equal([1, 1, 1, 1, 1, 1]);
    }
  });

  it('refuse what is not a floating-point number', () => {
    expect(() => lib.exp(int32([1]))).to.throw(
      DTypeError,
      'exp: wanted float32 or float64, got int32; cast it first',
    );
    expect(() => lib.tanh(mask([true]))).to.throw(DTypeError, 'tanh');
    expectArray(lib.negate(int32([1, -2])), [-1, 2], 'int32');
  });
});

describe('activations far away', () => {
  const far = float64([-infinity, -800, -720, 800, infinity]);

  it('sigmoid', () => {
    const result = numbersOf(lib.sigmoid(far));
    expect(result).to.deep.equal([0, 0, Math.exp(-720), 1, 1]);
    expect(numbersOf(lib.sigmoid(float64([-30])))[0]).to.be.closeTo(9.357622968839299e-14, 1e-28);
  });

  it('silu and gelu', () => {
    expect(numbersOf(lib.silu(far))).to.deep.equal([-0, -0, -720 * Math.exp(-720), 800, infinity]);
    expect(numbersOf(lib.gelu(far)).map((x) => x + 0)).to.deep.equal([0, 0, 0, 800, infinity]);
  });

  it('the slopes of silu and gelu', () => {
    expect(numbersOf(lib.siluSlope(far))).to.deep.equal([0, 0, -719 * Math.exp(-720), 1, 1]);
    expect(numbersOf(lib.geluSlope(far))).to.deep.equal([0, 0, 0, 1, 1]);
  });

  it('softplus', () => {
    expect(numbersOf(lib.softplus(far))).to.deep.equal([0, 0, Math.exp(-720), 800, infinity]);
    expectNumbers(lib.softplus(float64([-40])), [4.248354255291589e-18], 0);
  });

  it('relu of −0 and infinities', () => {
    expectArray(lib.relu(float64([-0, -infinity, infinity])), [0, 0, infinity]);
  });

  it('in float32 too', () => {
    expectArray(lib.silu(float32([-800, 800, -infinity])), [-0, 800, -0], 'float32');
    expectArray(lib.sigmoid(float32([-800, 800])), [0, 1], 'float32');
  });
});

describe('functions of two arrays', () => {
  for (const [name, [operation, reference]] of Object.entries(binary)) {
    it(`${name}: every pair of layouts, no argument touched`, () => {
      for (const dtype of ['float32', 'float64'] as const) {
        const tolerance = dtype === 'float32' ? 1.2e-7 : 1e-15;
        for (const [left, a] of Object.entries(layouts([3, 5], dtype))) {
          for (const [right, b] of Object.entries(layouts([3, 5], dtype, 2))) {
            const result = expectPure(() => operation(a, b), a, b);
            const other = numbersOf(b);
            const wanted = numbersOf(a).map((x, i) => reference(x, other[i] as number));
            expectNumbers(result, wanted, tolerance, `${name} ${left} ${right}`);
          }
        }
      }
    });

    it(`${name}: scalars, empty arrays, higher ranks, special values`, () => {
      const [a, b] = [sample([2, 3, 4]), sample([2, 3, 4], 'float64', -2, 2, 5)];
      const other = numbersOf(b);
      expectNumbers(
        operation(a, b),
        numbersOf(a).map((x, i) => reference(x, other[i] as number)),
        1e-15,
      );
      expectNumbers(operation(float64(2), float64(-3)), [reference(2, -3)], 1e-15);
      expect(operation(lib.full([0, 3], 1, 'float64'), lib.full([0, 3], 1, 'float64')).shape).to.deep.equal([
        0, 3,
      ]);
      const special = [nan, infinity, -infinity, 0, 1];
      for (const x of special) {
        expectNumbers(
          operation(float64(special), lib.full([5], x, 'float64')),
          special.map((y) => reference(y, x)),
          1e-15,
        );
      }
    });
  }

  it('refuse different shapes and dtypes', () => {
    expect(() => lib.add(sample([2, 3]), sample([3]))).to.throw(
      ShapeError,
      'add: wanted equal shapes, got [2, 3] and [3]',
    );
    expect(() => lib.add(float32([1]), float64([1]))).to.throw(
      DTypeError,
      'add: wanted equal dtypes, got float32 and float64',
    );
    expect(() => lib.add(mask([true]), mask([true]))).to.throw(DTypeError, 'add: wanted numbers, got bool');
    expect(() => lib.divide(int32([1]), int32([2]))).to.throw(DTypeError, 'divide');
    expectArray(lib.add(int32([1]), int32([2])), [3], 'int32');
  });
});

describe('masks', () => {
  const [a, b] = [mask([true, true, false, false]), mask([true, false, true, false])];

  it('come from comparisons and combine', () => {
    expectArray(lib.less(float32([1, nan, 3]), float32([2, 2, 2])), [true, false, false], 'bool');
    expectArray(lib.notEqual(float32([1, nan]), float32([1, nan])), [false, true], 'bool');
    expectArray(lib.equal(a, b), [true, false, false, true], 'bool');
    expectArray(lib.logicalAnd(a, b), [true, false, false, false], 'bool');
    expectArray(lib.logicalOr(a, b), [true, true, true, false], 'bool');
    expectArray(lib.logicalNot(a), [false, false, true, true], 'bool');
    expect(() => lib.logicalNot(float32([1]))).to.throw(DTypeError, 'logicalNot: wanted bool, got float32');
  });

  it('take every byte but 0 for true', () => {
    const [x, y] = [
      lib.wrap(Uint8Array.of(2, 255, 0, 4, 0), [5]),
      lib.wrap(Uint8Array.of(1, 1, 8, 0, 0), [5]),
    ];
    expect([...lib.logicalAnd(x, y).data]).to.deep.equal([1, 1, 0, 0, 0]);
    expect([...lib.logicalOr(x, y).data]).to.deep.equal([1, 1, 1, 1, 0]);
    expect([...lib.logicalNot(x).data]).to.deep.equal([0, 0, 1, 0, 1]);
    expect([...lib.equal(x, y).data]).to.deep.equal([1, 1, 0, 0, 1]);
    expect([...lib.notEqual(x, y).data]).to.deep.equal([0, 0, 1, 1, 0]);
    expectArray(
      lib.where(x, lib.full([5], 1, 'float32'), lib.full([5], 0, 'float32')),
      [1, 1, 0, 1, 0],
      'float32',
    );
  });

  it('choose with where, whatever the other branch holds', () => {
    expectArray(
      lib.where(a, float64([1, nan, nan, infinity]), float64([nan, 2, 3, -0])),
      [1, nan, 3, -0],
      'float64',
    );
    for (const [layout, x] of Object.entries(layouts([3, 5]))) {
      const y = sample([3, 5], 'float64', -2, 2, 7);
      const condition = lib.greater(x, y);
      const result = expectPure(() => lib.where(condition, x, y), condition, x, y);
      expect(numbersOf(result), layout).to.deep.equal(numbersOf(lib.maximum(x, y)));
    }
    expect(() => lib.where(a, float64([1]), float64([1]))).to.throw(ShapeError, 'where');
    expect(() => lib.where(float32([1]), float64([1]), float64([1]))).to.throw(
      DTypeError,
      'where: wanted bool',
    );
  });
});

/** 2/√π·e^−x²·Σ 2ⁿ·x^(2n+1)/(2n+1)!!, whose terms all have one sign, so that nothing cancels. */
function erf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}
