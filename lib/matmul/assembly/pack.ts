/**
 * Packing copies the right operand into the order in which the innermost loop reads it. Zeros fill up the
 * last tile.
 */
import { i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { type ElementType, elements, tileColumns, tileRowBytes, tileVectors } from './tile.ts';

/**
 * Copies `count` columns of `depth` elements into panels as wide as a tile. A panel holds the first elements
 * of its columns, then the second ones, and so on.
 */
export function definePack(module: ModuleBuilder, type: ElementType) {
  const { bytes, move, clear } = elements[type];
  const width = tileColumns(type);
  const parameters = {
    source: 'i32',
    across: 'i32',
    along: 'i32',
    count: 'i32',
    depth: 'i32',
    target: 'i32',
  } as const;

  return module.define(`pack ${type}`, parameters, (f, { source, across, along, count, depth, target }) => {
    const [column, element] = [f.local('i32', source), f.local('i32')];
    const copyElement = (i: number) => {
      const address = i === 0 ? element : i32.add(element, i32.mul(across, i32.const(i)));
      f.do(move(target, address, i * bytes));
    };
    const panel = (copyStep: () => void) => {
      f.set(element, column);
      f.for(0, depth, 1, () => {
        copyStep();
        f.set(element, i32.add(element, along));
        f.increase(target, tileRowBytes);
      });
      f.set(column, i32.add(column, i32.mul(across, i32.const(width))));
    };

    f.for(0, i32.div_u(count, i32.const(width)), 1, () => {
      // If columns are neighbours in memory, copy sixteen bytes at a time.
      f.if(
        i32.eq(across, i32.const(bytes)),
        () =>
          panel(() => {
            for (let j = 0; j < tileVectors; j++)
              f.do(v128.store(target, v128.load(element, 16 * j), 16 * j));
          }),
        () =>
          panel(() => {
            for (let i = 0; i < width; i++) copyElement(i);
          }),
      );
    });
    const rest = f.local('i32', i32.rem_u(count, i32.const(width)));
    f.if(rest, () =>
      panel(() => {
        for (let i = 0; i < width; i++) {
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
