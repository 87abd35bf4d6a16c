import { expect } from 'chai';
import { ArgumentError, grad, mean, random, ShapeError, type Tensor } from '../../../autograd/index.ts';
import { odeSolve, sdeSolve } from '../../../flows/index.ts';
import { expectClose, f64, normal64 } from '../support.ts';

const key = random.key(0);
const variance = (x: Tensor) => mean(x.subtract(mean(x)).square()).item();

describe('sdeSolve', () => {
  const x = normal64(0, [3, 2, 2]);
  const decay = (y: Tensor) => y.negate();

  it("without noise is Euler's method, to the bit, in both directions of time", () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0.2],
    ] as const) {
      const { x: end, evaluations } = sdeSolve(decay, x, { from, to, steps: 13, diffusion: 0, key });
      expectClose(end, odeSolve(decay, x, { from, to, steps: 13, method: 'euler' }).x, 0);
      expect(evaluations).to.equal(13);
    }
  });

  it('takes x + f·h + g(t)·√h·ξ, with one ξ a step, and the same key gives the same path', () => {
    const g = (t: number) => 0.5 + t;
    const options = { times: [0, 0.1, 0.4, 1], diffusion: g, key, trajectory: true } as const;
    const { states, times } = sdeSolve(decay, x, options);
    times.slice(1).forEach((t, i) => {
      const h = t - times[i]!;
      const xi = random.normal(random.foldIn(key, i), x.shape, { dtype: 'float64' });
      const wanted = states[i]!.multiply(1 - h).add(xi.multiply(g(times[i]!) * Math.sqrt(h)));
      expectClose(states[i + 1]!, wanted, 1e-15);
    });
    expectClose(sdeSolve(decay, x, options).x, states.at(-1)!, 0);
    const other = sdeSolve(decay, x, { ...options, key: random.key(1) }).x;
    expect(other.subtract(states.at(-1)!).abs().max().item()).to.be.above(0.1);
  });

  for (const [from, to] of [
    [0, 1],
    [1, 0],
  ] as const) {
    it(`Ornstein–Uhlenbeck from time ${from} to ${to}: the mean and variance of its steps, and so of its paths`, () => {
      // dx = −θx dt + g dW; backwards in time the same process has drift +θx
      const [theta, g, steps, n] = [1.5, 0.8, 40, 40_000];
      const drift = (y: Tensor) => y.multiply(-theta * (to - from));
      const start = f64([2]).broadcastTo([n]);
      const { x: end } = sdeSolve(drift, start, { from, to, steps, diffusion: g, key });
      const h = 1 / steps;
      const factor = (1 - theta * h) ** steps;
      const wanted = (g * g * h * (1 - factor ** 2)) / (1 - (1 - theta * h) ** 2);
      expect(Math.abs(mean(end).item() - 2 * factor)).to.be.below(4 * Math.sqrt(wanted / n));
      expect(Math.abs(variance(end) / wanted - 1)).to.be.below(4 * Math.sqrt(2 / n));
      // the continuous process; the steps differ from it by O(h)
      expect(wanted).to.be.closeTo((g * g * (1 - Math.exp(-2 * theta))) / (2 * theta), 2 * h);
    });
  }

  it('is differentiable, the noise a constant', () => {
    const end = (y: Tensor) => sdeSolve(decay, y, { from: 0, to: 1, steps: 10, diffusion: 1, key }).x.sum();
    expectClose(grad(end)(x), f64(0.9 ** 10).broadcastTo(x.shape), 1e-14);
  });

  it('wrong calls get clear errors', () => {
    const solve = (options: object) => () =>
      sdeSolve(decay, x, { from: 0, to: 1, steps: 2, diffusion: 1, key, ...options });
    expect(solve({ diffusion: -1 })).to.throw(ArgumentError, /coefficient ≥ 0, got -1/);
    expect(solve({ diffusion: (t: number) => 1 / t })).to.throw(ArgumentError, /Infinity at time 0/);
    expect(solve({ steps: 0 })).to.throw(ArgumentError, /sdeSolve: .*steps/);
    expect(solve({ times: [0, 1] })).to.throw(ArgumentError, /with times/);
    expect(solve({ method: 'heun' })).to.throw(ArgumentError, /unknown option 'method'/);
    expect(() => sdeSolve((y) => y.sum(), x, { from: 0, to: 1, steps: 2, diffusion: 1, key })).to.throw(
      ShapeError,
    );
  });
});
