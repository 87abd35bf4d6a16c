/**
 * The tile of a product whose sums stay in registers while the innermost loop runs, and what else differs
 * between element types.
 */
import type { Local } from '../../wasm/function.ts';
import { type Expression, f32, f32x4, f64, f64x2, v128 } from '../../wasm/instructions.ts';

/** What differs between the element types. */
export const elements = {
  float32: {
    bytes: 4,
    vector: f32x4,
    splat: v128.load32_splat,
    loadOne: v128.load32_zero,
    move: (to: Address, from: Address, offset: number) => f32.store(to, f32.load(from), offset),
    clear: (to: Address, offset: number) => f32.store(to, f32.const(0), offset),
    storeSum: (to: Address, x: Local<'v128'>, offset: number) => {
      const [a, b, c, d] = ([0, 1, 2, 3] as const).map((lane) => f32x4.extract_lane(x, lane)) as Lanes;
      return f32.store(to, f32.add(f32.add(a, b), f32.add(c, d)), offset);
    },
  },
  float64: {
    bytes: 8,
    vector: f64x2,
    splat: v128.load64_splat,
    loadOne: v128.load64_zero,
    move: (to: Address, from: Address, offset: number) => f64.store(to, f64.load(from), offset),
    clear: (to: Address, offset: number) => f64.store(to, f64.const(0), offset),
    storeSum: (to: Address, x: Local<'v128'>, offset: number) =>
      f64.store(to, f64.add(f64x2.extract_lane(x, 0), f64x2.extract_lane(x, 1)), offset),
  },
};

type Address = Expression<'i32'>;
type Lanes = [Expression<'f32'>, Expression<'f32'>, Expression<'f32'>, Expression<'f32'>];

export type ElementType = keyof typeof elements;

/** sum + a·b, in one instruction if `fused`. */
export function multiplyAdd(type: ElementType, fused: boolean) {
  const { vector } = elements[type];
  return (a: Expression<'v128'>, b: Expression<'v128'>, sum: Expression<'v128'>) =>
    fused ? vector.relaxed_madd(a, b, sum) : vector.add(sum, vector.mul(a, b));
}

/**
 * A tile: so many rows, and vectors a row. Sixteen vector registers, less the one that V8 keeps for itself,
 * must hold its sums, a step's operands from the right, and those from the left: all of them, because V8
 * moves the loads of a basic block before its arithmetic, unless each row is a block `apart`. Where sums do
 * not stay in registers, everything takes 1.3 to 2 times as long.
 */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  readonly isApart: boolean;
}

/**
 * 8 sums, 2 operands from the right and 4 from the left; or, where a multiply-add is one instruction, 12
 * sums, 2 operands and 1.
 */
export function usualTile(fused: boolean): Tile {
  return fused
    ? { rows: 6, vectors: tileVectors, isApart: true }
    : { rows: 4, vectors: tileVectors, isApart: false };
}

/** For products of one or two rows: 8 sums, 4 operands from the right and 2 from the left. */
export const flatTile: Tile = { rows: 2, vectors: 4, isApart: false };

export const tileVectors = 2;
export const mostTileRows = 6;

/** A multiple of any tile's rows. */
export const rowUnit = 12;

/** What the usual tile's row takes: the unit of a panel, too. */
export const tileRowBytes = tileVectors * 16;

/** 8 float32, or 4 float64. */
export function tileColumns(type: ElementType): number {
  return tileRowBytes / elements[type].bytes;
}
