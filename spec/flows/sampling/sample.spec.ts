import { expect } from 'chai';
import { ArgumentError, cast, type Shape, ShapeError, type Tensor, tensor } from '../../../autograd/index.ts';
import {
  type AverageVelocity,
  dataToNoise,
  flowMapVelocity,
  logitTimes,
  noiseToData,
  reverseTime,
  sampleFlow,
  sampleMeanFlow,
} from '../../../flows/index.ts';
import { gaussianAverageVelocity, gaussianVelocity } from '../closed-forms.ts';
import { expectClose, f64, normal64 } from '../support.ts';

const spread = 0.6;
const u = gaussianAverageVelocity(spread);
const noise = normal64(0, [8, 3]);

describe('sampleMeanFlow', () => {
  it("one step of an exact average velocity is the ODE's solution: noise of deviation 1 becomes data of deviation s", () => {
    const { x, evaluations } = sampleMeanFlow(u, noise);
    expectClose(x, noise.multiply(spread), 1e-14);
    expect(evaluations).to.equal(1);
    const ode = sampleFlow(dataToNoise(gaussianVelocity(spread)), noise, { steps: 100 });
    expectClose(x, ode.x, 1e-7);
    expect(ode.evaluations).to.equal(400);
  });

  it('so is any number of steps, at any times', () => {
    for (const steps of [2, 3, 7]) {
      const { x, evaluations } = sampleMeanFlow(u, noise, { steps });
      expectClose(x, noise.multiply(spread), 1e-13);
      expect(evaluations).to.equal(steps);
    }
    expectClose(sampleMeanFlow(u, noise, { times: [1, 0.9, 0.3, 0] }).x, noise.multiply(spread), 1e-13);
  });

  it('steps that hand the model an empty span (r = t) would not be', () => {
    const withoutSpan = (z: Tensor, _r: Tensor, t: Tensor) => u(z, t, t);
    expect(
      sampleMeanFlow(withoutSpan, noise, { steps: 2 }).x.subtract(noise.multiply(spread)).abs().max().item(),
    ).to.be.above(0.05);
  });

  it('times fall from 1 to 0, r before t, both [batch, 1]', () => {
    const seen: [number, number, Shape][] = [];
    sampleMeanFlow(
      (z, r, t) => {
        seen.push([r.slice([0, 0]).item(), t.slice([0, 0]).item(), r.shape]);
        return z;
      },
      noise,
      { steps: 2 },
    );
    expect(seen).to.deep.equal([
      [0.5, 1, [8, 1]],
      [0, 0.5, [8, 1]],
    ]);
  });

  it('keeps the trajectory when asked: on the exact one, if u is', () => {
    const { x, times, states, evaluations } = sampleMeanFlow(u, noise, {
      times: [1, 0.9, 0.3, 0],
      trajectory: true,
    });
    expect(times).to.deep.equal([1, 0.9, 0.3, 0]);
    expect(states).to.have.length(4);
    expect(evaluations).to.equal(3);
    expectClose(states[0]!, noise, 0);
    expectClose(states[3]!, x, 0);
    times.forEach((t, i) => {
      expectClose(states[i]!, noise.multiply(Math.hypot(t, (1 - t) * spread)), 1e-13);
    });
    const labels = tensor(new Int32Array(8));
    const labelled = sampleMeanFlow((z, r, t, _labels) => u(z, r, t), noise, {
      labels,
      steps: 2,
      trajectory: true,
    });
    expect(labelled.times).to.deep.equal([1, 0.5, 0]);
    expectClose(labelled.states[2]!, labelled.x, 0);
    expect(sampleMeanFlow(u, noise, { steps: 2 })).to.have.all.keys('x', 'evaluations');
  });

  it('hands labels on, and guides nothing', () => {
    const labels = tensor(new Int32Array([0, 1, 2, 3, 4, 5, 6, 7]));
    const byLabel = (z: Tensor, _r: Tensor, _t: Tensor, c: Tensor) =>
      z.subtract(cast(c, 'float64').reshape([8, 1]));
    const { x } = sampleMeanFlow(byLabel, noise, { labels });
    expectClose(x, f64([0, 1, 2, 3, 4, 5, 6, 7]).reshape([8, 1]).broadcastTo([8, 3]), 1e-14);
    expect(() => sampleMeanFlow(byLabel, noise, { labels, guidance: 2 } as never)).to.throw(
      /unknown option 'guidance'/,
    );
  });

  it('wrong calls get clear errors', () => {
    const sample = (options: object) => () => sampleMeanFlow(u, noise, options);
    expect(sample({ steps: 0 })).to.throw(ArgumentError, /at least 1, got 0/);
    expect(sample({ steps: 2, times: [1, 0] })).to.throw(ArgumentError, /either/);
    expect(sample({ times: [0, 0.5, 1] })).to.throw(ArgumentError, /fall from 1/);
    expect(sample({ times: [1, 1, 0] })).to.throw(ArgumentError, /fall from 1/);
    expect(sample({ labels: tensor(new Int32Array(3)) })).to.throw(ShapeError, /labels of shape \[8\]/);
    expect(() => sampleMeanFlow((z) => z.sum(), noise)).to.throw(ShapeError, /average velocity/);
    expect(() => sampleMeanFlow(u, [[1, 2]] as never)).to.throw(
      ArgumentError,
      /^sampleMeanFlow: wanted noise as a tensor/,
    );
  });

  it('a velocity of an instant is none over a span, by type and at run time', () => {
    const sample = (velocity: AverageVelocity) => () => sampleMeanFlow(velocity, noise);
    // @ts-expect-error: v(z, t) would take r for its time
    expect(sample(dataToNoise((z) => z))).to.throw(ArgumentError, /^sampleMeanFlow: .*of an instant/);
    expect(sample(noiseToData((x) => x) as never)).to.throw(ArgumentError, /of an instant/);
    expect(sample(flowMapVelocity((x) => x) as never)).to.throw(ArgumentError, /averageFromFlowMap/);
  });
});

describe('steps as one scan', () => {
  it('end where a loop of steps ends, with its count of evaluations, and keep no trajectory', () => {
    const velocity = dataToNoise(gaussianVelocity(spread));
    for (const steps of [{ steps: 3 }, { times: [1, 0.4, 0] }]) {
      expectClose(
        sampleMeanFlow(u, noise, { ...steps, scan: true }).x,
        sampleMeanFlow(u, noise, steps).x,
        1e-15,
      );
      const [got, wanted] = [
        sampleFlow(velocity, noise, { ...steps, scan: true }),
        sampleFlow(velocity, noise, steps),
      ];
      expectClose(got.x, wanted.x, 1e-15);
      expect(got.evaluations).to.equal(wanted.evaluations);
    }
    const both = { scan: true, trajectory: true, steps: 2 };
    expect(() => sampleMeanFlow(u, noise, both as never)).to.throw(ArgumentError, /either scan or a traj/);
    expect(() => sampleFlow(velocity, noise, both as never)).to.throw(ArgumentError, /got a trajectory/);
  });
});

describe('sampleFlow', () => {
  it('goes from noise to data whichever way time runs', () => {
    const backward = dataToNoise(gaussianVelocity(spread));
    for (const velocity of [backward, reverseTime(backward)]) {
      expectClose(sampleFlow(velocity, noise, { steps: 50 }).x, noise.multiply(spread), 1e-6);
    }
  });

  it('gives the model times of shape [batch, 1]', () => {
    const shapes: Shape[] = [];
    const velocity = noiseToData((x, t) => {
      shapes.push(t.shape);
      return x;
    });
    const { evaluations } = sampleFlow(velocity, noise, { steps: 3, method: 'euler' });
    expect(shapes).to.deep.equal([
      [8, 1],
      [8, 1],
      [8, 1],
    ]);
    expect(evaluations).to.equal(3);
  });

  it('a field with the wrong time misses the data visibly', () => {
    const mistaken = noiseToData(gaussianVelocity(spread));
    expect(sampleFlow(mistaken, noise).x.subtract(noise.multiply(spread)).abs().max().item()).to.be.above(
      0.1,
    );
  });

  it('takes given times, adaptive steps, and keeps the trajectory, whichever way time runs', () => {
    const backward = dataToNoise(gaussianVelocity(spread));
    const adaptive = { method: 'tsitouras54', relativeTolerance: 1e-9, absoluteTolerance: 1e-9 } as const;
    for (const velocity of [backward, reverseTime(backward)]) {
      const { x, states, times, at } = sampleFlow(velocity, noise, { ...adaptive, trajectory: true });
      expectClose(x, noise.multiply(spread), 1e-8);
      expectClose(states[0]!, noise, 0);
      expect(times[0]).to.equal(velocity.time === 'noiseToData' ? 0 : 1);
      // at half time, the deviation is √(s² + 1)/2
      expectClose(at(0.5), noise.multiply(Math.hypot(spread, 1) / 2), 1e-7);
    }
    const loose = sampleFlow(backward, noise, { relativeTolerance: 1e-3, absoluteTolerance: 1e-3 });
    expect(loose.evaluations).to.be.within(7, 40);
    expectClose(loose.x, noise.multiply(spread), 1e-2);
    const times = logitTimes(40, { from: 1, to: 0 });
    expectClose(sampleFlow(backward, noise, { times }).x, noise.multiply(spread), 1e-5);
    expect(() => sampleFlow(reverseTime(backward), noise, { times })).to.throw(
      ArgumentError,
      /from noise \(0\)/,
    );
    expect(() => sampleFlow(backward, noise, { rtol: 1 } as never)).to.throw(
      ArgumentError,
      /unknown option 'rtol'/,
    );
  });
});
