import { expect } from 'chai';
import { cast, jvp, type Tensor } from '../../../autograd/index.ts';
import {
  type AffinePath,
  convertSchedule,
  cosinePath,
  dataFrom,
  linearVariancePreservingPath,
  marginalField,
  matchSchedules,
  noisePrediction,
  noiseToData,
  odeSolve,
  optimalTransportPath,
  polynomialPath,
  reverseTime,
  sampleFlow,
  scheduleRates,
  scoreFrom,
  type Velocity,
  varianceExplodingPath,
  variancePreservingPath,
  velocityFrom,
} from '../../../flows/index.ts';
import { expectClose, f64, normal64, relativeGap, timeDerivative, uniform64 } from '../support.ts';

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

  for (const from of [
    ...paths,
    variancePreservingPath(),
    varianceExplodingPath({ sigmaMin: 0.01, sigmaMax: 200 }),
  ]) {
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
    // The ends of a variance-exploding path match times inside this path, at other scales
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
    expect(() => convertSchedule(velocity, { ...conversion, by: 1 } as never)).to.throw(
      /unknown option 'by'/,
    );
  });
});

/**
 * The exact field of data N(3, ½²) on a path. It is finite at both ends, because the caller gives the product
 * σ·σ′, which is 0·∞ at an end of some paths.
 */
interface Exact {
  readonly path: AffinePath;
  readonly velocity: Velocity<'noiseToData'>;
  /** The points m_t + d_t·z of its trajectories, which keep z. */
  readonly at: (z: Tensor, t: number) => Tensor;
}

function exactGaussian(path: AffinePath, sigmaTimesRate?: (t: Tensor, alpha: Tensor) => Tensor): Exact {
  const [mean, variance] = [3, 0.25];
  const marginal = (t: Tensor) => {
    const rates = scheduleRates(path, t);
    const { alpha, sigma } = rates;
    return {
      ...rates,
      centre: alpha.multiply(mean),
      square: alpha.square().multiply(variance).add(sigma.square()),
    };
  };
  return {
    path,
    at(z, t) {
      const { centre, square } = marginal(f64(t));
      return square.sqrt().multiply(z).add(centre);
    },
    velocity: noiseToData((x, t) => {
      const { alpha, sigma, alphaRate, sigmaRate, centre, square } = marginal(t);
      const halfSigmaSquareRate = sigmaTimesRate?.(t, alpha) ?? sigma.multiply(sigmaRate);
      const halfSquareRate = alpha.multiply(alphaRate).multiply(variance).add(halfSigmaSquareRate);
      return alphaRate.multiply(mean).add(halfSquareRate.divide(square).multiply(x.subtract(centre)));
    }),
  };
}

describe('conversions between schedules, at their ends', function () {
  this.timeout(60_000);
  const z = f64([[-1.3], [0.2], [0.9]]);
  const exact = {
    OT: exactGaussian(optimalTransportPath()),
    'OT to σ = 0.1': exactGaussian(optimalTransportPath({ sigmaMin: 0.1 })),
    // σ² = 1 − α², α′ = β/2·α
    VP: exactGaussian(variancePreservingPath(), (t, alpha) =>
      t.multiply(-19.9).add(20).multiply(-0.5).multiply(alpha.square()),
    ),
    VE: exactGaussian(varianceExplodingPath()),
    cosine: exactGaussian(cosinePath()),
    'linear VP': exactGaussian(linearVariancePreservingPath(), (t) => t.negate()),
    'polynomial 2': exactGaussian(polynomialPath({ exponent: 2 })),
  } as const;
  type Name = keyof typeof exact;
  const convert = (from: Name, to: Name) =>
    convertSchedule(exact[from].velocity, { from: exact[from].path, to: exact[to].path });
  /** The largest difference from the path's own velocity at time r, relative to the speeds of the points. */
  const gap = (from: Name, to: Name, r: number) => {
    const x = exact[to].at(z, r);
    const speed = Math.max(
      ...[0, 0.5, 1].map((t) => exact[to].velocity(exact[to].at(z, t), t).abs().max().item()),
    );
    return convert(from, to)(x, r).subtract(exact[to].velocity(x, r)).abs().max().item() / speed;
  };

  const names = Object.keys(exact) as Name[];
  const errorOf = (from: Name, to: Name, options?: { readonly steps: number }) => {
    const [noise, samples] = [exact[to].at(z, 0), exact[to].at(z, 1)];
    return relativeGap(sampleFlow(convert(from, to), noise, options).x, samples);
  };

  for (const from of names) {
    for (const to of names) {
      it(`${from} on ${to}: the default samples are the path's own, and so is the velocity at the ends`, () => {
        expect(errorOf(from, to)).to.be.at.most(1e-3);
        const isRegular = (from === 'OT' || from === 'cosine') && to !== 'VP' && to !== 'linear VP';
        for (const r of [0, 1e-6, 0.01, 0.99, 1 - 1e-6, 1]) {
          expect(gap(from, to, r), `at ${r}`).to.be.at.most(isRegular ? 1e-14 : 0.025);
        }
      });
    }
  }

  it('finer steps come nearer, to what is lost at the ends', () => {
    const fine = { steps: 100 };
    expect(errorOf('OT', 'VE', fine)).to.be.at.most(1e-6);
    expect(errorOf('VP', 'OT', fine)).to.be.at.most(1e-5);
    expect(errorOf('polynomial 2', 'OT', fine)).to.be.at.most(1e-5);
    expect(errorOf('VE', 'OT', fine)).to.be.at.most(2e-5);
    expect(errorOf('OT', 'VP', fine)).to.be.at.most(1e-4);
    expect(errorOf('OT to σ = 0.1', 'VE', fine)).to.be.at.most(1e-4);
  });

  it('noisier than the model knows, its prediction of the data stays that of its first time', () => {
    const [{ path: from, velocity }, { path: to }] = [exact.VE, exact.OT];
    const converted = convert('VE', 'OT');
    // α/σ = 1/50 at r = 1/51
    for (const r of [0, 1e-6, 0.01, 0.0196]) {
      const { time, scale, timeRate, scaleRate } = matchSchedules({ from, to }, f64(r));
      expect([time.item(), timeRate.item()]).to.deep.equal([0, 0]);
      expectClose(scale, f64((1 - r) / 50), 1e-15);
      expectClose(scaleRate, f64(-1 / 50), 1e-15);
      expectClose(dataFrom(to, converted)(z, r), dataFrom(from, velocity)(z.divide(scale), 0), 1e-9);
    }
    expect(converted(f64([[0.34]]), 1e-6).item()).to.be.closeTo(2.66, 0.01);
    expectClose(converted(z, 1 / 51 - 1e-9), converted(z, 1 / 51 + 1e-9), 1e-6);
    const [, rate] = jvp((r) => matchSchedules({ from, to }, r).time, [f64(0.01)], [1]);
    expect(rate.item()).to.equal(0);
    expectClose(sampleFlow(converted, z, { steps: 10, method: 'euler' }).x, exact.OT.at(z, 1), 0.05);
  });

  it('closer to the data than the model knows, its score stays that of its last time', () => {
    const [{ path: from, velocity }, { path: to }] = [exact['OT to σ = 0.1'], exact.VE];
    const converted = convert('OT to σ = 0.1', 'VE');
    for (const r of [0.95, 0.99, 1]) {
      const { time, scale, timeRate, scaleRate } = matchSchedules({ from, to }, f64(r));
      expect([time.item(), timeRate.item(), scale.item(), scaleRate.item()]).to.deep.equal([1, 0, 1, 0]);
      expectClose(scoreFrom(to, converted)(z, r), scoreFrom(from, velocity)(z, 1), 1e-9);
    }
    const { sigma } = scheduleRates(to, f64(0.5));
    const crossing = 0.5 + Math.log(sigma.item() / 0.1) / Math.log(5000);
    expectClose(converted(z, crossing - 1e-9), converted(z, crossing + 1e-9), 1e-6);
  });

  it('where σ′ of the model is infinite, it is asked no later than 10⁻³ before, in its own time, and its score stays', () => {
    for (const [name, sigma] of [
      ['VP', 0.01],
      ['linear VP', 0.045],
    ] as const) {
      const { path: from, velocity } = exact[name];
      const asked: number[] = [];
      const recorded = noiseToData((x, t) => {
        asked.push(t.max().item());
        return velocity(x, t);
      });
      for (const to of [optimalTransportPath(), varianceExplodingPath(), variancePreservingPath()]) {
        const converted = convertSchedule(recorded, { from, to });
        const late = f64([[0.999], [1 - 1e-5], [1]]);
        converted(z, late);
        expect(asked.splice(0)).to.deep.equal([0.999]);
        sampleFlow(converted, to.deviation(z, 0).multiply(z));
        expect(Math.max(...asked.splice(0))).to.equal(0.999);
      }
      // Where the path is closer to the data, the score is the one at 0.999, at the point of that scale
      const [to, r] = [optimalTransportPath(), 0.995];
      const { alpha, sigma: last } = scheduleRates(from, f64(0.999));
      expect(last.item()).to.be.closeTo(sigma, 1e-3);
      const scale = f64(r).divide(alpha);
      const score = scoreFrom(from, velocity)(z.divide(scale), f64(0.999)).divide(scale);
      expectClose(scoreFrom(to, convertSchedule(velocity, { from, to }))(z, r), score, 1e-8);
    }
  });

  it('where σ′ is infinite, whatever finite a model says is sampled, in float32 too', () => {
    const finite = noiseToData((x, t) => x.multiply(t.add(0.3)).add(t.multiply(5).sin()));
    const from = variancePreservingPath();
    const epsilon = velocityFrom(
      from,
      noisePrediction('noiseToData', (x, t) => x.multiply(t.negate().add(1)).tanh()),
    );
    for (const to of [
      optimalTransportPath(),
      linearVariancePreservingPath(),
      polynomialPath({ exponent: 2 }),
    ]) {
      for (const velocity of [finite, epsilon]) {
        const converted = convertSchedule(velocity, { from, to });
        const { x } = sampleFlow(converted, z);
        const single = sampleFlow(reverseTime(converted), cast(z, 'float32')).x;
        expect(single.dtype).to.equal('float32');
        expectClose(cast(single, 'float64'), x, 1e-3);
      }
    }
  });

  it('a time near the data of linear VP is told from 1, in float32 too', () => {
    const conversion = { from: linearVariancePreservingPath(), to: optimalTransportPath() };
    for (const r of [0.9, 1 - 1e-3, 1 - 1e-5]) {
      // σ/α of linear VP is √(1 − t²)/t
      const [ratio, rate] = [(1 - r) / r, -1 / r ** 2];
      const t = 1 / Math.hypot(1, ratio);
      const match = matchSchedules(conversion, f64(r));
      expectClose(match.time, f64(t), 1e-15);
      expectClose(match.timeRate, f64(-ratio * rate * t ** 3), 1e-5);
      expectClose(match.scale, f64(r / t), 1e-15);
      const single = matchSchedules(conversion, cast(f64(r), 'float32'));
      expect(single.timeRate.dtype).to.equal('float32');
      expectClose(cast(single.timeRate, 'float64'), match.timeRate, 3e-3);
    }
    const { time, scale, timeRate } = matchSchedules(conversion, f64(1));
    expect([time.item(), scale.item(), timeRate.item()]).to.deep.equal([1, 1, 0]);
  });
});
