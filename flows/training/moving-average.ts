import {
  type Arithmetic,
  cast,
  divide,
  fuse,
  mapTree,
  power,
  subtract,
  type Tensor,
  type TensorTree,
  zerosLike,
} from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import { countOf } from './optimizer.ts';
import { requireDecays } from './ranges.ts';

/**
 * An exponential moving average (EMA) of parameter trees, in which later trees weigh more. Its functions are
 * pure: each update returns a new state.
 */
export interface MovingAverage {
  initialise<P>(parameters: P): MovingAverageState<P>;
  update<P>(state: MovingAverageState<P>, parameters: P): MovingAverageState<P>;
  /** The average of the parameters seen so far. Throws an ArgumentError before the first update. */
  value<P>(state: MovingAverageState<P>): P;
}

export interface MovingAverageState<P> {
  /** How many parameter trees the average has seen: a float64 scalar. */
  readonly step: Tensor;
  /** Σᵢ (1 − d)·dⁿ⁻ⁱ·pᵢ. Its weights sum to 1 − dⁿ, so `value` divides by that. */
  readonly total: P;
}

/**
 * An exponential moving average with bias correction: after n updates it is Σᵢ dⁿ⁻ⁱ·pᵢ / Σᵢ dⁿ⁻ⁱ, with
 * i = 1, …, n. So neither the zeros that the sum begins with nor the random first parameters count in it.
 *
 * @param decay d, the factor by which the weight of each older tree is smaller
 * @throws ArgumentError unless 0 ≤ decay < 1
 * @example
 * const ema = movingAverage(0.99);
 * let state = ema.initialise(parameters);
 * state = ema.update(state, parameters);
 * ema.value(state); // the parameters
 */
export function movingAverage(decay: number): MovingAverage {
  requireDecays('movingAverage', { decay });
  return {
    initialise: <P>(parameters: P) => ({
      step: countOf(0),
      total: mapTree(zerosLike, parameters) as TensorTree<P> & P,
    }),
    update<P>({ step, total }: MovingAverageState<P>, parameters: P) {
      const next = (sum: Tensor, p?: Tensor) => mix({ sum, p: p as Tensor, decay, rest: 1 - decay }).total;
      return { step: step.add(1), total: mapTree(next, total, parameters) as TensorTree<P> & P };
    },
    value<P>({ step, total }: MovingAverageState<P>) {
      if (step.hasValues && step.item() === 0) {
        throw new ArgumentError('movingAverage: there is no average before the first update');
      }
      const weight = subtract(1, power(decay, step));
      return mapTree((sum) => divide(sum, cast(weight, sum.dtype)), total) as TensorTree<P> & P;
    },
  };
}

const mix = fuse(
  <T>({ add, multiply }: Arithmetic<T>, x: Readonly<Record<'sum' | 'p' | 'decay' | 'rest', T>>) => ({
    total: add(multiply(x.sum, x.decay), multiply(x.p, x.rest)),
  }),
);
