import {
  eye,
  grad,
  hvp,
  jvp,
  mean,
  square,
  stack,
  sum,
  type Tensor,
  valueAndGrad,
} from '../../autograd/index.ts';
import {
  conditionalFlowMatchingLoss,
  meanFlowError,
  meanFlowLoss,
  noiseToData,
  optimalTransportPath,
} from '../../flows/index.ts';
import {
  expectClose,
  expectTreesClose,
  f64,
  goldenNetwork,
  type Layer,
  layersOf,
  readGoldenNetworks,
} from './support.ts';

const weightings = [
  { name: 'meanflow_gamma0.5_c0.001', gamma: 0.5, c: 1e-3 },
  { name: 'meanflow_gamma0.0_c0.01', gamma: 0, c: 1e-2 },
  { name: 'meanflow_gamma1.0_c0.001', gamma: 1, c: 1e-3 },
] as const;

describe('golden networks (JAX, float64)', () => {
  readGoldenNetworks().forEach((golden, index) => {
    describe(`network ${index}`, () => {
      const parameters = layersOf(golden.params);
      const [x, e, t, r] = [f64(golden.x), f64(golden.e), f64(golden.t), f64(golden.r)];
      const z = t.negate().add(1).multiply(x).add(t.multiply(e));
      const v = e.subtract(x);

      const cfmLoss = (p: readonly Layer<Tensor>[]) => {
        const velocity = noiseToData((point, time) => goldenNetwork(p)(point, time, time));
        return conditionalFlowMatchingLoss(velocity, optimalTransportPath(), { x0: e, x1: x, t });
      };

      for (const { name, gamma, c } of weightings) {
        it(`${name}: the loss and its gradients`, () => {
          const lossOf = (p: readonly Layer<Tensor>[]) =>
            meanFlowLoss(goldenNetwork(p), { data: x, noise: e, r, t }, { gamma, c }).loss;
          const [loss, gradients] = valueAndGrad(lossOf)(parameters);
          expectClose(loss, f64(golden[name].loss), 1e-10);
          expectTreesClose(gradients, layersOf(golden[name].grads), 1e-10);
        });
      }

      it('u and du/dt', () => {
        const [u, dudt] = jvp(goldenNetwork(parameters), [z, r, t], [v, 0, 1]);
        expectClose(u, f64(golden.u), 1e-10);
        expectClose(dudt, f64(golden.dudt), 1e-10);
        expectClose(
          meanFlowError(goldenNetwork(parameters), { z, v, r, t }),
          u.subtract(v).add(t.subtract(r).multiply(f64(golden.dudt))),
          1e-10,
        );
      });

      it('cfm: the loss and its gradients', () => {
        const [loss, gradients] = valueAndGrad(cfmLoss)(parameters);
        expectClose(loss, f64(golden.cfm.loss), 1e-10);
        expectTreesClose(gradients, layersOf(golden.cfm.grads), 1e-10);
      });

      it('the MeanFlow loss without its stop-gradient, differentiated through the jvp', () => {
        const lossOf = (p: readonly Layer<Tensor>[]) => {
          const [u, dudt] = jvp(goldenNetwork(p), [z, r, t], [v, 0, 1]);
          return mean(sum(square(u.add(t.subtract(r).multiply(dudt)).subtract(v)), { axes: 1 }));
        };
        const [loss, gradients] = valueAndGrad(lossOf)(parameters);
        expectClose(loss, f64(golden.meanFlowWithoutStopGradient.loss), 1e-10);
        expectTreesClose(gradients, layersOf(golden.meanFlowWithoutStopGradient.grads), 1e-10);
      });

      it('the Hessian of the cfm loss times a tangent', () => {
        const product = hvp(cfmLoss, parameters, layersOf(golden.hvp.tangent));
        expectTreesClose(product, layersOf(golden.hvp.product), 1e-10);
        // and reverse over reverse agrees
        const tangent = layersOf(golden.hvp.tangent);
        const slope = (p: Layer<Tensor>[]) =>
          grad(cfmLoss)(p)
            .map((g, i) => {
              const { w, b } = tangent[i] as Layer<Tensor>;
              return g.w.multiply(w).sum().add(g.b.multiply(b).sum());
            })
            .reduce((a, b) => a.add(b));
        expectTreesClose(grad(slope)(parameters), layersOf(golden.hvp.product), 1e-10);
      });

      it('the divergence of the velocity', () => {
        const [batch = 0, d = 0] = x.shape;
        const diagonal = Array.from({ length: d }, (_, i) => {
          const direction = eye(d, { dtype: 'float64' }).slice([i]).broadcastTo([batch, d]);
          const [, rate] = jvp((point: Tensor) => goldenNetwork(parameters)(point, t, t), [x], [direction]);
          return rate.multiply(direction).sum({ axes: 1 });
        });
        expectClose(sum(stack(diagonal), { axes: 0 }), f64(golden.divergence_at_x_t), 1e-10);
      });
    });
  });
});
