const assert = require('node:assert/strict');
const { jvp, Tensor, tensor } = require('fluxion');
const { writeCheckpoint } = require('fluxion/files');
const { optimalTransportPath } = require('fluxion/flows');
const { sizeOf } = require('fluxion/lib');
const { exportTraining } = require('fluxion/xla');

const [value, derivative] = jvp((x) => x.multiply(x), [tensor(3)], [1]);
assert.deepEqual([value.item(), derivative.item()], [9, 6]);
assert.equal(typeof writeCheckpoint, 'function');
assert.equal(typeof exportTraining, 'function');
assert.equal(sizeOf([2, 3]), 6);
// One copy of the package: what flows returns is a tensor of the root's class.
assert.ok(optimalTransportPath().mean(tensor([[2]]), 0.5) instanceof Tensor);
