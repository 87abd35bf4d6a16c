import { expect } from 'chai';
import { ArgumentError, grad, ShapeError, type Tensor } from '../../../autograd/index.ts';
import { noiseToData, odeSolve, optimalTransportPath, schrodingerBridgePath } from '../../../flows/index.ts';
import { expectClose, normal64, timeDerivative } from '../support.ts';

describe('schrodingerBridgePath', () => {
  const [noise, x0, x1] = [normal64(0, [6, 2]), normal64(1, [6, 2]), normal64(2, [6, 2])];
  const bridge = schrodingerBridgePath({ sigma: 0.7 });

  for (const t of [0.1, 0.5, 0.8]) {
    it(`mean, deviation and velocity are the formulas, t = ${t}`, () => {
      const mean = x0.multiply(1 - t).add(x1.multiply(t));
      expectClose(bridge.mean(x0, x1, t), mean, 1e-15);
      expect(bridge.deviation(x1, t).item()).to.be.closeTo(0.7 * Math.sqrt(t * (1 - t)), 1e-15);
      const x = bridge.flow(noise, x0, x1, t);
      const velocity = x
        .subtract(mean)
        .multiply((1 - 2 * t) / (2 * t * (1 - t)))
        .add(x1.subtract(x0));
      expectClose(bridge.conditionalVelocity(x, x0, x1, t), velocity, 1e-14);
    });

    it(`the velocity is the derivative of the flow, t = ${t}`, () => {
      const x = bridge.flow(noise, x0, x1, t);
      const rate = timeDerivative((s) => bridge.flow(noise, x0, x1, s), t);
      expectClose(bridge.conditionalVelocity(x, x0, x1, t), rate, 1e-8);
    });

    it(`the score is the gradient of the log-density, t = ${t}`, () => {
      const x = bridge.flow(noise, x0, x1, t);
      const total = (y: Tensor) => bridge.logDensity(y, x0, x1, t).sum();
      expectClose(bridge.conditionalScore(x, x0, x1, t), grad(total)(x), 1e-13);
    });
  }

  it('goes through both points of the pair', () => {
    expectClose(bridge.flow(noise, x0, x1, 0), x0, 0);
    expectClose(bridge.flow(noise, x0, x1, 1), x1, 0);
  });

  it('its flow keeps z = (x − mean)/deviation, and without noise is the straight line of the OT path', () => {
    const velocity = noiseToData((x, t) => bridge.conditionalVelocity(x, x0, x1, t));
    const { x } = odeSolve(velocity, bridge.flow(noise, x0, x1, 0.2), {
      from: 0.2,
      to: 0.9,
      method: 'tsitouras54',
      relativeTolerance: 1e-10,
      absoluteTolerance: 1e-10,
    });
    expectClose(x, bridge.flow(noise, x0, x1, 0.9), 1e-7);
    const thin = schrodingerBridgePath({ sigma: 1e-12 });
    expectClose(thin.flow(noise, x0, x1, 0.3), optimalTransportPath().flow(x0, x1, 0.3), 1e-11);
  });

  it('wrong arguments get clear errors', () => {
    expect(() => schrodingerBridgePath({ sigma: 0 })).to.throw(ArgumentError, /sigma > 0, got 0/);
    expect(() => bridge.mean(normal64(3, [1, 2]), x1, 0.5)).to.throw(
      /wanted x0 \(like x1\) of shape \[6, 2\]/,
    );
    expect(() => bridge.conditionalVelocity(normal64(3, [1, 2]), x0, x1, 0.5)).to.throw(
      ShapeError,
      /x \(like x1\)/,
    );
  });
});
