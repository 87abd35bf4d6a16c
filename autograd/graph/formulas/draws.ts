/** Random draws as operations on 32-bit words: the bits that `lib/random` and JAX give. */
import { type Shape, sizeOf } from '../../../lib/index.ts';
import { intervalOf } from '../../../lib/random/distributions.ts';
import { multiplierOf, sortingRounds } from '../../../lib/random/integers.ts';
import { drawnShape } from '../../../lib/random/key.ts';
import { parity, rotations } from '../../../lib/random/threefry.ts';
import type { PrimitiveParams } from '../../core/primitive.ts';
import type { ArrayWriter, Value } from './array-writer.ts';

/** New keys [..., 2] from keys and the data that are folded in, [...]. */
export function foldIn(w: ArrayWriter, keys: Value, data: Value): Value {
  const [k0, k1] = wordsOf(w, keys);
  const zero = w.full(0, k0);
  return pairs(w, threefry(w, [k0, k1], [zero, w.convert(data, 'uint32')]));
}

/** Keys [..., count, 2] from keys [..., 2]. */
export function split(w: ArrayWriter, keys: Value, count: number): Value {
  return pairs(w, blocks(w, keys, count));
}

/** Words [..., ...shape] from keys [..., 2]. */
export function bits(w: ArrayWriter, keys: Value, shape: Shape): Value {
  return w.reshape(words(w, keys, sizeOf(shape)), drawnShape(keys, shape));
}

/** Each step rounds as `lib/random` does: see there. */
export function uniform(
  w: ArrayWriter,
  keys: Value,
  { shape, dtype, low, high }: PrimitiveParams['randomUniform'],
): Value {
  const [first, second] = blocks(w, keys, sizeOf(shape));
  const unit =
    dtype === 'float32'
      ? w.multiply(w.convert(shiftedRight(w, w.binary('xor', first, second), 9), dtype), 2 ** -23)
      : w.multiply(
          w.add(w.multiply(w.convert(first, dtype), 2 ** 20), w.convert(shiftedRight(w, second, 12), dtype)),
          2 ** -52,
        );
  const [start, width, last] = intervalOf(dtype, low, high);
  const stretched = w.add(w.multiply(unit, width), start);
  const bounded = w.binary('minimum', w.binary('maximum', stretched, start), last);
  return w.reshape(bounded, drawnShape(keys, shape));
}

/** The remainder of a 64-bit number: see `randint` in `lib/random`. */
export function integers(
  w: ArrayWriter,
  keys: Value,
  { shape, low, high }: PrimitiveParams['randomIntegers'],
): Value {
  const span = high - low;
  const [firstKeys, secondKeys] = children(w, keys);
  const remainder = (x: Value) => w.binary('remainder', x, span);
  const upper = w.multiply(remainder(words(w, firstKeys, sizeOf(shape))), multiplierOf(span));
  const whole = remainder(w.add(upper, remainder(words(w, secondKeys, sizeOf(shape)))));
  return w.reshape(w.add(w.convert(whole, 'int32'), low), drawnShape(keys, shape));
}

/** The numbers below `length`, sorted by random words, several times. */
export function permutation(w: ArrayWriter, keys: Value, length: number): Value {
  const shape = drawnShape(keys, [length]);
  const axis = shape.length - 1;
  let order = w.iota({ shape, dtype: 'int32' }, axis);
  let next = keys;
  for (let round = 0; round < sortingRounds(length); round++) {
    const [first, second] = children(w, next);
    const sortKeys = words(w, second, length);
    order = w.ordered(sortKeys, order, axis);
    next = first;
  }
  return order;
}

/** Two keys of each key. */
function children(w: ArrayWriter, keys: Value): readonly [Value, Value] {
  const both = split(w, keys, 2);
  const axis = both.shape.length - 2;
  return [entryOf(w, both, axis, 0), entryOf(w, both, axis, 1)];
}

/** `count` words of each key, [..., count]. */
function words(w: ArrayWriter, keys: Value, count: number): Value {
  const [first, second] = blocks(w, keys, count);
  return w.binary('xor', first, second);
}

/** Both words of `count` blocks of each key, [..., count]. */
function blocks(w: ArrayWriter, keys: Value, count: number): readonly [Value, Value] {
  const shape = drawnShape(keys, [count]);
  const places = shape.slice(0, -1).map((_, i) => i);
  const [k0, k1] = wordsOf(w, keys).map((word) => w.broadcast(word, shape, places)) as [Value, Value];
  return threefry(w, [k0, k1], [w.full(0, k0), w.iota(k0, shape.length - 1)]);
}

/** The two words of each key, [...] each. */
function wordsOf(w: ArrayWriter, keys: Value): readonly [Value, Value] {
  const axis = keys.shape.length - 1;
  return [entryOf(w, keys, axis, 0), entryOf(w, keys, axis, 1)];
}

/** Entry number i along an axis, which the result has no more. */
function entryOf(w: ArrayWriter, x: Value, axis: number, i: number): Value {
  const starts = x.shape.map((_, k) => (k === axis ? i : 0));
  const limits = x.shape.with(axis, i + 1);
  const steps = x.shape.map(() => 1);
  return w.reshape(w.slice(x, starts, limits, steps), x.shape.toSpliced(axis, 1));
}

/** Two words [...] as [..., 2]. */
function pairs(w: ArrayWriter, [first, second]: readonly [Value, Value]): Value {
  const axis = first.shape.length;
  const single = (x: Value) => w.reshape(x, [...x.shape, 1]);
  return w.concatenate([single(first), single(second)], axis);
}

/** Encrypts counters with keys: as `threefry` in `lib/random`, on arrays. */
function threefry(
  w: ArrayWriter,
  [k0, k1]: readonly [Value, Value],
  [x0, x1]: readonly [Value, Value],
): readonly [Value, Value] {
  const keys = [k1, w.binary('xor', w.binary('xor', k0, k1), parity), k0] as const;
  let first = w.add(x0, k0);
  let second = w.add(x1, k1);
  for (let injection = 1; injection <= 5; injection++) {
    for (const count of rotations(injection)) {
      first = w.add(first, second);
      second = w.binary('xor', rotated(w, second, count), first);
    }
    first = w.add(first, keys[(injection - 1) % 3] as Value);
    second = w.add(w.add(second, keys[injection % 3] as Value), injection);
  }
  return [first, second];
}

function rotated(w: ArrayWriter, x: Value, count: number): Value {
  return w.binary('or', w.binary('shift_left', x, count), shiftedRight(w, x, 32 - count));
}

function shiftedRight(w: ArrayWriter, x: Value, count: number): Value {
  return w.binary('shift_right_logical', x, count);
}
