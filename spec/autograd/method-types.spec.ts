import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Tensor } from '../../autograd/core/tensor.ts';
import type { functionsOnly } from '../../autograd/methods.ts';
import type * as operations from '../../autograd/operations/index.ts';
import { methodTypes, methodTypesFile } from './method-types.ts';

type Operations = typeof operations;
type Name = Exclude<keyof Operations, (typeof functionsOnly)[number]>;
/** The methods, as the compiler knows the functions. */
type Methods = {
  [K in Name]: Operations[K] extends (first: never, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

type Same = [Pick<Tensor, Name>, Methods] extends [Methods, Pick<Tensor, Name>] ? true : never;

describe('the types of the methods', () => {
  it('are what the functions and their comments say (npx tsx spec/tools/write-method-types.ts)', () => {
    const words = (text: string) => text.replace(/[\s;,|]+/g, '');
    expect(words(readFileSync(methodTypesFile, 'utf8'))).to.equal(words(methodTypes()));
  });

  it('take what the functions take, and give what they give: else this would not compile', () => {
    const same: Same = true;
    expect(same).to.equal(true);
  });
});
