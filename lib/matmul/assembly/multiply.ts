/** The innermost loops, which multiply rows by panels, tile by tile. */
import type { Local } from '../../wasm/function.ts';
import { type Expression, i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { type ElementType, elements, multiplyAdd, type Tile } from './tile.ts';

/**
 * sums (+)= left · panels. Element (i, k) of the left operand is at left + i·leftAcross + k·leftAlong. Panel
 * p of the right operand begins at right + p·panelBytes; its steps are `step` bytes apart. The sums are whole
 * tiles, and their rows are `rowBytes` apart. With `first`, the code overwrites the sums; without it, it adds
 * to them.
 *
 * The loops go through one row of tiles after the other, so that they write the sums in the order of memory.
 * The rows stay in the first-level cache, the panels in the second.
 */
export function defineMultiply(module: ModuleBuilder, type: ElementType, fused: boolean, tile: Tile) {
  const { vector, splat } = elements[type];
  const addProduct = multiplyAdd(type, fused);
  const parameters = {
    left: 'i32',
    leftAcross: 'i32',
    leftAlong: 'i32',
    rows: 'i32',
    right: 'i32',
    step: 'i32',
    panelBytes: 'i32',
    panels: 'i32',
    depth: 'i32',
    sums: 'i32',
    rowBytes: 'i32',
    first: 'i32',
  } as const;

  return module.define(`multiply${tile.rows} ${type}`, parameters, (f, p) => {
    const lines = Array.from({ length: tile.rows }, () => ({
      start: f.local('i32'),
      next: f.local('i32'),
      sums: Array.from({ length: tile.vectors }, () => f.local('v128')),
    }));
    const right = Array.from({ length: tile.vectors }, () => ({ x: f.local('v128') }));
    const [left, next, end, target] = [f.local('v128'), f.local('i32'), f.local('i32'), f.local('i32')];
    const lastRow = i32.sub(p.rows, i32.const(1));
    // The depth is never 0, but the compiler does not know that. So this `if` begins a new basic block.
    const apart = (body: () => void) => (tile.isApart ? f.if(p.depth, body) : body());

    /** Adds the products of one element of each row with one row of the panel. */
    const step = () => {
      right.forEach(({ x }, j) => {
        f.set(x, v128.load(next, j * 16));
      });
      for (const line of lines) {
        apart(() => {
          f.set(left, splat(line.next));
          right.forEach(({ x }, j) => {
            const sum = line.sums[j] as Local<'v128'>;
            f.set(sum, addProduct(left, x, sum));
          });
          f.increase(line.next, p.leftAlong);
        });
      }
      f.increase(next, p.step);
    };
    const store = (value: (sum: Local<'v128'>, j: number) => Expression<'v128'>) => {
      for (const { sums } of lines) {
        sums.forEach((sum, j) => {
          f.do(v128.store(target, value(sum, j), j * 16));
        });
        f.increase(target, p.rowBytes);
      }
    };

    f.for(0, p.rows, tile.rows, (row) => {
      lines.forEach(({ start }, i) => {
        // In place of rows beyond the last one, the tile computes the last one again.
        f.set(start, i32.add(row, i32.const(i)));
        f.set(start, i32.select(start, lastRow, i32.lt_u(start, lastRow)));
        f.set(start, i32.add(p.left, i32.mul(start, p.leftAcross)));
      });
      f.for(0, p.panels, 1, (panel) => {
        for (const line of lines) {
          f.set(line.next, line.start);
          for (const sum of line.sums) f.set(sum, vector.const(0));
        }
        f.set(next, i32.add(p.right, i32.mul(panel, p.panelBytes)));
        if (tile.isApart) {
          f.set(end, i32.add(next, i32.mul(i32.and(p.depth, i32.const(-2)), p.step)));
          f.while(i32.ne(next, end), () => {
            step();
            step();
          });
          f.if(i32.and(p.depth, i32.const(1)), step);
        } else {
          f.set(end, i32.add(next, i32.mul(p.depth, p.step)));
          f.while(i32.ne(next, end), step); // The compiler unrolls it better than we do.
        }
        f.set(
          target,
          i32.add(i32.add(p.sums, i32.mul(row, p.rowBytes)), i32.mul(panel, i32.const(tile.vectors * 16))),
        );
        f.if(
          p.first,
          () => store((sum) => sum),
          () => store((sum, j) => vector.add(v128.load(target, j * 16), sum)),
        );
      });
    });
  });
}
