/** The innermost loops: the product of packed panels, tile by tile. */
import type { Local } from '../../wasm/function.ts';
import { type Expression, i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { depthUnit, type ElementType, elements, tileRows, tileVectors } from './tile.ts';

/** c (+)= the product of packed panels. c has whole tiles, its rows `rowBytes` apart. `first`: do not add to what is there. */
export function defineMultiply(module: ModuleBuilder, type: ElementType, fused: boolean) {
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
