/** The WebAssembly module of the matrix product. JavaScript calls one of its functions, `product`. */
import type { Callable } from '../../wasm/function.ts';
import { i32 } from '../../wasm/instructions.ts';
import { ModuleBuilder, type ModuleOptions } from '../../wasm/module.ts';
import { blockDepth, blockPanels, blockParameters, defineBlocks } from './blocks.ts';
import { defineDots } from './dots.ts';
import { type ElementType, mostTileRows, tileColumns } from './tile.ts';

// The most rows whose scalar products are computed at once.
const rowsAtOnce = 4;

/**
 * An operand in memory. Its lines are the rows of the left matrix, or the columns of the right one. Element k
 * of line i is at start + i·across + k·along.
 */
export interface Lines {
  readonly start: number;
  readonly across: number;
  readonly along: number;
}

/** A product to compute. All addresses and strides are in bytes. */
export interface ProductJob {
  readonly left: Lines;
  readonly right: Lines;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** The address of scratch memory for a packed block. */
  readonly packed: number;
  /** The address of the result: whole tiles, with rows that are `rowBytes` apart. */
  readonly sums: number;
  readonly rowBytes: number;
  /** Whether to compute scalar products. The elements of each line must then lie side by side. */
  readonly asDots: boolean;
}

export const productParameters = { ...blockParameters, asDots: 'i32' } as const;

/** The arguments of `product`, in order. */
export function productArguments(job: ProductJob): readonly number[] {
  const { left, right, rows, columns, depth, packed, sums, rowBytes, asDots } = job;
  const lines = [left.start, left.across, left.along, right.start, right.across, right.along];
  return [...lines, rows, columns, depth, packed, sums, rowBytes, asDots ? 1 : 0];
}

/** How many elements the parts of a product take. A tile that begins in the product counts as a whole. */
export function paddedSizes(type: ElementType, rows: number, columns: number, depth: number) {
  const width = tileColumns(type);
  const [paddedRows, paddedColumns] = [rows + mostTileRows - 1, roundUp(columns, width)];
  return {
    paddedColumns,
    packed: Math.min(blockPanels * width, paddedColumns) * Math.min(blockDepth, depth),
    sums: paddedRows * paddedColumns,
  };
}

export interface AssembleOptions extends ModuleOptions {
  /** Whether to multiply and add in one instruction (relaxed SIMD). */
  readonly fused: boolean;
}

/** Assembles the module for an element type. */
export function assembleMatmul(type: ElementType, options: AssembleOptions): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(options);
  defineProduct(module, type, options.fused);
  return module.assemble();
}

/** Defines the function `product`, which computes the jobs of `productArguments`. */
export function defineProduct(
  module: ModuleBuilder,
  type: ElementType,
  fused: boolean,
  name = 'product',
): Callable<typeof productParameters> {
  const blocks = defineBlocks(module, type, fused);
  const dots = Array.from({ length: rowsAtOnce }, (_, i) => defineDots(module, type, fused, i + 1));
  return module.define(name, productParameters, (f, p) => {
    f.if(
      p.asDots,
      () => {
        f.for(0, p.rows, rowsAtOnce, (row) => {
          const left = i32.add(p.left, i32.mul(row, p.leftAcross));
          const sums = i32.add(p.sums, i32.mul(row, p.rowBytes));
          const rest = i32.sub(p.rows, row);
          dots.forEach((dotsOfRows, i) => {
            const isTurn = i + 1 < rowsAtOnce ? i32.eq(rest, i32.const(i + 1)) : i32.lt_s(i32.const(i), rest);
            f.if(isTurn, () => f.call(dotsOfRows, { ...p, left, sums }));
          });
        });
      },
      () => f.call(blocks, p),
    );
  });
}

/** The least multiple of the unit that is at least the value. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
