import { expect } from 'chai';
import {
  add,
  argmax,
  checkpoint,
  cos,
  exp,
  gather,
  grad,
  greater,
  jvp,
  LevelError,
  matmul,
  multiply,
  sin,
  sum,
  type Tensor,
  tanh,
  tensor,
  vmap,
} from '../../../autograd/index.ts';
import { record } from '../../../autograd/levels/reverse.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

describe('checkpoint', () => {
  const [x, w] = [sampleTensor(1, [2, 3]), sampleTensor(2, [3, 3])];
  const block = (a: Tensor, p: Tensor) => tanh(add(matmul(sin(a), p), exp(multiply(a, 0.1))));

  it('changes nothing but what a tape holds: one operation', () => {
    const [plain, saving] = [block, checkpoint(block)];
    expectClose(saving(x, w), block(x, w), 0);
    expectClose(jvp(saving, [x, w], [1, 2]), jvp(plain, [x, w], [1, 2]), 1e-15);
    const gradients = (fn: typeof block) =>
      grad((a: Tensor, p: Tensor) => sum(fn(a, p)), { argument: [0, 1] })(x, w);
    expectClose(gradients(saving), gradients(plain), 1e-15);
    expect(record('spec', saving as never, [x, w]).length).to.equal(1);
    expect(record('spec', plain as never, [x, w]).length).to.be.greaterThan(4);
  });

  it('saves in a batch as well', () => {
    const saving = vmap(checkpoint(block), { inAxes: [0, null] });
    const batch = sampleTensor(3, [4, 2, 3]);
    expectClose(saving(batch, w), vmap(block, { inAxes: [0, null] })(batch, w), 1e-15);
    expect(record('spec', saving as never, [batch, w]).length).to.equal(1);
  });

  it('differentiates with respect to tensors that the function brings along', () => {
    const loss = (p: Tensor) => sum(checkpoint((a: Tensor) => block(a, p))(x));
    expectClose(grad(loss)(w), grad((p: Tensor) => sum(block(x, p)))(w), 1e-15);
  });

  it('runs the function once more per pull, not once per argument', () => {
    const fn = checkpoint((a: Tensor, b: Tensor, c: Tensor) => multiply(multiply(a, b), c));
    const [da, db, dc] = grad(fn, { argument: [0, 1, 2] })(float64(2), float64(3), float64(5));
    expect([da.item(), db.item(), dc.item()]).to.deep.equal([15, 10, 6]);
  });

  it('passes positions and masks through, as arguments and as results', () => {
    const pick = checkpoint(
      (a: Tensor, i: Tensor) => [sum(sin(gather(a, i))), argmax(a), greater(a, 0)] as const,
    );
    const loss = (a: Tensor) => pick(a, tensor([0, 2, 0], { dtype: 'int32' }));
    const [gradient, [best]] = grad((a: Tensor) => [loss(a)[0], [loss(a)[1]]] as const, { auxiliary: true })(
      x.slice([0]),
    );
    expect(best.item()).to.equal(loss(x.slice([0]))[1].item());
    expectClose(gradient, multiply(cos(x.slice([0])), float64([2, 0, 1])), 1e-15);
  });

  it('keeps trees, and refuses a function that looks at values', () => {
    const tree = checkpoint(({ a }: { a: Tensor[] }) => ({
      b: multiply(a[0] as Tensor, 2),
      c: [a[0] as Tensor],
    }));
    expect(tree({ a: [float64(3)] }).b.item()).to.equal(6);
    expect(() => checkpoint((a: Tensor) => multiply(a, a.item()))(float64(1))).to.throw(
      LevelError,
      /^item: /,
    );
  });
});
