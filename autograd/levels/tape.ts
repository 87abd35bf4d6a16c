/**
 * The tape of reverse mode. The forward pass records each operation that depends on an input. The pullback
 * walks the record backwards and adds up cotangents. It sorts nothing: the order in which the operations were
 * recorded is already a topological order.
 */
import { ArgumentError, isFloating } from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { DerivativeBox, DerivativeLevel, type Level } from '../core/level.ts';
import type { Point } from '../core/point.ts';
import {
  isDifferentiable,
  type Primitive,
  type PrimitiveName,
  type PrimitiveParams,
  type ReverseRule,
} from '../core/primitive.ts';
import {
  type ArrayType,
  type Cotangent,
  type MaybeZero,
  type PartialCotangent,
  Tensor,
  typeOf,
} from '../core/tensor.ts';
import { addTerms } from '../operations/addition.ts';

/** A place on a tape: output number `output` of node number `node`. */
export interface Slot {
  readonly node: number;
  readonly output: number;
}

/** A cotangent, and the place that it is for. */
export interface Delivery {
  readonly slot: Slot;
  readonly cotangent: Tensor | PartialCotangent;
}

/** What the tape asks of a node: the cotangents of its inputs, given those that arrived at its outputs. */
interface RecordedOperation {
  pull(cotangents: readonly MaybeZero[]): readonly Delivery[];
}

class Taped extends DerivativeBox {
  readonly slot: Slot;

  constructor(level: Level, primal: Tensor, slot: Slot) {
    super(level, primal);
    this.slot = slot;
  }
}

export class Tape extends DerivativeLevel {
  readonly name: string;
  // Null has two meanings: an input of the differentiated function, which has no rule to pull through, or an
  // operation that a pull with `consume` has freed. Both times the walk passes over it.
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

  process<K extends PrimitiveName>(
    primitive: Primitive<K>,
    inputs: readonly Tensor[],
    params: PrimitiveParams[K],
  ): readonly Tensor[] {
    const primals = inputs.map((x) => this.primalOf(x));
    const slots = inputs.map((x, i) => (isDifferentiable(primitive, i) ? this.slotOf(x) : null));
    const { reverse } = primitive;
    if (reverse === null || slots.every((slot) => slot === null)) return apply(primitive, primals, params);
    const recorded = reverse.recorded?.(params) ?? params;
    const outputs = apply(primitive, primals, recorded);
    const node = this.#nodes.push(new TapeNode(reverse, slots, recorded, primals, outputs)) - 1;
    return outputs.map((y, output) => (isFloating(y.dtype) ? new Taped(this, y, { node, output }) : y));
  }

  slotOf(x: Tensor): Slot | null {
    return x instanceof Taped && x.level === this ? x.slot : null;
  }

  /**
   * Walks the tape backwards from the seeds; the cotangents that arrive at the given slots, or null.
   * `consume` frees each operation after its turn. A second pull would then find none, and give zeros without
   * an error.
   */
  pull(seeds: readonly Delivery[], inputs: readonly (Slot | null)[], consume: boolean): readonly MaybeZero[] {
    const arrived = new Array<Arrived[] | undefined>(this.#nodes.length);
    const deliver = ({ slot, cotangent }: Delivery) => {
      arrived[slot.node] ??= [];
      const outputs = arrived[slot.node] as Arrived[];
      outputs[slot.output] ??= new Arrived();
      (outputs[slot.output] as Arrived).add(cotangent);
    };
    seeds.forEach(deliver);
    for (let index = this.#nodes.length - 1; index >= 0; index--) {
      const node = this.#nodes[index];
      const cotangents = arrived[index];
      if (!node || !cotangents) continue;
      // Not `map`: it would leave the places empty at which nothing arrived.
      node.pull(Array.from(cotangents, (sum) => sum?.total() ?? null)).forEach(deliver);
      // No later node delivers here: the cotangents are freed always, the operation only if nobody pulls
      // again.
      arrived[index] = [];
      if (consume) this.#nodes[index] = null;
    }
    return inputs.map((slot) => (slot && arrived[slot.node]?.[slot.output]?.total()) ?? null);
  }
}

/** The sum of the cotangents that have arrived at one place. */
class Arrived {
  #sum: MaybeZero = null;
  /** Parts by kind: each kind is added up only when the sum is asked for. */
  readonly #parts = new Map<PartialCotangent['addUp'], PartialCotangent[]>();

  add(cotangent: Tensor | PartialCotangent): void {
    if (cotangent instanceof Tensor) {
      this.#sum = addTerms([this.#sum, cotangent]);
      return;
    }
    const known = this.#parts.get(cotangent.addUp);
    if (known) known.push(cotangent);
    else this.#parts.set(cotangent.addUp, [cotangent]);
  }

  total(): MaybeZero {
    for (const [addUp, parts] of this.#parts) this.#sum = addTerms([this.#sum, addUp(parts)]);
    this.#parts.clear();
    return this.#sum;
  }
}

/**
 * One recorded operation. It keeps the tensors that its rule needs, in explicit lists, and nothing else.
 * A closure would also keep everything else in its scope alive.
 */
class TapeNode<P> implements Point<P>, RecordedOperation {
  readonly params: P;
  readonly #rule: ReverseRule<P>;
  readonly #slots: readonly (Slot | null)[];
  readonly #wanted: readonly boolean[];
  readonly #inputs: readonly (Tensor | undefined)[];
  readonly #outputs: readonly (Tensor | undefined)[];
  readonly #inputTypes: readonly ArrayType[];
  readonly #outputTypes: readonly ArrayType[];

  constructor(
    rule: ReverseRule<P>,
    slots: readonly (Slot | null)[],
    params: P,
    inputs: readonly Tensor[],
    outputs: readonly Tensor[],
  ) {
    this.params = params;
    this.#rule = rule;
    this.#slots = slots;
    this.#wanted = slots.map((slot) => slot !== null);
    const needs = rule.needs(this.#wanted, params);
    this.#inputs = chosen(needs.inputs, inputs);
    this.#outputs = chosen(needs.outputs, outputs);
    this.#inputTypes = inputs.map(typeOf);
    this.#outputTypes = outputs.map(typeOf);
  }

  pull(cotangents: readonly MaybeZero[]): readonly Delivery[] {
    const pulled = this.#rule.pull(cotangents, this, this.#wanted);
    return this.#slots.flatMap((slot, i) => {
      const cotangent: Cotangent | undefined = pulled[i];
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

/** The needed tensors, each at its own index; the other places stay empty. */
function chosen(
  needed: readonly number[] | 'all' = [],
  tensors: readonly Tensor[],
): readonly (Tensor | undefined)[] {
  if (needed === 'all') return tensors;
  const kept: (Tensor | undefined)[] = [];
  for (const i of needed) kept[i] = tensors[i];
  return kept;
}

function undeclared(kind: string, index: number): never {
  throw new ArgumentError(`reverse rule: asked for ${kind} ${index}, which it does not declare in 'needs'`);
}
