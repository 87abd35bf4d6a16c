/** A JS number among a function's arguments means the same under every transform as in a plain call. */
import { expect } from 'chai';
import {
  ArgumentError,
  checkpoint,
  debugNaNs,
  equal,
  jvp,
  linearize,
  makeGraph,
  mapTree,
  multiply,
  reshape,
  runGraph,
  scan,
  type Tensor,
  tensor,
  toNDArray,
  vjp,
  vmap,
  withoutGradient,
} from '../../../autograd/index.ts';
import { dtypeOf } from '../../../lib/index.ts';
import { float64 } from '../numbers.ts';

type Fn = (x: Tensor, s: number) => Tensor | number;
type Transform = (fn: Fn, x: Tensor, s: number) => Tensor;

/** They hand the number on as it is: the function's type says that it gets a number. */
const keepingNumbers: Readonly<Record<string, Transform>> = {
  debugNaNs: (fn, x, s) => debugNaNs(fn)(x, s) as Tensor,
  withoutGradient: (fn, x, s) => withoutGradient(fn)(x, s) as Tensor,
  checkpoint: (fn, x, s) => checkpoint(fn)(x, s) as Tensor,
  vmap: (fn, x, s) => (vmap(fn, { inAxes: [0, null] })(x, s) as Tensor).reshape(x.shape),
};

/** They differentiate with respect to the number, or make an input of it: it becomes a tensor. */
const makingTensors: Readonly<Record<string, Transform>> = {
  vjp: (fn, x, s) => vjp(fn as never, [x, s])[0] as Tensor,
  jvp: (fn, x, s) => jvp(fn as never, [x, s], [1, 1] as never)[0] as Tensor,
  'jvp with zero tangents': (fn, x, s) => jvp(fn as never, [x, s], [0, 0] as never)[0] as Tensor,
  linearize: (fn, x, s) => linearize(fn as never, [x, s])[0] as Tensor,
  makeGraph: (fn, x, s) => runGraph(makeGraph(fn as never, [x, s]), [x, float64(s)])[0] as Tensor,
};

describe('a number among the arguments', () => {
  const x = float64([1]);
  const integers = tensor([1], { dtype: 'int32' });

  for (const [name, transform] of Object.entries({ ...keepingNumbers, ...makingTensors })) {
    it(`is a float64 beside float64, under ${name}`, () => {
      const fn = (a: Tensor, s: number) => multiply(a, s);
      expect(transform(fn, x, 0.1).toArray()).to.deep.equal(fn(x, 0.1).toArray());
    });

    it(`is a float64 beside float64 as a result, or refused as such, under ${name}`, () => {
      const given = () => transform(() => 0.1, x, 0.1);
      if (/^(vjp|jvp)/.test(name)) {
        expect(given).to.throw(
          ArgumentError,
          'the function returned the number 0.1, which carries no derivative',
        );
      } else expect([given().dtype, given().toTypedArray()[0]]).to.deep.equal(['float64', 0.1]);
    });
  }

  for (const [name, transform] of Object.entries(keepingNumbers)) {
    it(`is an int32 beside int32, and float32 beside float32, under ${name}`, () => {
      const fn = (a: Tensor, s: number) => equal(a, s);
      expect(transform(fn, integers, 1).toArray()).to.deep.equal([true]);
      const result = transform((a, s) => multiply(a, s), tensor([1]), 0.1);
      expect([result.dtype, result.toArray()]).to.deep.equal(['float32', [Math.fround(0.1)]]);
    });
  }

  it('can be a length or a choice', () => {
    const four = float64([1, 2, 3, 4]);
    const rows = (a: Tensor, n: number) => reshape(a, [n, -1]);
    for (const transform of [debugNaNs, withoutGradient, checkpoint]) {
      expect(transform(rows)(four, 2).toArray()).to.deep.equal([
        [1, 2],
        [3, 4],
      ]);
    }
  });

  it('leaves the derivative of the tensors beside it', () => {
    const fn = checkpoint((s: number, a: Tensor, { k }: { k: number }) => multiply(multiply(a, s), k));
    const [value, pullback] = vjp((a: Tensor) => fn(0.1, a, { k: 3 }), [x]);
    expect([value.item(), pullback(1)[0].item()]).to.deep.equal([0.1 * 3, 0.1 * 3]);
  });
});

describe('a number in a tree', () => {
  it('is a float64 under mapTree if a tensor of the trees is', () => {
    const { a, b } = mapTree((leaf) => leaf, { a: float64([1]), b: 0.1 });
    expect([a.dtype, b.dtype, b.item()]).to.deep.equal(['float64', 'float64', 0.1]);
    expect(mapTree((_, g) => g, 0.1, float64(2)).dtype).to.equal('float64');
    expect(mapTree((leaf) => multiply(leaf, 2), { b: 0.1 }).b.dtype).to.equal('float32');
    expect(mapTree(() => 0.1, float64(2)).item()).to.equal(0.1);
  });

  it('is carried by scan as a float64 beside float64', () => {
    const [last] = scan((c: Tensor, s: Tensor) => [multiply(c, s), c], 0.1 as never, float64([1, 1]));
    expect([dtypeOf(toNDArray(last as Tensor)), (last as Tensor).item()]).to.deep.equal(['float64', 0.1]);
  });
});
