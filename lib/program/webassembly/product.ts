/** Matrix products in WebAssembly: the kernels of `lib/matmul`, on operands where they lie. */
import { productArguments, type productParameters } from '../../matmul/assembly/product.ts';
import type { Callable, FunctionBuilder, Local } from '../../wasm/function.ts';
import type { Expression } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { i32 } from '../../wasm/program-instructions.ts';
import { addressAt, addressOf, type Heap, scratchOf } from '../heap.ts';
import { bytesOf } from '../memory.ts';
import type { Place, Product } from '../program.ts';
import { rowsOf } from './phases.ts';
import { forShare, type ThreadParameters, threadParameters } from './share.ts';

/** Defines a function that computes a thread's share: rows of one product, or products of a batch. */
export function defineProductKernel(
  module: ModuleBuilder,
  name: string,
  kernel: Product,
  heap: Heap,
  product: Callable<typeof productParameters>,
): Callable<ThreadParameters> {
  const { left, right, output, asDots, scratch } = kernel;
  const bytes = bytesOf[output.dtype];
  const steps = (place: Place) => place.strides.slice(-2).map((stride) => stride * bytes) as [number, number];
  const [leftAcross, leftAlong] = steps(left);
  const [rightAlong, rightAcross] = steps(right);
  const [rows, depth] = left.shape.slice(-2) as [number, number];
  const numbers = productArguments({
    left: { start: addressOf(heap, left), across: leftAcross, along: leftAlong },
    right: { start: addressOf(heap, right), across: rightAcross, along: rightAlong },
    rows,
    depth,
    columns: right.shape.at(-1) as number,
    packed: 0,
    sums: addressOf(heap, output),
    rowBytes: steps(output)[0],
    asDots,
  });
  return module.define(name, threadParameters, (f, p) => {
    const names = Object.keys(product.parameters) as (keyof typeof productParameters)[];
    const args = Object.fromEntries(
      names.map((key, i) => [key, f.local('i32', i32.const(numbers[i] as number))]),
    ) as Record<keyof typeof productParameters, Local<'i32'>>;
    f.set(args.packed, scratchOf(heap, scratch, p.thread));
    f.set(args.left, addressAt(heap, left, p.step));
    f.set(args.right, addressAt(heap, right, p.step));
    /** Moves all operands on along an axis that the output has, too. */
    const move = (axis: number, count: Expression<'i32'>) => {
      const moved = [
        ['left', left],
        ['right', right],
        ['sums', output],
      ] as const;
      for (const [key, place] of moved) {
        const isShared = key === 'right' && output.shape.length === 2;
        const step = isShared ? 0 : (place.strides[axis] as number) * bytes;
        if (step !== 0) f.increase(args[key], i32.mul(count, i32.const(step)));
      }
    };
    forShare(f, p, rowsOf(kernel), ({ from, to }) => {
      if (output.shape.length === 2) {
        move(0, from);
        f.set(args.rows, rowsOf(kernel) > 1 ? i32.sub(to, from) : i32.const(rows));
        f.call(product, args);
        return;
      }
      const isSplit = rowsOf(kernel) > 1;
      if (isSplit) move(0, from);
      const first = isSplit ? i32.sub(to, from) : i32.const(output.shape[0] as number);
      forEachMatrix(f, output.shape, first, () => f.call(product, args), move);
    });
  });
}

/** Visits every matrix of the batch axes, of which the first has `first` indices. */
function forEachMatrix(
  f: FunctionBuilder,
  shape: readonly number[],
  first: Expression<'i32'>,
  visit: () => void,
  move: (axis: number, count: Expression<'i32'>) => void,
  axis = 0,
): void {
  if (axis === shape.length - 2) {
    visit();
    return;
  }
  const length = axis === 0 ? first : i32.const(shape[axis] as number);
  f.for(0, length, 1, () => {
    forEachMatrix(f, shape, first, visit, move, axis + 1);
    move(axis, i32.const(1));
  });
  if (axis > 0) move(axis, i32.const(-(shape[axis] as number)));
}
