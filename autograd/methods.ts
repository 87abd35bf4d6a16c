/**
 * Operations as methods: `x.matmul(w).add(b)` is `add(matmul(x, w), b)`. All operations whose first argument
 * is one tensor, taken from the same table, so that the two faces cannot drift apart.
 */
import { Tensor } from './core/tensor.ts';
import * as operations from './operations/index.ts';

/** What acts on several tensors alike is a function only. */
const functionsOnly = [
  'attention',
  'concatenate',
  'convolution',
  'einsum',
  'embed',
  'scatterAdd',
  'stack',
  'transposedConvolution',
  'where',
] as const;

// Said of the module, not of a constant: the compiler writes the type of a constant out, and forgets its
// imports.
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
