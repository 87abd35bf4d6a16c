import { expect } from 'chai';
import { ArgumentError, cast, random } from '../../../autograd/index.ts';
import { dropConditions, dropLabels } from '../../../flows/index.ts';
import { DTypeError } from '../../../lib/index.ts';
import { normal64, uniform64 } from '../support.ts';

describe('dropLabels', () => {
  const many = cast(uniform64(4, [20000], 0, 10).floor(), 'int32');

  it('replaces the asked share by the null class and leaves the rest', () => {
    const dropped = dropLabels(random.key(5), many, 0.1, 10);
    expect(dropped.dtype).to.equal('int32');
    const [before, after] = [many.toTypedArray(), dropped.toTypedArray()];
    const changed = after.filter((label, i) => label !== before[i]);
    expect(new Set(changed)).to.deep.equal(new Set([10]));
    expect(changed.length / 20000).to.be.closeTo(0.1, 0.01);
    expect(dropLabels(random.key(5), many, 0.1, 10).toArray()).to.deep.equal(dropped.toArray());
    expect(dropLabels(random.key(5), many, 0, 10).toArray()).to.deep.equal(many.toArray());
  });

  it('refuses a share that is none', () => {
    expect(() => dropLabels(random.key(0), many, 10, 10)).to.throw(ArgumentError, /share/);
  });
});

describe('dropConditions', () => {
  const many = normal64(6, [20000, 2]);

  it('replaces the asked share of the rows by NaN, and leaves the rest', () => {
    const dropped = dropConditions(random.key(7), many, 0.1);
    const [before, after] = [many.toArray(), dropped.toArray()] as [number[][], number[][]];
    const isNone = after.map((row) => row.every(Number.isNaN));
    expect(isNone.filter(Boolean).length / 20000).to.be.closeTo(0.1, 0.01);
    expect(after.filter((_, i) => !isNone[i])).to.deep.equal(before.filter((_, i) => !isNone[i]));
    expect(dropConditions(random.key(7), many, 0.1).toArray()).to.deep.equal(after);
    expect(dropConditions(random.key(7), many, 0).toArray()).to.deep.equal(before);
    expect(dropConditions(random.key(7), many.cast('float32'), 1).dtype).to.equal('float32');
  });

  it('refuses a share that is none, and labels', () => {
    expect(() => dropConditions(random.key(0), many, 10)).to.throw(ArgumentError, 'share ≤ 1, got 10');
    expect(() => dropConditions(random.key(0), many.cast('int32'), 0.1)).to.throw(DTypeError, 'dropLabels');
  });
});
