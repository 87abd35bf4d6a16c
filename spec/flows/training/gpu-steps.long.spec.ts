/** Compiled training steps with products on a GPU. */
import { expect } from 'chai';
import { matmul, mean, random, square, subtract, type Tensor } from '../../../autograd/index.ts';
import { type Losses, momentum, type TrainingOptions } from '../../../flows/training/index.ts';
import { backendReport, loadGpuBackend } from '../../../lib/index.ts';
import { withFakeGpu } from '../../lib/matmul/fake-gpu.ts';
import { useVectors } from '../../tools/with-vectors.ts';
import { numbersOf, type Run, runOf, steps } from './compiled-run.ts';

const x = random.normal(random.key(1), [192, 192]);
const y = random.normal(random.key(2), [192, 192]);

const squaredError = (w: Tensor, batch: Tensor): Losses => ({
  loss: mean(square(subtract(matmul(batch, w), y))),
});

function options(loss = squaredError): TrainingOptions<Tensor, Tensor> {
  return {
    ...{ parameters: random.normal(random.key(3), [192, 192]), loss, batches: Array(steps).fill(x), steps },
    ...{ optimizer: momentum(), schedule: () => 0.01, key: random.key(4) },
  };
}

/** All losses, and the last state. */
function endOf({ reports }: Run<Tensor>) {
  return [reports.map(({ losses }) => losses), numbersOf(reports.slice(-1))];
}

describe('compiled training steps on a GPU', () => {
  useVectors();

  it('send it the products at which it wins, with the bits of the eager steps if its own are those', () =>
    withFakeGpu('fast', async () => {
      await loadGpuBackend();
      const eager = runOf({ ...options(), compile: false });
      const before = backendReport().products;
      const compiled = runOf(options());
      const after = backendReport().products;
      expect([compiled.warnings, compiled.error]).to.deep.equal([[], undefined]);
      expect(compiled.calls).to.be.below(steps / 2);
      expect(endOf(compiled)).to.deep.equal(endOf(eager));
      // Forward and the gradient by w: in each step, and again in those 7 that are made both ways.
      expect(after.gpu - before.gpu).to.equal(2 * (steps + 7));
      expect(after.wasm - before.wasm).to.equal(0);
    }));

  it('go on where it rounds the same product in two ways', () =>
    withFakeGpu('rounds anew', async () => {
      await loadGpuBackend();
      const before = backendReport().products.gpu;
      const { warnings, error, reports, calls } = runOf(options());
      expect(backendReport().products.gpu).to.be.above(before);
      expect([warnings, error]).to.deep.equal([[], undefined]);
      expect(reports).to.have.length(steps);
      expect(calls).to.be.below(steps / 2);
    }));

  it('go on on the CPU where it fails, with one warning', () =>
    withFakeGpu('fails later', async () => {
      await loadGpuBackend();
      const run = runOf(options());
      const { warnings, error } = run;
      expect(error).to.equal(undefined);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.contain('the GPU is no longer used, because it is tired');
      // The fake has the CPU's bits.
      expect(endOf(run)).to.deep.equal(endOf(runOf(options())));
    }));

  it('still find a loss that changes', () =>
    withFakeGpu('rounds anew', async () => {
      await loadGpuBackend();
      let factor = 1;
      const loss = (w: Tensor, batch: Tensor): Losses => ({
        loss: (squaredError(w, batch).loss as Tensor).multiply(factor),
      });
      const { error } = runOf(options(loss), (step) => {
        if (step === 20) factor = 1.01;
      });
      expect(error?.message).to.match(/changed between step 16 and step 32/);
    }));
});
