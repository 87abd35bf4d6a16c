/** Packing: operands are brought into the order in which the innermost loop reads them, padded to whole tiles. */
import { i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { type ElementType, elements } from './tile.ts';

/**
 * Copies `count` lines of `depth` elements into panels of so many lines: within a panel, the lines' first elements, then their
 * second ones, and so on, and zeros up to `paddedDepth`.
 */
export function definePack(module: ModuleBuilder, name: string, type: ElementType, lines: number) {
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
            const vectors = Math.floor((lines * bytes) / 16);
            for (let i = 0; i < vectors; i++) f.do(v128.store(target, v128.load(element, 16 * i), 16 * i));
            for (let i = (vectors * 16) / bytes; i < lines; i++) copyElement(i);
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
