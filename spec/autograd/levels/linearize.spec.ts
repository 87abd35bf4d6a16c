import { expect } from 'chai';
import {
  ArgumentError,
  exp,
  grad,
  jvp,
  LevelError,
  linearize,
  matmul,
  multiply,
  ShapeError,
  sin,
  sqrt,
  stopGradient,
  sum,
  type Tensor,
  tanh,
  vmap,
} from '../../../autograd/index.ts';
import { expectClose, float64, Recorder, sampleTensor } from '../numbers.ts';

describe('linearize', () => {
  const [x, w] = [sampleTensor(1, [3]), sampleTensor(2, [3, 3])];
  const fn = (a: Tensor) => ({ y: tanh(matmul(w, a)), z: [sum(multiply(a, sin(a)))] });

  it('gives the value and what jvp gives, for as many tangents as one likes', () => {
    const [value, push] = linearize(fn, [x]);
    for (const seed of [3, 4]) {
      const v = sampleTensor(seed, [3]);
      expectClose([value, push([v])], jvp(fn, [x], [v]), 0);
    }
    expectClose(push([0]), jvp(fn, [x], [0])[1], 0);
  });

  it('runs the function once', () => {
    let runs = 0;
    const [, push] = linearize(
      (a: Tensor) => {
        runs++;
        return exp(a);
      },
      [x],
    );
    push([1]);
    push([2]);
    expect(runs).to.equal(1);
    const recorder = new Recorder();
    const [, pushWatched] = linearize((a: Tensor) => exp(sin(a)), [recorder.watch(x)]);
    recorder.calls.length = 0;
    pushWatched([1]);
    expect(recorder.calls.map(({ primitive }) => primitive.name)).not.to.include('exp');
  });

  it('knows symbolic zeros, stopGradient and unused arguments', () => {
    const two = (a: Tensor, b: Tensor, _: Tensor) => multiply(stopGradient(sqrt(a)), b);
    const [, push] = linearize(two, [float64(0), float64(2), float64(3)]);
    expect(push([1, 1, 1]).item()).to.equal(0);
    expect(push([0, 0, 0]).item()).to.equal(0);
  });

  it('is differentiable and batched: the pushed tangents are values like others', () => {
    const slope = (a: Tensor) => {
      const [, push] = linearize((b: Tensor) => sum(multiply(b, multiply(b, b))), [a]);
      return push([a]);
    };
    expectClose(grad(slope)(float64([1, 2])), float64([9, 36]), 1e-15);
    const [, push] = linearize(fn, [x]);
    expectClose(vmap((v: Tensor) => push([v]).y)(w), vmap((v: Tensor) => jvp(fn, [x], [v])[1].y)(w), 1e-15);
  });

  it('refuses what jvp refuses, in its own name, and lets nothing escape', () => {
    const [, push] = linearize(fn, [x]);
    expect(() => push([float64([1, 2])])).to.throw(ShapeError, /^linearize: .*\[3\].*\[2\]/);
    expect(() => push([] as never)).to.throw(ArgumentError, /^linearize: the trees differ/);
    expect(() => linearize(fn as never, ['a'])).to.throw(ArgumentError, /^linearize: .*string a/);
    expect(() => linearize((() => null) as never, [x])).to.throw(ArgumentError, /^linearize: .*null/);
    let leaked = x;
    linearize(
      (a: Tensor) => {
        leaked = sin(a);
        return a;
      },
      [x],
    );
    expect(() => exp(leaked)).to.throw(LevelError, /linearize/);
  });
});
