/**
 * Reverse mode: a tape. The forward pass records each operation that depends on the input; the pullback walks the
 * record backwards, since the order of creation is already a topological order, and accumulates cotangents.
 */
import {
  ArgumentError,
  DTypeError,
  formatShape,
  isFloating,
  requireFunction,
  ShapeError,
  sameShape,
} from '../../lib/index.ts';
import { DerivativeBox, Level } from '../core/level.ts';
import { toTensor } from '../core/plain.ts';
import { apply, type Point, type Primitive, type ReverseRule } from '../core/primitive.ts';
import { type ArrayType, type MaybeZero, type Tensor, type TensorLike, typeOf } from '../core/tensor.ts';
import { addTerms } from '../operations/addition.ts';
import { broadcastTo } from '../operations/broadcasting.ts';
import { cast } from '../operations/cast.ts';
import { zerosOf } from '../operations/operands.ts';
import {
  dtypeOfNumbers,
  flatten,
  mapLeaves,
  requireArgumentList,
  type TangentTree,
  type TensorTree,
  type TensorTrees,
} from '../trees.ts';

/** From a cotangent of the output to the cotangents of the arguments: w ↦ Jᵀw. May be called again. */
export type Pullback<A extends readonly unknown[], R> = (cotangent: TangentTree<R>) => TensorTrees<A>;

/**
 * The value of a function and its pullback (vector-Jacobian product). Arguments and result may be trees.
 * A number as a cotangent stands for that number everywhere; 0 is a symbolic zero, which costs nothing.
 *
 * @throws ShapeError (from the pullback) if a cotangent's shape is not its output's.
 * @example
 * const [y, pullback] = vjp((x: Tensor) => sin(x), [tensor([0, 1])]);
 * const [cotangent] = pullback(1); // cos(x)
 */
export function vjp<A extends readonly unknown[], R>(
  fn: (...args: TensorTrees<A>) => R,
  primals: readonly [...A],
): [TensorTree<R>, Pullback<A, R>] {
  const { result, pull } = record('vjp', fn as (...args: never[]) => R, primals);
  return [result as TensorTree<R>, (cotangent) => pull(cotangent, { consume: false }) as TensorTrees<A>];
}

/** A function's run on a tape: what it returned, unboxed, and the way back. */
export interface Recording {
  readonly result: unknown;
  /** How many operations the tape holds. */
  readonly length: number;
  /** From a cotangent tree of the result to the arguments' cotangents. With `consume`, the tape is freed on the way. */
  readonly pull: (cotangent: unknown, options: { readonly consume: boolean }) => unknown;
}

/** What `vjp` and the gradients share: runs a function on a tape, in the name of the caller. */
export function record(operation: string, fn: (...args: never[]) => unknown, primals: readonly unknown[]): Recording {
  requireFunction(operation, fn);
  requireArgumentList(operation, primals);
  const tape = new Tape(operation);
  try {
    const { leaves, rebuild } = flatten(operation, primals);
    const dtype = dtypeOfNumbers(leaves);
    const inputs = leaves.map((leaf) => toTensor(operation, leaf, dtype));
    const boxes = inputs.map((x) => (isFloating(x.dtype) ? tape.watch(x) : x));
    const boxed = flatten(operation, fn(...(rebuild(boxes) as never[])));
    const outputs = boxed.leaves.map((leaf) => toTensor(operation, leaf, dtype));
    const outputSlots = outputs.map((y) => tape.slotOf(y));
    const inputSlots = boxes.map((box) => tape.slotOf(box));
    const result = boxed.rebuild(outputs.map((y) => tape.primalOf(y)));
    return {
      result,
      length: tape.length,
      pull(cotangent, { consume }) {
        const cotangents: MaybeZero[] = [];
        mapLeaves(operation, (y, w) => cotangents.push(cotangentFor(operation, y as Tensor, w)), result, cotangent);
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

/** A place on a tape: output number `output` of node number `node`. */
interface Slot {
  readonly node: number;
  readonly output: number;
}

/** A cotangent, and the place that it is for. */
interface Delivery {
  readonly slot: Slot;
  readonly cotangent: Tensor;
}

/** What the tape asks of a node: the cotangents of its inputs, given those that arrived at its outputs. */
interface RecordedOperation {
  pull(cotangents: readonly MaybeZero[]): readonly Delivery[];
}

class Taped extends DerivativeBox {
  readonly level: Level;
  readonly slot: Slot;

  constructor(level: Level, primal: Tensor, slot: Slot) {
    super(primal);
    this.level = level;
    this.slot = slot;
  }
}

class Tape extends Level {
  readonly name: string;
  // Null stands for an input of the differentiated function, or for a node already consumed.
  readonly #nodes: (RecordedOperation | null)[] = [];
  #watched = 0;

  constructor(name: string) {
    super();
    this.name = name;
  }

  /** Operations recorded so far. */
  get length(): number {
    return this.#nodes.length - this.#watched;
  }

  watch(x: Tensor): Taped {
    this.#watched++;
    return new Taped(this, x, { node: this.#nodes.push(null) - 1, output: 0 });
  }

  process<P>(primitive: Primitive<P>, inputs: readonly Tensor[], params: P): readonly Tensor[] {
    const primals = inputs.map((x) => this.primalOf(x));
    const outputs = apply(primitive, primals, params);
    const slots = inputs.map((x) => this.slotOf(x));
    const rules = slots.map((slot, i) => (slot ? primitive.reverse(i) : null));
    if (rules.every((rule) => rule === null)) return outputs;
    const node = this.#nodes.push(new TapeNode(rules, slots, params, primals, outputs)) - 1;
    return outputs.map((y, output) => (isFloating(y.dtype) ? new Taped(this, y, { node, output }) : y));
  }

  primalOf(x: Tensor): Tensor {
    return x instanceof Taped && x.level === this ? x.primal : x;
  }

  slotOf(x: Tensor): Slot | null {
    return x instanceof Taped && x.level === this ? x.slot : null;
  }

  /** Walks the tape backwards, from cotangents of outputs to the cotangents at the given slots (null: none arrived). */
  pull(seeds: readonly Delivery[], inputs: readonly (Slot | null)[], consume: boolean): readonly MaybeZero[] {
    const arrived = new Array<MaybeZero[] | undefined>(this.#nodes.length);
    const deliver = ({ slot, cotangent }: Delivery) => {
      arrived[slot.node] ??= [];
      const outputs = arrived[slot.node] as MaybeZero[];
      outputs[slot.output] = addTerms([outputs[slot.output] ?? null, cotangent]);
    };
    seeds.forEach(deliver);
    for (let index = this.#nodes.length - 1; index >= 0; index--) {
      const node = this.#nodes[index];
      const cotangents = arrived[index];
      if (!node || !cotangents) continue;
      node.pull(cotangents).forEach(deliver);
      arrived[index] = [];
      if (consume) this.#nodes[index] = null;
    }
    return inputs.map((slot) => (slot && arrived[slot.node]?.[slot.output]) ?? null);
  }
}

/**
 * One recorded operation. It keeps the tensors that its rules need, in explicit lists, and nothing else:
 * a closure would keep alive whatever its scope happened to hold.
 */
class TapeNode<P> implements Point<P>, RecordedOperation {
  readonly params: P;
  readonly #slots: readonly (Slot | null)[];
  readonly #rules: readonly (ReverseRule<P> | null)[];
  readonly #inputs: (Tensor | undefined)[] = [];
  readonly #outputs: (Tensor | undefined)[] = [];
  readonly #inputTypes: readonly ArrayType[];
  readonly #outputTypes: readonly ArrayType[];

  constructor(
    rules: readonly (ReverseRule<P> | null)[],
    slots: readonly (Slot | null)[],
    params: P,
    inputs: readonly Tensor[],
    outputs: readonly Tensor[],
  ) {
    this.params = params;
    this.#slots = slots;
    this.#rules = rules;
    this.#inputTypes = inputs.map(typeOf);
    this.#outputTypes = outputs.map(typeOf);
    for (const rule of this.#rules) {
      for (const i of chosen(rule?.needs.inputs, inputs)) this.#inputs[i] = inputs[i];
      for (const i of chosen(rule?.needs.outputs, outputs)) this.#outputs[i] = outputs[i];
    }
  }

  pull(cotangents: readonly MaybeZero[]): readonly Delivery[] {
    return this.#rules.flatMap((rule, i) => {
      const slot = this.#slots[i];
      const cotangent = rule?.pull(cotangents, this);
      return slot && cotangent ? [{ slot, cotangent }] : [];
    });
  }

  get inputCount(): number {
    return this.#inputTypes.length;
  }

  input(index: number): Tensor {
    return this.#inputs[index] ?? undeclared('input', index);
  }

  output(index: number): Tensor {
    return this.#outputs[index] ?? undeclared('output', index);
  }

  inputType(index: number): ArrayType {
    return this.#inputTypes[index] as ArrayType;
  }

  outputType(index: number): ArrayType {
    return this.#outputTypes[index] as ArrayType;
  }
}

function chosen(needed: readonly number[] | 'all' | undefined, tensors: readonly Tensor[]): readonly number[] {
  return needed === 'all' ? tensors.map((_, i) => i) : (needed ?? []);
}

function undeclared(kind: string, index: number): never {
  throw new ArgumentError(`reverse rule: asked for ${kind} ${index}, which it does not declare in 'needs'`);
}

/** A cotangent that fits its output: a number is expanded, and 0 is a symbolic zero. */
function cotangentFor(operation: string, output: Tensor, cotangent: TensorLike): MaybeZero {
  if (cotangent === 0) return null;
  if (typeof cotangent === 'number') return broadcastTo(toTensor(operation, cotangent, output.dtype), output.shape);
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
