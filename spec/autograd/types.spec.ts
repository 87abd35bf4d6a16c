/** The types: this spec passes if it compiles (`npm run check:types`) and its few values are right. */
import { expect } from 'chai';
import { primitives } from '../../autograd/core/primitive.ts';
import type { ArrayType } from '../../autograd/core/tensor.ts';
import {
  ArgumentError,
  checkpoint,
  compile,
  grad,
  hessian,
  hvp,
  type Jacobian,
  jacfwd,
  jacrev,
  jvp,
  makeGraph,
  mapTree,
  matmul,
  multiply,
  type NDArray,
  type Primitive,
  type Shape,
  square,
  stack,
  sum,
  type Tensor,
  type TensorTree,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
  withoutGradient,
} from '../../autograd/index.ts';
import { unary } from '../../autograd/operations/elementwise.ts';
import { linear } from '../../autograd/operations/linear.ts';
import { table } from './primitives.table.ts';

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Fails to compile unless the two types are the same. */
function sameType<A, B>(_: Equals<A, B>): void {}

interface Layer {
  w: Tensor;
  b: Tensor;
}

interface Model {
  layers: Layer[];
  readonly scale: Tensor | number;
  head?: { w: Tensor };
}

const model: Model = { layers: [{ w: tensor([[1, 2]]), b: tensor([3, 4]) }], scale: 2 };
const loss = (m: Model, x: Tensor) =>
  m.layers.map(({ w, b }) => sum(multiply(matmul(x, w).add(b), m.scale))).reduce((a, b) => a.add(b));
const x = tensor([[1], [2]]);

describe('types', () => {
  it('of primitives are one table: a definition or a table with a row missing does not compile', () => {
    const { sin, ...others } = table;
    // @ts-expect-error: all primitives but one
    const incomplete: typeof table = others;
    expect(incomplete).not.to.have.property('sin', sin);

    // @ts-expect-error: a name without a row
    unary('unheardOf', (x) => x, 1);
    expect(Reflect.deleteProperty(primitives, 'unheardOf')).to.equal(true);
    // @ts-expect-error: a function of numbers has no params, and the row of `reshape` does
    expect(() => unary('reshape', (x) => x, 1)).to.throw(ArgumentError, "'reshape' is already defined");
    const parts = { evaluate: (x: NDArray) => x, transpose: (w: Tensor) => w, batch: (x: Tensor) => x };
    const shape = (x: ArrayType, _: { readonly axis: string }) => x;
    // @ts-expect-error: the row says that the axis is a number
    expect(() => linear('cumulativeSum', { ...parts, shape })).to.throw(ArgumentError, 'already defined');
  });

  it('of an equation’s params follow from its name', () => {
    const { equations } = makeGraph((a: Tensor) => a.reshape([2, 1]), [x.reshape([2])]);
    const [equation] = equations;
    if (equation?.name !== 'reshape') throw new Error('wanted a reshape');
    sameType<typeof equation.params, { readonly shape: Shape }>(true);
    expect(equation.params.shape).to.deep.equal([2, 1]);
    sameType<typeof equation.primitive, Primitive<'reshape'>>(true);
    expect(equation.primitive).to.equal(primitives.reshape);
  });

  it('of trees are kept by gradients', () => {
    const gradient = grad(loss)(model, x);
    sameType<typeof gradient, TensorTree<Model>>(true);
    const layers: Layer[] = gradient.layers;
    sameType<(typeof gradient)['scale'], Tensor>(true);
    expect(layers[0]?.b.toArray()).to.deep.equal([4, 4]);

    const [value, [ofModel, ofData]] = valueAndGrad(loss, { argument: [0, 1] })(model, x);
    sameType<typeof value, Tensor>(true);
    sameType<typeof ofModel, TensorTree<Model>>(true);
    sameType<typeof ofData, Tensor>(true);
    expect([value.item(), ofData.shape]).to.deep.equal([46, [2, 1]]);

    const second = grad(loss, { argument: 1 })(model, x);
    sameType<typeof second, Tensor>(true);
  });

  it('of parameters without types are tensors', () => {
    const gradient = grad((a) => square(a).sum())(x);
    sameType<typeof gradient, Tensor>(true);
    const [value, [ofA, ofB]] = valueAndGrad((a, b) => multiply(a, b).sum(), { argument: [0, 1] })(x, x);
    const [ofFirst, auxiliary] = grad((a) => [sum(a), { a }] as const, { auxiliary: true })(x);
    sameType<[typeof value, typeof ofA, typeof ofB], [Tensor, Tensor, Tensor]>(true);
    sameType<[typeof ofFirst, typeof auxiliary], [Tensor, { a: Tensor }]>(true);
    const again: Tensor = grad((a) => sum(grad((b) => square(b).sum())(a)))(x);
    const second: Tensor = hessian((a) => square(a).sum())(x);
    const blocks: readonly Tensor[] = [jacfwd((a) => square(a))(x), jacrev((a) => square(a))(x)];
    const [u, dudt] = jvp((a, b) => multiply(a, b), [x, x], [x, 0]);
    const [y, pullback] = vjp((a) => square(a), [x]);
    const [cotangent] = pullback(y);
    const product: Tensor = hvp((a) => square(a).sum(), x, x);
    const mapped: Tensor = vmap((a, b) => multiply(a, b).sum())(x, x);
    const kept: readonly Tensor[] = [checkpoint((a) => square(a))(x), withoutGradient((a) => square(a))(x)];
    const compiled: { readonly b: Tensor } = compile((a) => ({ b: square(a) }))(x);
    const shapes = [gradient, ofA, ofFirst, cotangent, product, u, dudt, compiled.b, ...kept];
    expect(shapes.map(({ shape }) => shape)).to.deep.equal(shapes.map(() => [2, 1]));
    expect([again.shape, mapped.shape]).to.deep.equal([[2, 1], [2]]);
    expect([second, ...blocks].map(({ rank }) => rank)).to.deep.equal([4, 4, 4]);
    // @ts-expect-error: the function has one parameter
    expect(grad((a) => square(a).sum())(x, x)).not.to.equal(null);
  });

  it('of auxiliary outputs are kept', () => {
    const fn = (a: Tensor) => [sum(a), { parts: [a, 1] as const }] as const;
    const [gradient, auxiliary] = grad(fn, { auxiliary: true })(x);
    sameType<typeof gradient, Tensor>(true);
    sameType<typeof auxiliary, { parts: [Tensor, Tensor] }>(true);
    const [[value, same], again] = valueAndGrad(fn, { auxiliary: true })(x);
    sameType<[typeof value, typeof same, typeof again], [Tensor, { parts: [Tensor, Tensor] }, Tensor]>(true);
    expect(auxiliary.parts[1].item()).to.equal(1);
  });

  it('of jvp and vjp follow the arguments and the result', () => {
    const fn = (z: Tensor, at: { r: Tensor; t: Tensor }) => ({ u: multiply(z, at.r), v: [at.t] });
    const [u, dudt] = jvp(fn, [x, { r: 1, t: tensor(1) }], [x, { r: 0, t: 1 }]);
    sameType<typeof u, { u: Tensor; v: Tensor[] }>(true);
    sameType<typeof dudt, typeof u>(true);
    const [, pullback] = vjp(fn, [x, { r: tensor(1), t: tensor(1) }]);
    const [dz, { r }] = pullback({ u: 1, v: [0] });
    sameType<[typeof dz, typeof r], [Tensor, Tensor]>(true);
    expect([dudt.u.shape, dz.shape, r.item()]).to.deep.equal([[2, 1], [2, 1], 3]);
  });

  it('of Jacobians and Hessians are trees of trees', () => {
    const fn = ({ w }: { w: Tensor }) => ({ y: square(w), z: [w] });
    const jacobian = jacrev(fn)({ w: x });
    sameType<typeof jacobian, Jacobian<{ y: Tensor; z: Tensor[] }, { w: Tensor }>>(true);
    const block: Tensor = jacobian.y.w;
    const H = hessian((p: { w: Tensor; b: Tensor }) => sum(multiply(p.w, p.b)))({ w: x, b: x });
    const mixed: Tensor = H.w.b;
    const product = hvp((p: { w: Tensor }) => sum(square(p.w)), { w: x }, { w: 1 });
    sameType<typeof product, { w: Tensor }>(true);
    expect([block.shape, mixed.shape]).to.deep.equal([
      [2, 1, 2, 1],
      [2, 1, 2, 1],
    ]);
  });

  it('of vmap and mapTree follow the function', () => {
    const mapped = vmap((a: Tensor, b: { c: Tensor }) => [a, b] as const)(x, { c: x });
    sameType<typeof mapped, [Tensor, { c: Tensor }]>(true);
    const doubled = mapTree((a) => multiply(a, 2), model);
    sameType<typeof doubled, TensorTree<Model>>(true);
    expect(doubled.scale.item()).to.equal(4);
  });

  it('reject what throws', () => {
    const wrong = [
      // @ts-expect-error: a loss is a scalar tensor, not a string
      () => grad((_: Tensor) => 'loss')(x),
      // @ts-expect-error: an unknown option
      () => grad(loss, { argnums: 0 }),
      // @ts-expect-error: an unknown option
      () => jvp((a: Tensor) => a, [x], [x], { constant: true }),
      // @ts-expect-error: a tangent per primal
      () => jvp((a: Tensor, b: Tensor) => a.add(b), [x, x], [x]),
      // @ts-expect-error: tangents are trees like the primals
      () => jvp((a: { w: Tensor }) => a.w, [{ w: x }], [x]),
      // @ts-expect-error: a cotangent is a tree like the result
      () => vjp((a: Tensor) => ({ y: a }), [x])[1]({ z: x }),
      // @ts-expect-error: a string is no tensor
      () => stack(['a']),
      // @ts-expect-error: the gradient has the model's fields only
      () => grad(loss)(model, x).layer.w,
      // @ts-expect-error: reductions take `axes` or `axis`
      () => sum(x, { dim: 0 }),
    ];
    for (const run of wrong) expect(run, String(run)).to.throw();
  });
});
