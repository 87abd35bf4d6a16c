/** The network that learns a velocity: from a point, a pair of times and a class. */
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
import { ArgumentError, checkOptions, formatShape, ShapeError } from '../../lib/index.ts';
import { type Dense, dense, initialiseDense } from './dense.ts';
import { timeFeatures } from './time-features.ts';

export interface VelocityNetworkOptions {
  /** The dimension d of the points. */
  readonly features: number;
  /** Width of the residual stream. Default 256. */
  readonly hidden?: number;
  /** Number of residual layers. Default 3. */
  readonly layers?: number;
  /** Number of classes, beside which there is always the null class. Default 0: unconditional. */
  readonly classes?: number;
  /** How many frequencies each time is shown at, see `timeFeatures`. Default 4; 0 shows the bare time. */
  readonly frequencies?: number;
  /** Of the parameters, and of everything computed. Default 'float32'. */
  readonly dtype?: DType;
}

/** The parameter tree. */
export interface VelocityParameters {
  /** [features + time features, hidden] */
  readonly input: Dense;
  /** Rows of the class embedding, [classes + 1, hidden]; the last row is the null class. */
  readonly classes: Tensor;
  /** [hidden, hidden] each */
  readonly residuals: readonly Dense[];
  /** [hidden, features] */
  readonly output: Dense;
}

export interface VelocityNetwork {
  /** The label that stands for "no class": the number of classes. */
  readonly nullClass: number;
  /** Parameters with which the network answers 0 everywhere. */
  initialise(key: random.Key): VelocityParameters;
  /**
   * u(z, r, t | labels), or with r = t a velocity v(z, t | labels).
   *
   * @param z points, [batch, features]
   * @param r times, [batch, 1] or []
   * @param t times, [batch, 1] or []
   * @param labels int32 [batch], from 0 to `nullClass`; by default all the null class
   * @returns velocities, [batch, features]
   */
  apply(parameters: VelocityParameters, z: Tensor, r: Tensor, t: Tensor, labels?: Tensor): Tensor;
}

/**
 * A residual MLP on the point, the times t and t − r, and the class:
 * h ← w·[z, φ(t), φ(t − r)] + class, then h ← h + w·silu(h) for each layer, then w·silu(h).
 *
 * That it sees t − r rather than r follows the ablation of Geng et al., "Mean Flows for One-step Generative Modeling"
 * (2025), table 1c. It starts as the zero function, so that the first targets are the conditional velocities themselves.
 *
 * @throws ArgumentError for sizes that are not whole numbers in their range, or an unknown option
 * @example
 * const network = mlpVelocityNetwork({ features: 64, classes: 10 });
 * const parameters = network.initialise(random.key(0));
 * const u = network.apply(parameters, z, r, t, labels);
 */
export function mlpVelocityNetwork(options: VelocityNetworkOptions): VelocityNetwork {
  checkOptions('mlpVelocityNetwork', options, ['features', 'hidden', 'layers', 'classes', 'frequencies', 'dtype']);
  const { features, hidden = 256, layers = 3, classes = 0, frequencies = 4, dtype = 'float32' } = options;
  requireSizes({ features, hidden }, 1);
  requireSizes({ layers, classes, frequencies }, 0);
  const inputs = features + 2 * (1 + 2 * frequencies);

  return {
    nullClass: classes,
    initialise(key) {
      const [inputKey, classKey, residualKey] = random.split(key, 3) as [random.Key, random.Key, random.Key];
      return {
        input: initialiseDense(inputKey, inputs, hidden, 1, dtype),
        classes: multiply(random.normal(classKey, [classes + 1, hidden], { dtype }), 0.5),
        residuals: Array.from({ length: layers }, (_, i) =>
          initialiseDense(random.foldIn(residualKey, i), hidden, hidden, 1, dtype),
        ),
        output: initialiseDense(key, hidden, features, 0, dtype),
      };
    },
    apply(parameters, z, r, t, labels) {
      if (z.rank !== 2 || z.shape[1] !== features) {
        throw new ShapeError(`velocity network: wanted points [batch, ${features}], got ${formatShape(z.shape)}`);
      }
      const batch = z.shape[0] as number;
      const [start, end] = [broadcastTo(r, [batch, 1]), broadcastTo(t, [batch, 1])];
      const seen = [z, timeFeatures(end, frequencies), timeFeatures(subtract(end, start), frequencies)];
      let h = add(dense(parameters.input, concatenate(seen, 1)), embed(parameters.classes, labels));
      for (const layer of parameters.residuals) h = add(h, dense(layer, silu(h)));
      return dense(parameters.output, silu(h));
    },
  };

  /** The classes' embeddings, [batch, hidden], or the null class's for all, [1, hidden]. */
  function embed(table: Tensor, labels: Tensor | undefined): Tensor {
    return labels === undefined ? expandDims(slice(table, [classes]), 0) : gather(table, labels);
  }
}

function requireSizes(sizes: Readonly<Record<string, number>>, least: number): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size) || size < least) {
      throw new ArgumentError(`mlpVelocityNetwork: wanted a whole number ≥ ${least} for '${name}', got ${size}`);
    }
  }
}
