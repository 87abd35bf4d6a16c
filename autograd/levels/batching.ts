/** Batching: a level whose values have a batch axis that the function does not see. */
import {
  ArgumentError,
  completeOptions,
  formatShape,
  LevelError,
  type NDArray,
  normalizeAxis,
  requireFunction,
  type Shape,
} from '../../lib/index.ts';
import { Box, Level } from '../core/level.ts';
import { toTensor } from '../core/plain.ts';
import type { Primitive, PrimitiveName, PrimitiveParams } from '../core/primitive.ts';
import { Tensor, type TensorLike } from '../core/tensor.ts';
import { broadcastTo } from '../operations/broadcasting.ts';
import { moveAxis } from '../operations/reshaping.ts';
import { dtypeOfNumbers, flatten, mapLeaves, type Tensors, type TensorTree } from '../trees.ts';

/**
 * The batch axis of all leaves of a tree, `null` if they have none; or a tree of such axes, as far down as
 * the leaves differ.
 */
export type BatchAxes = number | null | readonly BatchAxes[] | { readonly [key: string]: BatchAxes };

export interface VmapOptions {
  /** The batch axes of each argument; by default 0 for all. */
  readonly inAxes?: number | readonly BatchAxes[];
  /** Where the results' batch axis goes; by default to the front. */
  readonly outAxis?: number;
}

/**
 * Turns a function of one example into a function of a batch. There is no loop: the function runs once, and
 * each of its operations works on the whole batch. Arguments and result may be trees.
 *
 * @throws ArgumentError if the batch lengths differ, or if no argument has a batch axis.
 * @example
 * vmap(grad(loss), { inAxes: [null, 0] })(parameters, examples); // per-example gradients
 * vmap(step, { inAxes: [{ w: 0, b: null }] })({ w, b }); // the axes of each leaf
 */
export function vmap<A extends readonly unknown[] = Tensors, R = unknown>(
  fn: (...args: A) => R,
  options: VmapOptions = {},
): (...args: A) => TensorTree<R> {
  requireFunction('vmap', fn);
  const { inAxes, outAxis } = completeOptions('vmap', { inAxes: 0, outAxis: 0 }, options);
  return (...args) => {
    const axes = typeof inAxes === 'object' && inAxes !== null ? inAxes : args.map(() => inAxes);
    if (axes.length !== args.length) {
      throw new ArgumentError(`vmap: got ${axes.length} entries in inAxes for ${args.length} arguments`);
    }
    const trees = args.map((arg, i) => treeWithAxes(arg, axes[i] ?? null, i));
    const level = new BatchLevel(commonSize(trees.flat()));
    try {
      const boxed = trees.map((leaves, i) => {
        const values = leaves.map(({ leaf, axis }) =>
          axis === null ? leaf : level.box(frontAxis(toTensor('vmap', leaf), axis)),
        );
        return (axes[i] ?? null) === null ? args[i] : flatten('vmap', args[i]).rebuild(values);
      });
      const result = fn(...(boxed as unknown as A));
      const dtype = dtypeOfNumbers(trees.flat().map(({ leaf }) => leaf));
      return mapLeaves(
        'vmap',
        (y) => {
          const whole = level.wholeOf(toTensor('vmap', y, dtype));
          return moveAxis(whole, 0, normalizeAxis('vmap', outAxis, whole.rank));
        },
        result,
      ) as TensorTree<R>;
    } finally {
      level.live = false;
    }
  };
}

class Batched extends Box {
  readonly level: Level;
  /** The value with the batch axis in front. */
  readonly whole: Tensor;
  // Kept, because the shape of a whole that is batched in turn would be found anew at every level.
  readonly shape: Shape;

  constructor(level: Level, whole: Tensor) {
    super();
    this.level = level;
    this.whole = whole;
    this.shape = whole.shape.slice(1);
  }

  get dtype() {
    return this.whole.dtype;
  }

  get hasValues() {
    return false;
  }

  override plainArray(operation: string): NDArray {
    throw new LevelError(
      `${operation}: a tensor inside vmap has no single value to look at; return it instead`,
    );
  }
}

class BatchLevel extends Level {
  readonly name = 'vmap';
  readonly #size: number;

  constructor(size: number) {
    super();
    this.#size = size;
  }

  box(whole: Tensor): Tensor {
    return new Batched(this, whole);
  }

  process<K extends PrimitiveName>(
    primitive: Primitive<K>,
    inputs: readonly Tensor[],
    params: PrimitiveParams[K],
  ): readonly Tensor[] {
    const batched = inputs.map((x) => this.#owns(x));
    const wholes = inputs.map((x) => (this.#owns(x) ? x.whole : x));
    return primitive.batch(wholes, batched, this.#size, params).map((y) => new Batched(this, y));
  }

  /** The value with its batch axis; a value that does not depend on the batch is repeated along it. */
  wholeOf(x: Tensor): Tensor {
    return this.#owns(x) ? x.whole : broadcastTo(x, [this.#size, ...x.shape]);
  }

  #owns(x: Tensor): x is Batched {
    return x instanceof Batched && x.level === this;
  }
}

/** A leaf of an argument, with its batch axis. */
interface AxisLeaf {
  readonly leaf: TensorLike;
  readonly axis: number | null;
}

/** The leaves with their axes. An argument that has none as a whole need not be a tree. */
function treeWithAxes(arg: unknown, axes: BatchAxes, position: number): readonly AxisLeaf[] {
  if (axes === null) return [];
  if (typeof axes === 'number') return flatten('vmap', arg).leaves.map((leaf) => ({ leaf, axis: axes }));
  const isBranch = typeof axes === 'object' && typeof arg === 'object' && !(arg instanceof Tensor);
  const keys = isBranch && arg !== null ? Object.keys(arg) : [];
  if (!isBranch || keys.length !== Object.keys(axes).length || !keys.every((key) => key in axes)) {
    throw new ArgumentError(
      `vmap: the entry of argument ${position} in inAxes must be an axis, null, or a tree of the argument's structure`,
    );
  }
  return keys.flatMap((key) => {
    const child = (arg as Record<string, unknown>)[key];
    const own = (axes as Record<string, BatchAxes>)[key] as BatchAxes;
    if (own === null) return flatten('vmap', child).leaves.map((leaf) => ({ leaf, axis: null }));
    return treeWithAxes(child, own, position);
  });
}

function commonSize(leaves: readonly AxisLeaf[]): number {
  const batched = leaves.filter(({ axis }) => axis !== null);
  const sizes = new Set(
    batched.map(({ leaf, axis }) => {
      const x = toTensor('vmap', leaf);
      return x.shape[normalizeAxis('vmap', axis as number, x.rank)] as number;
    }),
  );
  if (sizes.size !== 1) {
    const got = sizes.size === 0 ? 'no argument with a batch axis' : formatShape([...sizes]);
    throw new ArgumentError(`vmap: wanted one common batch length, got ${got}`);
  }
  return [...sizes][0] as number;
}

function frontAxis(x: Tensor, axis: number): Tensor {
  return moveAxis(x, normalizeAxis('vmap', axis, x.rank), 0);
}
