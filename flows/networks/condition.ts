/**
 * What networks are told beside the point: the times, and a class or a vector of numbers, as one vector for
 * each sample.
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
  /** Number of classes, beside which there is always the null class. Default 0: unconditional. */
  readonly classes?: number;
  /**
   * Instead of classes: the number of continuous conditions that each sample has, a vector, whose linear
   * image is added where a class's embedding would be. They should be of the order of 1; angles as cosine and
   * sine, classes among them as ones and zeros. A row of NaN is none (`dropConditions`): so is a missing
   * value, where there is one condition only. Default 0: none.
   */
  readonly conditions?: number;
  /** How many frequencies each time is shown at, see `timeFeatures`. Default 4; 0 shows the bare time. */
  readonly frequencies?: number;
  /** At which frequencies. Default 'fourier', the low ones, which MeanFlow needs. */
  readonly timeEmbedding?: TimeEmbedding;
  /** Of the parameters, and of everything computed. Default 'float32'. */
  readonly dtype?: DType;
}

export const conditionDefaults = {
  classes: 0,
  conditions: 0,
  frequencies: 4,
  timeEmbedding: 'fourier',
  dtype: 'float32',
} as const;

/** Throws for numbers that are none, and for classes and continuous conditions at once. */
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

/** How a class, or continuous conditions, become a vector. */
export interface EmbeddingParameters {
  /**
   * Rows of the class embedding, [classes + 1, width]; the last row is the null class, and no condition at
   * all.
   */
  readonly classes: Tensor;
  /** [conditions, width], if the network has continuous ones. */
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
 * w·silu(w·[φ(t), φ(t − r)]) + class or conditions: that it sees t − r rather than r follows Geng et al.
 * 2025, table 1c.
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

/** Embeddings of deviation 0.5, of classes and of conditions of deviation 1. */
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
 * The embedding of labels int32 [batch], or of conditions [batch, conditions], as [batch, width]. Rows of NaN
 * stand for no condition and become the last row of the classes' table, the null class's, as everything does
 * if nothing is given: then it is [1, width].
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
  // NaN equals nothing. One NaN among numbers is no "none" but a mistake, which spreads and is found.
  const isGiven = greater(max(cast(equal(given, given), conditions.dtype), { axes: 1, keepDims: true }), 0.5);
  const known = where(isGiven, given, 0);
  return where(isGiven, matmul(known, conditions), none());
}
