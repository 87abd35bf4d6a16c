import { expect } from 'chai';
import { ArgumentError, ShapeError, type Tensor } from '../../autograd/index.ts';
import {
  conditionalFlowMatchingLoss,
  dataToNoise,
  flowMatchingLoss,
  instantaneousVelocity,
  noiseToData,
  optimalTransportPath,
  reverseTime,
  sampleFlow,
  type Velocity,
} from '../../flows/index.ts';
import { alignTime } from '../../flows/time.ts';
import { expectClose, f64, normal64 } from './support.ts';

describe('time', () => {
  const field = (x: Tensor, t: Tensor) => x.multiply(t).add(t.square());

  it('reverseTime is −v(x, 1 − t), and its own inverse', () => {
    const velocity = noiseToData(field);
    const reversed = reverseTime(velocity);
    const x = normal64(0, [3, 2]);
    expect(reversed.time).to.equal('dataToNoise');
    expectClose(reversed(x, 0.2), x.multiply(0.8).add(0.64).negate(), 1e-15);
    expect(reverseTime(reversed).time).to.equal('noiseToData');
    expectClose(reverseTime(reversed)(x, 0.2), velocity(x, 0.2), 1e-15);
  });

  it('samples from either convention reach the same data', () => {
    const velocity = noiseToData(field);
    const noise = normal64(1, [4, 2]);
    const options = { steps: 5 };
    expectClose(
      sampleFlow(reverseTime(velocity), noise, options).x,
      sampleFlow(velocity, noise, options).x,
      1e-14,
    );
  });

  it('the instantaneous velocity is u at r = t', () => {
    const v = instantaneousVelocity((z, r, t) => z.add(r).multiply(t));
    const z = normal64(2, [3, 2]);
    expectClose(
      v(z, f64([[0.1], [0.2], [0.3]])),
      z.add(f64([[0.1], [0.2], [0.3]])).multiply(f64([[0.1], [0.2], [0.3]])),
      1e-15,
    );
  });

  it('a number as a time keeps its float64 digits', () => {
    const time = noiseToData((x, t) => x.multiply(0).add(t));
    expect(time(f64([[0]]), 0.1).item()).to.equal(0.1);
    expect(
      optimalTransportPath()
        .mean(f64([[1]]), 0.1)
        .item(),
    ).to.equal(0.1);
  });

  it('a mix-up of the conventions does not compile, and throws where it is forced', () => {
    const wrong = dataToNoise(field);
    const right = noiseToData(field);
    const batch = { x0: normal64(3, [4, 2]), x1: normal64(4, [4, 2]), t: 0.5 };
    const forced = wrong as unknown as Velocity<'noiseToData'>;
    // @ts-expect-error a velocity of MeanFlow's time where flow matching's is wanted
    const typed: Velocity<'noiseToData'> = wrong;
    // @ts-expect-error the same the other way round
    const reversed: Velocity<'dataToNoise'> = right;
    // @ts-expect-error a reversed velocity has the other convention
    const twice: Velocity<'noiseToData'> = reverseTime(right);
    // @ts-expect-error a plain function does not say which way its time runs
    const untold: Velocity<'noiseToData'> = field;
    expect([typed, reversed, twice, untold]).to.have.length(4);
    expect(() => conditionalFlowMatchingLoss(forced, optimalTransportPath(), batch)).to.throw(
      ArgumentError,
      /dataToNoise/,
    );
    expect(() => flowMatchingLoss(right, forced, { x: batch.x0, t: 0.5 })).to.throw(
      ArgumentError,
      /reverseTime/,
    );
    expect(() => flowMatchingLoss(untold, right, { x: batch.x0, t: 0.5 })).to.throw(
      ArgumentError,
      /noiseToData\(fn\)/,
    );
    expect(() => sampleFlow(untold, batch.x0)).to.throw(ArgumentError, /which way/);
  });

  it('[batch, 1] is set against the batch axis of events of any rank', () => {
    const images = normal64(5, [3, 2, 2, 1]);
    expect(alignTime('spec', f64([[0], [1], [2]]), images).shape).to.deep.equal([3, 1, 1, 1]);
    expect(alignTime('spec', f64(0.5), images).shape).to.deep.equal([]);
    expect(alignTime('spec', f64([0, 1, 2]), normal64(6, [3])).shape).to.deep.equal([3]);
  });

  it('times of shape [batch] and of another batch are refused', () => {
    const x = normal64(7, [2, 2]);
    expect(() => alignTime('spec', f64([0, 1]), x)).to.throw(ShapeError, /\[batch, 1\]/);
    expect(() => alignTime('spec', f64([[0, 1]]), x)).to.throw(ShapeError, /\[1, 2\]/);
    expect(() => alignTime('spec', f64([[0], [1], [2]]), x)).to.throw(ShapeError, /\[3, 1\]/);
  });
});
