import { expect } from 'chai';
import * as lib from '../../../lib/index.ts';
import {
  cos,
  elementwiseBackend,
  exp,
  gelu,
  log,
  normalQuantile,
  setElementwiseBackend,
  sigmoid,
  silu,
  sin,
  softplus,
  tanh,
  wrap,
} from '../../../lib/index.ts';

/** Each function, its reference in double precision, and the numbers to test it on. */
const functions = {
  exp: { simd: exp, exact: Math.exp, spread: 110 },
  log: { simd: log, exact: Math.log, spread: 1e3 },
  sigmoid: {
    simd: sigmoid,
    exact: (x: number) => (x < -700 ? Math.exp(x) : 1 / (1 + Math.exp(-x))),
    spread: 110,
  },
  silu: { simd: silu, exact: (x: number) => (x === -Infinity ? -0 : x / (1 + Math.exp(-x))), spread: 110 },
  softplus: {
    simd: softplus,
    exact: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    spread: 110,
  },
  tanh: { simd: tanh, exact: Math.tanh, spread: 12 },
  gelu: { simd: gelu, exact: (x: number) => (x < -50 ? -0 : x * normalDistribution(x)), spread: 16 },
  sin: { simd: sin, exact: Math.sin, spread: 1e5 },
  cos: { simd: cos, exact: Math.cos, spread: 1e5 },
  normalQuantile: { simd: normalQuantile, exact: quantileByNewton, spread: 1 },
};

// Zeros, infinities, NaN, denormals, and the borders at which exponentials overflow and become 0.
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

    it('is within two units in the last place of the exact value', () => {
      const near = samples(200_000, Math.min(spread, 20));
      const x = Float32Array.from([...samples(200_000, spread), ...near]);
      const y = simd(wrap(x, [x.length])).data;
      let [worst, at] = [0, 0];
      x.forEach((value, i) => {
        const distance = unitsFrom(y[i] as number, exact(value));
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
      for (const length of [...Array.from({ length: 41 }, (_, i) => 64 + i), 16384, 16385, 20001]) {
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

describe('sine and cosine in SIMD', () => {
  const before = elementwiseBackend();
  beforeEach(() => setElementwiseBackend('auto'));
  afterEach(() => setElementwiseBackend(before));

  for (const [name, simd, exact] of [
    ['sin', sin, Math.sin],
    ['cos', cos, Math.cos],
  ] as const) {
    it(`${name} keeps its digits next to its zeros, and up to the largest float32`, () => {
      const neighbours = Float32Array.from({ length: 70_000 }, (_, i) => (i * Math.PI) / 2);
      const large = Float32Array.from(
        { length: 70_000 },
        (_, i) => (i % 2 === 0 ? 1 : -1) * 2 ** (15 + (113 * i) / 70_000),
      );
      // The float32 closest to a multiple of π/2, relative to the distance between neighbouring floats there.
      const hardest = new Float32Array(100).fill(16367173 * 2 ** 72);
      // Near and far numbers in one vector.
      const mixed = large.map((value, i) => (i % 3 === 0 ? value : value % 100));
      for (const x of [neighbours, large, hardest, mixed]) {
        const y = simd(wrap(x, [x.length])).data;
        x.forEach((value, i) => {
          const distance = unitsApart(y[i] as number, Math.fround(exact(value)));
          if (distance > 2) expect.fail(`${name}(${value}): got ${y[i]}, exactly ${exact(value)}`);
        });
      }
    });
  }
});

describe('the normal quantile in SIMD', () => {
  const before = elementwiseBackend();
  afterEach(() => setElementwiseBackend(before));

  it('is the float32 next to the exact one, seldom its neighbour, out to the ends', () => {
    setElementwiseBackend('auto');
    // All the last floats below 1, the border between the formulas, and the points where the range of the
    // logarithm begins again.
    const ends = Float32Array.from({ length: 4096 }, (_, i) => 1 - (i + 1) * 2 ** -24);
    const borders = [0.9966, ...[1, 2, 3, 4, 8, 16].map((n) => Math.sqrt(1 - Math.SQRT2 * 2 ** -n))];
    const around = borders.map((border) =>
      Float32Array.from({ length: 512 }, (_, i) => border + (i - 256) * 2 ** -24),
    );
    for (const u of [ends, ...around]) {
      let neighbours = 0;
      const [above, below] = [u, u.map((value) => -value)].map(
        (x) => normalQuantile(wrap(x, [x.length])).data,
      );
      u.forEach((value, i) => {
        const distance = unitsApart(above?.[i] as number, Math.fround(quantileByNewton(value)));
        neighbours += distance;
        if (distance > 1) expect.fail(`at ${value}: got ${above?.[i]}, exactly ${quantileByNewton(value)}`);
        expect(Object.is(below?.[i], -(above?.[i] as number)), `at ${-value}`).to.equal(true);
      });
      expect(neighbours / u.length, `near ${u[0]}`).to.be.below(0.05);
    }
  });
});

describe('functions in SIMD', () => {
  const before = elementwiseBackend();
  afterEach(() => setElementwiseBackend(before));

  it('take any view', () => {
    setElementwiseBackend('auto');
    const whole = lib.wrap(samples(40 * 50, 8), [40, 50]);
    const views = {
      transposed: lib.transpose(whole, [1, 0]),
      reversed: lib.slice(whole, [39, 49], [-1, -1], [-1, -1]),
      strided: lib.slice(whole, [1, 0], [40, 50], [3, 2]),
      offset: lib.slice(whole, [7, 0], [40, 50], [1, 1]),
      repeated: lib.broadcastTo(lib.slice(whole, [0, 3], [40, 4], [1, 1]), [40, 50]),
    };
    for (const { simd } of Object.values(functions)) {
      for (const [layout, a] of Object.entries(views)) {
        expect(simd(a).data, layout).to.deep.equal(simd(lib.copy(a)).data);
        expect(simd(a).shape).to.deep.equal(a.shape);
      }
    }
  });
});

describe('setElementwiseBackend', () => {
  it('refuses a backend that does not exist', () => {
    expect(() => setElementwiseBackend('gpu' as 'auto')).to.throw(
      "setElementwiseBackend: wanted 'auto' or 'javascript', got 'gpu'",
    );
  });
});

/** How many units in the last place of a float32 lie between a result and the exact number, unrounded. */
function unitsFrom(got: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (!Number.isFinite(rounded) || rounded === 0) return unitsApart(got, rounded);
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(rounded))));
  return Math.abs(got - exact) / 2 ** (exponent - 23);
}

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

/**
 * Φ, by its power series near 0 and by Laplace's continued fraction further out. The library uses neither.
 */
function normalDistribution(x: number): number {
  const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) < 3) {
    let [sum, term] = [x, x];
    for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = Math.abs(x);
  for (let k = 200; k > 0; k--) fraction = Math.abs(x) + k / fraction;
  return x < 0 ? density / fraction : 1 - density / fraction;
}

/**
 * The z for which |N(0, 1)| < z with probability u, odd in u. It uses Newton's method on the tail, and a
 * series near 0.
 */
function quantileByNewton(u: number): number {
  const magnitude = Math.abs(u);
  if (!(magnitude <= 1)) return Number.NaN;
  if (magnitude === 1) return u * Infinity;
  const square = Math.PI * u * u;
  const series = [127 / 40320, 7 / 480, 1 / 12, 1].reduce((sum, coefficient) => sum * square + coefficient);
  if (magnitude < 0.01) return Math.sqrt(Math.PI / 2) * u * series;
  let [z, step] = [0, 1];
  while (Math.abs(step) > 1e-9) {
    step = (normalDistribution(-z) - (1 - magnitude) / 2) / (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI));
    z += step;
  }
  return Math.sign(u) * z;
}

/** Numbers of all kinds. In some pairs both are equal. */
function awkward(count: number, seed: number): Float32Array {
  const numbers = samples(count + seed, 3).slice(seed);
  return numbers.map(
    (x, i) => [x, Math.round(x), special[(i * 7 + seed * 5) % special.length] as number][i % 3] as number,
  );
}

/** The shapes that stretch to this one: some of their axes have length 1. */
function repeatedShapes(shape: readonly number[]): number[][] {
  return Array.from({ length: 2 ** shape.length }, (_, mask) =>
    shape.map((n, axis) => ((mask >> axis) & 1 ? 1 : n)),
  );
}

/** The distance in units in the last place. NaN is close only to NaN. */
function unitsApart(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b))
    return Number.isNaN(a) && Number.isNaN(b) ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(ordinal(a) - ordinal(b));
}

function same(a: number, b: number): boolean {
  // Far to the left, Φ is ill-conditioned in float64. Two different float32 are never this close.
  return Object.is(a, b) || Math.abs(a - b) <= 1e-13 * Math.abs(a);
}

/** Neighbouring floats have neighbouring ordinals. */
function ordinal(x: number): number {
  const bits = new Int32Array(new Float32Array([x]).buffer)[0] as number;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

describe('arithmetic in SIMD', () => {
  const before = elementwiseBackend();
  afterEach(() => setElementwiseBackend(before));

  const { add, subtract, multiply, divide, maximum, minimum } = lib;
  const { less, lessEqual, greater, greaterEqual, equal, notEqual } = lib;
  const operations = {
    ...{ add, subtract, multiply, divide, maximum, minimum },
    ...{ less, lessEqual, greater, greaterEqual, equal, notEqual },
    where: (a: lib.NDArray, b: lib.NDArray) => {
      const mask = lib.wrap(
        Uint8Array.from({ length: a.size }, (_, i) => Number((i * i) % 7 < 3)),
        a.shape,
      );
      return lib.where(mask, a, b);
    },
  };
  // Shorter and longer than a page, with rows of all lengths.
  const shapes = [
    [70, 130],
    [400, 2],
    [5000, 3],
    [3, 5000],
    [9, 7, 11],
    [2, 2100],
    [4097],
    ...Array.from({ length: 17 }, (_, i) => [5, 20 + i]),
  ];

  for (const [name, operation] of Object.entries(operations)) {
    it(`${name} has the bits of the plain loop, for every way that operands are repeated`, () => {
      for (const dtype of ['float32', 'float64'] as const) {
        for (const shape of shapes) {
          for (const left of repeatedShapes(shape)) {
            for (const right of repeatedShapes(shape)) {
              const [a, b] = [left, right].map((from, i) => {
                const values = lib.wrap(awkward(lib.sizeOf(from), i), from);
                return lib.broadcastTo(lib.cast(values, dtype), shape);
              }) as [lib.NDArray, lib.NDArray];
              setElementwiseBackend('javascript');
              const plain = operation(a, b);
              setElementwiseBackend('auto');
              const simd = operation(a, b);
              expect(simd.shape).to.deep.equal(shape);
              const differs = plain.data.findIndex((value, i) => !Object.is(value, simd.data[i]));
              if (differs >= 0)
                expect.fail(`${dtype} [${left}] and [${right}], element ${differs}: ${simd.data[differs]}`);
            }
          }
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
    expect(lib.add(long, long).data).to.deep.equal(
      lib.multiply(long, lib.full(long.shape, 2, 'float32')).data,
    );
    const matrix = lib.wrap(samples(6000, 3), [60, 100]);
    const turned = lib.transpose(matrix, [1, 0]);
    expect(lib.add(turned, turned).data).to.deep.equal(
      lib.flat(lib.transpose(lib.add(matrix, matrix), [1, 0])),
    );
  });
});

for (const [name, value, slope] of [
  ['silu', silu, lib.siluSlope],
  ['gelu', gelu, lib.geluSlope],
] as const) {
  describe(`${name}Slope`, () => {
    it(`is the derivative of ${name}, and has its limits`, () => {
      const x = lib.wrap(Float64Array.of(-Infinity, -800, -3, 0, 2, 800, Infinity), [7]);
      const h = 1e-6;
      const [up, down] = [h, -h].map((step) => value(lib.add(x, lib.full([7], step, 'float64'))).data) as [
        Float64Array,
        Float64Array,
      ];
      [...slope(x).data].forEach((got, i) => {
        const wanted = [0, 0, NaN, NaN, NaN, 1, 1][i] as number;
        const quotient = ((up[i] as number) - (down[i] as number)) / (2 * h);
        expect(got).to.be.closeTo(Number.isNaN(wanted) ? quotient : wanted, 1e-9);
      });
      const many = samples(1000, 30);
      many.set([-Infinity, Infinity, -20, 20, 0, -0]);
      const [float32, float64] = [many, Float64Array.from(many)].map(
        (data) => slope(lib.wrap(data, [1000])).data,
      );
      float32?.forEach((got, i) => {
        expect(got).to.be.closeTo(float64?.[i] as number, 3e-7);
      });
      expect(slope(lib.full([64], NaN, 'float32')).data.every(Number.isNaN)).to.equal(true);
    });
  });
}
