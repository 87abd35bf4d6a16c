import { expect } from 'chai';
import {
  grad,
  jvp,
  matmul,
  multiply,
  sin,
  subtract,
  sum,
  type Tensor,
  tanh,
} from '../../../autograd/index.ts';
import { leastGrowth } from '../collect-garbage.ts';
import { expectClose, float64, sampleTensor } from '../numbers.ts';

describe('long programs', () => {
  const chain = (length: number) => (x: Tensor) => {
    let y = x;
    for (let i = 0; i < length; i++) y = i % 2 === 0 ? sin(y) : multiply(y, 1.0001);
    return y;
  };
  const seconds = (run: () => unknown) => {
    const start = performance.now();
    run();
    return (performance.now() - start) / 1000;
  };

  it('of 10⁴ operations are differentiated in linear time, without a stack overflow', () => {
    const [x, short, long] = [float64(1), chain(1_000), chain(10_000)];
    const gradient = (fn: (x: Tensor) => Tensor) => () => grad(fn)(x);
    const tenShort = () => Array.from({ length: 10 }, gradient(short));
    tenShort();
    // The two are timed in turn, and the fastest round of each counts: a busy machine slows both alike.
    const rounds = Array.from({ length: 8 }, () => [seconds(gradient(long)), seconds(tenShort)] as const);
    const [slow, fast] = [0, 1].map((which) => Math.min(...rounds.map((round) => round[which] as number)));
    // 10 where time is linear, 100 where it is quadratic.
    expect((10 * (slow as number)) / (fast as number)).to.be.lessThan(20);
    const tangent = jvp(long, [x], [1])[1];
    expectClose(grad(long)(x), tangent, 1e-12);
  });

  it('leave the heap flat over 10⁴ training steps', () => {
    const data = sampleTensor(1, [8, 3]);
    const loss = (w: Tensor) => sum(tanh(matmul(data, w)));
    let w = sampleTensor(2, [3, 2]);
    const train = () => {
      for (let i = 0; i < 10_000; i++) w = subtract(w, multiply(grad(loss)(w), 1e-4));
    };
    expect(leastGrowth(train)).to.be.lessThan(1e6); // a leak of 100 bytes a step would exceed this
  }).timeout(60_000);
});
