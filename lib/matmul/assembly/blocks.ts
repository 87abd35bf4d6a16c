/**
 * The product block by block, after K. Goto and R. van de Geijn, Anatomy of high-performance matrix multiplication (2008): the right
 * operand is packed block by block, and each block multiplied with all rows of the left one, which stays as it is.
 */
import { type Expression, i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { defineMultiply } from './multiply.ts';
import { definePack } from './pack.ts';
import { type ElementType, elements, tileColumns, tileRowBytes } from './tile.ts';

// A packed block, half a megabyte, should stay in the second-level cache; one of its panels and four rows in the first.
export const blockDepth = 256;
export const blockPanels = 64;

// The rows of the left operand from which packing pays even where the right one's rows already consist of panels.
const worthPacking = 65;

/** sums = left · right for rows and columns anywhere in memory; `packed` is scratch for a block. */
export function defineBlocks(module: ModuleBuilder, type: ElementType, fused: boolean) {
  const { bytes } = elements[type];
  const width = tileColumns(type);
  const pack = definePack(module, type);
  const multiply = defineMultiply(module, type, fused);
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
    rowBytes: 'i32',
  } as const;

  return module.define('blocks', parameters, (f, p) => {
    const [part, count, block] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const [panels, step, panelBytes] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const isForFew = i32.lt_s(p.rows, i32.const(worthPacking));
    const hasWholePanels = i32.eqz(i32.rem_u(p.columns, i32.const(width)));
    const isByRow = i32.eq(p.rightAcross, i32.const(bytes));
    const isReadInPlace = f.local('i32', i32.and(isByRow, i32.and(isForFew, hasWholePanels)));
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
        f.call(multiply, {
          left: i32.add(p.left, i32.mul(k, p.leftAlong)),
          leftAcross: p.leftAcross,
          leftAlong: p.leftAlong,
          rows: p.rows,
          right: panels,
          step,
          panelBytes,
          panels: i32.div_u(i32.add(count, i32.const(width - 1)), i32.const(width)),
          depth: part,
          sums: i32.add(p.sums, i32.mul(column, i32.const(bytes))),
          rowBytes: p.rowBytes,
          first: i32.eqz(k),
        });
      });
    });
  });
}

function minimum(value: Expression<'i32'>, bound: number): Expression<'i32'> {
  return i32.select(value, i32.const(bound), i32.lt_s(value, i32.const(bound)));
}
