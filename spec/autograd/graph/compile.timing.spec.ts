/** What compiled functions leave alive: nothing that grows with the number of calls, or of programs. */
import { expect } from 'chai';
import {
  add,
  compile,
  multiply,
  subtract,
  sum,
  type Tensor,
  tanh,
  valueAndGrad,
} from '../../../autograd/index.ts';
import { useVectors } from '../../tools/with-vectors.ts';
import { leastGrowth } from '../collect-garbage.ts';
import { sampleTensor } from '../numbers.ts';

const float32 = (seed: number, shape: readonly number[]) => sampleTensor(seed, shape, -1, 1, 'float32');
const loss = (w: Tensor, x: Tensor) => sum(tanh(multiply(w, x)));

describe('memory of compiled functions', () => {
  useVectors();

  it('does not grow with the steps', () => {
    const step = compile(
      (w: Tensor, x: Tensor, rate: number) => {
        const [value, slope] = valueAndGrad(loss)(w, x);
        return [subtract(w, multiply(slope, rate)), value] as const;
      },
      { donate: [0] },
    );
    const x = float32(1, [1000]);
    let w = float32(2, [1000]);
    const growth = leastGrowth(() => {
      for (let i = 0; i < 10_000; i++) {
        const [next, value] = step(w, x, 1e-3 / (i + 1));
        w = next;
        if (i % 100 === 0) value.item();
      }
    }, 3);
    // 10⁴ states of 4 kB are 40 MB; a byte for each step would be 10 kB.
    expect(growth).to.be.lessThan(100_000);
  });

  it('does not grow with the number of programs: the cache holds a few of a function', () => {
    const compiled = compile((w: Tensor, x: Tensor) => valueAndGrad(loss)(w, x));
    let length = 0;
    const compileMany = (count: number) => {
      for (let i = 0; i < count; i++) {
        length = (length + 1) % 2_000;
        const [value] = compiled(float32(1, [1000 + length]), float32(2, [1000 + length]));
        expect(value.size).to.equal(1);
      }
    };
    compileMany(50);
    // V8 frees the code of modules in the background, some rounds later: it it can fall behind for some in a
    // row.
    const growth = leastGrowth(() => compileMany(400), 7);
    expect(growth).to.be.lessThan(400 * 300);
  }).timeout(300_000);

  it('goes with the function', () => {
    const x = float32(1, [100_000]);
    const growth = leastGrowth(() => {
      for (let i = 0; i < 20; i++) compile((a: Tensor) => add(a, i))(x);
    });
    // Each program has 800 kB of its own.
    expect(growth).to.be.lessThan(400_000);
  });
});
