/** Linearisation: a function runs once, and its derivative at that point becomes a function of tangents. */
import { requireFunction } from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { DerivativeBox, DerivativeLevel, type Level } from '../core/level.ts';
import { toTensor } from '../core/plain.ts';
import { WholePoint } from '../core/point.ts';
import {
  isDifferentiable,
  type Primitive,
  type PrimitiveName,
  type PrimitiveParams,
} from '../core/primitive.ts';
import type { MaybeZero, Tensor, TensorLike } from '../core/tensor.ts';
import { zerosOf } from '../operations/operands.ts';
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
import { tangentFor } from './forward.ts';

/**
 * The value of a function, and its derivative at that point as a linear function of the tangents. It does
 * what `jvp` does, but the function runs only once for any number of tangents. The linear function keeps all
 * intermediate values.
 *
 * @throws ShapeError (from the linear function) if a tangent's shape is not its primal's.
 * @example
 * const [y, push] = linearize((x: Tensor) => sin(x), [tensor([0, 1])]);
 * const tangent = push([1]); // cos(x)
 */
export function linearize<A extends ListOrTensor, R>(
  fn: (...args: TensorTrees<Listed<A>>) => R,
  primals: ArgumentList<A>,
): [TensorTree<R>, (tangents: TangentTrees<Listed<A>>) => TensorTree<R>] {
  requireFunction('linearize', fn);
  requireArgumentList('linearize', primals);
  const level = new LinearLevel();
  try {
    const { leaves, rebuild } = flatten('linearize', primals);
    const dtype = dtypeOfNumbers(leaves);
    const inputs = leaves.map((leaf) => toTensor('linearize', leaf, dtype));
    const result = fn(...(rebuild(inputs.map((x) => level.watch(x))) as TensorTrees<Listed<A>>));
    const output = flatten('linearize', result);
    const boxes = output.leaves.map((leaf) => toTensor('linearize', leaf, dtype));
    const values = boxes.map((y) => level.primalOf(y));
    const places = boxes.map((y) => level.placeOf(y));
    const push = (tangents: TangentTrees<Listed<A>>) => {
      const seeds: TensorLike[] = [];
      mapLeaves('linearize', (_, t) => seeds.push(t as TensorLike), primals, tangents);
      const pushed = level.push(
        inputs.map((x, i) => (seeds[i] === 0 ? null : tangentFor('linearize', x, seeds[i] as TensorLike))),
      );
      return output.rebuild(
        places.map((place, i) => (place && pushed(place)) ?? zerosOf(values[i] as Tensor)),
      );
    };
    return [output.rebuild(values) as TensorTree<R>, push];
  } finally {
    level.live = false;
  }
}

/** Output number `output` of operation number `step`. */
interface Place {
  readonly step: number;
  readonly output: number;
}

class Linear extends DerivativeBox {
  readonly place: Place;

  constructor(level: Level, primal: Tensor, place: Place) {
    super(level, primal);
    this.place = place;
  }
}

/** From the tangents that have been computed so far to those of the next operation's outputs. */
type Step = (tangentAt: (place: Place) => MaybeZero) => readonly MaybeZero[];

class LinearLevel extends DerivativeLevel {
  readonly name = 'linearize';
  readonly #steps: Step[] = [];
  #inputs = 0;

  watch(x: Tensor): Tensor {
    return new Linear(this, x, { step: -1, output: this.#inputs++ });
  }

  process<K extends PrimitiveName>(
    primitive: Primitive<K>,
    inputs: readonly Tensor[],
    params: PrimitiveParams[K],
  ): readonly Tensor[] {
    const primals = inputs.map((x) => this.primalOf(x));
    const outputs = apply(primitive, primals, params);
    const places = inputs.map((x, i) => (isDifferentiable(primitive, i) ? this.placeOf(x) : null));
    if (places.every((place) => place === null)) return outputs;
    const point = new WholePoint(primals, outputs, params);
    const step = this.#steps.push((tangentAt) => {
      const tangents = places.map((place) => place && tangentAt(place));
      return tangents.every((t) => t === null) ? [] : primitive.forward(tangents, point);
    });
    return outputs.map((y, output) => new Linear(this, y, { step: step - 1, output }));
  }

  placeOf(x: Tensor): Place | null {
    return x instanceof Linear && x.level === this ? x.place : null;
  }

  /** Runs the recorded steps on tangents of the inputs. */
  push(inputs: readonly MaybeZero[]): (place: Place) => MaybeZero {
    const computed: (readonly MaybeZero[])[] = [];
    const tangentAt = ({ step, output }: Place) =>
      (step < 0 ? inputs[output] : computed[step]?.[output]) ?? null;
    for (const step of this.#steps) computed.push(step(tangentAt));
    return tangentAt;
  }
}
