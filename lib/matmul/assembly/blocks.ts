/**
 * The product block by block, after K. Goto and R. van de Geijn, Anatomy of high-performance matrix
 * multiplication (2008). The code packs the right operand block by block, and multiplies all rows of the left
 * operand with each block. The left operand is not packed.
 */
import { type Expression, i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { defineMultiply } from './multiply.ts';
import { definePack } from './pack.ts';
import {
  type ElementType,
  elements,
  flatTile,
  tileColumns,
  tileRowBytes,
  tileVectors,
  usualTile,
} from './tile.ts';

// A packed block, half a megabyte, should stay in the second-level cache. One of its panels and four rows
// should stay in the first-level cache.
export const blockDepth = 256;
export const blockPanels = 64;

// Up to this many rows of the left operand, packing does not pay if the rows of the right operand already
// consist of whole panels.
const mostRowsUnpacked = 64;

/** The places and sizes of the operands, and the place of the sums. `product` has the same parameters. */
export const blockParameters = {
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
  rowBytes: 'i32',
} as const;

/** sums = left · right, for rows and columns anywhere in memory. `packed` is scratch memory for a block. */
export function defineBlocks(module: ModuleBuilder, type: ElementType, fused: boolean) {
  const { bytes } = elements[type];
  const width = tileColumns(type);
  const pack = definePack(module, type);
  const multiply = defineMultiply(module, type, fused, usualTile(fused));
  const multiplyFlat = defineMultiply(module, type, fused, flatTile);
  const flatWidth = width * (flatTile.vectors / tileVectors);

  return module.define(`blocks ${type}`, blockParameters, (f, p) => {
    const [part, count, block] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const [panels, step, panelBytes] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const isByRow = i32.eq(p.rightAcross, i32.const(bytes));
    const isForFew = i32.and(isUpTo(p.rows, mostRowsUnpacked), isMultiple(p.columns, width));
    // `multiply` ends where its steps have led it, so a row that repeats (a stride of 0) is packed.
    const hasSteps = i32.ne(p.rightAlong, i32.const(0));
    const isReadInPlace = f.local('i32', i32.and(hasSteps, i32.and(isByRow, isForFew)));
    const haveWholeFlatTiles = i32.and(isUpTo(p.rows, flatTile.rows), isMultiple(p.columns, flatWidth));
    const isFlat = f.local('i32', i32.and(isReadInPlace, haveWholeFlatTiles));
    const packBlock = () => {
      f.call(pack, {
        source: block,
        across: p.rightAcross,
        along: p.rightAlong,
        count,
        depth: part,
        target: p.packed,
      });
    };

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
            packBlock();
            f.set(panels, p.packed);
            f.set(step, i32.const(tileRowBytes));
            f.set(panelBytes, i32.mul(part, i32.const(tileRowBytes)));
          },
        );
        const job = {
          left: i32.add(p.left, i32.mul(k, p.leftAlong)),
          leftAcross: p.leftAcross,
          leftAlong: p.leftAlong,
          rows: p.rows,
          right: panels,
          step,
          depth: part,
          sums: i32.add(p.sums, i32.mul(column, i32.const(bytes))),
          rowBytes: p.rowBytes,
          first: i32.eqz(k),
        };
        f.if(
          isFlat,
          () => {
            const flatBytes = i32.const(flatWidth * bytes);
            f.call(multiplyFlat, { ...job, panelBytes: flatBytes, panels: panelsIn(count, flatWidth) });
          },
          () => f.call(multiply, { ...job, panelBytes, panels: panelsIn(count, width) }),
        );
      });
    });
  });
}

function isUpTo(value: Expression<'i32'>, bound: number): Expression<'i32'> {
  return i32.lt_s(value, i32.const(bound + 1));
}

function isMultiple(value: Expression<'i32'>, unit: number): Expression<'i32'> {
  return i32.eqz(i32.rem_u(value, i32.const(unit)));
}

function panelsIn(columns: Expression<'i32'>, width: number): Expression<'i32'> {
  return i32.div_u(i32.add(columns, i32.const(width - 1)), i32.const(width));
}

function minimum(value: Expression<'i32'>, bound: number): Expression<'i32'> {
  return i32.select(value, i32.const(bound), i32.lt_s(value, i32.const(bound)));
}
