import { LevelError, type NDArray } from '../../lib/index.ts';
import type { Primitive, PrimitiveName, PrimitiveParams } from './primitive.ts';
import { Tensor } from './tensor.ts';

let nextId = 0;

/**
 * One transform in progress (one `jvp`, one `vjp`, …).
 *
 * There is no stack of levels. A value that a level watches is boxed with it, an operation is processed by
 * the newest level among its arguments, and that level computes the primal by the same operation on the
 * unboxed arguments, so that older levels have their turn. Ids are never reused: two transforms can never
 * take each other's boxes for their own (perturbation confusion), and nothing needs unwinding after an
 * exception.
 */
export abstract class Level {
  readonly id: number = nextId++;
  /** False once the transform has returned; a box that outlives its level throws instead of lying. */
  live = true;
  abstract readonly name: string;

  abstract process<K extends PrimitiveName>(
    primitive: Primitive<K>,
    inputs: readonly Tensor[],
    params: PrimitiveParams[K],
  ): readonly Tensor[];
}

/** A tensor that a level watches: a value, plain or of an older level, and what the level keeps of it. */
export abstract class Box extends Tensor {
  abstract readonly level: Level;
}

/** A level whose boxes have a primal beneath. */
export abstract class DerivativeLevel extends Level {
  /** The value in the level's own box; any other tensor as it is. */
  primalOf(x: Tensor): Tensor {
    return x instanceof DerivativeBox && x.level === this ? x.primal : x;
  }
}

/** The box of a derivative level. Its value is that of its primal. */
export abstract class DerivativeBox extends Box {
  readonly level: Level;
  readonly primal: Tensor;

  constructor(level: Level, primal: Tensor) {
    super();
    this.level = level;
    this.primal = primal;
  }

  get shape() {
    return this.primal.shape;
  }

  get dtype() {
    return this.primal.dtype;
  }

  get hasValues() {
    return this.level.live && this.primal.hasValues;
  }

  override plainArray(operation: string): NDArray {
    requireLive(operation, this.level);
    return this.primal.plainArray(operation);
  }
}

/** The newest level among the inputs' boxes, if any of them is boxed. */
export function newestLevel(operation: string, inputs: readonly Tensor[]): Level | null {
  let newest: Level | null = null;
  for (const input of inputs) {
    if (!(input instanceof Box)) continue;
    requireLive(operation, input.level);
    if (newest === null || input.level.id > newest.id) newest = input.level;
  }
  return newest;
}

function requireLive(operation: string, level: Level): void {
  if (level.live) return;
  throw new LevelError(
    `${operation}: got a tensor that escaped from a ${level.name} which has already returned; ` +
      'return it from the differentiated function (or as auxiliary output) instead of storing it in an outer variable',
  );
}
