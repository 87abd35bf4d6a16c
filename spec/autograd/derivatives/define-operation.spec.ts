import { expect } from 'chai';
import {
  ArgumentError,
  cast,
  checkGradients,
  defineOperation,
  divide,
  exp,
  type Graph,
  gather,
  grad,
  hessian,
  jvp,
  LevelError,
  log,
  makeGraph,
  multiply,
  round,
  runGraph,
  ShapeError,
  scatterAdd,
  sqrt,
  stack,
  sum,
  type Tensor,
  tensor,
  vjp,
  vmap,
} from '../../../autograd/index.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

describe('defineOperation', () => {
  const x = sampleTensor(1, [3], 0.5, 2);
  const value = (a: Tensor, b: Tensor) => multiply(log(a), b);
  const forward = ([ta, tb]: readonly Tensor[], [a, b]: readonly Tensor[]) =>
    divide(multiply(ta as Tensor, b as Tensor), a as Tensor).add(multiply(tb as Tensor, log(a as Tensor)));
  const reverse = (w: Tensor, [a, b]: readonly Tensor[]) => [
    divide(multiply(w, b as Tensor), a as Tensor),
    multiply(w, log(a as Tensor)),
  ];

  for (const [given, rules] of Object.entries({
    forward: { forward },
    reverse: { reverse },
    both: { forward, reverse },
  })) {
    it(`works in both modes, to second order and in batches, with ${given}`, () => {
      const operation = defineOperation({ name: 'scaledLog', value, ...rules });
      const y = sampleTensor(2, [3], 0.5, 2);
      expectClose(operation(x, y), value(x, y), 0);
      checkGradients(operation, [x, y]);
      const curve = (fn: (a: Tensor, b: Tensor) => Tensor) => (a: Tensor) => sum(fn(a, multiply(a, a)));
      expectClose(hessian(curve(operation))(x), hessian(curve(value))(x), 1e-13);
      expectClose(grad(curve(operation))(x), grad(curve(value))(x), 1e-14);
      const batch = sampleTensor(3, [4, 3], 0.5, 2);
      expectClose(
        vmap((a: Tensor) => operation(a, y))(batch),
        stack([0, 1, 2, 3].map((i) => value(batch.slice([i]), y))),
        1e-15,
      );
      expectClose(vmap(grad(curve(operation)))(batch), vmap(grad(curve(value)))(batch), 1e-14);
    });
  }

  it('answers with the given rule, though it be another than the function’s own', () => {
    const straightThrough = defineOperation({
      name: 'straightThrough',
      value: round,
      forward: ([t]) => t as Tensor,
    });
    expect(straightThrough(float64([0.4, 1.6])).toArray()).to.deep.equal([0, 2]);
    expect(
      grad((a: Tensor) => sum(straightThrough(multiply(a, 3))))(float64([0.4, 1.6])).toArray(),
    ).to.deep.equal([3, 3]);
    expect(jvp(straightThrough, [float64(0.4)], [5])[1].item()).to.equal(5);
  });

  it('never looks inside the value: an infinite slope does no harm', () => {
    const safe = defineOperation({ name: 'safe', value: sqrt, reverse: (w) => [multiply(w, 0)] });
    expect(grad((a: Tensor) => safe(a))(float64(0)).item()).to.equal(0);
  });

  it('asks the reverse rule once for all arguments', () => {
    let calls = 0;
    const counted = defineOperation({
      name: 'counted',
      value,
      reverse: (w, inputs) => {
        calls++;
        return reverse(w, inputs);
      },
    });
    const [, pullback] = vjp((a: Tensor, b: Tensor) => counted(a, b), [x, x]);
    pullback(1);
    expect(calls).to.equal(1);
    pullback(1);
    expect(calls).to.equal(2);
  });

  it('without rules is the function itself', () => {
    const plain = defineOperation({ name: 'plain', value: (a: Tensor) => exp(a) });
    expectClose(grad((a: Tensor) => sum(plain(a)))(x), exp(x), 0);
  });

  it('refuses unknown keys, a missing value, and tensors that are no arguments', () => {
    expect(() => defineOperation({ name: 'a', value, backward: reverse } as never)).to.throw(
      ArgumentError,
      /'backward'/,
    );
    expect(() => defineOperation({ name: 'a', forward } as never)).to.throw(
      ArgumentError,
      /^defineOperation: .*value/,
    );
    const captured = (a: Tensor) =>
      defineOperation({ name: 'captured', value: (b) => multiply(a, b), forward: ([t]) => t as Tensor })(
        float64(1),
      );
    expect(() => grad(captured)(float64(2))).to.throw(LevelError, /^captured: .*argument/);
  });

  it('refuses rules that give too few cotangents, or tangents of another shape', () => {
    const few = defineOperation({ name: 'few', value, reverse: (w) => [w] });
    expect(() => grad((a: Tensor) => sum(few(a, a)))(x)).to.throw(
      ArgumentError,
      /^few: .*each of 2 inputs.*length 1/,
    );
    const flat = defineOperation({ name: 'flat', value, reverse: (w) => [w, sum(w)] });
    expect(() => grad((a: Tensor) => sum(flat(a, a)))(x)).to.throw(
      ShapeError,
      /^flat: .*cotangent 1.*\[3\], got \[\]/,
    );
    const short = defineOperation({ name: 'short', value, forward: ([t]) => sum(t as Tensor) });
    expect(() => jvp(short, [x, x], [1, 1])).to.throw(ShapeError, /^short: .*tangent.*\[3\], got \[\]/);
  });

  it('casts a rule’s result to the dtype that it is for, and takes positions as inputs', () => {
    const widen = defineOperation({
      name: 'widen',
      value: (a: Tensor) => cast(a, 'float64'),
      reverse: (w) => [w],
    });
    expect(grad((a: Tensor) => sum(widen(a)))(cast(x, 'float32')).dtype).to.equal('float32');
    const look = defineOperation({
      name: 'look',
      value: (a, i) => gather(a, i),
      reverse: (w, [, i]) => [scatterAdd(w, i as Tensor, 3), i as Tensor],
    });
    const places = tensor([0, 2, 0], { dtype: 'int32' });
    expectClose(grad((a: Tensor) => sum(look(a, places)))(x), float64([2, 0, 1]), 0);
  });
});

describe('the body of an operation', () => {
  const bodyIn = (fn: (x: Tensor) => Tensor) => {
    const [equation] = makeGraph(fn, [tensor([1, 4])]).equations;
    return equation?.name === 'operation' ? equation.params.body : undefined;
  };

  it('is its value as a graph, batched or not, for a compiler to take its place', () => {
    const root = defineOperation({
      name: 'root',
      value: (x) => x.sqrt().add(1),
      forward: ([t]) => t as Tensor,
    });
    const body = bodyIn((x) => root(x));
    expect(body?.equations.map(({ name }) => name)).to.deep.equal(['sqrt', 'add']);
    expect(runGraph(body as Graph, [tensor([9, 16])])[0]?.toArray()).to.deep.equal([4, 5]);
    const batched = bodyIn(vmap((x: Tensor) => root(x)));
    expect(runGraph(batched as Graph, [tensor([9, 16])])[0]?.toArray()).to.deep.equal([4, 5]);
    expect(String(makeGraph((x: Tensor) => root(x), [tensor([1, 4])]))).to.match(/operation\(%0.*\n +\(%0/);
  });

  it('is null where the value looks at values, which run on the host alone', () => {
    const host = defineOperation({
      name: 'host',
      value: (x) => tensor(x.toTypedArray().map(Math.sqrt)),
      shape: (x) => x,
      forward: ([t]) => t as Tensor,
    });
    expect(bodyIn((x) => host(x))).to.equal(null);
    expect(host(tensor([9, 16])).toArray()).to.deep.equal([3, 4]);
  });
});
