import { expect } from 'chai';
import {
  ArgumentError,
  add,
  DTypeError,
  divide,
  exp,
  grad,
  jvp,
  matmul,
  multiply,
  ShapeError,
  sin,
  sqrt,
  square,
  stopGradient,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
  vjp,
  vmap,
} from '../../../autograd/index.ts';
import { record } from '../../../autograd/levels/reverse.ts';
import { expectClose, float64, numbersOf, Recorder, sampleTensor } from '../numbers.ts';

describe('jvp', () => {
  const [z, v] = [sampleTensor(1, [4, 2]), sampleTensor(2, [4, 2])];
  const [r, t] = [sampleTensor(3, [4, 1], 0, 1), sampleTensor(4, [4, 1], 0, 1)];
  const w = sampleTensor(5, [2, 2]);
  const u = (x: Tensor, from: Tensor, to: Tensor) => tanh(add(matmul(x, w), sin(multiply(from, exp(to)))));

  it('runs the MeanFlow algorithm as the note writes it: (u, dudt) = jvp(fn, (z, r, t), (v, 0, 1))', () => {
    const [value, dudt] = jvp(u, [z, r, t], [v, 0, 1]);
    const h = 6e-6;
    const at = (by: number) => u(add(z, multiply(v, by)), r, add(t, by));
    const difference = divide(at(h).subtract(at(-h)), 2 * h);
    expectClose(value, u(z, r, t), 0);
    expectClose(dudt, difference, 1e-8);
  });

  it('takes numbers as tangents, which stand for that number everywhere', () => {
    const fn = (x: Tensor) => multiply(x, x);
    expect(jvp(fn, [float64([1, 2])], [3])[1].toArray()).to.deep.equal([6, 12]);
    expect(jvp(fn, [float64([1, 2])], [0])[1].toArray()).to.deep.equal([0, 0]);
  });

  it('takes 0 as a symbolic zero: no 0·∞, and no work', () => {
    const fn = (x: Tensor, y: Tensor) => add(sqrt(x), y);
    expect(jvp(fn, [float64(0), float64(1)], [0, 1])[1].item()).to.equal(1);
    const recorder = new Recorder();
    const run = (tangent: number) => {
      recorder.calls.length = 0;
      jvp((x: Tensor) => exp(sin(x)), [recorder.watch(z)], [tangent]);
      return recorder.calls.map((call) => call.primitive.name);
    };
    expect(run(0)).to.deep.equal(['sin', 'exp']);
    expect(run(1)).to.include('cos');
  });

  it('refuses a function that returns a JavaScript number, as vjp does', () => {
    const item = (x: Tensor) => sum(x).item() as never;
    const words = 'the function returned the number \\d.*, which carries no derivative; .* without item';
    for (const x of [tensor([1, 2]), float64([1, 2])]) {
      expect(() => jvp(item, [x], [x])).to.throw(ArgumentError, new RegExp(`^jvp: ${words}`));
      expect(() => vjp(item, [x])).to.throw(ArgumentError, new RegExp(`^vjp: ${words}`));
    }
  });

  it('takes numbers as primals: they adopt the dtype of the tensors beside them', () => {
    const [value, tangent] = jvp((x: Tensor, y: Tensor) => multiply(x, y), [float64(1), 0.1], [0, 1]);
    expect([value.dtype, value.item(), tangent.item()]).to.deep.equal(['float64', 0.1, 1]);
    expect(jvp((x: Tensor) => multiply(x, x), [0.5], [1])[0].dtype).to.equal('float32');
  });

  it('carries trees through, and results that do not depend on the arguments', () => {
    const model = { layers: [{ w: float64([1, 2]) }, { w: float64([3]) }], scale: float64(2) };
    const tangent = { layers: [{ w: 1 }, { w: float64([5]) }], scale: 0 };
    const fn = ({ layers, scale }: typeof model) => ({
      total: layers.reduce((all, { w }) => add(all, sum(multiply(w, scale))), float64(0)),
      constants: [7, float64([8])],
    });
    const [value, derivative] = jvp(fn, [model], [tangent]);
    expect(numbersOf(value)).to.deep.equal([12, 7, 8]);
    expect(numbersOf(derivative)).to.deep.equal([14, 0, 0]);
    expect(Object.keys(derivative)).to.deep.equal(['total', 'constants']);
  });

  it('casts a tangent to its primal’s dtype', () => {
    const [, tangent] = jvp((x: Tensor) => multiply(x, 2), [tensor([1, 2])], [float64([0.5, 0.25])]);
    expect([tangent.dtype, tangent.toArray()]).to.deep.equal(['float32', [1, 0.5]]);
  });

  describe('with a constant tangent', () => {
    const loss = (constantTangent: boolean) => (weights: Tensor) => {
      const net = (x: Tensor, from: Tensor, to: Tensor) => tanh(add(matmul(x, weights), multiply(from, to)));
      return jvp(net, [z, r, t], [matmul(v, weights), 0, 1], { constantTangent });
    };

    it('gives the same values', () => {
      expectClose(loss(true)(w), loss(false)(w), 0);
    });

    it('records on an enclosing tape exactly what the function alone records', () => {
      const alone = record('spec', (weights) => tanh(add(matmul(z, weights), multiply(r, t))), [w]);
      const constant = record('spec', loss(true) as never, [w]);
      const followed = record('spec', loss(false) as never, [w]);
      // One operation more: `matmul(v, weights)`, of which the tangent is made.
      expect(constant.length).to.equal(alone.length + 1);
      expect(followed.length).to.be.greaterThan(2 * alone.length);
    });

    it('is a constant for every enclosing derivative, of both modes', () => {
      const tangentOf = (constantTangent: boolean) => (a: Tensor) =>
        jvp((x: Tensor) => multiply(x, multiply(x, x)), [a], [1], { constantTangent })[1];
      const a = float64(2);
      expect(jvp(tangentOf(false), [a], [1])[1].item()).to.equal(12);
      expect(jvp(tangentOf(true), [a], [1])[1].item()).to.equal(0);
      const twice = (x: Tensor) => jvp(tangentOf(true), [x], [1])[0];
      expect(jvp(twice, [a], [1])[1].item()).to.equal(0);
      expect(record('spec', tangentOf(true) as never, [a]).pull(1, { consume: true })).to.satisfy(
        ([g]: [Tensor]) => g.item() === 0,
      );
    });

    it('gives the gradient that a stopped target gives, for a batch or example by example', () => {
      const loss =
        (constantTangent: boolean) =>
        (weights: Tensor, ...[x, along, from, to]: Tensor[]) => {
          const net = (a: Tensor, b: Tensor, c: Tensor) => tanh(add(matmul(a, weights), multiply(b, exp(c))));
          const [value, dudt] = jvp(net, [x, from, to] as [Tensor, Tensor, Tensor], [along as Tensor, 0, 1], {
            constantTangent,
          });
          const target = subtract(
            along as Tensor,
            multiply(subtract(to as Tensor, from as Tensor), stopGradient(dudt)),
          );
          return sum(square(subtract(value, target)));
        };
      const gradient = grad(loss(false))(w, z, v, r, t);
      expectClose(grad(loss(true))(w, z, v, r, t), gradient, 0);
      const each = vmap(grad(loss(true)), { inAxes: [null, 0, 0, 0, 0] })(w, z, v, r, t);
      expectClose(sum(each, { axes: 0 }), gradient, 1e-14);
    });

    it('leaves the value differentiable', () => {
      const primalOf = (a: Tensor) =>
        jvp((x: Tensor) => multiply(x, x), [a], [1], { constantTangent: true })[0];
      expect(jvp(primalOf, [float64(3)], [1])[1].item()).to.equal(6);
    });
  });

  describe('refuses', () => {
    const fn = (x: Tensor) => multiply(x, x);

    it('a tangent of another shape', () => {
      const wrong = () => jvp(fn, [float64([1, 2])], [float64([1, 2, 3])]);
      expect(wrong).to.throw(ShapeError, /^jvp: .*\[2\].*\[3\]/);
      expect(() => jvp(fn, [float64([1, 2])], [float64(1)])).to.throw(ShapeError, /^jvp: .*\[2\].*\[\]/);
    });

    it('a tangent of integers, and integers to differentiate', () => {
      const integers = tensor([1, 2], { dtype: 'int32' });
      expect(() => jvp(fn, [float64([1, 2])], [integers])).to.throw(DTypeError, /^jvp: .*int32/);
      expect(() => jvp(fn, [integers], [1])).to.throw(DTypeError, /^jvp: .*int32/);
      expect(jvp((x: Tensor) => x, [integers], [0])[0].toArray()).to.deep.equal([1, 2]);
    });

    it('tangents that are no tree like the primals', () => {
      expect(() => jvp(fn, [float64(1)], [] as never)).to.throw(ArgumentError, /^jvp: the trees differ/);
      expect(() => jvp(fn, [float64(1)], [undefined] as never)).to.throw(
        ArgumentError,
        /^jvp: .*at '0'.*undefined/,
      );
      expect(() => jvp(fn, [float64(1)], [[1]] as never)).to.throw(
        ArgumentError,
        /^jvp: the trees differ at '0'/,
      );
    });

    it('functions that return something else than tensors', () => {
      expect(() => jvp((() => undefined) as never, [float64(1)], [1])).to.throw(
        ArgumentError,
        /^jvp: .*undefined/,
      );
      expect(() => jvp((() => ({ a: 'b' })) as never, [float64(1)], [1])).to.throw(
        ArgumentError,
        /^jvp: .*string b at 'a'/,
      );
    });

    it('an unknown option', () => {
      const wrong = { constTangent: true } as never;
      expect(() => jvp(fn, [float64(1)], [1], wrong)).to.throw(
        ArgumentError,
        /^jvp: .*'constTangent'.*constantTangent/,
      );
    });
  });
});
