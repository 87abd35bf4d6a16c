/**
 * The register tile in which a product is computed: 4 rows and two vectors of columns (8 float32 or 4 float64). The engine's compiler
 * moves all loads of a step before its arithmetic, so that 8 sums, 2 operands from the right and 4 from the left live at once: 14 of the
 * 16 vector registers of most machines, less the one that V8 keeps for itself. Larger tiles spill sums, and take 1.3 to 2 times as long.
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

/** A tile of sums: so many rows, and vectors a row. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
}

export const tileRows = 4;
export const tileVectors = 2;
export const usualTile: Tile = { rows: tileRows, vectors: tileVectors };

/** As many sums of at most two rows: half of the other tile would be idle. */
export const flatTile: Tile = { rows: tileRows / 2, vectors: 2 * tileVectors };

/** What a tile's row takes: the unit of a panel, too. */
export const tileRowBytes = tileVectors * 16;

/** 8 float32, or 4 float64. */
export function tileColumns(type: ElementType): number {
  return tileRowBytes / elements[type].bytes;
}
