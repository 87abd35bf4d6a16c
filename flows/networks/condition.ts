/**
 * The condition: what a network sees beside the point. It turns the times, and a class or a vector of
 * numbers, into one vector for each sample.
 */
import {
  add,
  broadcastTo,
  cast,
  concatenate,
  type DType,
  equal,
  expandDims,
  gather,
  greater,
  matmul,
  max,
  multiply,
  random,
  silu,
  slice,
  subtract,
  type Tensor,
  where,
} from '../../autograd/index.ts';
import { ArgumentError, DTypeError, formatShape, isFloating, ShapeError } from '../../lib/index.ts';
import { type Dense, dense, initialiseDense } from './dense.ts';
import { requireSizes } from './sizes.ts';
import { type TimeEmbedding, timeEmbeddingOf } from './time-features.ts';

/** The options that all networks share. */
export interface ConditionOptions {
  /** Number of classes; the null class comes on top. Default 0: unconditional. */
  readonly classes?: number;
  /**
   * Instead of classes: how many continuous conditions each sample has. The network adds their linear image
   * in the place of a class's embedding. Scale the conditions to the order of 1; give an angle as its cosine
   * and sine, a class as ones and zeros. A row of NaN means "no condition" (`dropConditions`). Default 0: no
   * conditions.
   */
  readonly conditions?: number;
  /**
   * How many frequencies embed each time, see `timeFeatures`. Default 4; with 0 the network sees the bare
   * time.
   */
  readonly frequencies?: number;
  /** Which frequencies. Default 'fourier': low ones, which MeanFlow needs. */
  readonly timeEmbedding?: TimeEmbedding;
  /** The dtype of the parameters and of all results. Default 'float32'. */
  readonly dtype?: DType;
}

export const conditionDefaults = {
  classes: 0,
  conditions: 0,
  frequencies: 4,
  timeEmbedding: 'fourier',
  dtype: 'float32',
} as const;

/**
 * Throws an ArgumentError for a size that is not a whole number ≥ 0, or for classes and conditions at once.
 */
export function requireConditions(
  operation: string,
  { classes, conditions, frequencies }: Required<ConditionOptions>,
): void {
  requireSizes(operation, { classes, conditions, frequencies }, 0);
  if (classes > 0 && conditions > 0) {
    throw new ArgumentError(
      `${operation}: wanted classes or conditions, got both; give classes as ones and zeros among the conditions`,
    );
  }
}

/** The parameters that embed a class, or continuous conditions, in a vector. */
export interface EmbeddingParameters {
  /**
   * [classes + 1, width]: one row for each class. The last row stands for the null class, or for no
   * condition.
   */
  readonly classes: Tensor;
  /** [conditions, width], if the network takes continuous conditions. */
  readonly conditions?: Tensor;
}

export interface ConditionParameters extends EmbeddingParameters {
  /** [time features, width] */
  readonly input: Dense;
  /** [width, width] */
  readonly output: Dense;
}

export interface Condition {
  initialise(key: random.Key): ConditionParameters;
  /** Times [batch, 1] or [] and labels int32 [batch], or conditions [batch, conditions] → [batch, width] */
  apply(parameters: ConditionParameters, batch: number, r: Tensor, t: Tensor, given?: Tensor): Tensor;
}

/**
 * The condition w₂·silu(w₁·[φ(t), φ(t − r)]) + embedding of the class or the conditions. It sees t − r
 * rather than r, as Geng et al. 2025, table 1c, advise.
 */
export function condition(operation: string, width: number, options: Required<ConditionOptions>): Condition {
  const { frequencies, dtype } = options;
  const features = timeEmbeddingOf(operation, options.timeEmbedding);
  return {
    initialise(key) {
      const [inputKey, outputKey, classKey] = random.split(key, 3);
      return {
        input: initialiseDense(inputKey, 2 * (1 + 2 * frequencies), width, 1, dtype),
        output: initialiseDense(outputKey, width, width, 1, dtype),
        ...initialiseEmbedding(classKey, width, options),
      };
    },
    apply(parameters, batch, r, t, given) {
      const seen = timesSeen(batch, r, t, (s) => features(s, frequencies));
      const times = dense(parameters.output, silu(dense(parameters.input, concatenate(seen, 1))));
      return add(times, conditionEmbedding(operation, parameters, batch, given));
    },
  };
}

/** φ(t) and φ(t − r), each [batch, …]. */
export function timesSeen(
  batch: number,
  r: Tensor,
  t: Tensor,
  features: (s: Tensor) => Tensor,
): [Tensor, Tensor] {
  const [start, end] = [broadcastTo(r, [batch, 1]), broadcastTo(t, [batch, 1])];
  return [features(end), features(subtract(end, start))];
}

/** Draws embeddings of standard deviation 0.5, for classes and for conditions that have deviation 1. */
export function initialiseEmbedding(
  key: random.Key,
  width: number,
  { classes, conditions, dtype }: Pick<Required<ConditionOptions>, 'classes' | 'conditions' | 'dtype'>,
): EmbeddingParameters {
  const normal = (at: random.Key, rows: number, deviation: number) =>
    multiply(random.normal(at, [rows, width], { dtype }), deviation);
  const table = { classes: normal(key, classes + 1, 0.5) };
  if (conditions === 0) return table;
  return { ...table, conditions: normal(random.foldIn(key, 0), conditions, 0.5 / Math.sqrt(conditions)) };
}

/**
 * The embedding of labels int32 [batch], or of conditions [batch, conditions], as [batch, width]. A row of
 * NaN means "no condition": it becomes the null class's row, the last one of `classes`. Without labels and
 * conditions the result is that row alone, [1, width].
 *
 * @throws DTypeError for labels in place of conditions or the reverse, ShapeError for conditions of another
 * shape
 */
export function conditionEmbedding(
  operation: string,
  { classes, conditions }: EmbeddingParameters,
  batch: number,
  given: Tensor | undefined,
): Tensor {
  const none = () => expandDims(slice(classes, [-1]), 0);
  if (given === undefined) return none();
  if (conditions === undefined) {
    if (!isFloating(given.dtype)) return gather(classes, given);
    throw new DTypeError(
      `${operation}: wanted int32 labels, got ${given.dtype}; a network takes continuous conditions if its option 'conditions' says how many`,
    );
  }
  const [count = 0] = conditions.shape;
  if (!isFloating(given.dtype)) {
    throw new DTypeError(
      `${operation}: wanted conditions, floating [${batch}, ${count}], got ${given.dtype}`,
    );
  }
  if (formatShape(given.shape) !== formatShape([batch, count])) {
    throw new ShapeError(
      `${operation}: wanted conditions [${batch}, ${count}], got ${formatShape(given.shape)}`,
    );
  }
  // NaN equals nothing, not even itself. A row with both numbers and NaN is a mistake: its NaN spreads, so
  // that the user finds it.
  const isGiven = greater(max(cast(equal(given, given), conditions.dtype), { axes: 1, keepDims: true }), 0.5);
  const known = where(isGiven, given, 0);
  return where(isGiven, matmul(known, conditions), none());
}
