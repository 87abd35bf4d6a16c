/**
 * The WebAssembly code of the matrix product, after K. Goto and R. van de Geijn, Anatomy of high-performance matrix multiplication
 * (2008): blocks of both operands are packed, and packed blocks multiplied. Packing pads with zeros to whole tiles and to depths of
 * 4, so that the innermost loop has no other cases.
 */
import { type Expression, i32 } from '../../wasm/instructions.ts';
import { ModuleBuilder, type ModuleOptions } from '../../wasm/module.ts';
import { defineMultiply } from './multiply.ts';
import { definePack } from './pack.ts';
import { depthUnit, type ElementType, elements, tileColumns, tileRows } from './tile.ts';

// The sizes of the packed blocks: A's should stay in the second-level cache, a panel of B's in the first.
const blockDepth = 256;
const blockRows = 120; // whole tiles

/** An operand in memory: element k of line i (a row of the left matrix, a column of the right one) is at start + i·across + k·along. */
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
  /** Scratch for `packedSizes`. */
  readonly packedLeft: number;
  readonly packedRight: number;
  /** Where the result goes: whole tiles, its rows `paddedColumns` elements apart. */
  readonly sums: number;
}

/** The arguments of the module's only function that is called from outside, `product`. */
export function productArguments({
  left,
  right,
  rows,
  columns,
  depth,
  packedLeft,
  packedRight,
  sums,
}: ProductJob): readonly number[] {
  return [
    left.start,
    left.across,
    left.along,
    right.start,
    right.across,
    right.along,
    rows,
    columns,
    depth,
    packedLeft,
    packedRight,
    sums,
  ];
}

/** How many elements the parts of a product take, rounded up to whole tiles. */
export function paddedSizes(type: ElementType, rows: number, columns: number, depth: number) {
  const part = Math.min(blockDepth, roundUp(depth, depthUnit));
  const [paddedRows, paddedColumns] = [roundUp(rows, tileRows), roundUp(columns, tileColumns(type))];
  return {
    paddedRows,
    paddedColumns,
    packedLeft: Math.min(blockRows, paddedRows) * part,
    packedRight: paddedColumns * part,
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
  const packRows = definePack(module, 'packRows', type, tileRows);
  const packColumns = definePack(module, 'packColumns', type, tileColumns(type));
  const multiply = defineMultiply(module, type, options.fused);
  defineProduct(module, type, { packRows, packColumns, multiply });
  return module.assemble();
}

/** The whole product, block by block. */
function defineProduct(module: ModuleBuilder, type: ElementType, { packRows, packColumns, multiply }: Parts): void {
  const { bytes } = elements[type];
  const columnsOfTile = tileColumns(type);
  const parameters = {
    left: 'i32',
    leftAcross: 'i32',
    leftAlong: 'i32',
    right: 'i32',
    rightAcross: 'i32',
    rightAlong: 'i32',
    rows: 'i32',
    columns: 'i32',
    depth: 'i32',
    packedLeft: 'i32',
    packedRight: 'i32',
    sums: 'i32',
  } as const;
  module.define('product', parameters, (f, p) => {
    const columnPanels = f.local('i32', ceilDivide(p.columns, columnsOfTile));
    const rowBytes = f.local('i32', i32.mul(columnPanels, i32.const(columnsOfTile * bytes)));
    const [part, padded, count] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.for(0, p.depth, blockDepth, (k) => {
      f.set(part, minimum(i32.sub(p.depth, k), blockDepth));
      f.set(padded, i32.mul(ceilDivide(part, depthUnit), i32.const(depthUnit)));
      f.call(packColumns, {
        source: i32.add(p.right, i32.mul(k, p.rightAlong)),
        across: p.rightAcross,
        along: p.rightAlong,
        count: p.columns,
        depth: part,
        paddedDepth: padded,
        target: p.packedRight,
      });
      f.for(0, p.rows, blockRows, (row) => {
        f.set(count, minimum(i32.sub(p.rows, row), blockRows));
        f.call(packRows, {
          source: i32.add(i32.add(p.left, i32.mul(row, p.leftAcross)), i32.mul(k, p.leftAlong)),
          across: p.leftAcross,
          along: p.leftAlong,
          count,
          depth: part,
          paddedDepth: padded,
          target: p.packedLeft,
        });
        f.call(multiply, {
          a: p.packedLeft,
          b: p.packedRight,
          c: i32.add(p.sums, i32.mul(row, rowBytes)),
          rowPanels: ceilDivide(count, tileRows),
          columnPanels,
          depth: padded,
          rowBytes,
          first: i32.eqz(k),
        });
      });
    });
  });
}

interface Parts {
  readonly packRows: ReturnType<typeof definePack>;
  readonly packColumns: ReturnType<typeof definePack>;
  readonly multiply: ReturnType<typeof defineMultiply>;
}

function ceilDivide(value: Expression<'i32'>, unit: number): Expression<'i32'> {
  return i32.div_u(i32.add(value, i32.const(unit - 1)), i32.const(unit));
}

function minimum(value: Expression<'i32'>, bound: number): Expression<'i32'> {
  return i32.select(value, i32.const(bound), i32.lt_s(value, i32.const(bound)));
}

/** The least multiple of the unit that is not below the value. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
