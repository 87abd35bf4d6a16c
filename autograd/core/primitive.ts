import { ArgumentError, type NDArray } from '../../lib/index.ts';
import type { Point } from './point.ts';
import type { ArrayType, Cotangent, MaybeZero, Tensor } from './tensor.ts';

/**
 * The table of all primitives: each name with the type of its parameters. It is empty here. The file that
 * defines a primitive adds the primitive's row, by `declare module`. So a table over `PrimitiveName`, such as
 * that of the specs, compiles only with a row for every primitive.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the definitions fill it.
export interface PrimitiveParams {}

export type PrimitiveName = keyof PrimitiveParams;

/** The params of a primitive that has none. */
export type None = Readonly<Record<never, never>>;
export const none: None = Object.freeze({});

/** The names of the primitives that have no params. */
export type PlainName = { [K in PrimitiveName]: None extends PrimitiveParams[K] ? K : never }[PrimitiveName];

/**
 * A primitive: an operation whose derivatives are known, declared once. Everything else is composed of these.
 *
 * The rules are written in differentiable operations, so that they can be differentiated in turn, to any
 * order. Parameters (axes, shapes) are plain data, so that `makeGraph` can write down a program of
 * primitives.
 */
export interface Primitive<K extends PrimitiveName> {
  readonly name: K;
  /** What errors call the operation; by default its name. */
  readonly label?: (params: PrimitiveParams[K]) => string;
  /** Shapes and dtypes of the outputs; throws the errors that a user sees. */
  readonly shape: (inputs: readonly ArrayType[], params: PrimitiveParams[K]) => readonly ArrayType[];
  /**
   * The outputs' values. An intermediate result that the rules use again (a factorisation) is a further
   * output, which the public function hides.
   */
  readonly evaluate: (inputs: readonly NDArray[], params: PrimitiveParams[K]) => readonly NDArray[];
  readonly forward: ForwardRule<PrimitiveParams[K]>;
  /** `null` if the operation is not differentiable in any input (comparisons, `stopGradient`). */
  readonly reverse: ReverseRule<PrimitiveParams[K]> | null;
  readonly batch: BatchingRule<PrimitiveParams[K]>;
}

/** From the inputs' tangents to the outputs' tangents: v ↦ Jv. */
export type ForwardRule<P> = (tangents: readonly MaybeZero[], at: Point<P>) => readonly MaybeZero[];

/**
 * From the outputs' cotangents to the inputs' cotangents: w ↦ Jᵀw. One call answers for all inputs. `wanted`
 * marks the inputs whose cotangents the tape uses; all of them are differentiable. The tape ignores the
 * answers for the others.
 */
export interface ReverseRule<P> {
  /** Whether that input has a derivative (indices and masks have none); by default every input has one. */
  readonly isDifferentiable?: (input: number) => boolean;
  /**
   * The params with which a tape runs the operation; by default its own. With these, `scan` has further
   * outputs, behind its own, that its rule needs.
   */
  readonly recorded?: (params: P) => P;
  /** The inputs and outputs that `pull` looks at. The tape keeps these, and nothing else. */
  readonly needs: (wanted: readonly boolean[], params: P) => Needs;
  readonly pull: (
    cotangents: readonly MaybeZero[],
    at: Point<P>,
    wanted: readonly boolean[],
  ) => readonly (Cotangent | undefined)[];
}

export interface Needs {
  readonly inputs?: readonly number[] | 'all';
  readonly outputs?: readonly number[] | 'all';
}

/** A reverse rule's answer for one input. */
export interface InputRule<P> {
  readonly needs: Needs;
  readonly pull: (cotangents: readonly MaybeZero[], at: Point<P>) => Cotangent;
}

/**
 * For `vmap`: the same operation, where the inputs marked `batched` have an extra leading axis of length
 * `size`. Every output gets that axis.
 */
export type BatchingRule<P> = (
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  params: P,
) => readonly Tensor[];

/** A reverse rule for inputs that share no work: one rule for each input, `null` without a derivative. */
export function eachInput<P>(ruleFor: (input: number) => InputRule<P> | null): ReverseRule<P> {
  const rules: (InputRule<P> | null)[] = [];
  const ruleOf = (input: number) => {
    if (rules[input] === undefined) rules[input] = ruleFor(input);
    return rules[input] ?? null;
  };
  return {
    isDifferentiable: (input) => ruleOf(input) !== null,
    needs: (wanted) =>
      wanted.reduce((needs, isWanted, i) => (isWanted ? union(needs, ruleOf(i)?.needs) : needs), {}),
    pull: (cotangents, at, wanted) =>
      wanted.map((isWanted, i) => (isWanted ? ruleOf(i)?.pull(cotangents, at) : null)),
  };
}

/** Whether a primitive has a derivative with respect to one of its inputs. */
export function isDifferentiable<K extends PrimitiveName>({ reverse }: Primitive<K>, input: number): boolean {
  return reverse !== null && (reverse.isDifferentiable?.(input) ?? true);
}

/** What errors call an application of the primitive. */
export function labelOf<K extends PrimitiveName>(
  primitive: Primitive<K>,
  params: PrimitiveParams[K],
): string {
  return primitive.label?.(params) ?? primitive.name;
}

/** Every primitive of the library, once `autograd/index.ts` is loaded. The specs check each of them. */
export const primitives = {} as { readonly [K in PrimitiveName]: Primitive<K> };

/** Registers a primitive of the library and returns it. ArgumentError if its name is already taken. */
export function definePrimitive<K extends PrimitiveName>(primitive: Primitive<K>): Primitive<K> {
  const { name } = primitive;
  if (Object.hasOwn(primitives, name))
    throw new ArgumentError(`definePrimitive: '${name}' is already defined`);
  Object.assign(primitives, { [name]: primitive });
  return primitive;
}

function union(a: Needs, b: Needs = {}): Needs {
  return { inputs: joined(a.inputs, b.inputs), outputs: joined(a.outputs, b.outputs) };
}

function joined(a: Needs['inputs'] = [], b: Needs['inputs'] = []): readonly number[] | 'all' {
  return a === 'all' || b === 'all' ? 'all' : [...a, ...b];
}
