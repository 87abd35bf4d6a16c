import { expect } from 'chai';
import { ArgumentError, ShapeError, type Tensor } from '../../autograd/index.ts';
import {
  averageFromFlowMap,
  flowMap,
  flowMapFromAverage,
  flowMapVelocity,
  meanFlowLoss,
  sampleMeanFlow,
} from '../../flows/index.ts';
import { gaussianAverageVelocity, gaussianDeviation } from './closed-forms.ts';
import { expectClose, f64, normal64 } from './support.ts';

const exact = gaussianAverageVelocity(0.6);
const x = normal64(0, [4, 2]);
const [s, t] = [f64([[0], [0.2], [0.5], [0.3]]), f64([[1], [0.7], [0.9], [0.3]])];

describe('flowMap', () => {
  it('carries a point along the flow: x·σ_t/σ_s for Gaussian data, in time that runs from noise to data', () => {
    const deviation = (time: Tensor) => gaussianDeviation(0.6)(time.negate().add(1));
    const wanted = x.multiply(deviation(t)).divide(deviation(s));
    expectClose(flowMap(flowMapFromAverage(exact), x, s, t), wanted, 1e-14);
  });

  it('composes, and is its own inverse with the times swapped', () => {
    const v = flowMapFromAverage(exact);
    const [a, b] = [f64([[0.1], [0.1], [0.1], [0.1]]), f64([[0.8], [0.8], [0.8], [0.8]])];
    const middle = f64([[0.35], [0.35], [0.35], [0.35]]);
    expectClose(flowMap(v, flowMap(v, x, a, middle), middle, b), flowMap(v, x, a, b), 1e-14);
    expectClose(flowMap(v, flowMap(v, x, a, b), b, a), x, 1e-14);
  });

  it('the two conversions undo each other, and one step of sampling is the map from 0 to 1', () => {
    const v = flowMapFromAverage(exact);
    expectClose(averageFromFlowMap(v)(x, s, t), exact(x, s, t), 1e-14);
    const [zero, one] = [s.multiply(0), s.multiply(0).add(1)];
    expectClose(sampleMeanFlow(averageFromFlowMap(v), x).x, flowMap(v, x, zero, one), 1e-14);
  });

  it('the conventions do not mix', () => {
    const v = flowMapVelocity(exact);
    // @ts-expect-error: its time runs from noise to data
    const misuse = () => meanFlowLoss(v, { data: x, noise: x, r: s, t });
    expect(misuse).to.throw(ArgumentError, /'noiseToData'; convert it with averageFromFlowMap/);
    // @ts-expect-error: an average velocity of MeanFlow's says nothing of the time of a flow map
    expect(() => flowMap(exact, x, s, t)).to.throw(ArgumentError, /flowMapFromAverage/);
  });

  it('wrong shapes get clear errors', () => {
    expect(() =>
      flowMap(
        flowMapVelocity((y) => y.sum()),
        x,
        s,
        t,
      ),
    ).to.throw(ShapeError, /flowMap.*average velocity/);
    expect(() =>
      flowMap(
        flowMapVelocity((y) => y),
        x,
        s.reshape([4]),
        t.reshape([4]),
      ),
    ).to.throw(ShapeError, /\[batch, 1\]/);
  });
});
