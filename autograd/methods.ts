/**
 * Operations as methods: `x.matmul(w).add(b)` is `add(matmul(x, w), b)`. Every operation is a method of its
 * first argument, except those of `functionsOnly`. The methods are made from the exported functions, so the
 * two cannot differ; `method-types.ts` has their types.
 */
import './method-types.ts';
import { ShapeError } from '../lib/index.ts';
import { Tensor } from './core/tensor.ts';
import * as operations from './operations/index.ts';

export const functionsOnly = [
  // Their first argument is a list, a text or a mask, and not the tensor that they work on.
  'concatenate',
  'einsum',
  'stack',
  'where',
  // Layers of networks. We could make methods of them, but a network reads better as functions.
  'attention',
  'convolution',
  'transposedConvolution',
  // The transposes of slice and gather. Reverse rules use them, and hardly anybody else.
  'embed',
  'scatterAdd',
] as const;

declare module './core/tensor.ts' {
  interface Tensor {
    /**
     * The entries along the first axis, one after the other, as `slice` gives them. ShapeError for a scalar.
     * @example const [first, second] = tensor([[1, 2], [3, 4]]);
     */
    [Symbol.iterator](): IterableIterator<Tensor>;
  }
}

for (const [name, operation] of Object.entries(operations)) {
  if ((functionsOnly as readonly string[]).includes(name)) continue;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: readonly unknown[]) {
      return (operation as (first: Tensor, ...rest: readonly unknown[]) => unknown)(this, ...rest);
    },
  });
}

Object.defineProperty(Tensor.prototype, Symbol.iterator, {
  value(this: Tensor): IterableIterator<Tensor> {
    const [length] = this.shape;
    if (length === undefined)
      throw new ShapeError('iteration: wanted a tensor with rows, got a scalar; item() is its number');
    return rowsOf(this, length);
  },
});

function* rowsOf(x: Tensor, length: number): IterableIterator<Tensor> {
  for (let row = 0; row < length; row++) yield operations.slice(x, [row]);
}
