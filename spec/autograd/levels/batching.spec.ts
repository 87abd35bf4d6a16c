import { expect } from 'chai';
import {
  ArgumentError,
  add,
  gather,
  grad,
  hessian,
  jvp,
  matmul,
  multiply,
  sin,
  square,
  stack,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
  vjp,
  vmap,
} from '../../../autograd/index.ts';
import { expectClose, float64, Recorder, sampleTensor } from '../numbers.ts';

describe('vmap', () => {
  const [a, b] = [sampleTensor(1, [3, 4]), sampleTensor(2, [3, 4])];
  const each = (x: Tensor) => Array.from({ length: x.shape[0] as number }, (_, i) => x.slice([i]));

  it('sees one example at a time', () => {
    const shapes: unknown[] = [];
    const fn = (x: Tensor, y: Tensor) => {
      shapes.push(x.shape, y.shape, x.rank, x.size);
      return sum(multiply(x, y));
    };
    const loop = stack(each(a).map((x, i) => sum(multiply(x, b.slice([i])))));
    expectClose(vmap(fn)(a, b), loop, 1e-15);
    expect(shapes).to.deep.equal([[4], [4], 1, 4]);
  });

  it('takes the batch from any axis, shares what has none, and puts the results’ axis where it is asked to', () => {
    const outer = (x: Tensor, y: Tensor) => multiply(x.reshape([-1, 1]), y);
    const loop = stack(each(a).map((x) => outer(x, b.slice([0]))));
    expectClose(vmap(outer, { inAxes: [1, null] })(a.transpose(), b.slice([0])), loop, 0);
    expectClose(
      vmap(outer, { inAxes: [-1, null], outAxis: 2 })(a.transpose(), b.slice([0])),
      loop.transpose([1, 2, 0]),
      0,
    );
    expectClose(
      vmap(outer, { inAxes: [0, null], outAxis: -1 })(a, b.slice([0])),
      loop.transpose([1, 2, 0]),
      0,
    );
    expectClose(vmap((x: Tensor) => x, { inAxes: 1, outAxis: 1 })(a), a, 0);
  });

  it('repeats results that do not depend on the batch', () => {
    const [shared, constant] = vmap((_: Tensor) => [b, 7] as const)(a);
    expectClose(shared, stack([b, b, b]), 0);
    expect(constant.toArray()).to.deep.equal([7, 7, 7]);
  });

  it('maps over trees', () => {
    const fn = ({ x, rest }: { x: Tensor; rest: Tensor[] }) => ({ y: add(x, rest[0] as Tensor) });
    expectClose(vmap(fn)({ x: a, rest: [b] }).y, add(a, b), 0);
  });

  it('nests: a table of all pairs', () => {
    const distance = (x: Tensor, y: Tensor) => sum(square(subtract(x, y)));
    const table = vmap((x: Tensor) => vmap((y: Tensor) => distance(x, y))(b))(a);
    const loop = stack(each(a).map((x) => stack(each(b).map((y) => distance(x, y)))));
    expectClose(table, loop, 1e-14);
    const swapped = vmap(vmap(distance, { inAxes: [0, null] }), { inAxes: [null, 0], outAxis: 1 })(a, b);
    expectClose(swapped, loop, 1e-14);
  });

  it('gives per-example gradients, as a loop does', () => {
    const parameters = { w: sampleTensor(3, [4, 2]), b: sampleTensor(4, [2]) };
    const loss = (p: typeof parameters, x: Tensor) => sum(tanh(add(matmul(x, p.w), p.b)));
    const batched = vmap(grad(loss), { inAxes: [null, 0] })(parameters, a);
    const loop = each(a).map((x) => grad(loss)(parameters, x));
    expectClose(batched.w, stack(loop.map(({ w }) => w)), 1e-15);
    expectClose(batched.b, stack(loop.map(({ b: bias }) => bias)), 1e-15);
    expectClose(
      grad((p: typeof parameters) => sum(vmap(loss, { inAxes: [null, 0] })(p, a)))(parameters).w,
      sum(batched.w, { axes: 0 }),
      1e-14,
    );
  });

  it('passes under and over every other transform', () => {
    const fn = (x: Tensor) => sum(multiply(sin(x), x));
    expectClose(vmap(hessian(fn))(a), stack(each(a).map((x) => hessian(fn)(x))), 1e-14);
    expectClose(
      jvp(vmap(fn), [a], [b])[1],
      stack(each(a).map((x, i) => jvp(fn, [x], [b.slice([i])])[1])),
      1e-14,
    );
    expectClose(vjp(vmap(fn), [a])[1](1)[0], stack(each(a).map((x) => grad(fn)(x))), 1e-14);
  });

  it('looks up other rows for each example', () => {
    const rows = tensor([[0, 2], [1, 1], [-1, 0]], { dtype: 'int32' }); // biome-ignore format: a matrix
    const loop = stack(each(rows).map((i) => gather(a, i)));
    expectClose(vmap((i: Tensor) => gather(a, i))(rows), loop, 0);
    const tables = sampleTensor(5, [3, 3, 2]);
    expectClose(
      vmap((x: Tensor, i: Tensor) => gather(x, i))(tables, rows),
      stack(each(tables).map((x, k) => gather(x, rows.slice([k])))),
      0,
    );
  });

  it('lets no example find another’s rows', () => {
    const outside = tensor([[0], [4], [0]], { dtype: 'int32' });
    expect(() => vmap((x: Tensor, i: Tensor) => gather(x, i))(a, outside)).to.throw(
      ArgumentError,
      /^gather: /,
    );
  });

  it('makes no loop: one primitive for the batch', () => {
    const recorder = new Recorder();
    vmap((x: Tensor) => tanh(matmul(x, b.transpose())))(recorder.watch(a));
    const names = recorder.calls.map(({ primitive }) => primitive.name);
    expect(names.filter((name) => name === 'matmul' || name === 'tanh')).to.deep.equal(['matmul', 'tanh']);
  });

  it('takes an empty batch', () => {
    expect(vmap((x: Tensor) => sum(tanh(x)))(sampleTensor(1, [0, 4])).shape).to.deep.equal([0]);
    const none = tensor(new Int32Array(0)).reshape([0, 2]);
    expect(vmap((x: Tensor, i: Tensor) => gather(x, i))(sampleTensor(1, [0, 4]), none).shape).to.deep.equal([
      0, 2,
    ]);
  });

  it('takes an axis for each leaf of a tree, or for a part of it', () => {
    const layer = ({ w, b, more }: { w: Tensor; b: Tensor; more: Tensor[] }, x: Tensor) =>
      more.reduce((y, m) => add(y, m), add(multiply(w, x), b));
    const parameters = { w: float64([[1, 2], [3, 4]]), b: float64(5), more: [float64([1, 2]), float64([3, 4])] }; // biome-ignore format: a matrix
    const x = float64([10, 20]);
    const wanted = stack([0, 1].map((i) =>
      layer({ w: parameters.w.slice([null, i]), b: parameters.b, more: [parameters.more[0]!.slice([i]), parameters.more[1]!] }, x),
    )); // biome-ignore format: one call
    const got = vmap(layer, { inAxes: [{ w: 1, b: null, more: [0, null] }, null] })(parameters, x);
    expectClose(got, wanted, 0);
    const shared = vmap(layer, { inAxes: [{ w: 1, b: null, more: null }, null] })(parameters, x);
    expect(shared.shape).to.deep.equal([2, 2]);
    const wrong = (axes: unknown) => () => vmap(layer, { inAxes: [axes, null] as never })(parameters, x);
    for (const axes of [{ w: 1 }, { w: 1, b: null, more: [0] }, { w: 1, b: [0], more: 0 }, 'w'])
      expect(wrong(axes)).to.throw(ArgumentError, /^vmap: the entry of argument 0 in inAxes/);
    expect(wrong({ w: null, b: null, more: null })).to.throw(ArgumentError, /^vmap: .*no argument/);
  });

  it('refuses batches of different lengths, axes that are not there, and unknown options', () => {
    expect(() => vmap(add)(a, b.transpose())).to.throw(ArgumentError, /^vmap: .*\[3, 4\]/);
    expect(() => vmap(add, { inAxes: [null, null] })(a, b)).to.throw(
      ArgumentError,
      /^vmap: .*no argument with a batch axis/,
    );
    expect(() => vmap(add, { inAxes: null as never })(a, b)).to.throw(
      ArgumentError,
      /no argument with a batch axis/,
    );
    expect(() => vmap(add, { inAxes: [0] })(a, b)).to.throw(ArgumentError, /^vmap: .*1 .*2 arguments/);
    expect(() => vmap((x: Tensor) => x)(float64(1))).to.throw(ArgumentError, /^vmap: .*axis 0/);
    expect(() => vmap((x: Tensor) => x, { inAxes: 2 })(a)).to.throw(ArgumentError, /^vmap: .*axis 2/);
    expect(() => vmap((x: Tensor) => x, { outAxis: 2 })(a)).to.throw(ArgumentError, /^vmap: .*axis 2/);
    expect(() => vmap((x: Tensor) => x, { in_axes: 0 } as never)).to.throw(
      ArgumentError,
      /^vmap: .*'in_axes'.*inAxes/,
    );
  });
});
