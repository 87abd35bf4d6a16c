import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  ArgumentError,
  cast,
  compile,
  DTypeError,
  eigh,
  eye,
  grad,
  jvp,
  kron,
  leastSquares,
  logSumExp,
  matmul,
  matrixExponential,
  matrixPower,
  multiply,
  pinv,
  power,
  qr,
  random,
  reshape,
  ShapeError,
  sign,
  stack,
  subtract,
  sum,
  svd,
  swapLastAxes,
  type Tensor,
  tensor,
  vmap,
  zeros,
} from '../../../autograd/index.ts';
import { expectClose, float64, numbersOf, sampleTensor } from '../numbers.ts';

type Golden = Readonly<Record<string, number[] | number[][]>>;
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../golden/factorisations.json', import.meta.url), 'utf8'),
);
const wanted = (name: string) => float64(golden[name] as number[]);

const a = float64([[4, 1, -2], [1, 3, 0.5], [-2, 0.5, 1], [3, -1, 2]]); // biome-ignore format: a matrix
const symmetric = a.slice([[0, 3]]);
/** 0, 1, 2, … in that shape. */
const counts = (shape: readonly number[]) => {
  const size = shape.reduce((x, y) => x * y, 1);
  return reshape(float64(Array.from({ length: size }, (_, i) => i)), shape);
};
const column = (x: Tensor, i: number) => x.slice([null, i]);
/** The columns with the signs of the first row of v made positive. */
const signed = (x: Tensor, v: Tensor) => multiply(x, sign(v.slice([[0, 1]])));

const shapes = [[1, 1], [5, 5], [40, 40], [7, 3], [3, 7], [60, 2], [3, 0], [0, 3]] as const; // biome-ignore format: shapes

/** That the columns are orthonormal. */
const expectOrthonormal = (x: Tensor, digits: number) => {
  if (x.size > 0)
    expectClose(matmul(swapLastAxes(x), x), eye(x.shape.at(-1) as number, { dtype: x.dtype }), digits);
};

describe('qr', () => {
  it("has NumPy's factors and JAX's gradient", () => {
    const { q, r } = qr(a);
    expectClose([q, r], [wanted('q'), wanted('r')], 1e-15);
    const loss = (x: Tensor) => {
      const parts = qr(x);
      return sum(multiply(parts.q, counts([4, 3]))).add(sum(multiply(parts.r, counts([3, 3]))));
    };
    expectClose(grad(loss)(a), wanted('gqr'), 1e-14);
  });

  it('gives back A, in both dtypes and for every shape', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const shape of shapes) {
        const digits = dtype === 'float32' ? 1e-6 : 1e-14;
        const x = sampleTensor(1, shape, -2, 2, dtype);
        const { q, r } = qr(x);
        expect([q.dtype, r.dtype, r.shape]).to.deep.equal([dtype, dtype, [Math.min(...shape), shape[1]]]);
        if (x.size > 0) expectClose(matmul(q, r), x, digits);
        expectOrthonormal(q, digits);
        if (x.size > 0) expectClose(r, r.upperTriangle(), 0);
      }
    }
  });

  it('factorises dependent columns, whose derivative it refuses', () => {
    const flat = float64([[1, 2], [2, 4], [0, 0]]); // biome-ignore format: a matrix
    const { q, r } = qr(flat);
    expectClose(matmul(q, r), flat, 1e-15);
    expectOrthonormal(q, 1e-15);
    expect(qr(zeros([2, 2])).q.toArray()).to.deep.equal([[1, 0], [0, 1]]); // biome-ignore format: a matrix
    expect(() => grad((x: Tensor) => sum(qr(x).q))(zeros([2, 2]))).to.throw(
      ArgumentError,
      /^qr: .*dependent/,
    );
  });
});

describe('eigh', () => {
  it("has NumPy's values and vectors, and JAX's gradient", () => {
    const { values, vectors } = eigh(symmetric);
    expectClose(values, wanted('w'), 1e-15);
    expectClose(signed(vectors, vectors), wanted('v'), 1e-15);
    const loss = (x: Tensor) => {
      const parts = eigh(x);
      return sum(power(parts.values, 3)).add(sum(multiply(parts.vectors.slice([0]).square(), counts([3]))));
    };
    expectClose(grad(loss)(symmetric), wanted('geigh'), 1e-14);
  });

  it('gives back A, in both dtypes, batched and compiled', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const digits = dtype === 'float32' ? 1e-5 : 1e-13;
      for (const n of [0, 1, 2, 5, 40]) {
        const x = sampleTensor(1, [2, n, n], -2, 2, dtype);
        const { values, vectors } = eigh(x);
        const rebuilt = matmul(multiply(vectors, values.reshape([2, 1, n])), swapLastAxes(vectors));
        const even = multiply(x.add(swapLastAxes(x)), 0.5);
        if (n > 0) expectClose(rebuilt, even, digits);
        for (const i of [0, 1]) expectOrthonormal(vectors.slice([i]), digits);
        const ascending = numbersOf(values.slice([0]));
        expect(ascending).to.deep.equal([...ascending].sort((p, q) => p - q));
        if (n === 5) expectClose(vmap(compile(eigh))(x), { values, vectors }, 0);
      }
    }
  });

  it('comes to an end beside a zero diagonal, for numbers whose squares are 0 or lose digits', () => {
    for (let seed = 0; seed < 150; seed++) {
      const n = 3 + (seed % 6);
      const exponents = random.uniform(random.key(seed), [n - 1], { low: -170, high: 0, dtype: 'float64' });
      const beside = numbersOf(exponents).map((exponent) => 10 ** exponent);
      const entry = (i: number, j: number) => (Math.abs(i - j) === 1 ? beside[Math.min(i, j)]! : 0);
      const x = float64(
        Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => entry(i, j))),
      );
      const { values, vectors } = eigh(x);
      expectOrthonormal(vectors, 1e-14);
      const again = matmul(multiply(vectors, values), vectors.transpose());
      expectClose(again.multiply(1 / Math.max(...beside)), x.multiply(1 / Math.max(...beside)), 5e-15);
    }
  });

  it('has derivatives of what is symmetric in equal eigenvalues, and NaN for their vectors', () => {
    const same = float64([[2, 0, 0], [0, 2, 0], [0, 0, 5]]); // biome-ignore format: a matrix
    // d Σ wᵢ³ = 3·⟨A², dA⟩, and d log Σ exp(wᵢ) = ⟨exp(A), dA⟩/Σ exp(wᵢ).
    expectClose(
      grad((x: Tensor) => sum(power(eigh(x).values, 3)))(same),
      multiply(matmul(same, same), 3),
      1e-14,
    );
    const share = matrixExponential(same).multiply(1 / (2 * Math.exp(2) + Math.exp(5)));
    expectClose(grad((x: Tensor) => logSumExp(eigh(x).values))(same), share, 1e-14);
    const moved = jvp((x: Tensor) => sum(eigh(x).values), [same], [a.slice([[0, 3]])])[1];
    expectClose(moved, float64(8), 1e-14);
    const ofVectors = grad((x: Tensor) => sum(eigh(x).vectors.slice([0])))(same);
    expect(numbersOf(ofVectors).some(Number.isFinite)).to.equal(false);
  });

  it('survives entries that are huge, tiny, zero or none', () => {
    for (const scale of [1e-200, 1e200]) {
      const { values } = eigh(multiply(symmetric, scale));
      expectClose(multiply(values, 1 / scale), wanted('w'), 1e-14);
    }
    expect(eigh(zeros([2, 2])).values.toArray()).to.deep.equal([0, 0]);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(numbersOf(eigh(float64([[bad, 1], [1, 2]]))).every(Number.isNaN)).to.equal(true); // biome-ignore format: a matrix
    expect(() => eigh(a)).to.throw(ShapeError, /^eigh: .*\[4, 3\]/);
  });
});

describe('svd', () => {
  it("has NumPy's factors and JAX's gradient", () => {
    const { u, s, v } = svd(a);
    expectClose(s, wanted('s'), 1e-15);
    expectClose([signed(u, v), signed(v, v)], [wanted('u'), wanted('vt')], 1e-15);
    const loss = (x: Tensor) => {
      const parts = svd(x);
      return sum(power(parts.s, 3))
        .add(sum(multiply(parts.u.slice([0]).square(), counts([3]))))
        .add(sum(multiply(column(parts.v.transpose(), 1).square(), counts([3]))));
    };
    expectClose(grad(loss)(a), wanted('gsvd'), 1e-13);
  });

  it('gives back A, in both dtypes and for every shape', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const digits = dtype === 'float32' ? 2e-6 : 2e-14;
      for (const shape of shapes) {
        const x = sampleTensor(1, shape, -2, 2, dtype);
        const { u, s, v } = svd(x);
        const k = Math.min(...shape);
        expect([u.shape, s.shape, v.shape]).to.deep.equal([[shape[0], k], [k], [shape[1], k]]);
        if (x.size === 0) continue;
        expectClose(matmul(multiply(u, s), v.transpose()), x, digits);
        expectOrthonormal(u, digits);
        expectOrthonormal(v, digits);
        const descending = numbersOf(s);
        expect(descending).to.deep.equal([...descending].sort((p, q) => q - p));
      }
    }
  });

  it('factorises matrices of any rank, size and condition', () => {
    // Hilbert's matrix of 8 rows: its condition is 1.5e10; numpy.linalg.svd of its smallest singular value.
    const hilbert = float64(Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => 1 / (i + j + 1)))); // biome-ignore format: one line
    expect(svd(hilbert).s.slice([7]).item()).to.be.closeTo(1.1115389638e-10, 1e-16);
    for (const x of [
      zeros([4, 3], { dtype: 'float64' }),
      float64([
        [1, 2, 3],
        [2, 4, 6],
        [3, 6, 9],
        [0, 0, 0],
      ]),
      multiply(a, 1e-170),
      multiply(a, 1e170),
    ]) {
      // biome-ignore format: one line
      const { u, s, v } = svd(x);
      const size = Math.max(1e-300, ...numbersOf(x).map(Math.abs));
      expectClose(matmul(multiply(u, s), v.transpose()).multiply(1 / size), x.multiply(1 / size), 2e-15);
      expectOrthonormal(u, 1e-14);
      expectOrthonormal(v, 1e-14);
    }
    expect(numbersOf(svd(float64([[Number.NaN, 1]]))).every(Number.isNaN)).to.equal(true);
    expect(() => svd(float64([1]))).to.throw(ShapeError, /^svd: .*\[1\]/);
    expect(() => svd(tensor([[1]], { dtype: 'int32' }))).to.throw(DTypeError, /^svd: .*int32/);
  });

  it('comes to an end for matrices of lower rank, whose short columns are rounding errors', () => {
    // Three in a hundred of such matrices once turned for ever.
    for (let seed = 0; seed < 150; seed++) {
      const [of, left, right] = random.split(random.key(seed), 3);
      const [m, n, rank] = random.randint(of, [3], 1, 9).toArray() as [number, number, number];
      const whole = (key: random.Key, rows: number, columns: number) =>
        cast(random.randint(key, [rows, columns], -30, 31), 'float64');
      const x = matmul(whole(left, m, rank), whole(right, rank, n));
      const size = Math.max(1, ...numbersOf(x).map(Math.abs));
      const { u, s, v } = svd(x);
      expectClose(matmul(multiply(u, s), v.transpose()).multiply(1 / size), x.multiply(1 / size), 5e-15);
      expectOrthonormal(u, 1e-14);
      expectOrthonormal(v, 1e-14);
    }
  });

  it('has derivatives of what is symmetric in equal singular values', () => {
    const turn = float64([[0, -3], [3, 0]]); // biome-ignore format: a matrix
    // d Σ sᵢ = ⟨U·Vᵀ, dA⟩, and U·Vᵀ = A/3.
    expectClose(grad((x: Tensor) => sum(svd(x).s))(turn), multiply(turn, 1 / 3), 1e-15);
    expectClose(grad((x: Tensor) => sum(power(svd(x).s, 2)))(turn), multiply(turn, 2), 1e-15);
  });
});

describe('pinv and leastSquares', () => {
  it("have NumPy's values and JAX's gradient", () => {
    expectClose(pinv(a), wanted('pinv'), 1e-15);
    expectClose(leastSquares(a, float64([1, 2, 3, 4])), wanted('lstsq'), 2e-15);
    const loss = (x: Tensor) => sum(multiply(pinv(x), counts([3, 4])));
    expectClose(grad(loss)(a), wanted('gpinv'), 2e-14);
  });

  it('take any rank, and the derivative that keeps it', () => {
    const low = float64([[1, 2, 3], [2, 4, 6]]); // biome-ignore format: a matrix
    expectClose(pinv(low), wanted('lowRank'), 1e-15);
    expect(numbersOf(pinv(zeros([2, 3])))).to.deep.equal([0, 0, 0, 0, 0, 0]);
    expect(pinv(zeros([0, 3])).shape).to.deep.equal([3, 0]);
    // Along A itself: (A + tA)⁺ = A⁺/(1 + t).
    expectClose(jvp((x: Tensor) => pinv(x), [low], [low])[1], pinv(low).multiply(-1), 1e-15);
    expectClose(grad((x: Tensor) => sum(multiply(pinv(x), pinv(low))))(low).multiply(low).sum(), pinv(low).square().sum().multiply(-1), 1e-15); // biome-ignore format: one line
    expectClose(pinv(float64([[1, 0], [0, 1e-3]]), { tolerance: 0.01 }), float64([[1, 0], [0, 0]]), 0); // biome-ignore format: one line
  });

  it('take batches and columns, and refuse what does not fit', () => {
    const both = stack([a, multiply(a, 2)]);
    const b = sampleTensor(1, [2, 4, 2]);
    const each = stack([0, 1].map((i) => leastSquares(both.slice([i]), b.slice([i]))));
    expectClose(leastSquares(both, b), each, 1e-15);
    expectClose(vmap(leastSquares)(both, b), each, 1e-15);
    expectClose(compile(leastSquares)(both, b), each, 1e-15);
    expect(() => leastSquares(a, float64([1, 2, 3]))).to.throw(ShapeError, /^leastSquares: .*\[4\].*\[3\]/);
    expect(() => pinv(a, { tolerance: Number.NaN })).to.throw(ArgumentError, /^pinv: .*tolerance/);
    expect(() => leastSquares(a, a, { rank: 1 } as never)).to.throw(ArgumentError, /^leastSquares: /);
  });
});

describe('functions of matrices', () => {
  it("matrixExponential has mpmath's value and derivative", () => {
    expectClose(matrixExponential(symmetric), wanted('expm'), 1e-14);
    const ones = float64([[1, 1, 1], [1, 1, 1], [1, 1, 1]]); // biome-ignore format: a matrix
    expectClose(jvp(matrixExponential, [symmetric], [ones])[1], wanted('expm_frechet'), 1e-13);
    expectClose(grad((x: Tensor) => sum(matrixExponential(x)))(symmetric), wanted('expm_frechet'), 1e-13);
  });

  it('matrixExponential is exact where the series ends, turns by large angles, and is NaN of NaN', () => {
    expectClose(matrixExponential(float64([[0, 1], [0, 0]])), float64([[1, 1], [0, 1]]), 0); // biome-ignore format: one line
    const [c, s] = [Math.cos(30), Math.sin(30)];
    expectClose(matrixExponential(float64([[0, -30], [30, 0]])), float64([[c, -s], [s, c]]), 1e-14); // biome-ignore format: one line
    expect(numbersOf(matrixExponential(float64([[Number.NaN]]))).every(Number.isNaN)).to.equal(true);
    expect(matrixExponential(zeros([2, 0, 0])).shape).to.deep.equal([2, 0, 0]);
    expect(() => matrixExponential(a)).to.throw(ShapeError, /^matrixExponential: /);
  });

  it('matrixPower multiplies as often as it says', () => {
    expectClose(matrixPower(symmetric, -3), wanted('power'), 1e-14);
    const product = [1, 2, 3, 4].reduce((x) => matmul(x, symmetric), symmetric);
    expectClose(matrixPower(symmetric, 5), product, 1e-15);
    expectClose(matrixPower(stack([symmetric, symmetric]), 0).slice([1]), eye(3, { dtype: 'float64' }), 0);
    const sixth = grad((x: Tensor) => sum(matrixPower(x, 6)))(float64([[2]]));
    expect(sixth.toArray()).to.deep.equal([[6 * 2 ** 5]]);
    expect(() => matrixPower(symmetric, 0.5)).to.throw(ArgumentError, /^matrixPower: .*0\.5/);
    expect(() => matrixPower(a, 2)).to.throw(ShapeError, /^matrixPower: /);
  });

  it('kron has each entry of the first times the second', () => {
    const b = float64([[1], [3]]);
    expect(kron(float64([[1, 2]]), b).toArray()).to.deep.equal([[1, 2], [3, 6]]); // biome-ignore format: a matrix
    // (A ⊗ B)·(C ⊗ D) = A·C ⊗ B·D
    const [p, q, r, s] = [1, 2, 3, 4].map((seed) => sampleTensor(seed, [3, 2, 2])) as [Tensor, Tensor, Tensor, Tensor]; // biome-ignore format: one line
    expectClose(matmul(kron(p, q), kron(r, s)), kron(matmul(p, r), matmul(q, s)), 1e-14);
    expectClose(grad((x: Tensor) => sum(kron(x, b)))(float64([[1, 2]])), float64([[4, 4]]), 0);
    expect(() => kron(float64([1]), b)).to.throw(ShapeError, /^kron: .*\[1\]/);
    expectClose(subtract(kron(p, q), vmap(kron)(p, q)), multiply(kron(p, q), 0), 0);
  });
});
