/** Forward mode. A dual number is a primal and its tangent; a level of dual numbers pushes tangents along. */
import {
  completeOptions,
  DTypeError,
  formatShape,
  isFloating,
  requireFunction,
  ShapeError,
  sameShape,
} from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { DerivativeBox, DerivativeLevel, type Level } from '../core/level.ts';
import { refuseNumber, toTensor } from '../core/plain.ts';
import { WholePoint } from '../core/point.ts';
import {
  isDifferentiable,
  type Primitive,
  type PrimitiveName,
  type PrimitiveParams,
} from '../core/primitive.ts';
import type { MaybeZero, Tensor, TensorLike } from '../core/tensor.ts';
import { broadcastTo } from '../operations/broadcasting.ts';
import { cast } from '../operations/cast.ts';
import { zerosOf } from '../operations/operands.ts';
import { stopGradient } from '../operations/stop-gradient.ts';
import {
  type ArgumentList,
  dtypeOfNumbers,
  flatten,
  type Listed,
  type ListOrTensor,
  mapLeaves,
  requireArgumentList,
  type TangentTrees,
  type TensorTree,
  type TensorTrees,
} from '../trees.ts';

export interface JvpOptions {
  /**
   * Makes the tangent a constant for every enclosing derivative: an enclosing tape records none of its
   * computation. This is the stop-gradient of the MeanFlow target, and it costs no memory.
   */
  readonly constantTangent?: boolean;
}

/**
 * The value of a function and its directional derivative (Jacobian-vector product), in one pass. It costs
 * about twice the value.
 *
 * Arguments and result may be trees. A number as a tangent stands for a tensor of that number. The tangent 0
 * is a symbolic zero and costs nothing.
 *
 * @throws ShapeError if a tangent's shape is not its primal's; DTypeError for a tangent, other than 0, of a
 * tensor that is not floating-point; ArgumentError if the function returns a JavaScript number.
 * @example
 * // The note's MeanFlow algorithm: (u, dudt) = jvp(fn, (z, r, t), (v, 0, 1))
 * const [u, dudt] = jvp(fn, [z, r, t], [v, 0, 1]);
 */
export function jvp<A extends ListOrTensor, R>(
  fn: (...args: TensorTrees<Listed<A>>) => R,
  primals: ArgumentList<A>,
  tangents: TangentTrees<Listed<A>>,
  options: JvpOptions = {},
): [TensorTree<R>, TensorTree<R>] {
  const { constantTangent } = completeOptions('jvp', { constantTangent: false }, options);
  const push = pushForward(
    'jvp',
    fn as (...args: never[]) => unknown,
    primals as readonly unknown[],
    tangents,
    constantTangent,
  );
  return push as [TensorTree<R>, TensorTree<R>];
}

/** What `jvp` and the Jacobians share: runs a function on dual numbers. Errors name the operation. */
export function pushForward(
  operation: string,
  fn: (...args: never[]) => unknown,
  primals: readonly unknown[],
  tangents: readonly unknown[],
  constantTangent = false,
): [primal: unknown, tangent: unknown] {
  requireFunction(operation, fn);
  requireArgumentList(operation, primals);
  const level = new DualLevel(operation, constantTangent);
  try {
    const dtype = dtypeOfNumbers(flatten(operation, primals).leaves);
    const boxed = mapLeaves(
      operation,
      (x, t) => level.box(toTensor(operation, x, dtype), t),
      primals,
      tangents,
    );
    const result = fn(...(boxed as never[]));
    refuseNumber(operation, result);
    const { leaves, rebuild } = flatten(operation, result);
    const outputs = leaves.map((y) => toTensor(operation, y, dtype));
    const primal = outputs.map((y) => level.primalOf(y));
    const tangent = outputs.map((y) => level.tangentOf(y) ?? zerosOf(y));
    return [rebuild(primal), rebuild(tangent)];
  } finally {
    level.live = false;
  }
}

class Dual extends DerivativeBox {
  readonly tangent: Tensor;

  constructor(level: Level, primal: Tensor, tangent: Tensor) {
    super(level, primal);
    this.tangent = tangent;
  }
}

class DualLevel extends DerivativeLevel {
  readonly name: string;
  readonly #constantTangent: boolean;

  constructor(name: string, constantTangent: boolean) {
    super();
    this.name = name;
    this.#constantTangent = constantTangent;
  }

  box(x: Tensor, tangent: TensorLike): Tensor {
    if (tangent === 0) return x;
    const t = tangentFor(this.name, x, tangent);
    return new Dual(this, x, this.#constantTangent ? stopGradient(t) : t);
  }

  process<K extends PrimitiveName>(
    primitive: Primitive<K>,
    inputs: readonly Tensor[],
    params: PrimitiveParams[K],
  ): readonly Tensor[] {
    const primals = inputs.map((x) => this.primalOf(x));
    const outputs = apply(primitive, primals, params);
    const tangents = inputs.map((x, i) => (isDifferentiable(primitive, i) ? this.tangentOf(x) : null));
    if (tangents.every((t) => t === null)) return outputs;
    const PointClass = this.#constantTangent ? ConstantPoint : WholePoint;
    const outputTangents = primitive.forward(tangents, new PointClass(primals, outputs, params));
    return outputs.map((y, i) => {
      const t = outputTangents[i];
      return t ? new Dual(this, y, t) : y;
    });
  }

  tangentOf(x: Tensor): MaybeZero {
    return x instanceof Dual && x.level === this ? x.tangent : null;
  }
}

/** The point of a `jvp` with `constantTangent`: constant primals give a constant tangent. */
class ConstantPoint<P> extends WholePoint<P> {
  override input(index: number): Tensor {
    return stopGradient(super.input(index));
  }

  override output(index: number): Tensor {
    return stopGradient(super.output(index));
  }
}

/** The tangent with its primal's shape, which it must have or be a number, and its primal's dtype. */
export function tangentFor(operation: string, primal: Tensor, tangent: TensorLike): Tensor {
  if (!isFloating(primal.dtype)) {
    throw new DTypeError(
      `${operation}: cannot differentiate with respect to a tensor of ${primal.dtype}; its tangent must be 0`,
    );
  }
  if (typeof tangent === 'number')
    return broadcastTo(toTensor(operation, tangent, primal.dtype), primal.shape);
  if (!sameShape(tangent.shape, primal.shape)) {
    throw new ShapeError(
      `${operation}: a tangent has its primal's shape ${formatShape(primal.shape)}, got ${formatShape(tangent.shape)}`,
    );
  }
  if (!isFloating(tangent.dtype))
    throw new DTypeError(`${operation}: wanted a floating-point tangent, got ${tangent.dtype}`);
  return cast(tangent, primal.dtype);
}
