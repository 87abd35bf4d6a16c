/**
 * Operations as methods: `x.matmul(w).add(b)` is `add(matmul(x, w), b)`. Every operation is a method of its
 * first argument, except those of `functionsOnly`. The methods are made from the exported functions, so the
 * two cannot differ.
 */
import { Tensor } from './core/tensor.ts';
import * as operations from './operations/index.ts';

const functionsOnly = [
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

// The type of the module, not of a constant: the compiler writes a constant's type out in full, but forgets
// the imports that it needs.
type Operations = typeof operations;
type Methods = {
  [K in Exclude<keyof Operations, (typeof functionsOnly)[number]>]: Operations[K] extends (
    first: never,
    ...rest: infer Rest
  ) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

declare module './core/tensor.ts' {
  interface Tensor extends Methods {}
}

for (const [name, operation] of Object.entries(operations)) {
  if ((functionsOnly as readonly string[]).includes(name)) continue;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: readonly unknown[]) {
      return (operation as (first: Tensor, ...rest: readonly unknown[]) => unknown)(this, ...rest);
    },
  });
}
