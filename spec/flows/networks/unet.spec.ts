import { expect } from 'chai';
import {
  mapTree,
  multiply,
  ones,
  pad,
  random,
  type Tensor,
  treeLeaves,
  zeros,
} from '../../../autograd/index.ts';
import { unetVelocityNetwork } from '../../../flows/index.ts';
import { initialiseResidualBlock, residualBlock } from '../../../flows/networks/residual-block.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

const dtype = 'float64';
const key = random.key(0);

describe('unetVelocityNetwork', () => {
  it('has blocks and convolutions of the widths asked for', () => {
    const network = unetVelocityNetwork({ height: 8, width: 4, widths: [4, 8, 12], blocks: 2, groups: 4 });
    const { levels, middle } = network.initialise(key);
    expect(levels.map(({ down, up }) => [down.length, up.length])).to.deep.equal([
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
    expect(levels.map(({ shrink }) => shrink.map(({ kernel }) => kernel.shape))).to.deep.equal([
      [[3, 3, 4, 8]],
      [[3, 3, 8, 12]],
      [],
    ]);
    expect(levels[1]?.up.map(({ first }) => first.kernel.shape)).to.deep.equal([
      [3, 3, 16, 8],
      [3, 3, 8, 8],
    ]);
    expect(middle.first.kernel.shape).to.deep.equal([3, 3, 12, 12]);
  });

  it('sees the whole image: every pixel of the output depends on a corner of the input', () => {
    const network = unetVelocityNetwork({ height: 8, width: 8, widths: [4, 4, 4], groups: 1, dtype });
    const perturbed = (p: Tensor) => multiply(random.normal(random.key(p.size), p.shape, { dtype }), 0.5);
    const parameters = mapTree(perturbed, network.initialise(key));
    const [time, image] = [zeros([], { dtype }), zeros([1, 8, 8, 1], { dtype })];
    const corner = pad(ones([1, 1, 1, 1], { dtype }), [
      [0, 0],
      [0, 7],
      [0, 7],
      [0, 0],
    ]);
    const plain = network.apply(parameters, image, time, time);
    const changed = network.apply(parameters, corner, time, time);
    expect(changed.subtract(plain).abs().min().item()).to.be.above(1e-9);
  });

  it('takes another number of channels and classes, and says how many parameters that makes', () => {
    const count = (channels: number) => {
      const network = unetVelocityNetwork({ height: 4, width: 4, channels, widths: [8] });
      return treeLeaves(network.initialise(key)).reduce<number>(
        (sum, leaf) => sum + (leaf as Tensor).size,
        0,
      );
    };
    // A further channel is one more input of the first convolution, and one more output, with its bias, of
    // the last.
    expect(count(2) - count(1)).to.equal(9 * 8 + 9 * 8 + 1);
  });

  it('refuses widths that the groups do not divide, and images that cannot be halved so often', () => {
    const size = { height: 14, width: 14 };
    expect(() => unetVelocityNetwork({ ...size, widths: [12, 20] })).to.throw(
      ArgumentError,
      'the 8 groups divide',
    );
    expect(() => unetVelocityNetwork({ ...size, widths: [] })).to.throw(ArgumentError, 'widths');
    expect(() => unetVelocityNetwork({ ...size, widths: [8, 8, 8] })).to.throw(
      ArgumentError,
      'an image of 14 × 14 cannot be halved 2 times; give fewer widths',
    );
    expect(() => unetVelocityNetwork({ ...size, blocks: 0 })).to.throw(
      ArgumentError,
      "≥ 1 for 'blocks', got 0",
    );
    expect(() => unetVelocityNetwork({ ...size, depth: 2 } as typeof size)).to.throw(
      ArgumentError,
      "option 'depth'",
    );
  });
});

describe('residualBlock', () => {
  it('begins as the identity between equal widths, and as a linear map between others', () => {
    const x = random.normal(random.key(1), [2, 3, 3, 4], { dtype });
    const condition = random.normal(random.key(2), [2, 6], { dtype });
    const equal = initialiseResidualBlock(key, { inputs: 4, outputs: 4, condition: 6 }, dtype);
    expectClose(residualBlock(equal, x, condition, 2).toTypedArray(), x.toTypedArray(), 0);
    const wider = initialiseResidualBlock(key, { inputs: 4, outputs: 6, condition: 6 }, dtype);
    expectClose(
      residualBlock(wider, x, condition, 2).toTypedArray(),
      x.matmul(wider.shortcut).toTypedArray(),
      1e-12,
    );
  });
});
