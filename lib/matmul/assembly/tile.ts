/**
 * The tile: the part of a product whose sums stay in registers while the innermost loop runs. Also the other
 * differences between the element types.
 */
import type { Local } from '../../wasm/function.ts';
import { type Expression, f32, f32x4, f64, f64x2, v128 } from '../../wasm/instructions.ts';

/** The differences between the element types. */
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
 * The number of rows of a tile, and of vectors in each row. There are sixteen vector registers, and V8 keeps
 * one of them. The others must hold the tile's sums and the operands of a step, from the right and from the
 * left. They must hold all of these at once, because V8 moves the loads of a basic block before its
 * arithmetic. If `isApart`, each row is a basic block of its own, and needs only one operand from the left.
 * If the sums do not stay in registers, the product takes 1.3 to 2 times as long.
 */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  readonly isApart: boolean;
}

/**
 * With fused multiply-adds, 12 sums, 2 operands from the right and 1 from the left. Without them, 8 sums, 2
 * operands from the right and 4 from the left.
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

/** The bytes of one row of the usual tile, and of one step of a panel. */
export const tileRowBytes = tileVectors * 16;

/** The columns of the usual tile: 8 float32, or 4 float64. */
export function tileColumns(type: ElementType): number {
  return tileRowBytes / elements[type].bytes;
}
