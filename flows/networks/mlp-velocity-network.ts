/** A velocity of plain vectors: a residual MLP on the point, a pair of times, and a class or conditions. */
import { add, concatenate, random, silu, type Tensor } from '../../autograd/index.ts';
import { completeOptions, formatShape, required, ShapeError } from '../../lib/index.ts';
import {
  type ConditionOptions,
  conditionDefaults,
  conditionEmbedding,
  type EmbeddingParameters,
  initialiseEmbedding,
  requireConditions,
  timesSeen,
} from './condition.ts';
import { type Dense, dense, initialiseDense } from './dense.ts';
import { requireSizes } from './sizes.ts';
import { timeEmbeddingOf } from './time-features.ts';
import type { VelocityNetwork } from './velocity-network.ts';

export interface VelocityNetworkOptions extends ConditionOptions {
  /** The dimension d of the points. */
  readonly features: number;
  /** Width of the residual stream. Default 256. */
  readonly hidden?: number;
  /** Number of residual layers. Default 3. */
  readonly layers?: number;
  /**
   * The nonlinearity. Default SiLU. MeanFlow and likelihoods differentiate the network: give them a smooth
   * one.
   */
  readonly activation?: (x: Tensor) => Tensor;
}

/** The parameter tree. */
export interface VelocityParameters extends EmbeddingParameters {
  /** [features + time features, hidden] */
  readonly input: Dense;
  /** [hidden, hidden] each */
  readonly residuals: readonly Dense[];
  /** [hidden, features] */
  readonly output: Dense;
}

/**
 * A residual MLP on the point, the times t and t − r, and the class or the conditions c. It computes
 * h ← w·[z, φ(t), φ(t − r)] + embedding of c, then h ← h + w·silu(h) in each layer, and returns w·silu(h).
 * Events are vectors, z [batch, features].
 *
 * It sees t − r rather than r, after the ablation of Geng et al., "Mean Flows for One-step Generative
 * Modeling" (2025), table 1c. It starts as the zero function, so that the first targets are the conditional
 * velocities themselves.
 *
 * @throws ArgumentError for sizes that are not whole numbers in their range, or an unknown option
 * @example
 * const network = mlpVelocityNetwork({ features: 64, classes: 10 });
 * const parameters = network.initialise(random.key(0));
 * const u = network.apply(parameters, z, r, t, labels);
 * @example const steered = mlpVelocityNetwork({ features: 2, conditions: 3 }); // apply takes [batch, 3] in place of labels
 */
export function mlpVelocityNetwork(options: VelocityNetworkOptions): VelocityNetwork<VelocityParameters> {
  const name = 'mlpVelocityNetwork';
  const completed = completeOptions(
    name,
    { features: required, hidden: 256, layers: 3, activation: silu, ...conditionDefaults },
    options,
  );
  const { features, hidden, layers, activation, classes, frequencies, dtype } = completed;
  requireConditions(name, completed);
  requireSizes(name, { features, hidden }, 1);
  requireSizes(name, { layers }, 0);
  const timeFeatures = timeEmbeddingOf(name, completed.timeEmbedding);
  const inputs = features + 2 * (1 + 2 * frequencies);

  return {
    nullClass: classes,
    initialise(key) {
      const [inputKey, classKey, residualKey] = random.split(key, 3);
      return {
        input: initialiseDense(inputKey, inputs, hidden, 1, dtype),
        ...initialiseEmbedding(classKey, hidden, completed),
        residuals: Array.from({ length: layers }, (_, i) =>
          initialiseDense(random.foldIn(residualKey, i), hidden, hidden, 1, dtype),
        ),
        output: initialiseDense(key, hidden, features, 0, dtype),
      };
    },
    apply(parameters, z, r, t, given) {
      if (z.rank !== 2 || z.shape[1] !== features) {
        throw new ShapeError(
          `velocity network: wanted points [batch, ${features}], got ${formatShape(z.shape)}`,
        );
      }
      const batch = z.shape[0] as number;
      const seen = timesSeen(batch, r, t, (s) => timeFeatures(s, frequencies));
      const told = conditionEmbedding('velocity network', parameters, batch, given);
      let h = add(dense(parameters.input, concatenate([z, ...seen], 1)), told);
      for (const layer of parameters.residuals) h = add(h, dense(layer, activation(h)));
      return dense(parameters.output, activation(h));
    },
  };
}
