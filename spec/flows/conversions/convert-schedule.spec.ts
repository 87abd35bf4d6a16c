import { expect } from 'chai';
import { jvp } from '../../../autograd/index.ts';
import {
  type AffinePath,
  convertSchedule,
  cosinePath,
  linearVariancePreservingPath,
  marginalField,
  matchSchedules,
  odeSolve,
  optimalTransportPath,
  polynomialPath,
  reverseTime,
  varianceExplodingPath,
  variancePreservingPath,
} from '../../../flows/index.ts';
import { expectClose, f64, normal64, timeDerivative, uniform64 } from '../support.ts';

const points = f64([
  [-1, 0.5],
  [0.3, 2],
  [1.5, -0.7],
]);
const data = { means: points, deviations: f64([0.3, 0.2, 0.4]) };
const paths: readonly AffinePath[] = [
  optimalTransportPath(),
  cosinePath(),
  linearVariancePreservingPath(),
  polynomialPath({ exponent: 2 }),
];
const tight = { method: 'tsitouras54', relativeTolerance: 1e-6, absoluteTolerance: 1e-6 } as const;

describe('conversions between schedules', () => {
  const x = normal64(0, [6, 2]);

  for (const from of [...paths, variancePreservingPath(), varianceExplodingPath({ sigmaMin: 0.01, sigmaMax: 200 })]) {
    for (const to of [...paths, varianceExplodingPath({ sigmaMin: 0.05, sigmaMax: 20 })]) {
      it(`${from.name} on ${to.name}: the converted exact field is the exact field`, () => {
        const converted = convertSchedule(marginalField(from, data).velocity, { from, to });
        const exact = marginalField(to, data).velocity;
        for (const r of [0.1, 0.4, 0.9, uniform64(1, [6, 1], 0.1, 0.9)]) {
          expectClose(converted(x, r), exact(x, r), 1e-9);
        }
      });
    }
  }

  it('the signal-to-noise ratios are equal, and the scale is what is between', () => {
    const [from, to] = [optimalTransportPath(), cosinePath()];
    const r = uniform64(2, [7], 0, 1);
    const { time, scale } = matchSchedules({ from, to }, r);
    expectClose(scale.multiply(from.alpha(time)), to.alpha(r), 1e-15);
    expectClose(scale.multiply(from.sigma(time)), to.sigma(r), 1e-15);
    // In closed form: t/(1 − t) = tan(πr/2)
    const tangent = r.multiply(Math.PI / 2).tan();
    expectClose(time, tangent.divide(tangent.add(1)), 1e-15);
  });

  it('is finite at both ends', () => {
    const ends = f64([0, 1]);
    const { time, scale } = matchSchedules({ from: optimalTransportPath(), to: cosinePath() }, ends);
    expectClose(time, ends, 1e-15);
    expectClose(scale, f64([1, 1]), 1e-15);
  });

  it('the rates are the derivatives of time and scale, and jvp sees them too', () => {
    const conversion = { from: polynomialPath({ exponent: 2 }), to: cosinePath() };
    const { timeRate, scaleRate } = matchSchedules(conversion, f64(0.4));
    const at = (r: number) => matchSchedules(conversion, f64(r));
    expectClose(
      timeRate,
      timeDerivative((r) => at(r).time, 0.4),
      1e-9,
    );
    expectClose(
      scaleRate,
      timeDerivative((r) => at(r).scale, 0.4),
      1e-9,
    );
    const [, rates] = jvp((r) => matchSchedules(conversion, r).time, [f64(0.4)], [1]);
    expectClose(rates, timeRate, 1e-13);
  });

  it('samples along both schedules are the same points', () => {
    const [from, to] = [optimalTransportPath(), cosinePath()];
    const { velocity } = marginalField(from, data);
    const along = odeSolve(velocity, x, { from: 0, to: 1, ...tight }).x;
    const other = odeSolve(convertSchedule(velocity, { from, to }), x, { from: 0, to: 1, ...tight }).x;
    expectClose(other, along, 1e-5);
    // A variance-exploding sampler joins the way late and leaves it early, at other scales
    const exploding = varianceExplodingPath({ sigmaMin: 0.01, sigmaMax: 50 });
    const { time, scale } = matchSchedules({ from, to: exploding }, f64([0, 1]));
    const [start, stop] = time.toTypedArray() as unknown as [number, number];
    const [first, last] = scale.toTypedArray() as unknown as [number, number];
    const joined = odeSolve(velocity, x, { from: 0, to: start, ...tight }).x;
    const left = odeSolve(velocity, joined, { from: start, to: stop, ...tight }).x;
    const onExploding = convertSchedule(velocity, { from, to: exploding });
    const exploded = odeSolve(onExploding, joined.multiply(first), { from: 0, to: 1, ...tight }).x;
    expectClose(exploded, left.multiply(last), 1e-4);
  });

  it('keeps the time convention', () => {
    const conversion = { from: optimalTransportPath(), to: cosinePath() };
    const { velocity } = marginalField(conversion.from, data);
    const converted = convertSchedule(reverseTime(velocity), conversion);
    expect(converted.time).to.equal('dataToNoise');
    expectClose(converted(x, 0.3), convertSchedule(velocity, conversion)(x, 0.7).negate(), 1e-13);
  });

  it('takes events of any shape, and rejects unknown options', () => {
    const conversion = { from: optimalTransportPath(), to: cosinePath() };
    const { velocity } = marginalField(conversion.from, { points: points.reshape([3, 1, 2]) });
    const times = uniform64(3, [6, 1], 0.2, 0.8);
    const flat = convertSchedule(marginalField(conversion.from, { points }).velocity, conversion)(x, times);
    const shaped = convertSchedule(velocity, conversion)(x.reshape([6, 1, 2]), times);
    expectClose(shaped.reshape([6, 2]), flat, 1e-15);
    expect(() => convertSchedule(velocity, { ...conversion, by: 1 } as never)).to.throw(/unknown option 'by'/);
  });
});
