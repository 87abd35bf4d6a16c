/** Reverse mode: a function runs on a tape, which the pullback walks backwards. */
import {
  DTypeError,
  formatShape,
  isFloating,
  requireFunction,
  ShapeError,
  sameShape,
} from '../../lib/index.ts';
import { refuseNumber, toTensor } from '../core/plain.ts';
import type { MaybeZero, Tensor, TensorLike } from '../core/tensor.ts';
import { broadcastTo } from '../operations/broadcasting.ts';
import { cast } from '../operations/cast.ts';
import { zerosOf } from '../operations/operands.ts';
import {
  type ArgumentList,
  dtypeOfNumbers,
  flatten,
  type Listed,
  type ListOrTensor,
  mapLeaves,
  requireArgumentList,
  type TangentTree,
  type TensorTree,
  type TensorTrees,
} from '../trees.ts';
import { Tape } from './tape.ts';

/** From a cotangent of the output to the arguments' cotangents: w ↦ Jᵀw. You may call it many times. */
export type Pullback<A extends readonly unknown[], R> = (cotangent: TangentTree<R>) => TensorTrees<A>;

/**
 * The value of a function and its pullback (vector-Jacobian product). Arguments and result may be trees.
 * A number as a cotangent stands for a tensor of that number. The cotangent 0 is a symbolic zero and costs
 * nothing.
 *
 * @throws ShapeError (from the pullback) if a cotangent's shape is not its output's; DTypeError for a
 * cotangent that is not floating-point; ArgumentError if the function returns a JavaScript number.
 * @example
 * const [y, pullback] = vjp((x: Tensor) => sin(x), [tensor([0, 1])]);
 * const [cotangent] = pullback(1); // cos(x)
 */
export function vjp<A extends ListOrTensor, R>(
  fn: (...args: TensorTrees<Listed<A>>) => R,
  primals: ArgumentList<A>,
): [TensorTree<R>, Pullback<Listed<A>, R>] {
  const { result, pull } = record('vjp', fn as (...args: never[]) => R, primals as readonly unknown[]);
  return [
    result as TensorTree<R>,
    (cotangent) => pull(cotangent, { consume: false }) as TensorTrees<Listed<A>>,
  ];
}

/** A function's run on a tape: its result, unboxed, and its pullback. */
export interface Recording {
  readonly result: unknown;
  /** How many operations the tape holds. */
  readonly length: number;
  /**
   * From the result's cotangents to the arguments'. `consume` frees each operation once it is done: for the
   * last pull only, because another one would give zeros without an error.
   */
  readonly pull: (cotangent: unknown, options: { readonly consume: boolean }) => unknown;
}

/** What `vjp` and the gradients share: runs a function on a tape. Errors name the operation. */
export function record(
  operation: string,
  fn: (...args: never[]) => unknown,
  primals: readonly unknown[],
): Recording {
  requireFunction(operation, fn);
  requireArgumentList(operation, primals);
  const tape = new Tape(operation);
  try {
    const { leaves, rebuild } = flatten(operation, primals);
    const dtype = dtypeOfNumbers(leaves);
    const inputs = leaves.map((leaf) => toTensor(operation, leaf, dtype));
    const boxes = inputs.map((x) => (isFloating(x.dtype) ? tape.watch(x) : x));
    const returned = fn(...(rebuild(boxes) as never[]));
    refuseNumber(operation, returned);
    const boxed = flatten(operation, returned);
    const outputs = boxed.leaves.map((leaf) => toTensor(operation, leaf, dtype));
    const outputSlots = outputs.map((y) => tape.slotOf(y));
    const inputSlots = boxes.map((box) => tape.slotOf(box));
    const result = boxed.rebuild(outputs.map((y) => tape.primalOf(y)));
    return {
      result,
      length: tape.length,
      pull(cotangent, { consume }) {
        const cotangents: MaybeZero[] = [];
        mapLeaves(
          operation,
          (y, w) => cotangents.push(cotangentFor(operation, y as Tensor, w)),
          result,
          cotangent,
        );
        const seeds = cotangents.flatMap((w, i) => {
          const slot = outputSlots[i];
          return slot && w ? [{ slot, cotangent: w }] : [];
        });
        const pulled = tape.pull(seeds, inputSlots, consume);
        return rebuild(pulled.map((w, i) => w ?? zerosOf(inputs[i] as Tensor)));
      },
    };
  } finally {
    tape.live = false;
  }
}

/** The cotangent with its output's shape, which it must have or be a number; `null` for 0. */
function cotangentFor(operation: string, output: Tensor, cotangent: TensorLike): MaybeZero {
  if (cotangent === 0) return null;
  if (typeof cotangent === 'number')
    return broadcastTo(toTensor(operation, cotangent, output.dtype), output.shape);
  if (!sameShape(cotangent.shape, output.shape)) {
    throw new ShapeError(
      `${operation}: a cotangent has its output's shape ${formatShape(output.shape)}, got ${formatShape(cotangent.shape)}`,
    );
  }
  if (!isFloating(cotangent.dtype)) {
    throw new DTypeError(`${operation}: wanted a floating-point cotangent, got ${cotangent.dtype}`);
  }
  return cast(cotangent, output.dtype);
}
