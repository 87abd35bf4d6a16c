/** A small diffusion transformer: attention between the patches of an image. */
import {
  add,
  layerNorm,
  multiply,
  random,
  reshape,
  silu,
  split,
  type Tensor,
  transpose,
} from '../../autograd/index.ts';
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import {
  type ConditionOptions,
  type ConditionParameters,
  condition,
  conditionDefaults,
  requireConditions,
} from './condition.ts';
import { type Dense, dense, initialiseDense } from './dense.ts';
import { asImages, type ImageSize, imageShape, imageSizeDefaults } from './images.ts';
import { requireSizes } from './sizes.ts';
import {
  initialiseTransformerBlock,
  modulated,
  type TransformerBlock,
  transformerBlock,
} from './transformer-block.ts';
import type { VelocityNetwork } from './velocity-network.ts';

/** The sizes of a diffusion transformer. */
export interface TransformerOptions extends ImageSize, ConditionOptions {
  /** Side of the square patches; each becomes one token. It must divide height and width. Default 2. */
  readonly patch?: number;
  /** Width of a token. Default 128. */
  readonly hidden?: number;
  /** Number of blocks. Default 4. */
  readonly layers?: number;
  /** Attention heads; must divide `hidden`. Default 4. */
  readonly heads?: number;
}

/** The parameter tree. */
export interface TransformerParameters {
  readonly condition: ConditionParameters;
  /** [patch·patch·channels, hidden] */
  readonly input: Dense;
  /**
   * [tokens, hidden]: the learned embedding of each token's place. With zeros the network would be
   * equivariant under permutations of the patches.
   */
  readonly positions: Tensor;
  readonly blocks: readonly TransformerBlock[];
  /** [hidden, 2·hidden]: shift, and scale − 1, of the last normalisation. */
  readonly modulation: Dense;
  /** [hidden, patch·patch·channels] */
  readonly output: Dense;
}

/**
 * A diffusion transformer (DiT) as a velocity of images. Each patch becomes a token; the network adds a
 * learned embedding of its position. Blocks of attention and a perceptron follow. The times t and t − r and
 * the class or the conditions set their normalisations and gates; all gates start at 0 (adaLN-zero). At the
 * end the tokens become patches again. Events are images [batch, height, width, channels], or the same
 * pixels in a row, [batch, height·width·channels].
 *
 * Source: Peebles and Xie 2023, "Scalable Diffusion Models with Transformers", section 3.2.
 *
 * @throws ArgumentError for sizes out of range, a patch that does not divide the image, or heads that do not
 * divide `hidden`
 * @example
 * const network = transformerVelocityNetwork({ height: 8, width: 8, patch: 2, classes: 10 });
 * const u = network.apply(network.initialise(random.key(0)), z, r, t, labels);
 */
export function transformerVelocityNetwork(
  options: TransformerOptions,
): VelocityNetwork<TransformerParameters> {
  const name = 'transformerVelocityNetwork';
  const completed = completeOptions(
    name,
    { ...imageSizeDefaults, patch: 2, hidden: 128, layers: 4, heads: 4, ...conditionDefaults },
    options,
  );
  const { patch, hidden, layers, heads, classes, dtype } = completed;
  requireConditions(name, completed);
  const image = imageShape(name, completed);
  requireSizes(name, { patch, hidden, heads }, 1);
  requireSizes(name, { layers }, 0);
  requireDivisor(name, 'patch', patch, { height: image[0], width: image[1] });
  requireDivisor(name, 'heads', heads, { hidden });
  const tokens = (image[0] / patch) * (image[1] / patch);
  const features = patch * patch * image[2];
  const told = condition(name, hidden, completed);

  return {
    nullClass: classes,
    initialise(key) {
      const part = (index: number) => random.foldIn(key, index);
      return {
        condition: told.initialise(part(0)),
        input: initialiseDense(part(1), features, hidden, 1, dtype),
        positions: multiply(random.normal(part(2), [tokens, hidden], { dtype }), 0.5),
        blocks: Array.from({ length: layers }, (_, i) =>
          initialiseTransformerBlock(random.foldIn(part(3), i), hidden, dtype),
        ),
        modulation: initialiseDense(key, hidden, 2 * hidden, 0, dtype),
        output: initialiseDense(key, hidden, features, 0, dtype),
      };
    },
    apply(parameters, z, r, t, given) {
      const x = asImages(name, z, image);
      const c = silu(told.apply(parameters.condition, x.shape[0] as number, r, t, given));
      const embedded = add(dense(parameters.input, toPatches(x, patch)), parameters.positions);
      const last = parameters.blocks.reduce((h, block) => transformerBlock(block, h, c, heads), embedded);
      const [shift, scale] = split(dense(parameters.modulation, c), 2, 1) as [Tensor, Tensor];
      const patches = dense(parameters.output, modulated(layerNorm(last), shift, scale));
      return reshape(fromPatches(patches, patch, image), z.shape);
    },
  };
}

/** [batch, height, width, channels] → [batch, patches, patch·patch·channels] */
export function toPatches(x: Tensor, patch: number): Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [rows, columns] = [height / patch, width / patch];
  const squares = transpose(reshape(x, [batch, rows, patch, columns, patch, channels]), [0, 1, 3, 2, 4, 5]);
  return reshape(squares, [batch, rows * columns, patch * patch * channels]);
}

/** The inverse of `toPatches`. */
export function fromPatches(
  patches: Tensor,
  patch: number,
  [height, width, channels]: readonly [number, number, number],
): Tensor {
  const batch = patches.shape[0] as number;
  const squares = reshape(patches, [batch, height / patch, width / patch, patch, patch, channels]);
  return reshape(transpose(squares, [0, 1, 3, 2, 4, 5]), [batch, height, width, channels]);
}

function requireDivisor(
  operation: string,
  name: string,
  divisor: number,
  sizes: Readonly<Record<string, number>>,
): void {
  for (const [what, size] of Object.entries(sizes)) {
    if (size % divisor !== 0) {
      throw new ArgumentError(
        `${operation}: wanted ${name} that divides the ${what} ${size}, got ${divisor}`,
      );
    }
  }
}
