import { expect } from 'chai';
import * as lib from '../../lib/index.ts';
import {
  elementwiseBackend,
  exp,
  log,
  setElementwiseBackend,
  sigmoid,
  silu,
  softplus,
  tanh,
  wrap,
} from '../../lib/index.ts';

/** Each function, what it is in double precision, and the numbers to try it on. */
const functions = {
  exp: { simd: exp, exact: Math.exp, spread: 110 },
  log: { simd: log, exact: Math.log, spread: 1e3 },
  sigmoid: { simd: sigmoid, exact: (x: number) => (x < -700 ? Math.exp(x) : 1 / (1 + Math.exp(-x))), spread: 110 },
  silu: { simd: silu, exact: (x: number) => (x === -Infinity ? -0 : x / (1 + Math.exp(-x))), spread: 110 },
  softplus: {
    simd: softplus,
    exact: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    spread: 110,
  },
  tanh: { simd: tanh, exact: Math.tanh, spread: 12 },
};

// Zeros, infinities, NaN, denormals, the borders of the ranges in which exponentials overflow and vanish
const special = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  NaN,
  1e-40,
  -1e-40,
  1e-45,
  88.7,
  88.8,
  89,
  -87.4,
  -88,
  -100,
  -103.9,
  -104,
  -105,
  126,
  -126,
  200,
  -200,
  1e30,
  -1e30,
  0.625,
  -0.625,
  0.34657,
  -0.34657,
  3e38,
  1.17549435e-38,
];

for (const [name, { simd, exact, spread }] of Object.entries(functions)) {
  describe(`${name} in SIMD`, () => {
    const before = elementwiseBackend();
    beforeEach(() => setElementwiseBackend('auto'));
    afterEach(() => setElementwiseBackend(before));

    it('is within two units in the last place of the rounded exact value', () => {
      const x = samples(200_000, spread);
      const y = simd(wrap(x, [x.length])).data;
      let [worst, at] = [0, 0];
      x.forEach((value, i) => {
        const distance = unitsApart(y[i] as number, Math.fround(exact(value)));
        if (distance > worst) [worst, at] = [distance, i];
      });
      expect(worst, `at ${x[at]}: got ${y[at]}, exactly ${exact(x[at] as number)}`).to.be.at.most(2);
    });

    it('keeps zeros, infinities, NaN and denormals', () => {
      const x = Float32Array.from({ length: 128 }, (_, i) => special[i % special.length] as number);
      const y = simd(wrap(x, [128])).data;
      x.forEach((value, i) => {
        const [got, wanted] = [y[i] as number, Math.fround(exact(value))];
        expect(unitsApart(got, wanted), `at ${value}: ${got} for ${wanted}`).to.be.at.most(2);
        if (wanted === 0) expect(Object.is(got, wanted), `the sign of zero at ${value}`).to.equal(true);
      });
    });

    it('agrees with itself whatever the length, and leaves float64 alone', () => {
      const x = samples(20_001, spread);
      const all = simd(wrap(x, [x.length])).data;
      for (const length of [64, 65, 66, 67, 16384, 16385, 20001]) {
        const part = simd(wrap(x.slice(0, length), [length])).data;
        expect(part.length).to.equal(length);
        expect(part.every((value, i) => Object.is(value, all[i]))).to.equal(true);
      }
      const doubles = Float64Array.from(x.slice(0, 100));
      expect([...simd(wrap(doubles, [100])).data]).to.satisfy((values: number[]) =>
        values.every((value, i) => same(value, exact(doubles[i] as number))),
      );
    });
  });
}

describe('setElementwiseBackend', () => {
  it('refuses a backend that does not exist', () => {
    expect(() => setElementwiseBackend('gpu' as 'auto')).to.throw(
      "setElementwiseBackend: wanted 'auto' or 'javascript', got 'gpu'",
    );
  });
});

/** Uniform numbers, and numbers of every magnitude. */
function samples(count: number, spread: number): Float32Array {
  let state = 1;
  const uniform = () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  return Float32Array.from({ length: count }, (_, i) =>
    i % 2 === 0 ? (2 * uniform() - 1) * spread : (uniform() - 0.5) * 2 ** (100 * (uniform() - 0.6)),
  );
}

/** In units in the last place; NaN is next to NaN alone. */
function unitsApart(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(ordinal(a) - ordinal(b));
}

function same(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 4e-16 * Math.abs(a);
}

/** Neighbouring floats have neighbouring ordinals. */
function ordinal(x: number): number {
  const bits = new Int32Array(new Float32Array([x]).buffer)[0] as number;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

describe('arithmetic in SIMD', () => {
  const before = elementwiseBackend();
  afterEach(() => setElementwiseBackend(before));

  const shapes = { matrix: [70, 130], row: [1, 130], number: [1, 1], column: [70, 1] } as const;
  const operations = { add: lib.add, subtract: lib.subtract, multiply: lib.multiply, divide: lib.divide };

  for (const [name, operation] of Object.entries(operations)) {
    it(`${name} has the bits of the plain loop, for every way that operands are repeated`, () => {
      for (const left of Object.values(shapes)) {
        for (const right of Object.values(shapes)) {
          const [a, b] = [left, right].map((shape, i) =>
            lib.broadcastTo(lib.wrap(samples(shape[0] * shape[1] + i, 3).slice(i), shape), [70, 130]),
          ) as [lib.NDArray, lib.NDArray];
          setElementwiseBackend('javascript');
          const plain = operation(a, b);
          setElementwiseBackend('auto');
          const simd = operation(a, b);
          expect(simd.data, `${left} and ${right}`).to.deep.equal(plain.data);
          expect(simd.shape).to.deep.equal([70, 130]);
        }
      }
    });
  }

  const { abs, negate, sqrt, square, reciprocal, relu } = lib;
  for (const [name, operation] of Object.entries({ abs, negate, sqrt, square, reciprocal, relu })) {
    it(`${name} has the bits of the plain loop`, () => {
      const x = lib.wrap(Float32Array.from([...special, ...samples(9000, 10)]), [special.length + 9000]);
      setElementwiseBackend('javascript');
      const plain = operation(x).data;
      setElementwiseBackend('auto');
      const simd = operation(x).data;
      plain.forEach((wanted, i) => {
        expect(Object.is(simd[i], wanted), `${name}(${x.data[i]}): ${simd[i]} for ${wanted}`).to.equal(true);
      });
    });
  }

  it('takes views, and arrays longer than a page', () => {
    const long = lib.wrap(samples(3 * 4096 + 5, 3), [3 * 4096 + 5]);
    expect(lib.add(long, long).data).to.deep.equal(lib.multiply(long, lib.full(long.shape, 2, 'float32')).data);
    const matrix = lib.wrap(samples(6000, 3), [60, 100]);
    const turned = lib.transpose(matrix, [1, 0]);
    expect(lib.add(turned, turned).data).to.deep.equal(lib.flat(lib.transpose(lib.add(matrix, matrix), [1, 0])));
  });
});

describe('siluSlope', () => {
  it('is the derivative of silu, and has its limits', () => {
    const x = lib.wrap(Float64Array.of(-Infinity, -800, -3, 0, 2, 800, Infinity), [7]);
    const h = 1e-6;
    const [up, down] = [h, -h].map((step) => silu(lib.add(x, lib.full([7], step, 'float64'))).data) as [
      Float64Array,
      Float64Array,
    ];
    [...lib.siluSlope(x).data].forEach((slope, i) => {
      const wanted = [0, 0, NaN, NaN, NaN, 1, 1][i] as number;
      expect(slope).to.be.closeTo(
        Number.isNaN(wanted) ? ((up[i] as number) - (down[i] as number)) / (2 * h) : wanted,
        1e-9,
      );
    });
    const many = samples(1000, 30);
    const [float32, float64] = [many, Float64Array.from(many)].map(
      (data) => lib.siluSlope(lib.wrap(data, [1000])).data,
    );
    float32?.forEach((slope, i) => {
      expect(slope).to.be.closeTo(float64?.[i] as number, 3e-7);
    });
  });
});
