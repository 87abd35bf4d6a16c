/** The WebAssembly module of random words and uniform numbers. We assemble it when a draw first needs it. */
import { instantiate, newMemory } from '../../wasm/engine.ts';
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, f32x4, f64x2, i8x16, i32, i32x4, i64x2, v128 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module.ts';
import { keyOf, threefry } from './threefry.ts';

type Vector = Expression<'v128'>;

/** The results of a draw: both words of every block, or one word for each block, their exclusive or. */
export type Source = 'blocks' | 'words';

// The page stays in a first-level cache.
const pageBytes = 16384;
const keysAt = pageBytes + 64; // the last vector of a key may reach behind the page

export interface Kernels {
  /** The place of the keys, two words each, with room for one key for every number of a page. */
  readonly keys: Uint32Array;
  /** The place of the results, as integers, float32 and float64. */
  readonly page: {
    readonly words: Uint32Array;
    readonly float32: Float32Array;
    readonly float64: Float64Array;
  };
  /** Fills the page with `count` results of each of `keyCount` keys, from the counter (high, low) on. */
  readonly draw: Readonly<
    Record<Source, (keyCount: number, count: number, high: number, low: number) => void>
  >;
  /** Makes uniform numbers of the first `bytes` bytes of the page: float32 of words, float64 of blocks. */
  readonly uniform: Readonly<
    Record<'float32' | 'float64', (bytes: number, low: number, width: number, last: number) => void>
  >;
}

let assembled: Kernels | undefined;

export function kernels(): Kernels {
  assembled ??= assemble();
  return assembled;
}

function assemble(): Kernels {
  const module = new ModuleBuilder();
  defineDraw(module, 'words', 4, (f, at, first, second) => f.do(v128.store(at, v128.xor(first, second))));
  defineDraw(module, 'blocks', 8, (f, at, first, second) => {
    f.do(v128.store(at, i8x16.shuffle(first, second, lanes([0, 4, 1, 5]))));
    f.do(v128.store(at, i8x16.shuffle(first, second, lanes([2, 6, 3, 7])), 16));
  });
  defineUniform(module, 'float32', 'f32', f32x4);
  defineUniform(module, 'float64', 'f64', f64x2);
  const memory = newMemory();
  const { words, blocks, float32, float64 } = instantiate<Kernels['draw'] & Kernels['uniform']>(
    module.assemble(),
    memory,
  );
  return {
    keys: new Uint32Array(memory.buffer, keysAt, 2 * (pageBytes / 4)),
    page: {
      words: new Uint32Array(memory.buffer, 0, pageBytes / 4),
      float32: new Float32Array(memory.buffer, 0, pageBytes / 4),
      float64: new Float64Array(memory.buffer, 0, pageBytes / 8),
    },
    draw: { words, blocks },
    uniform: { float32, float64 },
  };
}

/** Draws four results at a time. A key's last four may reach into the next key's place, written later. */
function defineDraw(
  module: ModuleBuilder,
  name: Source,
  bytes: number,
  store: (f: FunctionBuilder, at: Local<'i32'>, first: Local<'v128'>, second: Local<'v128'>) => void,
): void {
  module.define(name, { keyCount: 'i32', count: 'i32', high: 'i32', low: 'i32' }, (f, parameters) => {
    const { keyCount, count, high, low } = parameters;
    const keysEnd = f.local('i32', i32.shl(keyCount, i32.const(3)));
    const [highs, lows] = [f.hoist(i32x4.splat(high)), f.hoist(i32x4.splat(low))];
    const [start, end] = [f.local('i32'), f.local('i32')];
    const [x0, x1] = [f.local('v128'), f.local('v128')];
    f.for(0, keysEnd, 8, (at) => {
      const key = keyOf(f, v128.load32_splat(at, keysAt), v128.load32_splat(at, keysAt + 4));
      f.set(end, i32.add(start, i32.mul(count, i32.const(bytes))));
      f.set(x1, i32x4.add(lows, f.hoist(v128.const(littleEndian([0, 1, 2, 3])))));
      f.for(start, end, 4 * bytes, (at) => {
        f.set(x0, i32x4.sub(highs, i32x4.lt_u(x1, lows))); // a carry, where the lower word has wrapped around
        const [first, second] = threefry(f, key, x0, x1);
        store(f, at, first, second);
        f.set(x1, i32x4.add(x1, f.hoist(i32x4.const(4))));
      });
      f.set(start, end);
    });
  });
}

/** A vector of words or blocks as the bits of numbers in [0, 1) without their exponent: mantissas. */
type Mantissas = (f: FunctionBuilder, bits: Vector) => Vector;

const mantissas = {
  float32: (_, words) => i32x4.shr_u(words, 9),
  // A block is a number of 64 bits. Its first word is the higher one.
  float64(f, blocks) {
    const pair = f.local('v128', blocks);
    return i64x2.shr_u(i8x16.shuffle(pair, pair, lanes([1, 0, 3, 2])), 12);
  },
} satisfies Record<'float32' | 'float64', Mantissas>;

/**
 * Makes each mantissa a number in [1, 2), subtracts 1, and stretches to the interval, up to its last number.
 */
function defineUniform<T extends 'f32' | 'f64'>(
  module: ModuleBuilder,
  name: 'float32' | 'float64',
  type: T,
  { splat, const: repeat, add, sub, mul, min, max }: Floating<T>,
): void {
  module.define(name, { bytes: 'i32', low: type, width: type, last: type }, (f, parameters) => {
    const { bytes, low, width, last } = parameters as Record<'low' | 'width' | 'last', Local<T>> & {
      bytes: Local<'i32'>;
    };
    const [start, factor, end] = [f.hoist(splat(low)), f.hoist(splat(width)), f.hoist(splat(last))];
    const one = f.hoist(repeat(1));
    f.for(0, bytes, 16, (at) => {
      const unit = sub(v128.or(mantissas[name](f, v128.load(at)), one), one);
      f.do(v128.store(at, min(max(add(mul(unit, factor), start), start), end)));
    });
  });
}

/** The part of `f32x4` or `f64x2` that uniform numbers need. */
interface Floating<T extends 'f32' | 'f64'>
  extends Record<'add' | 'sub' | 'mul' | 'min' | 'max', BinaryVector> {
  readonly splat: (x: Expression<T>) => Vector;
  readonly const: (value: number) => Vector;
}

type BinaryVector = (a: Vector, b: Vector) => Vector;

/** The bytes of 32-bit lanes. Lanes 0 to 3 are those of the first vector, 4 to 7 those of the second. */
function lanes(numbers: readonly number[]): readonly number[] {
  return numbers.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]);
}

function littleEndian(words: readonly number[]): readonly number[] {
  return [...new Uint8Array(Uint32Array.from(words).buffer)];
}
