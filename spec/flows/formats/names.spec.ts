import { expect } from 'chai';
import fc from 'fast-check';
import { random, type Tensor, tensor } from '../../../autograd/index.ts';
import {
  flattenNames,
  formatSafetensors,
  fromStateDict,
  parseSafetensors,
  restoreTree,
  stateDict,
  unflattenNames,
} from '../../../flows/formats/index.ts';
import { mlpVelocityNetwork, unetVelocityNetwork } from '../../../flows/networks/index.ts';
import { ArgumentError, DTypeError, ShapeError } from '../../../lib/index.ts';

const [w, b] = [tensor([[1, 2, 3]]), tensor([4, 5, 6])];
const values = (tree: unknown) =>
  Object.entries(flattenNames(tree)).map(([name, x]) => [name, x.shape, [...x.toTypedArray()]]);

describe('names of tensors', () => {
  it('are the paths of a tree, and give the tree back', () => {
    const tree = {
      layers: [
        { w, b },
        { w, b },
      ],
      scale: w,
    };
    const names = flattenNames(tree);
    expect(Object.keys(names)).to.deep.equal([
      'layers.0.w',
      'layers.0.b',
      'layers.1.w',
      'layers.1.b',
      'scale',
    ]);
    expect(unflattenNames(names)).to.deep.equal(tree);
    expect(restoreTree(names, tree)).to.deep.equal(tree);
  });

  it('are refused where they would be ambiguous or do something else', () => {
    expect(() => flattenNames({ 'a.b': w })).to.throw(ArgumentError, "keys without dots, got 'a.b'");
    expect(() => flattenNames({ a: 1 })).to.throw(ArgumentError, "got 1 at 'a'");
    expect(() => unflattenNames({ a: w, 'a.b': w })).to.throw(ArgumentError, "'a.b' is both");
    expect(() => unflattenNames({ 'a.b': w, a: w })).to.throw(ArgumentError, "'a' is both");
    expect(() => unflattenNames({ 'a.__proto__.polluted': w })).to.throw(ArgumentError, 'no name');
    const tree = unflattenNames({ 'constructor.prototype.polluted': w }) as Record<string, unknown>;
    expect(Object.keys(tree)).to.deep.equal(['constructor']);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
  });

  it('say what is missing, too many, or of another type', () => {
    expect(() => restoreTree({ w }, { w, b })).to.throw(ArgumentError, "no tensor named 'b'");
    expect(() => restoreTree({ w, b }, { w })).to.throw(ArgumentError, "no place for 'b'");
    expect(() => restoreTree({ w: b }, { w })).to.throw(ShapeError, "'w': wanted shape [1, 3], got [3]");
    expect(() => restoreTree({ b: tensor([1, 2, 3], { dtype: 'int32' }) }, { b })).to.throw(
      DTypeError,
      "'b'",
    );
    expect(() => restoreTree({}, { toString: w })).to.throw(ArgumentError, "no tensor named 'toString'");
  });

  it('give a tree or an error for any names', () => {
    const step = fc.constantFrom('a', 'b', '0', '1', '2', '__proto__', 'constructor', '');
    const names = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('.')));
    const property = fc.property(names, (list) => {
      const tensors = Object.fromEntries(list.map((name) => [name, w]));
      let tree: unknown;
      try {
        tree = unflattenNames(tensors);
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error;
        return;
      }
      expect(flattenNames(tree)).to.deep.equal(tensors);
    });
    fc.assert(property, { numRuns: 10_000 });
  });
});

describe('state_dict', () => {
  it('names and lays out layers as PyTorch does', () => {
    const dict = stateDict({ input: { w, b }, classes: w });
    expect(Object.keys(dict)).to.deep.equal(['input.weight', 'input.bias', 'classes']);
    expect(dict['input.weight']?.toArray()).to.deep.equal([[1], [2], [3]]);
  });

  const networks = {
    MLP: mlpVelocityNetwork({ features: 2, hidden: 8, layers: 2, classes: 3 }),
    'U-Net': unetVelocityNetwork({ height: 4, width: 4, widths: [4, 8], groups: 2, classes: 2 }),
  } as const;
  for (const [name, network] of Object.entries(networks)) {
    it(`brings the parameters of ${name} back through a file, from which the network answers the same`, () => {
      const parameters = network.initialise(random.key(0)) as never;
      const { tensors } = parseSafetensors(formatSafetensors(stateDict(parameters)));
      const back = fromStateDict(tensors, network.initialise(random.key(1)) as never);
      expect(values(back)).to.deep.equal(values(parameters));
    });
  }

  it('has the convolutions of a U-Net in the order [outputs, inputs, height, width]', () => {
    const dict = stateDict(networks['U-Net'].initialise(random.key(0)));
    expect((dict['input.weight'] as Tensor).shape).to.deep.equal([4, 1, 3, 3]);
    expect((dict['norm.weight'] as Tensor).shape).to.deep.equal([4]);
  });
});
