/** The generator of `../threefry.ts`, four blocks at once. */
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, i32x4, v128 } from '../../wasm/instructions.ts';
import { parity, rotations } from '../threefry.ts';

type Vector = Expression<'v128'>;

/** A key in all lanes: its two words, and the third word, which `keyOf` makes of them. */
export type VectorKey = readonly [Local<'v128'>, Local<'v128'>, Local<'v128'>];

export function keyOf(f: FunctionBuilder, high: Vector, low: Vector): VectorKey {
  const [k0, k1] = [f.local('v128', high), f.local('v128', low)];
  return [k0, k1, f.local('v128', v128.xor(v128.xor(k0, k1), f.hoist(i32x4.const(parity))))];
}

/** Encrypts the counters (x0, x1). Returns the first words of the blocks, and the second words. */
export function threefry(
  f: FunctionBuilder,
  key: VectorKey,
  x0: Vector,
  x1: Vector,
): readonly [Local<'v128'>, Local<'v128'>] {
  const { add } = i32x4;
  const keyWord = (i: number): Vector => key[i % 3] as Vector;
  const first = f.local('v128', add(x0, keyWord(0)));
  const second = f.local('v128', add(x1, keyWord(1)));
  for (let injection = 1; injection <= 5; injection++) {
    for (const count of rotations(injection)) {
      f.set(first, add(first, second));
      f.set(second, v128.xor(v128.or(i32x4.shl(second, count), i32x4.shr_u(second, 32 - count)), first));
    }
    f.set(first, add(first, keyWord(injection)));
    f.set(second, add(second, add(keyWord(injection + 1), f.hoist(i32x4.const(injection)))));
  }
  return [first, second];
}
