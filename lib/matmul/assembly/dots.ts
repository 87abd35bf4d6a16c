/**
 * Products of few rows with many columns, by scalar products without packing. The elements of each row, and
 * of each column, lie side by side in memory.
 */
import type { Local } from '../../wasm/function.ts';
import { i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { type ElementType, elements, multiplyAdd } from './tile.ts';

/**
 * sums[i, j] = Σₖ left[i, k]·right[j, k] for `rows` rows i, at most 4, and all lines j of the right operand.
 * Each lane of a vector holds a part of a sum. All distances are in bytes: `leftAcross` from one row of the
 * left operand to the next, `rightAcross` from one line of the right operand to the next, `rowBytes` from one
 * row of sums to the next. A row of sums has room for a multiple of four columns.
 */
export function defineDots(module: ModuleBuilder, type: ElementType, fused: boolean, rows: number) {
  const { bytes, vector, loadOne, storeSum } = elements[type];
  // The registers hold the sums and operands of this many columns.
  const columnsAtOnce = rows <= 2 ? 4 : 2;
  const addProduct = multiplyAdd(type, fused);
  const parameters = {
    left: 'i32',
    leftAcross: 'i32',
    right: 'i32',
    rightAcross: 'i32',
    columns: 'i32',
    depth: 'i32',
    sums: 'i32',
    rowBytes: 'i32',
  } as const;

  return module.define(`dots${rows} ${type}`, parameters, (f, p) => {
    const lines = (count: number) =>
      Array.from({ length: count }, () => ({ next: f.local('i32'), x: f.local('v128') }));
    const [left, right] = [lines(rows), lines(columnsAtOnce)];
    const totals = left.map(() => right.map(() => f.local('v128')));
    const [target, lastColumn] = [f.local('i32'), f.local('i32', i32.sub(p.columns, i32.const(1)))];
    const firstLeft = left[0]?.next as Local<'i32'>;
    const wholeVectors = i32.and(p.depth, i32.const(-16 / bytes));
    const addUpTo = (end: Local<'i32'>, load: typeof v128.load, step: number) => {
      f.while(i32.ne(firstLeft, end), () => {
        for (const { x, next } of [...left, ...right]) f.set(x, load(next));
        totals.forEach((row, i) => {
          row.forEach((sum, j) => {
            f.set(sum, addProduct((left[i] as Line).x, (right[j] as Line).x, sum));
          });
        });
        for (const { next } of [...left, ...right]) f.increase(next, step);
      });
    };
    const endOfVectors = f.local('i32', i32.add(p.left, i32.mul(wholeVectors, i32.const(bytes))));
    const end = f.local('i32', i32.add(p.left, i32.mul(p.depth, i32.const(bytes))));

    f.for(0, p.columns, columnsAtOnce, (column) => {
      left.forEach(({ next }, i) => {
        f.set(next, i32.add(p.left, i32.mul(p.leftAcross, i32.const(i))));
      });
      right.forEach(({ next }, j) => {
        // In place of columns beyond the last one, it computes the last one again.
        f.set(next, i32.add(column, i32.const(j)));
        f.set(next, i32.select(next, lastColumn, i32.lt_s(next, lastColumn)));
        f.set(next, i32.add(p.right, i32.mul(next, p.rightAcross)));
      });
      for (const sum of totals.flat()) f.set(sum, vector.const(0));
      addUpTo(endOfVectors, v128.load, 16);
      addUpTo(end, loadOne, bytes);
      f.set(target, i32.add(p.sums, i32.mul(column, i32.const(bytes))));
      for (const row of totals) {
        row.forEach((sum, j) => {
          f.do(storeSum(target, sum, j * bytes));
        });
        f.increase(target, p.rowBytes);
      }
    });
  });
}

interface Line {
  readonly next: Local<'i32'>;
  readonly x: Local<'v128'>;
}
