import { expect } from 'chai';
import {
  ArgumentError,
  add,
  flattenTree,
  mapTree,
  multiply,
  type Tensor,
  tensor,
  treeLeaves,
  treePaths,
} from '../../autograd/index.ts';
import { float64, numbersOf } from './numbers.ts';

describe('trees', () => {
  const tree = {
    layers: [
      { w: float64([1, 2]), b: float64(3) },
      { w: float64([4]), b: float64(5) },
    ],
    scale: float64(6),
  };

  it('have their leaves from left to right', () => {
    expect(numbersOf(tree)).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(treePaths(tree)).to.deep.equal(['layers.0.w', 'layers.0.b', 'layers.1.w', 'layers.1.b', 'scale']);
    expect(treePaths(float64(1))).to.deep.equal(['']);
    expect(() => treePaths({ w: 'x' })).to.throw(ArgumentError, 'treePaths: wanted tensors');
    expect(treeLeaves(float64(1)).length).to.equal(1);
    expect(treeLeaves({ a: [], b: {} })).to.deep.equal([]);
    expect(treeLeaves([1, [2, [3]]])).to.deep.equal([1, 2, 3]);
  });

  it('are mapped leaf by leaf, several at once, and keep their structure', () => {
    const doubled = mapTree((x) => multiply(x, 2), tree);
    expect(Object.keys(doubled)).to.deep.equal(['layers', 'scale']);
    expect(doubled.layers[1]?.b.item()).to.equal(10);
    expect(numbersOf(mapTree((x, y, z) => add(x, multiply(y, z)), tree, doubled, tree))).to.deep.equal(
      [1, 2, 3, 4, 5, 6].map((x) => x + 2 * x * x),
    );
    expect(Array.isArray(doubled.layers)).to.equal(true);
  });

  it('take numbers as leaves, which mapTree makes tensors', () => {
    const mapped = mapTree((x) => x.add(1), { a: 1, b: [tensor([2])] });
    expect([mapped.a.item(), mapped.b[0]?.toArray()]).to.deep.equal([2, [3]]);
    expect(mapTree(() => 7, [tensor(0)])[0]?.item()).to.equal(7);
  });

  it('are taken apart and put together again', () => {
    const { leaves, rebuild } = flattenTree(tree);
    const negated = rebuild(leaves.map((leaf) => multiply(leaf, -1)));
    expect(numbersOf(negated)).to.deep.equal([-1, -2, -3, -4, -5, -6]);
    const same: Tensor | undefined = rebuild(leaves).layers[0]?.w;
    expect(same).to.equal(tree.layers[0]?.w);
  });

  it('without prototype are trees too', () => {
    const bare = Object.assign(Object.create(null), { a: float64(1) }) as { a: Tensor };
    expect(mapTree((x) => x.add(1), bare).a.item()).to.equal(2);
  });

  describe('are refused, saying where', () => {
    const first = (x: Tensor) => x;

    for (const [what, leaf] of Object.entries({
      string: 'abc',
      null: null,
      undefined: undefined,
      Map: new Map(),
      Date: new Date(0),
      Float64Array: new Float64Array(2),
      boolean: true,
    })) {
      it(`with a leaf like ${what}`, () => {
        const wrong = { a: [1, { b: leaf }] };
        expect(() => treeLeaves(wrong)).to.throw(
          ArgumentError,
          new RegExp(`^treeLeaves: .*${what}.* at 'a.1.b'`),
        );
        expect(() => mapTree(first, wrong)).to.throw(
          ArgumentError,
          new RegExp(`^mapTree: .*${what}.* at 'a.1.b'`),
        );
      });
    }

    it('when two differ', () => {
      const one = { a: float64(1), b: [float64(2)] };
      const different: [other: unknown, message: RegExp][] = [
        [{ a: 1 }, /wanted {a, b}, got {a}/],
        [{ a: 1, c: [2] }, /wanted {a, b}, got {a, c}/],
        [{ a: 1, b: [2, 3] }, /at 'b': wanted \{0\}, got \{0, 1\}/],
        [{ a: 1, b: { 0: 2 } }, /at 'b'/],
        [{ a: [1], b: [2] }, /at 'a': wanted a tensor of shape \[\]/],
        [{ a: undefined, b: [2] }, /at 'a': .*got undefined/],
        [{ a: 1, b: undefined }, /at 'b': .*got undefined/],
        [undefined, /got undefined/],
        [float64(1), /got a tensor/],
      ];
      for (const [other, message] of different) {
        expect(() => mapTree(first, one, other), String(message)).to.throw(ArgumentError, message);
      }
    });

    it('when mapTree gets something else than a tensor back', () => {
      expect(() => mapTree((() => 'x') as never, [tensor(1)])).to.throw(
        ArgumentError,
        /^mapTree: .*string x/,
      );
    });
  });
});
