import assert from 'node:assert/strict';
import { grad, tensor } from 'fluxion';
import { optimalTransportPath } from 'fluxion/flows';
import { fromNested, toNested } from 'fluxion/lib';

assert.deepEqual(grad((x) => x.multiply(x).sum())(tensor([1, 2])).toArray(), [2, 4]);
assert.deepEqual(toNested(fromNested('consumer', [[1, 2]], 'float32')), [[1, 2]]);
assert.equal(
  optimalTransportPath()
    .mean(tensor([[2]]), 0.5)
    .item(),
  1,
);
await assert.rejects(import('fluxion/autograd/core/tensor.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
