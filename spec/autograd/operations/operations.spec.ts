/** What the harness does not check: values against closed forms, shapes, and the errors of operations. */
import { expect } from 'chai';
import { Tensor } from '../../../autograd/core/tensor.ts';
import * as f from '../../../autograd/index.ts';
import { ArgumentError, DTypeError, type FluxionError, ShapeError, tensor } from '../../../autograd/index.ts';
import * as operations from '../../../autograd/operations/index.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

type Kind = new (message: string) => FluxionError;

describe('operations', () => {
  const [a, b] = [sampleTensor(1, [2, 3]), sampleTensor(2, [2, 3])];
  const n = tensor([1, 2, 3], { dtype: 'int32' });
  const mask = tensor([true, false, true], { dtype: 'bool' });

  it('are the same thing as methods', () => {
    expectClose(a.matmul(b.transpose()).add(1).tanh(), f.tanh(f.add(f.matmul(a, f.transpose(b)), 1)), 0);
    expectClose(a.sum({ axes: 0 }).softmax(), f.softmax(f.sum(a, { axes: 0 })), 0);
    const functionsOnly = Object.keys(operations).filter((name) => !(name in Tensor.prototype));
    const several = ['concatenate', 'stack', 'where', 'einsum', 'attention', 'embed', 'scatterAdd'];
    for (const name of functionsOnly) {
      const takesSeveral = several.includes(name) || /convolution/i.test(name);
      expect(takesSeveral, `${name} is no method`).to.equal(true);
    }
  });

  it('take numbers for tensors, which adopt the dtype that they meet', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = tensor([1, 2], { dtype });
      for (const y of [
        f.add(x, 1),
        f.multiply(0.5, x),
        f.where(f.greater(x, 1), x, 0),
        f.stack([0, x.slice([0])]),
      ]) {
        expect(y.dtype).to.equal(dtype);
      }
    }
    expect(f.add(float64(1), 0.1).item()).to.equal(1.1);
    expect(f.add(1, 2).dtype).to.equal('float32');
    expect(f.stack([1, 2, 3]).toArray()).to.deep.equal([1, 2, 3]);
  });

  it('take nested lists for tensors, which adopt the dtype that they meet', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = tensor([[1], [2]], { dtype });
      const results: readonly (readonly [Tensor, unknown])[] = [
        [x.add([10, 20]), [[11, 21], [12, 22]]],
        [f.subtract([[5], [7]], x), [[4], [5]]],
        [x.clip(0, [1.5]), [[1], [1.5]]],
        [f.where(x.greater([1]), [1, 2], x), [[1, 1], [1, 2]]],
        [f.vmap((row) => row.multiply([2, 3]))(x), [[2, 3], [4, 6]]],
        [f.grad((y) => y.multiply([2, 3]).sum())(x), [[5], [5]]],
      ]; // biome-ignore format: matrices
      for (const [y, values] of results) expect([y.dtype, y.toArray()]).to.deep.equal([dtype, values]);
    }
    expect(float64(1).add([0.1]).toArray()).to.deep.equal([1.1]);
    expect(n.equal([1, 0, 3]).toArray()).to.deep.equal([true, false, true]);
    expect(mask.logicalAnd([true, true, false]).toArray()).to.deep.equal([true, false, false]);
  });

  it('promote float32 with float64 to float64', () => {
    const [narrow, wide] = [tensor([1, 2, 3]), float64([1, 2, 3])];
    for (const y of [
      f.add(narrow, wide),
      f.matmul(wide, narrow),
      f.concatenate([narrow, wide]),
      f.maximum(wide, narrow),
    ]) {
      expect(y.dtype).to.equal('float64');
    }
    const [dNarrow, dWide] = f.grad((x: Tensor, y: Tensor) => f.sum(f.multiply(x, y)), { argument: [0, 1] })(
      narrow,
      wide,
    );
    expect([dNarrow.dtype, dWide.dtype]).to.deep.equal(['float32', 'float64']);
  });

  it('have the shapes of numpy: matmul', () => {
    const shapes: [number[], number[], number[]][] = [
      [[3], [3], []],
      [[3], [3, 4], [4]],
      [[2, 3], [3], [2]],
      [[3], [5, 3, 4], [5, 4]],
      [[5, 2, 3], [3], [5, 2]],
      [[2, 3], [3, 4], [2, 4]],
      [[5, 1, 2, 3], [6, 3, 4], [5, 6, 2, 4]],
      [[5, 2, 3], [3, 4], [5, 2, 4]],
    ]; // biome-ignore format: a case a line
    for (const [left, right, result] of shapes) {
      const product = f.matmul(sampleTensor(1, left), sampleTensor(2, right));
      expect(product.shape, `${left} × ${right}`).to.deep.equal(result);
    }
  });

  it('have the shapes of numpy: slice, gather, reductions', () => {
    const x = sampleTensor(1, [4, 5, 6]);
    expect(f.slice(x, [1]).shape).to.deep.equal([5, 6]);
    expect(f.slice(x, [-1, [1], [undefined, undefined, -2]]).shape).to.deep.equal([4, 3]);
    expect(
      f.slice(x, [
        [-10, 10],
        [3, 1],
      ]).shape,
    ).to.deep.equal([4, 0, 6]);
    expect(f.slice(float64([0, 1, 2, 3, 4]), [[3, undefined, -1]]).toArray()).to.deep.equal([3, 2, 1, 0]);
    expect(f.slice(float64([0, 1, 2, 3, 4]), [[-2, -5, -2]]).toArray()).to.deep.equal([3, 1]);
    expect(f.gather(x, tensor([[0, -1]], { dtype: 'int32' }), { axis: 1 }).shape).to.deep.equal([4, 1, 2, 6]);
    expect(f.sum(x).shape).to.deep.equal([]);
    expect(f.max(x, { axes: [0, -1] }).shape).to.deep.equal([5]);
    expect(f.mean(x, { axes: 1, keepDims: true }).shape).to.deep.equal([4, 1, 6]);
    expect(f.sum(x, { axes: [] }).shape).to.deep.equal([4, 5, 6]);
  });

  it('are not needed for the rows of a tensor, which one iterates over', () => {
    const [first, second] = a;
    expect([first?.toArray(), second?.toArray()]).to.deep.equal(a.toArray());
    expect([...n].map((x) => x.item())).to.deep.equal([1, 2, 3]);
    expect([...tensor([])]).to.have.length(0);
    const weighted = (x: Tensor) => {
      let sum: Tensor = float64(0);
      for (const row of x) sum = sum.multiply(2).add(row.square().sum());
      return sum;
    };
    const gradient = f.multiply(a, [[4], [2]]);
    expectClose(f.grad(weighted)(a), gradient, 1e-15);
    expectClose(
      f.vmap(f.grad(weighted))(f.stack([a, b])),
      f.stack([gradient, f.multiply(b, [[4], [2]])]),
      1e-15,
    );
    expectClose(f.compile(weighted)(a), weighted(a), 0);
    expectClose(f.jvp((x) => [...x][1] as Tensor, [a], [b])[1], f.slice(b, [1]), 0);
  });

  it('take a list of whole numbers as indices: gather', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = tensor(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        { dtype },
      );
      expect(x.gather([0, -1]).toArray()).to.deep.equal([
        [1, 2],
        [5, 6],
      ]);
      expect(x.gather([1], { axis: 1 }).toArray()).to.deep.equal([[2], [4], [6]]);
      expect(x.gather([]).shape).to.deep.equal([0, 2]);
      const count = f.grad((y) => y.gather([2, 2, 0]).sum())(x);
      expect([count.dtype, count.toArray()]).to.deep.equal([
        dtype,
        [
          [1, 1],
          [0, 0],
          [2, 2],
        ],
      ]);
    }
    expect(() => a.gather([0.5])).to.throw(ArgumentError, /^gather: .*0\.5/);
    expect(() => a.gather([2])).to.throw(ArgumentError, /^gather: .* 2 /);
  });

  it('take a mask for its share of true: mean', () => {
    expect(mask.mean().item()).to.equal(Math.fround(2 / 3));
    expect(mask.mean({ keepDims: true }).shape).to.deep.equal([1]);
    expect(
      f
        .vmap((x) => x.greater(1).mean())(
          tensor([
            [0, 2],
            [2, 2],
          ]),
        )
        .toArray(),
    ).to.deep.equal([0.5, 1]);
    expect(() => n.mean()).to.throw(DTypeError, /^mean: .*int32/);
  });

  it('refuse a list where there is one operand, and say what to write', () => {
    expect(() => f.sum([1, 2, 3] as never)).to.throw(ArgumentError, /^sum: .*tensor\(\[1, 2\]\)/);
  });

  it('have finite derivatives of every order where a power has them', () => {
    const derivatives = (fn: (x: Tensor) => Tensor, x: number, order: number) => {
      let derivative = fn;
      for (let i = 0; i < order; i++) derivative = f.grad(derivative) as (x: Tensor) => Tensor;
      return derivative(float64(x)).item();
    };
    expect([0, 1, 2, 3, 4].map((order) => derivatives((x) => f.power(x, 3), 0, order))).to.deep.equal([
      0, 0, 0, 6, 0,
    ]);
    expect([0, 1, 2, 3].map((order) => derivatives((x) => f.power(x, 0), 0, order))).to.deep.equal([
      1, 0, 0, 0,
    ]);
    const mixed = (x: number) =>
      f
        .grad((y: Tensor) => f.grad((a: Tensor) => f.power(a, y))(float64(x)))(float64(0))
        .item();
    expect([mixed(2), mixed(0)]).to.deep.equal([0.5, 0]); // ∂²(x^y)/∂x∂y = 1/x at y = 0
  });

  it('look along their own row only: takeAlongAxis', () => {
    const x = float64([[1, 2, 3], [4, 5, 6]]); // biome-ignore format: a matrix
    const take = (i: number) => f.takeAlongAxis(x, tensor([[i], [0]], { dtype: 'int32' })).toArray();
    expect(take(-1)).to.deep.equal([[3], [4]]);
    expect(() => take(3)).to.throw(ArgumentError);
    expect(() => take(-4)).to.throw(ArgumentError);
  });

  describe('refuse, naming themselves and what they got:', () => {
    const wrong: Readonly<Record<string, [run: () => unknown, kind: Kind, ...words: string[]]>> = {
      'shapes that do not broadcast': [() => f.add(a, float64([1, 2])), ShapeError, 'add: ', '[2, 3] and [2]'],
      'shapes that do not broadcast in where': [() => f.where(mask, a, float64([1, 2])), ShapeError, 'where: ', '[3]', '[2, 3]', '[2]'],
      'lengths that do not multiply': [() => f.matmul(a, b), ShapeError, 'matmul: ', '[2, 3] and [2, 3]', '3 and 2'],
      'scalars to matmul': [() => f.matmul(a, float64(2)), ShapeError, 'matmul: ', '[2, 3] and []', 'multiply'],
      'batches that do not broadcast': [() => f.matmul(sampleTensor(1, [2, 1, 3]), sampleTensor(1, [3, 3, 1])), ShapeError, 'matmul: ', '[2] and [3]'],
      'fractions beside integers': [() => n.less([0.5]), ArgumentError, 'less: ', '0.5', 'int32'],
      'a list of tensors': [() => a.add([float64(1)] as never), ArgumentError, 'add: ', 'stack'],
      'a list of words': [() => a.add(['one'] as never), ArgumentError, 'add: ', 'string one'],
      'ragged lists beside a tensor': [() => a.add([[1], 2]), ShapeError, 'add: ', 'ragged'],
      'the rows of a scalar': [() => [...float64(1)], ShapeError, 'iteration: ', 'scalar', 'item()'],
      'the rows of a scalar, in a batch': [() => f.vmap((x) => f.stack([...x]))(float64([1, 2])), ShapeError, 'iteration: '],
      'integers among floats': [() => f.add(a, n), DTypeError, 'add: ', 'float64 and int32', 'cast'],
      'arithmetic on integers': [() => f.multiply(n, n), DTypeError, 'multiply: ', 'int32', 'cast'],
      'functions of integers': [() => f.exp(n), DTypeError, 'exp: ', 'int32', 'cast'],
      'sums of masks': [() => f.sum(mask), DTypeError, 'sum: ', 'bool', 'cast'],
      'sums of integers to a shape': [() => f.sumTo(n, []), DTypeError, 'sumTo: ', 'int32', 'cast'],
      'numbers as masks': [() => f.where(n, a, a), DTypeError, 'where: ', 'bool', 'int32'],
      'logic on numbers': [() => f.logicalAnd(a, a), DTypeError, 'logicalAnd: ', 'bool', 'float64'],
      'floats as indices': [() => f.gather(a, float64([0])), DTypeError, 'gather: ', 'int32', 'float64'],
      'indices out of bounds': [() => f.gather(a, tensor([2], { dtype: 'int32' })), ArgumentError, 'gather: ', ' 2 '],
      'a reshape of another size': [() => f.reshape(a, [4, 2]), ShapeError, 'reshape: ', '[2, 3]', '[4, 2]', '6', '8'],
      'a reshape that does not divide': [() => f.reshape(a, [4, -1]), ShapeError, 'reshape: ', '[2, 3]', '[4, -1]'],
      'a reshape with two open lengths': [() => f.reshape(a, [-1, -1]), ArgumentError, 'reshape: ', '[-1, -1]'],
      'a reshape to no length': [() => f.reshape(a, [-2, 1]), ArgumentError, 'reshape: ', '[-2, 1]'],
      'zeros of no length': [() => f.zeros([-2, 1]), ArgumentError, 'zeros: ', '[-2, 1]'],
      'no permutation': [() => f.transpose(a, [0, 0]), ArgumentError, 'transpose: ', '[0, 0]'],
      'a broadcast that shrinks': [() => f.broadcastTo(a, [3]), ShapeError, 'broadcastTo: ', '[2, 3]', '[3]'],
      'axes that are not there': [() => f.sum(a, { axes: 2 }), ArgumentError, 'sum: ', 'axis 2', 'rank 2'],
      'axes named twice': [() => f.mean(a, { axes: [0, -2] }), ArgumentError, 'mean: ', '[0, -2]'],
      'the largest of nothing': [() => f.max(sampleTensor(1, [2, 0])), ArgumentError, 'max: ', '[2, 0]'],
      'shapes that do not join': [() => f.concatenate([a, sampleTensor(1, [2, 2])]), ShapeError, 'concatenate: ', '[2, 3]', '[2, 2]'],
      'nothing to join': [() => f.stack([]), ArgumentError, 'stack: ', 'none'],
      'shapes that do not stack': [() => f.stack([a, float64(1)]), ShapeError, 'stack: ', '[2, 3] and []'],
      'no list to stack': [() => f.stack(a as never), ArgumentError, 'stack: ', 'tensor of shape [2, 3]'],
      'a slice of too many axes': [() => f.slice(a, [0, 0, 0]), ArgumentError, 'slice: ', '3', '[2, 3]'],
      'a slice that does not move': [() => f.slice(a, [[0, 1, 0]]), ArgumentError, 'slice: ', 'step', '0'],
      'an index that is not there': [() => f.slice(a, [2]), ArgumentError, 'slice: ', 'index 2', 'length 2'],
      'an axis that squeeze cannot drop': [() => f.squeeze(a, 0), ShapeError, 'squeeze: ', 'axis 0', '[2, 3]'],
      'an index beyond its own row': [() => f.takeAlongAxis(a, tensor([[3], [0]], { dtype: 'int32' })), ArgumentError, 'takeAlongAxis: ', 'index 3 ', 'length 3'],
      'a list of positions': [() => f.takeAlongAxis(a, [[3], [0]] as never), ArgumentError, 'takeAlongAxis: ', 'array of length 2'],
      'an index beyond its own row, in a batch': [() => f.vmap((x: Tensor, i: Tensor) => f.gather(x, i))(a, tensor([[0], [3]], { dtype: 'int32' })), ArgumentError, 'gather: ', 'index 3 ', 'length 3'],
      'a fraction of a roll': [() => f.roll(a, 0.5, 0), ArgumentError, 'roll: ', '0.5'],
      'a fraction of a tile': [() => f.tile(a, [1.5, 1]), ArgumentError, 'tile: ', '1.5'],
      'a tile without a count': [() => f.tile(a, 2 as never), ArgumentError, 'tile: ', 'number 2'],
      'a negative repetition': [() => f.repeat(a, -1, 0), ArgumentError, 'repeat: ', '-1'],
      'a fraction of a row': [() => f.scatterAdd(a, tensor([0, 1], { dtype: 'int32' }), 1.5), ArgumentError, 'scatterAdd: ', '1.5'],
      'no tensor to scatter': [() => f.scatterAdd([1] as never, n, 4), ArgumentError, 'scatterAdd: ', 'array of length 1'],
      'a fraction of a split': [() => f.split(a, 2.5), ArgumentError, 'split: ', '2.5'],
      'no split': [() => f.split(a, undefined as never), ArgumentError, 'split: ', 'undefined'],
      'a slice by a tensor': [() => f.slice(a, [n as never]), ArgumentError, 'slice: ', 'tensor of shape [3]', 'gather'],
      'a slice by fractions': [() => f.slice(a, [[0.5, 2]]), ArgumentError, 'slice: ', '[0.5, 2]'],
      'three widths for an axis': [() => f.pad(a, [[1, 1, 5], [0, 0]] as never), ArgumentError, 'pad: ', '[1,1,5]'],
      'one width for an axis': [() => f.pad(float64([1]), [[1]] as never), ArgumentError, 'pad: ', '[[1]]'],
      'a negative width': [() => f.pad(float64([1]), [[-1, 0]]), ArgumentError, 'pad: ', '[[-1,0]]'],
      'a fraction of a class': [() => f.oneHot(n, 2.5), ArgumentError, 'oneHot: ', '2.5'],
      'the smallest of nothing': [() => f.min(sampleTensor(1, [2, 0])), ArgumentError, 'min: ', '[2, 0]'],
      'the largest norm of nothing': [() => f.norm(sampleTensor(1, [0]), { order: Infinity }), ArgumentError, 'norm: ', '[0]'],
      'a kernel that is no tensor': [() => f.convolution(a, 1.5 as never), ShapeError, 'convolution: ', '[2, 3] and []'],
      'a broadcast to no shape': [() => f.broadcastTo(a, 3 as never), ArgumentError, 'broadcastTo: ', '3'],
      'integers in logAddExp': [() => f.logAddExp(n, n), DTypeError, 'logAddExp: ', 'int32'],
      'scalars that have no axis to normalise': [() => f.layerNorm(float64(1)), ArgumentError, 'layerNorm: ', 'no axis -1'],
      'numbers that have no dot product': [() => f.dot(float64(1), float64(1)), ArgumentError, 'dot: ', 'no axis -1'],
      'an unknown option of sort': [() => f.sort(a, { axes: 0 } as never), ArgumentError, 'sort: ', "'axes'"],
      'a tensor of another copy of the library': [() => f.add(a, { shape: [2, 3], dtype: 'float64', plainArray() {} } as never), ArgumentError, 'add: ', 'second copy of fluxion'],
      'a tree with a tensor of another copy': [() => f.grad((x: { w: Tensor }) => f.sum(x.w))({ w: Object.assign(Object.create({}), { shape: [2], plainArray() {} }) }), ArgumentError, 'grad: ', 'second copy of fluxion'],
      'an unknown option': [() => f.softmax(a, { axes: 0 } as never), ArgumentError, 'softmax: ', "'axes'", 'axis'],
      'something else than tensors': [() => f.multiply(a, '2' as never), ArgumentError, 'multiply: ', 'string 2'],
      'nothing at all': [() => f.add(a, undefined as never), ArgumentError, 'add: ', 'undefined'],
      'lists where a tensor is wanted': [() => f.reshape([1, 2] as never, [2, 1]), ArgumentError, 'reshape: ', 'array of length 2'],
      'a fraction beside integers': [() => f.less(n, 1.5), ArgumentError, 'less: ', '1.5', 'int32'],
      'the value of many': [() => a.item(), ShapeError, 'item: ', '[2, 3]'],
      'ragged lists': [() => tensor([[1, 2], [3]]), ShapeError, 'tensor: ', 'ragged'],
      'words as numbers': [() => tensor(['1'] as never), ArgumentError, 'tensor: ', 'string'],
      'an unknown dtype': [() => tensor([1], { dtype: 'float16' as never }), ArgumentError, 'float16', 'float32'],
      'an unknown option of tensor': [() => tensor([1], { type: 'float64' } as never), ArgumentError, 'tensor: ', "'type'", 'dtype'],
    }; // biome-ignore format: a mistake a line

    for (const [what, [run, kind, ...words]] of Object.entries(wrong)) {
      it(what, () => {
        let error: unknown;
        try {
          run();
        } catch (thrown) {
          error = thrown;
        }
        expect(error, what).to.be.instanceOf(kind);
        for (const word of words) expect((error as Error).message).to.include(word);
        expect((error as Error).name).to.equal(kind.name);
      });
    }
  });

  it('refuse what is no tensor by an error that names them', () => {
    const ofOne = { ...operations } as unknown as Readonly<
      Record<string, (x: never, ...rest: never[]) => unknown>
    >;
    const skipped = ['einsum', 'embed', 'sumTo', 'attention', 'dot', 'selu', 'outer'];
    for (const [name, operation] of Object.entries(ofOne)) {
      if (skipped.includes(name)) continue;
      for (const wrong of [undefined, null, 'a', [['a']], {}]) {
        expect(
          () => operation(wrong as never, 1 as never, 1 as never),
          `${name} of ${String(wrong)}`,
        ).to.throw(ArgumentError, new RegExp(`^${name}: `));
      }
    }
  });
});
