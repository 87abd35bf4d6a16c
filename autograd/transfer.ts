/**
 * Trees of tensors as messages, for workers and other pages: what `postMessage` and `structuredClone` take.
 */
import {
  ArgumentError,
  checkShape,
  describe,
  flat,
  formatShape,
  sizeOf,
  type TypedArray,
  wrap,
} from '../lib/index.ts';
import { Tensor, type TensorLike } from './core/tensor.ts';
import { fromNDArray } from './create.ts';
import { mapLeaves } from './trees.ts';

/** A tree in which each tensor is its shape and its values, and nothing else; `fromTransferable` reads it. */
export interface TransferableTree<T> {
  readonly tree: unknown;
  /** Never there: it says to the compiler of what type the tree was. */
  readonly type?: T;
}

/** A message, and the memory that `postMessage` may move to the receiver instead of copying it. */
export interface Transferable<T> {
  readonly message: TransferableTree<T>;
  readonly transfer: ArrayBuffer[];
}

/** A tensor within a message. The kind of typed array is its dtype: no leaf of a tree is a typed array. */
interface TensorMessage {
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/**
 * A tree of tensors and numbers (parameters, keys, batches) as a message for another thread or page, and the
 * memory to hand over with it. It copies the values once, also out of shared memory, so that your tensors
 * stay as they are. The values carry no derivative.
 *
 * @throws LevelError where there are no values (in `vmap`, `makeGraph`), ArgumentError for other leaves.
 * @example const { message, transfer } = toTransferable(parameters); worker.postMessage(message, transfer);
 */
export function toTransferable<T>(tree: T): Transferable<T> {
  const transfer: ArrayBuffer[] = [];
  const message = (leaf: TensorLike): TensorMessage | number => {
    if (!(leaf instanceof Tensor)) return leaf;
    const data = flat(leaf.plainArray('toTransferable')).slice();
    transfer.push(data.buffer as ArrayBuffer);
    return { shape: leaf.shape, data };
  };
  return { message: { tree: mapLeaves('toTransferable', message, tree) }, transfer };
}

/**
 * The tree that somebody made a message of by `toTransferable`. Its tensors have the message's memory, so
 * nobody may write there afterwards; shared memory is copied.
 *
 * @throws ArgumentError for anything else, and for a message whose memory has been handed over.
 * @example onmessage = ({ data }) => train(fromTransferable<Parameters>(data));
 */
export function fromTransferable<T>(message: TransferableTree<T>): T {
  if (typeof message !== 'object' || message === null || !('tree' in message)) throw notAMessage(message);
  return readNode(message.tree) as T;
}

function readNode(node: unknown): unknown {
  if (typeof node === 'number') return node;
  if (typeof node !== 'object' || node === null) throw notAMessage(node);
  if (isTensorMessage(node)) return tensorOf(node);
  if (Array.isArray(node)) return node.map(readNode);
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, readNode(child)]));
}

function isTensorMessage(node: object): node is TensorMessage {
  return 'data' in node && ArrayBuffer.isView(node.data);
}

function tensorOf({ shape, data }: TensorMessage): Tensor {
  checkShape('fromTransferable', shape);
  if (data.length !== sizeOf(shape)) {
    const reason = data.buffer.byteLength === 0 ? '; its memory has been handed over to another thread' : '';
    throw new ArgumentError(
      `fromTransferable: wanted ${sizeOf(shape)} values of shape ${formatShape(shape)}, got ${data.length}${reason}`,
    );
  }
  return fromNDArray(wrap(data.buffer instanceof ArrayBuffer ? data : data.slice(), shape));
}

function notAMessage(got: unknown): ArgumentError {
  return new ArgumentError(`fromTransferable: wanted a message of toTransferable, got ${describe(got)}`);
}
