/**
 * The register tile in which a product is computed: 6 rows and two vectors of columns (8 float32 or 4 float64), so that 12 sums,
 * 2 operands and a broadcast one fit into the 16 vector registers of most machines, less the one that V8 keeps for itself.
 */
import { type Expression, f32, f32x4, f64, f64x2, v128 } from '../../wasm/instructions.ts';

/** What differs between the element types. */
export const elements = {
  float32: {
    bytes: 4,
    vector: f32x4,
    splat: v128.load32_splat,
    move: (to: Address, from: Address, offset: number) => f32.store(to, f32.load(from), offset),
    clear: (to: Address, offset: number) => f32.store(to, f32.const(0), offset),
  },
  float64: {
    bytes: 8,
    vector: f64x2,
    splat: v128.load64_splat,
    move: (to: Address, from: Address, offset: number) => f64.store(to, f64.load(from), offset),
    clear: (to: Address, offset: number) => f64.store(to, f64.const(0), offset),
  },
};

type Address = Expression<'i32'>;

export type ElementType = keyof typeof elements;

export const tileRows = 6;
// The depth of packed panels is a multiple of this: the innermost loop is unrolled as often.
export const depthUnit = 4;
export const tileVectors = 2;

/** 8 float32, or 4 float64. */
export function tileColumns(type: ElementType): number {
  return (tileVectors * 16) / elements[type].bytes;
}
