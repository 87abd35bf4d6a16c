/**
 * The WebAssembly code of the matrix product, after K. Goto and R. van de Geijn, Anatomy of high-performance matrix multiplication
 * (2008): the right operand is packed block by block, and each block multiplied with all rows of the left one, which stays as it is.
 */
import { type Expression, i32 } from '../../wasm/instructions.ts';
import { ModuleBuilder, type ModuleOptions } from '../../wasm/module.ts';
import { defineMultiply } from './multiply.ts';
import { definePack } from './pack.ts';
import { type ElementType, elements, tileColumns, tileRowBytes, tileRows } from './tile.ts';

// A packed block, half a megabyte, should stay in the second-level cache; one of its panels and four rows in the first.
const blockDepth = 256;
const blockPanels = 64;

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
  /** Scratch for a packed block. */
  readonly packed: number;
  /** Where the result goes: whole tiles, its rows `paddedColumns` elements apart. */
  readonly sums: number;
}

/** The arguments of the module's only function that is called from outside, `product`. */
export function productArguments({ left, right, rows, columns, depth, packed, sums }: ProductJob): readonly number[] {
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
    packed,
    sums,
  ];
}

/** How many elements the parts of a product take, rounded up to whole tiles. */
export function paddedSizes(type: ElementType, rows: number, columns: number, depth: number) {
  const width = tileColumns(type);
  const [paddedRows, paddedColumns] = [roundUp(rows, tileRows), roundUp(columns, width)];
  return {
    paddedRows,
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
  const pack = definePack(module, type);
  const multiply = defineMultiply(module, type, options.fused);
  defineProduct(module, type, { pack, multiply });
  return module.assemble();
}

interface Parts {
  readonly pack: ReturnType<typeof definePack>;
  readonly multiply: ReturnType<typeof defineMultiply>;
}

/** The whole product, block by block. */
function defineProduct(module: ModuleBuilder, type: ElementType, { pack, multiply }: Parts): void {
  const { bytes } = elements[type];
  const width = tileColumns(type);
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
    packed: 'i32',
    sums: 'i32',
  } as const;
  module.define('product', parameters, (f, p) => {
    const rowBytes = f.local('i32', i32.mul(panelsIn(p.columns), i32.const(tileRowBytes)));
    // Panels that are used once are not worth packing, if the operand's rows already consist of them.
    const isUsedOnce = i32.lt_s(p.rows, i32.const(tileRows + 1));
    const hasWholePanels = i32.eqz(i32.rem_u(p.columns, i32.const(width)));
    const isReadInPlace = f.local(
      'i32',
      i32.and(i32.and(isUsedOnce, hasWholePanels), i32.eq(p.rightAcross, i32.const(bytes))),
    );
    const [part, count, block, panels, step, panelBytes] = [
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
    ];
    f.for(0, p.columns, blockPanels * width, (column) => {
      f.set(count, minimum(i32.sub(p.columns, column), blockPanels * width));
      f.for(0, p.depth, blockDepth, (k) => {
        f.set(part, minimum(i32.sub(p.depth, k), blockDepth));
        f.set(block, i32.add(p.right, i32.add(i32.mul(column, p.rightAcross), i32.mul(k, p.rightAlong))));
        f.if(
          isReadInPlace,
          () => {
            f.set(panels, block);
            f.set(step, p.rightAlong);
            f.set(panelBytes, i32.const(tileRowBytes));
          },
          () => {
            f.call(pack, {
              source: block,
              across: p.rightAcross,
              along: p.rightAlong,
              count,
              depth: part,
              target: p.packed,
            });
            f.set(panels, p.packed);
            f.set(step, i32.const(tileRowBytes));
            f.set(panelBytes, i32.mul(part, i32.const(tileRowBytes)));
          },
        );
        f.call(multiply, {
          left: i32.add(p.left, i32.mul(k, p.leftAlong)),
          leftAcross: p.leftAcross,
          leftAlong: p.leftAlong,
          rows: p.rows,
          right: panels,
          step,
          panelBytes,
          panels: panelsIn(count),
          depth: part,
          sums: i32.add(p.sums, i32.mul(column, i32.const(bytes))),
          rowBytes,
          first: i32.eqz(k),
        });
      });
    });
  });

  function panelsIn(columns: Expression<'i32'>): Expression<'i32'> {
    return i32.div_u(i32.add(columns, i32.const(width - 1)), i32.const(width));
  }
}

function minimum(value: Expression<'i32'>, bound: number): Expression<'i32'> {
  return i32.select(value, i32.const(bound), i32.lt_s(value, i32.const(bound)));
}

/** The least multiple of the unit that is not below the value. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
