import { expect } from 'chai';
import {
  ArgumentError,
  type Arithmetic,
  DTypeError,
  elementwiseBackend,
  flat,
  full,
  fuse,
  type NDArray,
  ShapeError,
  setElementwiseBackend,
  transpose,
  wrap,
} from '../../../lib/index.ts';
import { float32, int32, sample } from '../support.ts';

/** Has each operation, an operand and a value used twice, several results, and numbers between arrays. */
const formula = <T>(
  { add, subtract, multiply, divide, sqrt }: Arithmetic<T>,
  { x, a, y, b }: Readonly<Record<'x' | 'a' | 'y' | 'b', T>>,
) => {
  const length = sqrt(add(multiply(x, x), multiply(y, a)));
  return { length, quotient: divide(subtract(y, b), add(length, b)), x };
};

describe('fuse', () => {
  const before = elementwiseBackend();
  afterEach(() => setElementwiseBackend(before));

  function expectSameBits(
    operands: Readonly<Record<'x' | 'a' | 'y' | 'b', NDArray | number>>,
    shape: readonly number[],
  ) {
    const fused = fuse(formula);
    const [kernel, plain] = (['auto', 'javascript'] as const).map((backend) => {
      setElementwiseBackend(backend);
      return fused(operands);
    }) as [ReturnType<typeof fused>, ReturnType<typeof fused>];
    for (const name of ['length', 'quotient', 'x'] as const) {
      expect(kernel[name].shape).to.deep.equal(shape);
      flat(plain[name]).forEach((wanted, i) => {
        if (!Object.is(kernel[name].data[i], wanted))
          expect.fail(`${name}[${i}]: ${kernel[name].data[i]} for ${wanted}`);
      });
    }
  }

  it('has the bits of its operations one by one, for all lengths', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const length of [
        0,
        ...Array.from({ length: 41 }, (_, i) => i + 1),
        1023,
        1024,
        1025,
        2048,
        5001,
      ]) {
        const [x, y] = [sample([length], dtype, -3, 3), sample([length], dtype, 0, 2)];
        expectSameBits({ x, a: 0.1, y, b: 1 / 3 }, [length]);
      }
    }
  });

  it('takes views, scalars, arrays for numbers, and special values', () => {
    const x = sample([20, 30], 'float32', -3, 3);
    expectSameBits({ x: transpose(x, [1, 0]), a: 2, y: full([30, 20], 0.5, 'float32'), b: 0.1 }, [30, 20]);
    expectSameBits({ x: float32(2), a: 2, y: float32(0.5), b: 0.1 }, []);
    expectSameBits({ x, a: x, y: x, b: 7 }, [20, 30]);
    const special = wrap(Float32Array.of(0, -0, Infinity, -Infinity, NaN, 1e-45, 3e38, -1), [8]);
    expectSameBits({ x: special, a: 1, y: transpose(special, [0]), b: 0 }, [8]);
  });

  it('tells apart which operands are numbers from call to call', () => {
    const difference = fuse(<T>({ subtract }: Arithmetic<T>, { x, y }: Record<'x' | 'y', T>) => ({
      z: subtract(x, y),
    }));
    const x = float32([5, 7]);
    expect([...difference({ x, y: 2 }).z.data]).to.deep.equal([3, 5]);
    expect([...difference({ x: 2, y: x }).z.data]).to.deep.equal([-3, -5]);
    expect([...difference({ y: x, x }).z.data]).to.deep.equal([0, 0]);
  });

  it('refuses operands that do not fit', () => {
    const sum = fuse(<T>({ add }: Arithmetic<T>, { x, y }: Record<'x' | 'y', T>) => ({ z: add(x, y) }));
    expect(() => sum({ x: 1, y: 2 })).to.throw(ArgumentError, 'fuse: wanted an array among the operands');
    expect(() => sum({ x: float32([1]), y: float32([1, 2]) })).to.throw(
      ShapeError,
      'fuse: wanted equal shapes',
    );
    expect(() => sum({ x: float32([1]), y: sample([1]) })).to.throw(DTypeError, 'fuse: wanted equal dtypes');
    expect(() => sum({ x: int32([1]), y: 2 })).to.throw(
      DTypeError,
      'fuse: wanted float32 or float64, got int32',
    );
  });
});
