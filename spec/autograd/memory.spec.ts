/** What is too large to compute is an error of ours at once, which names the operation. */
import { expect } from 'chai';
import * as f from '../../autograd/index.ts';

describe('what no memory holds', () => {
  const n = 1e5;
  const row = f.ones([n]);
  const huge = f.ones([1, 1]).broadcastTo([n, n]);
  const one = f.tensor([0], { dtype: 'int32' });
  const cases: Readonly<Record<string, () => unknown>> = {
    zeros: () => f.zeros([n, n]),
    full: () => f.full([n, n], 1),
    eye: () => f.eye(n),
    tile: () => f.tile(row, [n]),
    repeat: () => f.repeat(row, n, 0),
    multiply: () => f.multiply(f.expandDims(row, 1), row),
    matmul: () => f.matmul(f.expandDims(row, 1), f.expandDims(row, 0)),
    exp: () => f.exp(huge),
    embed: () => f.embed(f.ones([1]), [n * n], [0], [1]),
    scatterAdd: () => f.scatterAdd(f.ones([1]), one, n * n),
    gather: () => f.gather(f.ones([1, 1]).broadcastTo([3, n * n]), one),
    randomUniform: () => f.random.uniform(f.random.key(0), [n, n]),
    randomBits: () => f.random.bits(f.random.key(0), [n, n]),
    cast: () => f.cast(huge, 'float64'),
    cumulativeSum: () => f.cumulativeSum(huge),
  };
  for (const [name, run] of Object.entries(cases)) {
    it(`${name}: an error that names it`, () => {
      expect(run).to.throw(f.ArgumentError, new RegExp(`^${name}: there is no memory for`));
    });
  }
});

describe('wrong arguments', () => {
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    ['einsum of a number', () => f.einsum(3 as never, f.ones([2])), 'einsum: wanted a formula'],
    ['einsum of nothing', () => f.einsum('i->i', undefined as never), 'einsum: wanted a Tensor'],
    ['sumTo of no tensor', () => f.sumTo([1] as never, [1]), 'sumTo: wanted a Tensor'],
    ['sumTo without a shape', () => f.sumTo(f.ones([3]), undefined as never), 'sumTo: wanted a shape'],
    ['sumTo a half', () => f.sumTo(f.ones([3]), [1.5]), 'sumTo: wanted a shape'],
    [
      'embed without a shape',
      () => f.embed(f.ones([3]), undefined as never, [0], [1]),
      'embed: wanted a shape',
    ],
    [
      'embed without starts',
      () => f.embed(f.ones([3]), [3], undefined as never, [1]),
      'embed: wanted a length',
    ],
    ['embed of other rank', () => f.embed(f.ones([3]), [3, 3], [0], [1]), 'embed: wanted a length'],
    ['embed of no tensor', () => f.embed(undefined as never, [3], [0], [1]), 'embed: wanted a Tensor'],
  ];
  for (const [name, run, message] of cases) {
    it(name, () => {
      expect(run).to.throw(f.ArgumentError, message);
    });
  }
});
