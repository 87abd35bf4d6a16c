/** Loops in WebAssembly: four float32 at a time, or number by number for the other dtypes. */

import type { DType } from '../../dtype.ts';
import { constant } from '../../elementwise/simd/vectors.ts';
import type { Callable, FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, i8x16, type Statement, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { f32, f32x4, f64, i16x8, i32, i32x4 } from '../../wasm/program-instructions.ts';
import { addressAt, type Heap } from '../heap.ts';
import { bytesOf } from '../memory.ts';
import type { Loop, LoopValue, Place } from '../program.ts';
import { isVectorised } from './imports.ts';
import { mergeAxes } from './merge-axes.ts';
import { byteOf, type CallScalar, computeNumber } from './number-scalars.ts';
import { rowsOf } from './phases.ts';
import { forShare, type ThreadParameters, threadParameters } from './share.ts';
import {
  castVector,
  computeVector,
  isComparison,
  type SharedParts,
  vectorsAtOnce,
} from './vector-scalars.ts';

/** Defines a function that runs a thread's share of the loop. */
export function defineLoop(
  module: ModuleBuilder,
  name: string,
  loop: Loop,
  heap: Heap,
  call: CallScalar,
): Callable<ThreadParameters> {
  const { shape, places } = mergeAxes(loop.shape, placesOf(loop));
  const rows = rowsOf(loop);
  const [outermost = 1] = shape;
  return module.define(name, threadParameters, (f, p) => {
    forShare(f, p, rows, ({ from, to }) => {
      // The outermost axis may be several axes in one: then a row is several of its indices.
      const scaled = (row: Expression<'i32'>) => f.local('i32', i32.mul(row, i32.const(outermost / rows)));
      const range =
        rows > 1 ? { from: scaled(from), to: scaled(to) } : { from: i32.const(0), to: i32.const(outermost) };
      const starts = places.map((place) => f.local('i32', addressAt(heap, place, p.step)));
      if (shape.length > 1) {
        places.forEach((place, i) => {
          const step = (place.strides[0] as number) * bytesOf[place.dtype];
          if (step !== 0) f.increase(starts[i] as Pointer, i32.mul(range.from, i32.const(step)));
        });
      }
      nest(f, shape, places, starts, range, (pointers) => {
        const length = shape.at(-1) ?? 1;
        const row =
          shape.length > 1
            ? { range: { from: i32.const(0), to: i32.const(length) }, unit: length }
            : { range, unit: rows > 1 ? outermost / rows : outermost };
        const common = { f, loop, places, pointers, call };
        if (isVectorised(loop)) vectorRow({ ...common, ...row });
        else numberRow({ ...common, ...row });
      });
    });
  });
}

/** All places of a loop: those of its loads, then those of its stores. */
function placesOf({ values, stores }: Loop): readonly Place[] {
  return [
    ...values.flatMap((value) => (value.kind === 'load' ? [value.place] : [])),
    ...stores.map(({ place }) => place),
  ];
}

type Pointer = Local<'i32'>;

/** A part of an axis: the indices from `from` to below `to`. */
interface Range {
  readonly from: Expression<'i32'>;
  readonly to: Expression<'i32'>;
}

/** Loops over all axes but the last, with a pointer to the current row of each place. */
function nest(
  f: FunctionBuilder,
  shape: readonly number[],
  places: readonly Place[],
  pointers: readonly Pointer[],
  range: Range,
  row: (pointers: readonly Pointer[]) => void,
  axis = 0,
): void {
  if (axis >= shape.length - 1) {
    row(pointers);
    return;
  }
  const own = pointers.map((pointer) => f.local('i32', pointer));
  const inner = { from: i32.const(0), to: i32.const(shape[axis + 1] as number) };
  f.for(range.from, range.to, 1, () => {
    nest(f, shape, places, own, inner, row, axis + 1);
    for (const [i, place] of places.entries()) {
      const step = (place.strides[axis] as number) * bytesOf[place.dtype];
      if (step !== 0) f.increase(own[i] as Pointer, step);
    }
  });
}

/** The innermost axis of a loop. */
interface Row {
  readonly f: FunctionBuilder;
  readonly loop: Loop;
  readonly places: readonly Place[];
  readonly pointers: readonly Pointer[];
  readonly range: Range;
  /** The range begins and ends at multiples of it. */
  readonly unit: number;
  readonly call: CallScalar;
}

/** Several vectors at once first, then single ones, then the rest one by one, in the first lane. */
function vectorRow(row: Row): void {
  const { f, loop, range, unit } = row;
  const splats = repeatedValues(row);
  const sizes = [...new Set([4 * vectorsAtOnce(loop), 4, 1])];
  // The range is whole units: what divides a unit leaves no rest.
  const needed = sizes.slice(0, sizes.findIndex((size) => unit % size === 0) + 1);
  let from = range.from;
  for (const [k, size] of needed.entries()) {
    const isLast = k === needed.length - 1;
    const whole = () => i32.add(from, i32.and(i32.sub(range.to, from), i32.const(-size)));
    const to = isLast ? range.to : f.local('i32', whole());
    f.for(from, to, size, (i) => vectorStep(row, i, size, splats));
    from = to;
  }
}

/** The values that are the same along the whole row, loaded before it begins; undefined for the others. */
function repeatedValues({ f, loop, places, pointers }: Row): readonly (Local<'v128'> | undefined)[] {
  let next = 0;
  return loop.values.map((value) => {
    if (value.kind !== 'load') return undefined;
    const [place, pointer] = [places[next] as Place, pointers[next++] as Pointer];
    if ((place.strides.at(-1) ?? 0) !== 0) return undefined;
    return f.local('v128', place.dtype === 'bool' ? splatMask(pointer) : v128.load32_splat(pointer));
  });
}

/**
 * Computes `size` neighbours, as vectors of four if there are as many. The operations on several vectors take
 * turns, so that the processor always has one that waits for no other.
 */
function vectorStep(
  { f, loop, places, pointers, call }: Row,
  i: Local<'i32'>,
  size: number,
  splats: readonly (Local<'v128'> | undefined)[],
): void {
  const lanes = size === 1 ? 1 : 4;
  const vectors = Array.from({ length: size / lanes }, (_, v) => ({
    at: v === 0 ? i : f.local('i32', i32.add(i, i32.const(v * lanes))),
    computed: [] as Local<'v128'>[],
  }));
  const shared: SharedParts = new Map();
  let next = 0;
  const addressOf = (k: number, at: Local<'i32'>) =>
    elementAddress(places[k] as Place, pointers[k] as Pointer, at);
  for (const [index, value] of loop.values.entries()) {
    const k = value.kind === 'load' ? next++ : -1;
    for (const { at, computed } of vectors) {
      computed.push(
        value.kind === 'load'
          ? (splats[index] ?? f.local('v128', loadVector(f, places[k] as Place, addressOf(k, at), lanes)))
          : vectorOf(f, value, loop.values, computed, call, shared),
      );
    }
  }
  for (const { value } of loop.stores) {
    const k = next++;
    for (const { at, computed } of vectors)
      storeVector(f, places[k] as Place, addressOf(k, at), computed[value] as Local<'v128'>, lanes);
  }
}

function vectorOf(
  f: FunctionBuilder,
  value: Exclude<LoopValue, { kind: 'load' }>,
  values: readonly LoopValue[],
  computed: readonly Local<'v128'>[],
  call: CallScalar,
  shared: SharedParts,
): Local<'v128'> {
  if (value.kind === 'number') {
    return value.dtype === 'bool'
      ? f.hoist(i32x4.const(value.number === 0 ? 0 : -1))
      : (constant(f, value.number) as Local<'v128'>);
  }
  const operands = value.operands.map((operand) => computed[operand] as Local<'v128'>);
  if (isComparison(value.name)) {
    // Masks are compared as the numbers 0 and 1: as lanes, true is a NaN.
    const numbers = operands.map((x, i) =>
      values[value.operands[i] as number]?.dtype === 'bool' ? f.local('v128', castVector(f, x, false)) : x,
    );
    return f.local('v128', computeVector(f, value.name, numbers, call, shared));
  }
  if (value.name !== 'cast') return f.local('v128', computeVector(f, value.name, operands, call, shared));
  const [source] = operands as [Local<'v128'>];
  const from = values[value.operands[0] as number] as LoopValue;
  return from.dtype === value.dtype ? source : f.local('v128', castVector(f, source, value.dtype === 'bool'));
}

function elementAddress({ strides, dtype }: Place, pointer: Pointer, i: Local<'i32'>): Expression<'i32'> {
  const step = (strides.at(-1) ?? 0) * bytesOf[dtype];
  return step === 0 ? pointer : i32.add(pointer, step === 1 ? i : i32.mul(i, i32.const(step)));
}

function loadVector(
  f: FunctionBuilder,
  { strides, dtype }: Place,
  address: Expression<'i32'>,
  lanes: 1 | 4,
): Expression<'v128'> {
  const stride = strides.at(-1) ?? 0;
  const isSideBySide = stride === 1 || lanes === 1;
  if (dtype === 'bool') return isSideBySide ? loadMask(address, lanes) : gatherMask(f, address, stride);
  if (lanes === 1) return v128.load32_zero(address);
  if (isSideBySide) return v128.load(address);
  const from = f.local('i32', address);
  const gathered = f.local('v128', v128.load32_zero(from));
  for (const lane of [1, 2, 3] as const) {
    f.increase(from, 4 * stride);
    f.set(gathered, f32x4.replace_lane(gathered, lane, f32.load(from)));
  }
  return gathered;
}

/** Four bytes, 0 or 1, as masks. Behind a single byte, what lies there is in the other lanes. */
function loadMask(address: Expression<'i32'>, lanes: 1 | 4): Expression<'v128'> {
  if (lanes === 1) return splatMask(address);
  return isNotZero(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(address))));
}

function splatMask(address: Expression<'i32'>): Expression<'v128'> {
  return isNotZero(i32x4.splat(i32.load8_u(address)));
}

function gatherMask(f: FunctionBuilder, address: Expression<'i32'>, stride: number): Expression<'v128'> {
  const from = f.local('i32', address);
  const bytes = f.local('i32', i32.load8_u(from));
  for (const lane of [1, 2, 3]) {
    f.increase(from, stride);
    f.set(bytes, i32.or(bytes, i32.shl(i32.load8_u(from), i32.const(8 * lane))));
  }
  return isNotZero(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes))));
}

function isNotZero(x: Expression<'v128'>): Expression<'v128'> {
  return v128.not(i32x4.eq(x, i32x4.const(0)));
}

function storeVector(
  f: FunctionBuilder,
  { strides, dtype }: Place,
  address: Expression<'i32'>,
  x: Local<'v128'>,
  lanes: 1 | 4,
): void {
  const stride = strides.at(-1) ?? 0;
  if (lanes === 1 || stride !== 1) {
    const to = f.local('i32', address);
    for (const lane of ([0, 1, 2, 3] as const).slice(0, lanes)) {
      if (lane > 0) f.increase(to, stride * bytesOf[dtype]);
      f.do(storeLane(dtype, to, x, lane));
    }
  } else if (dtype === 'bool') {
    const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(x, x), i16x8.narrow_i32x4_s(x, x));
    f.do(i32.store(address, i32.and(i32x4.extract_lane(bytes, 0), i32.const(0x01010101))));
  } else f.do(v128.store(address, x));
}

function storeLane(dtype: DType, address: Local<'i32'>, x: Local<'v128'>, lane: 0 | 1 | 2 | 3): Statement {
  return dtype === 'bool'
    ? i32.store8(address, i32.and(i32x4.extract_lane(x, lane), i32.const(1)))
    : f32.store(address, f32x4.extract_lane(x, lane));
}

function numberRow({ f, loop, places, pointers, range, call }: Row): void {
  f.for(range.from, range.to, 1, (i) => {
    const computed: Local<'f64'>[] = [];
    let next = 0;
    const addressAt = (k: number) => elementAddress(places[k] as Place, pointers[k] as Pointer, i);
    for (const value of loop.values) {
      if (value.kind === 'load') {
        const k = next++;
        computed.push(f.local('f64', loadNumber(places[k] as Place, addressAt(k))));
      } else if (value.kind === 'number') computed.push(f.hoist(f64.const(value.number)));
      else {
        const operands = value.operands.map((operand) => computed[operand] as Local<'f64'>);
        const exact = computeNumber(value.name, operands, call);
        computed.push(f.local('f64', roundTo(value, exact, call)));
      }
    }
    for (const { value } of loop.stores) {
      const k = next++;
      storeNumber(f, places[k] as Place, addressAt(k), computed[value] as Local<'f64'>);
    }
  });
}

/** A result as its dtype holds it. Operations give masks 0 and 1, but a cast may get any number. */
function roundTo(
  { dtype, name }: Extract<LoopValue, { kind: 'operation' }>,
  x: Expression<'f64'>,
  call: CallScalar,
): Expression<'f64'> {
  switch (dtype) {
    case 'float32':
      return f64.promote_f32(f32.demote_f64(x));
    case 'float64':
      return x;
    case 'int32':
    case 'uint32':
      return call(dtype, x);
    case 'bool':
      return name === 'cast' ? f64.convert_i32_s(f64.ne(x, f64.const(0))) : x;
  }
}

function loadNumber({ dtype }: Place, address: Expression<'i32'>): Expression<'f64'> {
  switch (dtype) {
    case 'float32':
      return f64.promote_f32(f32.load(address));
    case 'float64':
      return f64.load(address);
    case 'int32':
      return f64.convert_i32_s(i32.load(address));
    case 'uint32':
      return f64.convert_i32_u(i32.load(address));
    case 'bool':
      return f64.convert_i32_u(i32.load8_u(address));
  }
}

function storeNumber(
  f: FunctionBuilder,
  { dtype }: Place,
  address: Expression<'i32'>,
  x: Local<'f64'>,
): void {
  switch (dtype) {
    case 'float32':
      f.do(f32.store(address, f32.demote_f64(x)));
      return;
    case 'float64':
      f.do(f64.store(address, x));
      return;
    case 'int32':
      f.do(i32.store(address, i32.trunc_sat_f64_s(x)));
      return;
    case 'uint32':
      f.do(i32.store(address, i32.trunc_sat_f64_u(x)));
      return;
    case 'bool':
      f.do(i32.store8(address, byteOf(x)));
  }
}
