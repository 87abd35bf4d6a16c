/** Checks that the losses and samplers make on their arguments before they broadcast anything. */
import { ArgumentError, fromNDArray, ShapeError, Tensor, toNDArray } from '../autograd/index.ts';
import { describe, formatShape, type Shape, sameShape } from '../lib/index.ts';

/** Throws a ShapeError unless `x` has the wanted shape: broadcasting would hide a mistake. */
export function requireShape(operation: string, name: string, x: Tensor, wanted: Shape): Tensor {
  requireTensor(operation, name, x);
  if (sameShape(x.shape, wanted)) return x;
  throw new ShapeError(
    `${operation}: wanted ${name} of shape ${formatShape(wanted)}, got ${formatShape(x.shape)}`,
  );
}

/** The batch size of x, [batch, ...event]. Throws a ShapeError if x is a scalar. */
export function batchSize(operation: string, name: string, x: Tensor): number {
  requireTensor(operation, name, x);
  const [size] = x.shape;
  if (size !== undefined) return size;
  throw new ShapeError(`${operation}: wanted ${name} of shape [batch, ...event], got a scalar`);
}

/**
 * Calls `check` with the values of the tensors, as constants. Does nothing if a transform (vmap, makeGraph)
 * hides one of the values.
 */
export function checkValues<A extends readonly Tensor[]>(
  tensors: readonly [...A],
  check: (...values: A) => void,
): void {
  if (!tensors.every((x) => x.hasValues)) return;
  check(...(tensors.map((x) => fromNDArray(toNDArray(x))) as unknown as A));
}

/** Throws an ArgumentError unless `x` is an object with tensors of these names. */
export function requireTensors<K extends string>(
  operation: string,
  names: readonly K[],
  x: Readonly<Record<K, unknown>>,
): void {
  if (typeof x !== 'object' || x === null)
    throw new ArgumentError(`${operation}: wanted an object of ${names.join(', ')}, got ${describe(x)}`);
  for (const name of names) requireTensor(operation, name, x[name]);
}

/** Throws an ArgumentError unless `x` has functions of these names; `wanted` says what has them. */
export function requireMethods(
  operation: string,
  wanted: string,
  x: unknown,
  names: readonly string[],
): void {
  const has = (name: string) => typeof (x as Readonly<Record<string, unknown>>)[name] === 'function';
  if (x !== null && x !== undefined && names.every(has)) return;
  throw new ArgumentError(`${operation}: wanted ${wanted}, got ${describe(x)}`);
}

/** Throws an ArgumentError unless `x` has fields of these names and of this type. */
export function requireFields(
  operation: string,
  x: unknown,
  names: readonly string[],
  type: 'string' | 'number',
): void {
  const fields = x as Readonly<Record<string, unknown>> | null | undefined;
  const stray = names.find((name) => typeof fields?.[name] !== type);
  if (stray === undefined) return;
  throw new ArgumentError(`${operation}: wanted ${stray} as a ${type}, got ${describe(fields?.[stray])}`);
}

/** Throws an ArgumentError unless `x` is a list; `wanted` says which. */
export function requireList(operation: string, wanted: string, x: unknown): void {
  if (!Array.isArray(x)) throw new ArgumentError(`${operation}: wanted ${wanted}, got ${describe(x)}`);
}

/** Throws an ArgumentError unless `x` is an object; `wanted` says which. */
export function requireObject(operation: string, wanted: string, x: unknown): void {
  if (typeof x === 'object' && x !== null && !Array.isArray(x)) return;
  throw new ArgumentError(`${operation}: wanted ${wanted}, got ${describe(x)}`);
}

/** Throws an ArgumentError unless x is a tensor: JavaScript callers have no types to stop them. */
export function requireTensor(operation: string, name: string, x: unknown): void {
  if (x instanceof Tensor) return;
  throw new ArgumentError(`${operation}: wanted ${name} as a tensor, got ${describe(x)}`);
}
