/**
 * The WebAssembly code of the matrix product: packing, and the product of packed panels by a register tile, after
 * K. Goto and R. van de Geijn, Anatomy of high-performance matrix multiplication (2008).
 *
 * A tile of 4 rows and two vectors of columns (8 float32 or 4 float64) keeps 8 sums, 2 operands and a broadcast one in the 16 vector
 * registers. Packing pads with zeros to whole tiles and to depths of 4, so that the innermost loop has no other cases.
 */

import type { Local } from '../wasm/function.ts';
import { type Expression, f32, f32x4, f64, f64x2, i32, v128 } from '../wasm/instructions.ts';
import { ModuleBuilder, type ModuleOptions } from '../wasm/module.ts';

/** What differs between the element types. */
const elements = {
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

export const tileRows = 4;
// The depth of packed panels is a multiple of this: the innermost loop is unrolled as often.
const depthUnit = 4;
const tileVectors = 2;

// The sizes of the packed blocks: A's should stay in the second-level cache, a panel of B's in the first.
const blockDepth = 256;
const blockRows = 128;

/** 8 float32, or 4 float64. */
function tileColumns(type: ElementType): number {
  return (tileVectors * 16) / elements[type].bytes;
}

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

/** c (+)= the product of packed panels. c has whole tiles, its rows `rowBytes` apart. `first`: do not add to what is there. */
function defineMultiply(module: ModuleBuilder, type: ElementType, fused: boolean) {
  const { bytes, vector, splat } = elements[type];
  const multiplyAdd = (a: Expression<'v128'>, b: Expression<'v128'>, sum: Expression<'v128'>) =>
    fused ? vector.relaxed_madd(a, b, sum) : vector.add(sum, vector.mul(a, b));
  const parameters = {
    a: 'i32',
    b: 'i32',
    c: 'i32',
    rowPanels: 'i32',
    columnPanels: 'i32',
    depth: 'i32',
    rowBytes: 'i32',
    first: 'i32',
  } as const;

  return module.define('multiply', parameters, (f, { a, b, c, rowPanels, columnPanels, depth, rowBytes, first }) => {
    const sums = Array.from({ length: tileRows }, () => Array.from({ length: tileVectors }, () => f.local('v128')));
    const right = Array.from({ length: tileVectors }, () => f.local('v128'));
    const left = f.local('v128');
    const [panelA, panelB, endA, tile, row] = [
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
    ];
    const bytesA = f.local('i32', i32.mul(depth, i32.const(tileRows * bytes)));
    const bytesB = f.local('i32', i32.mul(depth, i32.const(tileVectors * 16)));

    f.for(0, columnPanels, 1, (column) => {
      f.set(tile, i32.add(c, i32.mul(column, i32.const(tileVectors * 16))));
      f.set(panelA, a);
      f.for(0, rowPanels, 1, () => {
        for (const sum of sums.flat()) f.set(sum, vector.const(0));
        f.set(panelB, i32.add(b, i32.mul(column, bytesB)));
        f.set(endA, i32.add(panelA, bytesA));
        f.while(i32.lt_u(panelA, endA), () => {
          for (let k = 0; k < depthUnit; k++) {
            right.forEach((x, j) => {
              f.set(x, v128.load(panelB, (k * tileVectors + j) * 16));
            });
            sums.forEach((line, i) => {
              f.set(left, splat(panelA, (k * tileRows + i) * bytes));
              line.forEach((sum, j) => {
                f.set(sum, multiplyAdd(left, right[j] as Local<'v128'>, sum));
              });
            });
          }
          f.increase(panelA, depthUnit * tileRows * bytes);
          f.increase(panelB, depthUnit * tileVectors * 16);
        });
        f.set(row, tile);
        for (const line of sums) {
          line.forEach((sum, j) => {
            f.if(i32.eqz(first), () => f.set(sum, vector.add(v128.load(row, j * 16), sum)));
            f.do(v128.store(row, sum, j * 16));
          });
          f.increase(row, rowBytes);
        }
        f.set(tile, row);
      });
    });
  });
}

/**
 * Copies `count` lines of `depth` elements into panels of so many lines: within a panel, the lines' first elements, then their
 * second ones, and so on, and zeros up to `paddedDepth`.
 */
function definePack(module: ModuleBuilder, name: string, type: ElementType, lines: number) {
  const { bytes, move, clear } = elements[type];
  const parameters = {
    source: 'i32',
    across: 'i32',
    along: 'i32',
    count: 'i32',
    depth: 'i32',
    paddedDepth: 'i32',
    target: 'i32',
  } as const;

  return module.define(name, parameters, (f, { source, across, along, count, depth, paddedDepth, target }) => {
    const [line, element] = [f.local('i32', source), f.local('i32')];
    const copyElement = (i: number) => {
      const address = i === 0 ? element : i32.add(element, i32.mul(across, i32.const(i)));
      f.do(move(target, address, i * bytes));
    };
    const panel = (copyStep: () => void) => {
      f.set(element, line);
      f.for(0, depth, 1, () => {
        copyStep();
        f.set(element, i32.add(element, along));
        f.increase(target, lines * bytes);
      });
      f.for(depth, paddedDepth, 1, () => {
        for (let i = 0; i < lines; i++) f.do(clear(target, i * bytes));
        f.increase(target, lines * bytes);
      });
      f.set(line, i32.add(line, i32.mul(across, i32.const(lines))));
    };

    f.for(0, i32.div_u(count, i32.const(lines)), 1, () => {
      // Neighbours in memory move sixteen bytes at a time.
      f.if(
        i32.eq(across, i32.const(bytes)),
        () =>
          panel(() => {
            for (let at = 0; at < lines * bytes; at += 16) f.do(v128.store(target, v128.load(element, at), at));
          }),
        () =>
          panel(() => {
            for (let i = 0; i < lines; i++) copyElement(i);
          }),
      );
    });
    const rest = f.local('i32', i32.rem_u(count, i32.const(lines)));
    f.if(rest, () =>
      panel(() => {
        for (let i = 0; i < lines; i++) {
          f.if(
            i32.lt_u(i32.const(i), rest),
            () => copyElement(i),
            () => f.do(clear(target, i * bytes)),
          );
        }
      }),
    );
  });
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
