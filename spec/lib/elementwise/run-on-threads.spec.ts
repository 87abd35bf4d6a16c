/** Elementwise functions of large arrays give the same bits on several threads as on one. */
import { expect } from 'chai';
import {
  cos,
  exp,
  gelu,
  log,
  type NDArray,
  setThreads,
  sigmoid,
  silu,
  sin,
  softplus,
  tanh,
  threadCount,
  wrap,
} from '../../../lib/index.ts';

const functions = { exp, log, tanh, sigmoid, silu, softplus, sin, cos, gelu };

describe('large arrays in shares', () => {
  const before = threadCount();
  after(() => setThreads(before));

  const ramp = (count: number) => {
    const data = Float32Array.from({ length: count }, (_, i) => ((i * 37) % 2001) / 100 - 10);
    data.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0], count - 4);
    return wrap(data, [count]);
  };
  const onThreads = (threads: number, fn: (x: NDArray) => NDArray, x: NDArray) => {
    setThreads(threads);
    return new Uint32Array((fn(x).data as Float32Array).buffer);
  };

  for (const [name, fn] of Object.entries(functions)) {
    it(`${name}, whatever the number of threads and the length of the last share`, () => {
      for (const count of [2 ** 18, 2 ** 18 + 1, 2 ** 18 + 7, 300_001]) {
        const x = ramp(count);
        const alone = onThreads(1, fn, x);
        for (const threads of [2, 3])
          expect(onThreads(threads, fn, x).every((bits, i) => bits === alone[i])).to.equal(true);
      }
    });
  }

  it('in rounds, where the shares would be larger than the memory that is shared', () => {
    const x = ramp(2 ** 21 + 5);
    const alone = onThreads(1, exp, x);
    expect(onThreads(2, exp, x).every((bits, i) => bits === alone[i])).to.equal(true);
  });

  it('leaves the argument as it was', () => {
    const x = ramp(2 ** 18 + 3);
    const copy = (x.data as Float32Array).slice();
    onThreads(2, tanh, x);
    expect(new Uint32Array((x.data as Float32Array).buffer)).to.deep.equal(new Uint32Array(copy.buffer));
  });
});
