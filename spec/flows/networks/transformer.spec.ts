import { expect } from 'chai';
import { add, gather, mapTree, multiply, random, tensor, zerosLike } from '../../../autograd/index.ts';
import { transformerVelocityNetwork } from '../../../flows/index.ts';
import { fromPatches, toPatches } from '../../../flows/networks/transformer.ts';
import { initialiseTransformerBlock, transformerBlock } from '../../../flows/networks/transformer-block.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

const dtype = 'float64';
const key = random.key(0);
const image = [4, 6, 2] as const;
const size = { height: 4, width: 6, channels: 2, patch: 2, hidden: 8, layers: 2, heads: 2, dtype } as const;

describe('transformerVelocityNetwork', () => {
  const network = transformerVelocityNetwork(size);
  const parameters = mapTree(
    (p) => add(p, multiply(random.normal(random.key(1), p.shape, { dtype }), 0.3)),
    network.initialise(key),
  );
  const z = random.normal(random.key(2), [3, ...image], { dtype });
  const t = random.uniform(random.key(3), [3, 1], { dtype });

  /** The network on an image whose patches are in another order, with the patches of its answer put back. */
  function throughPermutation(p: typeof parameters) {
    const order = tensor([3, 0, 5, 1, 2, 4], { dtype: 'int32' });
    const back = tensor([1, 3, 4, 0, 5, 2], { dtype: 'int32' });
    const shuffled = fromPatches(gather(toPatches(z, 2), order, { axis: 1 }), 2, image);
    const answer = network.apply(p, shuffled, t, t);
    return fromPatches(gather(toPatches(answer, 2), back, { axis: 1 }), 2, image).toTypedArray();
  }

  it('without positions commutes with every permutation of the patches, and with them does not', () => {
    const nowhere = { ...parameters, positions: zerosLike(parameters.positions) };
    expectClose(throughPermutation(nowhere), network.apply(nowhere, z, t, t).toTypedArray(), 1e-12);
    const difference = (throughPermutation(parameters) as Float64Array).map(
      (value, i) => value - (network.apply(parameters, z, t, t).toTypedArray()[i] as number),
    );
    expect(Math.max(...difference.map(Math.abs))).to.be.above(0.01);
  });

  it('lets every patch see every other', () => {
    const changed = z.add(
      fromPatches(
        tensor([[1, 0, 0, 0, 0, 0]], { dtype })
          .reshape([1, 6, 1])
          .multiply(random.normal(random.key(4), [1, 6, 8], { dtype })),
        2,
        image,
      ),
    );
    const difference = network.apply(parameters, changed, t, t).subtract(network.apply(parameters, z, t, t));
    const perPatch = toPatches(difference.abs(), 2).max({ axes: 2 });
    expect(perPatch.min().item()).to.be.above(1e-9);
  });

  it('refuses patches that do not divide the image, and heads that do not divide the width', () => {
    expect(() => transformerVelocityNetwork({ ...size, patch: 3 })).to.throw(
      ArgumentError,
      'wanted patch that divides the height 4, got 3',
    );
    expect(() => transformerVelocityNetwork({ ...size, heads: 3 })).to.throw(
      ArgumentError,
      'the hidden 8, got 3',
    );
    expect(() => transformerVelocityNetwork({ ...size, layers: 1.5 })).to.throw(
      ArgumentError,
      "for 'layers', got 1.5",
    );
    expect(() => transformerVelocityNetwork({ ...size, depth: 2 } as typeof size)).to.throw(
      ArgumentError,
      "option 'depth'",
    );
  });
});

describe('toPatches', () => {
  it('takes squares of pixels, row by row, and fromPatches puts them back', () => {
    const x = tensor([...Array(24).keys()], { dtype }).reshape([1, 4, 6, 1]);
    const patches = toPatches(x, 2);
    expect(patches.slice([0, [0, 2]]).toArray()).to.deep.equal([
      [0, 1, 6, 7],
      [2, 3, 8, 9],
    ]);
    expect(fromPatches(patches, 2, [4, 6, 1]).toArray()).to.deep.equal(x.toArray());
  });
});

describe('transformerBlock', () => {
  it('begins as the identity, its gates closed', () => {
    const h = random.normal(random.key(1), [2, 5, 8], { dtype });
    const condition = random.normal(random.key(2), [2, 8], { dtype });
    const block = initialiseTransformerBlock(key, 8, dtype);
    expectClose(transformerBlock(block, h, condition, 2).toTypedArray(), h.toTypedArray(), 0);
  });
});
