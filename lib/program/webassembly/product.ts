/** Matrix products in WebAssembly: the kernels of `lib/matmul`, on operands where they lie. */
import { productArguments, type productParameters } from '../../matmul/assembly/product.ts';
import type { Callable, FunctionBuilder } from '../../wasm/function.ts';
import { i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { addressOf, type Heap } from '../heap.ts';
import { bytesOf } from '../memory.ts';
import type { Place, Product } from '../program.ts';

/** Defines a function without parameters that computes all products of the batch. */
export function defineProductKernel(
  module: ModuleBuilder,
  name: string,
  { left, right, output, asDots, scratch }: Product,
  heap: Heap,
  product: Callable<typeof productParameters>,
): Callable<Record<never, never>> {
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
    packed: heap.addresses[scratch] as number,
    sums: addressOf(heap, output),
    rowBytes: steps(output)[0],
    asDots,
  });
  return module.define(name, {}, (f) => {
    const args = Object.fromEntries(
      Object.keys(product.parameters).map((key, i) => [key, f.local('i32', i32.const(numbers[i] as number))]),
    ) as Record<keyof typeof productParameters, ReturnType<typeof f.local<'i32'>>>;
    forEachMatrix(
      f,
      output.shape.length - 2,
      () => f.call(product, args),
      (axis, count) => {
        for (const [key, place] of [
          ['left', left],
          ['right', right],
          ['sums', output],
        ] as const)
          f.increase(args[key], (place.strides[axis] as number) * bytes * count);
      },
      output.shape,
    );
  });
}

/** Visits every matrix of the batch axes. `move` moves all operands on, or back, along an axis. */
function forEachMatrix(
  f: FunctionBuilder,
  axes: number,
  visit: () => void,
  move: (axis: number, count: number) => void,
  shape: readonly number[],
  axis = 0,
): void {
  if (axis === axes) {
    visit();
    return;
  }
  const length = shape[axis] as number;
  f.for(0, i32.const(length), 1, () => {
    forEachMatrix(f, axes, visit, move, shape, axis + 1);
    move(axis, 1);
  });
  move(axis, -length);
}
