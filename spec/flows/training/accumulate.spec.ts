import { expect } from 'chai';
import {
  mean,
  random,
  square,
  subtract,
  type Tensor,
  tensor,
  treeLeaves,
  valueAndGrad,
} from '../../../autograd/index.ts';
import { accumulate, adam, constantSchedule, mlp, trainingSteps } from '../../../flows/index.ts';
import { ArgumentError } from '../../../lib/index.ts';
import { expectClose } from '../close.ts';

const dtype = 'float64';
const network = mlp({ sizes: [3, 5, 2], dtype });
const parameters = network.initialise(random.key(0));
const batch = {
  x: random.normal(random.key(1), [12, 3], { dtype }),
  y: random.normal(random.key(2), [12, 2], { dtype }),
};
const key = random.key(3);

type Parameters = ReturnType<typeof network.initialise>;
const loss = (p: Parameters, { x, y }: typeof batch, _: random.Key) =>
  mean(square(subtract(network.apply(p, x), y)));

const numbers = (tree: unknown) => treeLeaves(tree).flatMap((leaf) => [...(leaf as Tensor).toTypedArray()]);

describe('accumulate', () => {
  it("gives the whole batch's loss and gradient, to rounding, whatever the number of parts", () => {
    const whole = numbers(valueAndGrad(loss)(parameters, batch, key));
    for (const count of [2, 3, 12]) {
      expectClose(numbers(accumulate(valueAndGrad(loss), count)(parameters, batch, key)), whole, 1e-15);
    }
    expect(numbers(accumulate(valueAndGrad(loss), 1)(parameters, batch, key))).to.deep.equal(whole);
  });

  it('is the function itself for one part', () => {
    expect(accumulate(loss, 1)).to.equal(loss);
  });

  it('gives each part examples and a key of its own', () => {
    const seen: number[][] = [];
    const keys = new Set<number>();
    accumulate((_: null, x: Tensor, partKey: random.Key) => {
      seen.push([...x.toTypedArray()]);
      keys.add(random.uniform(partKey, []).item());
      return x.sum();
    }, 3)(null, tensor([1, 2, 3, 4, 5, 6]), key);
    expect(seen).to.deep.equal([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(keys.size).to.equal(3);
  });

  it('refuses parts that are not equal, or none', () => {
    expect(() => accumulate(loss, 5)(parameters, batch, key)).to.throw(
      ArgumentError,
      'accumulate: cannot cut a batch of 12 examples into 5 equal parts',
    );
    expect(() => accumulate((_: null, x: Tensor) => x.sum(), 2)(null, tensor([]), key)).to.throw(
      ArgumentError,
      'a batch of 0 examples into 2 equal parts',
    );
    expect(() => accumulate(loss, 0)).to.throw(ArgumentError, 'whole number ≥ 1 for count, got 0');
  });

  it('in a training run changes its steps by rounding alone', () => {
    const run = (microBatches?: number) => [
      ...trainingSteps({
        loss: (p: Parameters, b: typeof batch, k) => ({ loss: loss(p, b, k) }),
        parameters,
        optimizer: adam(),
        schedule: constantSchedule(1e-2),
        steps: 5,
        batches: new Array(5).fill(batch),
        key,
        ...(microBatches !== undefined && { microBatches }),
      }),
    ];
    const [plain, accumulated] = [run(), run(4)];
    expectClose(
      accumulated.map(({ losses }) => losses.loss as number),
      plain.map(({ losses }) => losses.loss as number),
      1e-12,
    );
    expect(numbers(plain.at(-1)?.state.parameters)).not.to.deep.equal(numbers(parameters));
  });
});
