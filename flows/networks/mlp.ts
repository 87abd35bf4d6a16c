/** The multilayer perceptron: affine layers with a nonlinearity between them. */
import { type DType, random, silu, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, completeOptions, required } from '../../lib/index.ts';
import { requireList } from '../checks.ts';
import { type Dense, dense, initialiseDense } from './dense.ts';

export interface MlpOptions {
  /** The widths from the input to the output; at least two. */
  readonly sizes: readonly number[];
  /**
   * The function between the layers, not after the last one. Default SiLU, whose derivatives are all smooth.
   */
  readonly activation?: (x: Tensor) => Tensor;
  /** The dtype of the parameters. Default 'float32'. */
  readonly dtype?: DType;
}

/** A multilayer perceptron as a pair of pure functions. */
export interface Mlp {
  initialise(key: random.Key): Dense[];
  /** x [batch, sizes[0]] → [batch, sizes.at(-1)] */
  apply(parameters: readonly Dense[], x: Tensor): Tensor;
}

/**
 * A multilayer perceptron, as a pair of pure functions: one makes parameters, the other applies them.
 *
 * @throws ArgumentError unless there are at least two sizes, all of them whole numbers ≥ 1
 * @example
 * const network = mlp({ sizes: [4, 32, 2] });
 * const y = network.apply(network.initialise(random.key(0)), x);
 */
export function mlp(options: MlpOptions): Mlp {
  const { sizes, activation, dtype } = completeOptions(
    'mlp',
    { sizes: required, activation: silu, dtype: 'float32' },
    options,
  );
  if (typeof activation !== 'function') {
    throw new ArgumentError(
      `mlp: wanted a function as activation, such as silu, got ${JSON.stringify(activation)}`,
    );
  }
  requireList('mlp', 'sizes as a list', sizes);
  if (sizes.length < 2 || !sizes.every((size) => Number.isInteger(size) && size >= 1)) {
    throw new ArgumentError(`mlp: wanted at least two sizes, whole numbers ≥ 1, got [${sizes.join(', ')}]`);
  }
  return {
    initialise: (key) =>
      sizes
        .slice(1)
        .map((outputs, i) => initialiseDense(random.foldIn(key, i), sizes[i] as number, outputs, 1, dtype)),
    apply: (parameters, x) =>
      parameters.reduce((h, layer, i) => dense(layer, i === 0 ? h : activation(h)), x),
  };
}
