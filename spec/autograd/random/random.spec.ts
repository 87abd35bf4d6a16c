import { expect } from 'chai';
import {
  cast,
  checkpoint,
  fromNDArray,
  grad,
  jvp,
  less,
  makeGraph,
  random,
  runGraph,
  type Shape,
  scan,
  stack,
  sum,
  type Tensor,
  tensor,
  vmap,
  zeros,
} from '../../../autograd/index.ts';
import { ArgumentError, DTypeError, random as libRandom, ShapeError } from '../../../lib/index.ts';

const { bernoulli, bits, categorical, foldIn, gumbel, key, keys, normal, permutation, rademacher, randint } =
  random;
const { split, uniform } = random;

const logits = tensor([[0.5, 1, -1, 0], [2, 0, 0, 1]]); // biome-ignore format: a matrix

/** Every draw, as a function of a key. */
const draws: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  bits: (k) => bits(k, [2, 3]),
  'uniform float32': (k) => uniform(k, [5], { low: -2, high: 3 }),
  'uniform float64': (k) => uniform(k, [5], { dtype: 'float64' }),
  'normal float32': (k) => normal(k, [100]),
  'normal float64': (k) => normal(k, [7], { dtype: 'float64' }),
  randint: (k) => randint(k, [6], -3, 9),
  permutation: (k) => permutation(k, 8),
  categorical: (k) => categorical(k, logits.broadcastTo([20, 2, 4])),
  bernoulli: (k) => bernoulli(k, 0.3, [9]),
  'bernoulli of a tensor': (k) => bernoulli(k, tensor([0.3, 0.6]), [20, 2]),
  rademacher: (k) => rademacher(k, [9], { dtype: 'float64' }),
  gumbel: (k) => gumbel(k, [3]),
  'split and foldIn': (k) => stack([...split(k, 3), foldIn(k, 5)]),
  keys: (k) => keys(k, 4),
};

describe('keys are values', () => {
  const many = keys(key(3), 4);

  for (const [name, draw] of Object.entries(draws)) {
    it(`${name}: a batch of keys draws what each of them draws`, () => {
      const each = split(key(3), 4).map(draw);
      expectSame(vmap(draw)(many), stack(each));
      expect(new Set(each.map(String)).size, 'four keys').to.equal(4);
    });

    it(`${name}: the graph, run on other keys, draws what they draw`, () => {
      const graph = makeGraph(draw, [key(0)]);
      expect(
        graph.constants.filter(({ tensor }) => tensor.dtype === 'uint32' && tensor.size > 1),
      ).to.have.length(0);
      for (const k of split(key(9), 3)) expectSame(runGraph(graph, [k])[0] as Tensor, draw(k));
    });

    it(`${name}: a loop that carries its key draws anew in each step`, () => {
      const step = (k: Tensor) => {
        const [next, now] = split(k);
        return [next, draw(now)] as [Tensor, Tensor];
      };
      const [last, ys] = scan(step, key(5), zeros([3]));
      let k = key(5);
      const wanted = [0, 1, 2].map(() => {
        const [next, y] = step(k);
        k = next;
        return y;
      });
      expectSame(ys, stack(wanted));
      expectSame(last, k);
    });
  }

  it('a batch within a batch draws from each key', () => {
    const square = vmap((k: Tensor) => keys(k, 2))(many);
    const drawn = vmap(vmap((k: Tensor) => normal(k, [3])))(square);
    expect(drawn.shape).to.deep.equal([4, 2, 3]);
    expectSame(drawn.slice([2, 1]), normal(split(split(key(3), 4)[2], 2)[1], [3]));
  });

  it('one key for a batch gives each example the same numbers, as in JAX', () => {
    const k = key(1);
    const drawn = vmap((x: Tensor) => x.multiply(normal(k, [3])))(tensor([1, 1]));
    expectSame(drawn.slice([0]), drawn.slice([1]));
  });

  it('numbers that are folded in may be batched or traced, with the numbers or the keys', () => {
    const steps = tensor([3, 0, 7, 2], { dtype: 'int32' });
    const wanted = split(key(3), 4).map((k, i) => foldIn(k, [3, 0, 7, 2][i] as number));
    expectSame(vmap((k: Tensor, step: Tensor) => foldIn(k, step))(many, steps), stack(wanted));
    expectSame(
      vmap((step: Tensor) => foldIn(key(8), step))(steps),
      stack([3, 0, 7, 2].map((n) => foldIn(key(8), n))),
    );
    const graph = makeGraph(foldIn, [key(0), tensor(0, { dtype: 'int32' })]);
    expectSame(runGraph(graph, [key(8), tensor(7, { dtype: 'int32' })])[0] as Tensor, foldIn(key(8), 7));
  });

  it('derivatives pass keys by', () => {
    const noisy = (x: Tensor, k: Tensor) => x.multiply(normal(k, [2])).sum();
    expectSame(grad(noisy)(tensor([1, 2]), key(4)), normal(key(4), [2]));
    expectSame(grad((x: Tensor) => checkpoint(noisy)(x, key(4)))(tensor([1, 2])), normal(key(4), [2]));
    expectSame(jvp(noisy, [tensor([1, 2]), key(4)], [tensor([1, 0]), 0])[1], normal(key(4), [2]).slice([0]));
  });

  it('the numbers are those of lib', () => {
    const k = libRandom.key(11);
    const same = (x: Tensor, array: Parameters<typeof fromNDArray>[0]) => expectSame(x, fromNDArray(array));
    same(key(11), k);
    same(keys(key(11), 3), libRandom.split(k, 3));
    same(normal(key(11), [2, 50]), libRandom.normal(k, [2, 50]));
    same(uniform(key(11), [5], { dtype: 'float64' }), libRandom.uniform(k, [5], 'float64'));
    same(permutation(key(11), 6), libRandom.permutation(k, 6));
  });
});

describe('what is no key', () => {
  const refusals: readonly (readonly [
    name: string,
    run: () => unknown,
    error: typeof ArgumentError,
    message: string,
  ])[] = [
    [
      'a number',
      () => normal(0 as never, [2]),
      ArgumentError,
      'normal: wanted a key first, such as random.key(0), got number 0',
    ],
    ['a shape in its place', () => uniform([2] as never, [2]), ArgumentError, 'uniform: wanted a key first'],
    ['a tensor of numbers', () => bits(tensor([0, 1]), [2]), ArgumentError, 'got float32 of shape [2]'],
    [
      'many keys',
      () => normal(keys(key(0), 3), [2]),
      ArgumentError,
      'use vmap((key) => normal(key, …))(keys)',
    ],
    [
      'many keys to split',
      () => split(keys(key(0), 3)),
      ArgumentError,
      'split: wanted one key, of shape [2], got [3, 2]',
    ],
    ['half a seed', () => key(0.5), ArgumentError, 'key: wanted an integer seed'],
    ['a shape of −1', () => normal(key(0), [-1]), ArgumentError, 'normal: wanted a shape'],
    ['−1 keys', () => keys(key(0), -1), ArgumentError, 'keys: wanted a number of keys, got number -1'],
    ['half a number', () => foldIn(key(0), 0.5), ArgumentError, 'foldIn: wanted an integer from 0'],
    [
      'a real number',
      () => foldIn(key(0), tensor(1)),
      DTypeError,
      'foldIn: wanted an int32 or uint32 number',
    ],
    ['numbers', () => foldIn(key(0), tensor([1, 2], { dtype: 'int32' })), ShapeError, 'use vmap'],
    [
      'whole normal numbers',
      () => normal(key(0), [2], { dtype: 'int32' }),
      DTypeError,
      'normal: wanted float32 or float64',
    ],
    [
      'an empty range',
      () => randint(key(0), [2], 3, 3),
      ArgumentError,
      'randint: wanted int32 numbers low < high',
    ],
    [
      'no class',
      () => categorical(key(0), zeros([2, 0])),
      ArgumentError,
      'categorical: wanted at least one class',
    ],
    [
      'a probability of 1.5',
      () => bernoulli(key(0), 1.5, [2]),
      ArgumentError,
      'bernoulli: wanted a probability from 0',
    ],
  ];
  for (const [name, run, error, message] of refusals) {
    it(`${name} is refused`, () => {
      expect(run).to.throw(error, message);
    });
  }
});

describe('distributions that are made of uniform numbers', () => {
  const count = 40_000;

  it('gumbel: the Kolmogorov–Smirnov distance', () => {
    expect(distance(numbers(gumbel(key(3), [count])), (x) => Math.exp(-Math.exp(-x)))).to.be.below(
      1.95 / Math.sqrt(count),
    );
  });

  it('bernoulli meets probabilities below 2⁻²³, and as near to 1', () => {
    // In a million float32 numbers of these keys there is a 0, or the last number below 1.
    expect(uniform(key(4), [1e6]).toTypedArray()[286683]).to.equal(0);
    expect(uniform(key(14), [1e6]).toTypedArray()[875088]).to.equal(1 - 2 ** -23);
    const count = (k: number, p: number) => sum(cast(bernoulli(key(k), p, [1e6]), 'float32')).item();
    expect([count(4, 1e-8), count(14, 1 - 1e-8)]).to.deep.equal([0, 1e6]);
    expect([count(4, 0), count(14, 1)]).to.deep.equal([0, 1e6]);
    expect(count(4, 5e-4)).to.be.within(500 - 5 * 22.4, 500 + 5 * 22.4);
    expectSame(bernoulli(key(1), 0.3, [99]), less(uniform(key(1), [99]), 0.3)); // JAX's bits
  });

  it('bernoulli never draws what has probability 0, not even where the uniform number is 0', () => {
    expect(sum(cast(bernoulli(key(4), tensor(0), [1e6]), 'float32')).item()).to.equal(0);
  });

  it('normal is finite where the uniform number is the least', () => {
    expect(normal(key(4), [1e6]).toTypedArray()[286683]).to.be.closeTo(-5.42, 0.01);
  });

  it('bernoulli and rademacher: their mean, within 4.5 standard errors', () => {
    const p = 0.3;
    expect(Math.abs(mean(numbers(bernoulli(key(4), p, [count]))) - p)).to.be.below(
      4.5 * Math.sqrt((p * (1 - p)) / count),
    );
    expect(bernoulli(key(4), 0, [3]).toArray()).to.deep.equal([false, false, false]);
    expect(bernoulli(key(4), 1, [3]).toArray()).to.deep.equal([true, true, true]);
    const signs = numbers(rademacher(key(5), [count], { dtype: 'float64' }));
    expect(new Set(signs)).to.deep.equal(new Set([-1, 1]));
    expect(Math.abs(mean(signs))).to.be.below(4.5 / Math.sqrt(count));
  });

  it('categorical: frequencies like softmax, impossible classes never', () => {
    const probabilities = [0.1, 0.6, 0, 0.3];
    const row = tensor(
      probabilities.map((p) => Math.log(p) + 5),
      { dtype: 'float64' },
    );
    const drawn = numbers(categorical(key(6), row.broadcastTo([count, 4])));
    probabilities.forEach((p, i) => {
      const frequency = drawn.filter((value) => value === i).length / count;
      expect(Math.abs(frequency - p)).to.be.at.most(4.5 * Math.sqrt((p * (1 - p)) / count));
    });
  });
});

function expectSame(got: Tensor, wanted: Tensor): void {
  const typed = (x: Tensor): { shape: Shape; dtype: string; values: unknown } => ({
    shape: [...x.shape],
    dtype: x.dtype,
    values: x.toTypedArray(),
  });
  expect(typed(got)).to.deep.equal(typed(wanted));
}

/**
 * The largest gap between the empirical and the exact distribution function; above 1.95/√n once in a thousand
 * seeds.
 */
function distance(values: readonly number[], cdf: (value: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  return Math.max(...sorted.map((value, i) => Math.max(cdf(value) - i / n, (i + 1) / n - cdf(value))));
}

function numbers(x: Tensor): readonly number[] {
  return [...x.toTypedArray()];
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
