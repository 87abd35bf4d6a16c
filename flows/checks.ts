/** What the losses and samplers ask of their arguments before they broadcast anything. */
import { ArgumentError, fromNDArray, ShapeError, Tensor, toNDArray } from '../autograd/index.ts';
import { formatShape, type Shape, sameShape } from '../lib/index.ts';

/** Throws unless `x` has the wanted shape: where shapes must agree, broadcasting would hide a mistake. */
export function requireShape(operation: string, name: string, x: Tensor, wanted: Shape): Tensor {
  requireTensor(operation, name, x);
  if (sameShape(x.shape, wanted)) return x;
  throw new ShapeError(
    `${operation}: wanted ${name} of shape ${formatShape(wanted)}, got ${formatShape(x.shape)}`,
  );
}

/** The batch size of x, [batch, ...event]; throws if x is a scalar. */
export function batchSize(operation: string, name: string, x: Tensor): number {
  requireTensor(operation, name, x);
  const [size] = x.shape;
  if (size !== undefined) return size;
  throw new ShapeError(`${operation}: wanted ${name} of shape [batch, ...event], got a scalar`);
}

/**
 * Hands the values of some tensors, as constants, to a check; calls nothing where a transform (vmap,
 * makeGraph) hides one.
 */
export function checkValues<A extends readonly Tensor[]>(
  tensors: readonly [...A],
  check: (...values: A) => void,
): void {
  if (!tensors.every((x) => x.hasValues)) return;
  check(...(tensors.map((x) => fromNDArray(toNDArray(x))) as unknown as A));
}

/** Throws unless x is a tensor, for callers whom the types did not stop. */
function requireTensor(operation: string, name: string, x: unknown): void {
  if (x instanceof Tensor) return;
  throw new ArgumentError(
    `${operation}: wanted ${name} as a tensor, got ${Array.isArray(x) ? 'an array' : String(x)}`,
  );
}
