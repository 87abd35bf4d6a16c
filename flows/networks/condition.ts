/** What image networks are told beside the image: the times and the class, as one vector for each sample. */
import {
  add,
  broadcastTo,
  concatenate,
  type DType,
  expandDims,
  gather,
  multiply,
  random,
  silu,
  slice,
  subtract,
  type Tensor,
} from '../../autograd/index.ts';
import { type Dense, dense, initialiseDense } from './dense.ts';
import { type TimeEmbedding, timeEmbeddingOf } from './time-features.ts';

/** The options that all networks share. */
export interface ConditionOptions {
  /** Number of classes, beside which there is always the null class. Default 0: unconditional. */
  readonly classes?: number;
  /** How many frequencies each time is shown at, see `timeFeatures`. Default 4; 0 shows the bare time. */
  readonly frequencies?: number;
  /** At which frequencies. Default 'fourier', the low ones, which MeanFlow needs. */
  readonly timeEmbedding?: TimeEmbedding;
  /** Of the parameters, and of everything computed. Default 'float32'. */
  readonly dtype?: DType;
}

export const conditionOptionNames = ['classes', 'frequencies', 'timeEmbedding', 'dtype'] as const;

export interface ConditionParameters {
  /** [time features, width] */
  readonly input: Dense;
  /** [width, width] */
  readonly output: Dense;
  /** Rows of the class embedding, [classes + 1, width]; the last row is the null class. */
  readonly classes: Tensor;
}

export interface Condition {
  initialise(key: random.Key): ConditionParameters;
  /** Times [batch, 1] or [] and labels int32 [batch] → [batch, width] */
  apply(parameters: ConditionParameters, batch: number, r: Tensor, t: Tensor, labels?: Tensor): Tensor;
}

/** w·silu(w·[φ(t), φ(t − r)]) + class: that it sees t − r rather than r follows Geng et al. 2025, table 1c. */
export function condition(operation: string, width: number, options: Required<ConditionOptions>): Condition {
  const { classes, frequencies, dtype } = options;
  const features = timeEmbeddingOf(operation, options.timeEmbedding);
  return {
    initialise(key) {
      const [inputKey, outputKey, classKey] = random.split(key, 3);
      return {
        input: initialiseDense(inputKey, 2 * (1 + 2 * frequencies), width, 1, dtype),
        output: initialiseDense(outputKey, width, width, 1, dtype),
        classes: multiply(random.normal(classKey, [classes + 1, width], { dtype }), 0.5),
      };
    },
    apply(parameters, batch, r, t, labels) {
      const seen = timesSeen(batch, r, t, (s) => features(s, frequencies));
      const times = dense(parameters.output, silu(dense(parameters.input, concatenate(seen, 1))));
      return add(times, embedClasses(parameters.classes, labels));
    },
  };
}

/** φ(t) and φ(t − r), each [batch, …]. */
export function timesSeen(batch: number, r: Tensor, t: Tensor, features: (s: Tensor) => Tensor): [Tensor, Tensor] {
  const [start, end] = [broadcastTo(r, [batch, 1]), broadcastTo(t, [batch, 1])];
  return [features(end), features(subtract(end, start))];
}

/** The rows of a class embedding for the labels, [batch, width], or without labels the last row, the null class's, [1, width]. */
export function embedClasses(table: Tensor, labels: Tensor | undefined): Tensor {
  return labels === undefined ? expandDims(slice(table, [-1]), 0) : gather(table, labels);
}
