import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  ArgumentError,
  add,
  arange,
  cast,
  eye,
  fromNDArray,
  full,
  grad,
  LevelError,
  linspace,
  logicalAnd,
  multiply,
  ones,
  onesLike,
  random,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  toNDArray,
  transpose,
  vmap,
  zeros,
  zerosLike,
} from '../../autograd/index.ts';
import { wrap } from '../../lib/index.ts';
import { expectClose, float64, numbersOf } from './numbers.ts';

describe('tensor', () => {
  it('is made of numbers, nested lists, typed arrays and ndarrays', () => {
    expect(tensor(3).shape).to.deep.equal([]);
    expect(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    ).to.deep.equal([2, 3]);
    expect(tensor([]).shape).to.deep.equal([0]);
    expect(tensor([[], []]).shape).to.deep.equal([2, 0]);
    expect([tensor(1).dtype, tensor(1, { dtype: 'float64' }).dtype]).to.deep.equal(['float32', 'float64']);
    expect(tensor(new Float64Array([1, 2])).dtype).to.equal('float64');
    expect(tensor(new Int32Array([1, 2])).dtype).to.equal('int32');
    expect(tensor(new Float64Array([1, 2]), { dtype: 'float32' }).dtype).to.equal('float32');
    expect(tensor([true, false], { dtype: 'bool' }).toArray()).to.deep.equal([true, false]);
    const view = wrap(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]).transpose(1, 0);
    expect(tensor(view).toArray()).to.deep.equal([[1, 4], [2, 5], [3, 6]]); // biome-ignore format: a matrix
  });

  it('is its nested values in JSON', () => {
    const named = { weights: tensor([[1, 2], [3, 4]]).transpose(), loss: tensor(0.5), mask: tensor([true], { dtype: 'bool' }) }; // biome-ignore format: a matrix
    expect(JSON.stringify(named)).to.equal('{"weights":[[1,3],[2,4]],"loss":0.5,"mask":[true]}');
    expect(() => vmap((x: Tensor) => tensor(JSON.stringify(x).length))(tensor([1, 2]))).to.throw(
      LevelError,
      /^JSON\.stringify: /,
    );
  });

  it('shares nothing with what it is made of, and nothing with what it gives out', () => {
    const source = new Float64Array([1, 2]);
    const x = tensor(source);
    source[0] = 9;
    const out = x.toTypedArray();
    out[0] = 7;
    const array = wrap(new Float64Array([1, 2]), [2]);
    const y = tensor(array);
    array.set(0, 9);
    expect([x.toArray(), y.toArray()]).to.deep.equal([
      [1, 2],
      [1, 2],
    ]);
    expect(transpose(tensor([[1, 2], [3, 4]])).toTypedArray()).to.deep.equal(new Float32Array([1, 3, 2, 4])); // biome-ignore format: a matrix
  });

  it('hands its array over to those who promise not to write', () => {
    const x = tensor([[1, 2]]);
    expect(fromNDArray(toNDArray(x)).toArray()).to.deep.equal([[1, 2]]);
    expect(grad((a: Tensor) => sum(multiply(a, toNDArray(a).get(0, 1))))(x).toArray()).to.deep.equal([
      [2, 2],
    ]);
  });

  it('knows its shape, dtype, rank, size and text', () => {
    const x = tensor([[1, 2, 3]]);
    expect([x.shape, x.dtype, x.rank, x.size]).to.deep.equal([[1, 3], 'float32', 2, 3]);
    for (const part of ['1', '2', '3']) expect(String(x)).to.include(part);
    expect(tensor([[5]]).item()).to.equal(5);
    expect(`${x}`).to.equal(String(x));
    expect(() => tensor(9) < tensor(10), 'which TypeScript allows').to.throw(
      ArgumentError,
      /take no tensors.*item\(\)/,
    );
    expect(inspect({ x })).to.equal(`{ x: ${x} }`);
    vmap((row: Tensor) => {
      expect(inspect(row)).to.equal('Tensor float32 [3]');
      return row;
    })(x);
  });

  it('of bytes is a mask of zeros and ones, or their numbers in another dtype', () => {
    const bytes = Uint8Array.of(2, 255, 0);
    const array = wrap(bytes, [3]);
    for (const mask of [tensor(bytes), tensor(array), tensor(array, { dtype: 'bool' }), fromNDArray(array)]) {
      expect([...mask.toTypedArray()]).to.deep.equal([1, 1, 0]);
      expect(sum(cast(mask, 'float32')).item()).to.equal(2);
      expect(logicalAnd(mask, tensor([true, true, true], { dtype: 'bool' })).toArray()).to.deep.equal([
        true,
        true,
        false,
      ]);
    }
    expect(tensor(bytes, { dtype: 'float32' }).toArray()).to.deep.equal([2, 255, 0]);
    expect(tensor(array, { dtype: 'int32' }).toArray()).to.deep.equal([2, 255, 0]);
    expect([...bytes]).to.deep.equal([2, 255, 0]);
  });

  it('holds its numbers exactly, or refuses them', () => {
    expect(() => tensor(Float64Array.of(1.5), { dtype: 'int32' })).to.throw(
      ArgumentError,
      /^tensor: 1.5 .*int32/,
    );
    expect(() => tensor(Float32Array.of(2 ** 31), { dtype: 'int32' })).to.throw(ArgumentError, /^tensor: /);
    expect(() => tensor(Int32Array.of(-1), { dtype: 'uint32' })).to.throw(ArgumentError, /^tensor: -1 /);
    expect(() => tensor(wrap(Float32Array.of(2), [1]), { dtype: 'bool' })).to.throw(
      ArgumentError,
      /^tensor: 2 /,
    );
    expect(tensor(wrap(Float64Array.of(1, 0), [2, 1]), { dtype: 'bool' }).toArray()).to.deep.equal([
      [true],
      [false],
    ]);
    expect(() => full([1], 1.5, { dtype: 'int32' })).to.throw(ArgumentError, /^full: 1.5 /);
    expect(() => zeros([1e5, 1e5, 1e5])).to.throw(ArgumentError, /^zeros: there is no memory/);
    expect(() => tensor([zeros([2]), zeros([2])] as never)).to.throw(
      ArgumentError,
      'tensor: wanted numbers, got a tensor of shape [2]; to join tensors, use stack',
    );
  });

  it('cannot be anything else', () => {
    for (const wrong of [{}, 'a', null, undefined, new Map(), () => 1, new DataView(new ArrayBuffer(8))]) {
      expect(() => tensor(wrong as never), String(wrong)).to.throw(ArgumentError, /^tensor: /);
    }
    expect(() => tensor([[1], 2] as never)).to.throw(ShapeError, /^tensor: .*ragged/);
    expect(() => tensor([1.5], { dtype: 'int32' })).to.throw(ArgumentError, /^tensor: .*1.5.*int32/);
  });
});

describe('creation', () => {
  it('of constants', () => {
    expect(zeros([2, 1]).toArray()).to.deep.equal([[0], [0]]);
    expect(ones([2], { dtype: 'float64' }).dtype).to.equal('float64');
    expect(full([2], 7, { dtype: 'int32' }).toArray()).to.deep.equal([7, 7]);
    expect(eye(2).toArray()).to.deep.equal([[1, 0], [0, 1]]); // biome-ignore format: a matrix
    expect(arange(0, 5, 2).toArray()).to.deep.equal([0, 2, 4]);
    expect(arange(3, 0, -1).toArray()).to.deep.equal([3, 2, 1]);
    expect(linspace(0, 1, 5).toArray()).to.deep.equal([0, 0.25, 0.5, 0.75, 1]);
    const like = float64([[1, 2]]);
    expect([zerosLike(like).toArray(), onesLike(like).toArray()]).to.deep.equal([[[0, 0]], [[1, 1]]]);
    expect([zerosLike(like).dtype, onesLike(like).dtype]).to.deep.equal(['float64', 'float64']);
  });

  it('refuses shapes that are none, and unknown options', () => {
    expect(() => zeros([2, -1])).to.throw(ArgumentError, /\[2, -1\]/);
    expect(() => ones([1.5])).to.throw(ArgumentError, /\[1.5\]/);
    expect(() => zeros(3 as never)).to.throw(ArgumentError, /a list such as \[2, 3\], got number 3/);
    expect(() => zeros([4]).reshape(2 as never)).to.throw(ArgumentError, /^reshape: .*a list .*got 2/);
    expect(() => zeros([4]).slice(1 as never)).to.throw(ArgumentError, /^slice: .*a list .*got 1/);
    expect(() => arange(0, 1, 0)).to.throw(ArgumentError, /steps of 0/);
    expect(() => zeros([2], { dType: 'float64' } as never)).to.throw(
      ArgumentError,
      /^zeros: .*'dType'.*dtype/,
    );
    expect(() => zeros([2], 'float64' as never)).to.throw(ArgumentError, /^zeros: .*options/);
  });
});

describe('random tensors', () => {
  const key = random.key(0);

  it('are the same for the same key, and others for another', () => {
    const draw = (k: random.Key) => random.normal(k, [4], { dtype: 'float64' });
    expectClose(draw(random.key(0)), draw(key), 0);
    const [left, right] = random.split(key);
    const all = [key, left, right, random.foldIn(key, 7)].map((k) => String(draw(k).toArray()));
    expect(new Set(all).size).to.equal(4);
  });

  it('have the shapes, dtypes and ranges asked for', () => {
    const uniform = random.uniform(key, [1000], { low: -1, high: 3 });
    expect([uniform.dtype, uniform.shape]).to.deep.equal(['float32', [1000]]);
    expect(numbersOf(uniform).every((x) => x >= -1 && x < 3)).to.equal(true);
    expect(Math.abs(uniform.mean().item() - 1)).to.be.lessThan(0.15);
    const normal = random.normal(key, [1000], { dtype: 'float64' });
    expect(Math.abs(normal.mean().item())).to.be.lessThan(0.15);
    expect(Math.abs(normal.variance().item() - 1)).to.be.lessThan(0.15);
    expect(random.randint(key, [5], 2, 4).dtype).to.equal('int32');
    expect(new Set(numbersOf(random.permutation(key, 6))).size).to.equal(6);
    expect(
      cast(random.bernoulli(key, 0.25, [1000]), 'float32')
        .mean()
        .item(),
    ).to.be.within(0.2, 0.3);
    expect(new Set(numbersOf(random.rademacher(key, [20])))).to.deep.equal(new Set([-1, 1]));
    expect(random.categorical(key, zeros([5, 3])).shape).to.deep.equal([5]);
  });

  it('are constants for every derivative', () => {
    const noisy = (x: Tensor) => sum(add(multiply(x, x), random.normal(key, [2], { dtype: 'float64' })));
    expect(grad(noisy)(float64([1, 2])).toArray()).to.deep.equal([2, 4]);
  });
});
