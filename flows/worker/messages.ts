/** What the page and its worker tell each other, as values that a message can carry. */
import {
  ArgumentError,
  DTypeError,
  fromNDArray,
  LevelError,
  ShapeError,
  Tensor,
  toNDArray,
} from '../../autograd/index.ts';
import { type DType, FluxionError, flat, type NDArray, type TypedArray, wrap } from '../../lib/index.ts';
import { OdeError } from '../solvers/index.ts';
import { TrainingError } from '../training/index.ts';

/** A call of one of the worker's functions. */
export interface Call {
  readonly id: number;
  readonly name: CallName;
  readonly args: readonly unknown[];
}

export type CallName = 'fit' | 'load' | 'sample' | 'logLikelihood' | 'save';

/** What the worker answers to a call: progress as often as it likes, then a result or an error. */
export type Answer =
  | { readonly id: number; readonly progress: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: SentError };

/** An error, as a message carries it: it would lose its class. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly step: number | undefined;
}

interface SentTensor {
  readonly isTensor: true;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** The value with its tensors and arrays, which a message cannot carry, as plain objects. */
export function sent(value: unknown): unknown {
  if (value instanceof Tensor) {
    const array = toNDArray(value);
    return { isTensor: true, dtype: value.dtype, shape: value.shape, data: flat(array) } satisfies SentTensor;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    return value;
  if ('stride' in value) return sent(fromNDArray(value as NDArray));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, sent(part)]));
}

/** What `sent` was given; an array comes back as a tensor. */
export function received(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    return value;
  if ('isTensor' in value) {
    const { data, shape } = value as SentTensor;
    return fromNDArray(wrap(data, shape));
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, received(part)]));
}

const errorClasses = { ArgumentError, DTypeError, FluxionError, LevelError, OdeError, ShapeError };

export function sentError(error: unknown): SentError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message, stack, step: error instanceof TrainingError ? error.step : undefined };
}

/** The error, again of its class, with the worker's stack. */
export function receivedError({ name, message, stack, step }: SentError): Error {
  const error =
    name === 'TrainingError'
      ? new TrainingError(message, step ?? 0)
      : Object.hasOwn(errorClasses, name)
        ? new errorClasses[name as keyof typeof errorClasses](message)
        : Object.assign(new Error(message), { name });
  return Object.assign(error, stack === undefined ? {} : { stack });
}
