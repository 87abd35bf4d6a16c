import { expect } from 'chai';
import { random, type Tensor, treeLeaves } from '../../../autograd/index.ts';
import { parameterCount, smallNetwork } from '../../../flows/verify/examples.ts';

describe('parameterCount', () => {
  it('is how many numbers the parameters of the small network have', () => {
    for (const dimension of [1, 2] as const) {
      for (const times of [1, 2] as const) {
        const leaves = treeLeaves(smallNetwork(dimension, times).initialise(random.key(0))) as Tensor[];
        const total = leaves.reduce((sum, leaf) => sum + leaf.size, 0);
        expect(parameterCount(dimension, times), `${dimension}, ${times}`).to.equal(total);
      }
    }
  });
});
