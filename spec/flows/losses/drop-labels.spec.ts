import { expect } from 'chai';
import { ArgumentError, cast, random } from '../../../autograd/index.ts';
import { dropLabels } from '../../../flows/index.ts';
import { uniform64 } from '../support.ts';

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
