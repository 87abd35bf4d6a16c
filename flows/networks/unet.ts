/**
 * A small U-Net: it halves an image several times, then doubles it again, with a skip connection at each
 * size.
 */
import {
  concatenate,
  type DType,
  ones,
  random,
  repeat,
  reshape,
  silu,
  type Tensor,
  zeros,
} from '../../autograd/index.ts';
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { requireList } from '../checks.ts';
import {
  type ConditionOptions,
  type ConditionParameters,
  condition,
  conditionDefaults,
  requireConditions,
} from './condition.ts';
import { type ConvolutionLayer, convolve, initialiseConvolution } from './convolution-layer.ts';
import { type Affine, groupNorm } from './group-norm.ts';
import { asImages, type ImageSize, imageShape, imageSizeDefaults } from './images.ts';
import { initialiseResidualBlock, type ResidualBlock, residualBlock } from './residual-block.ts';
import { requireSizes } from './sizes.ts';
import type { VelocityNetwork } from './velocity-network.ts';

/** The sizes of a U-Net. */
export interface UnetOptions extends ImageSize, ConditionOptions {
  /** Channels at each resolution, from the finest; each step halves height and width. Default [32, 64]. */
  readonly widths?: readonly number[];
  /** Residual blocks at each resolution: so many on the way down, and as many on the way up. Default 1. */
  readonly blocks?: number;
  /** Groups of channels that are normalised together; must divide every width. Default 8. */
  readonly groups?: number;
}

/** The parameter tree. */
export interface UnetParameters {
  readonly condition: ConditionParameters;
  /** 3×3, channels → widths[0] */
  readonly input: ConvolutionLayer;
  /** One for each resolution, from the finest. */
  readonly levels: readonly UnetLevel[];
  readonly middle: ResidualBlock;
  readonly norm: Affine;
  /** 3×3, widths[0] → channels */
  readonly output: ConvolutionLayer;
}

/** The layers at one resolution. */
export interface UnetLevel {
  readonly down: readonly ResidualBlock[];
  /** One layer, 3×3 with stride 2, to the next width; no layer at the coarsest resolution. */
  readonly shrink: readonly ConvolutionLayer[];
  /**
   * One layer, 3×3, from the next width, after height and width were doubled; no layer at the coarsest
   * resolution.
   */
  readonly enlarge: readonly ConvolutionLayer[];
  readonly up: readonly ResidualBlock[];
}

/**
 * A U-Net velocity of images. Its residual blocks have group normalisation and silu, and see the times t and
 * t − r and the class or the conditions. Strided convolutions halve the image; repeated pixels double it. At
 * each resolution the way up also sees the output of the way down. Events are images
 * [batch, height, width, channels], or the same pixels in a row, [batch, height·width·channels].
 *
 * Source: Ronneberger et al. 2015, "U-Net"; Ho et al. 2020, "Denoising Diffusion Probabilistic Models",
 * appendix B.
 *
 * @throws ArgumentError for sizes out of range, groups that do not divide a width, or an image that cannot be
 * halved that often
 * @example
 * const network = unetVelocityNetwork({ height: 28, width: 28, classes: 10, widths: [32, 64] });
 * const u = network.apply(network.initialise(random.key(0)), z, r, t, labels);
 */
export function unetVelocityNetwork(options: UnetOptions): VelocityNetwork<UnetParameters> {
  const name = 'unetVelocityNetwork';
  const completed = completeOptions(
    name,
    { ...imageSizeDefaults, widths: [32, 64], blocks: 1, groups: 8, ...conditionDefaults },
    options,
  );
  const { widths, blocks, groups, classes, dtype } = completed;
  requireConditions(name, completed);
  const image = imageShape(name, completed);
  requireSizes(name, { blocks, groups }, 1);
  requireWidths(name, widths, groups, image);
  const [finest, coarsest] = [widths[0] as number, widths.at(-1) as number];
  const conditionWidth = 4 * finest;
  const told = condition(name, conditionWidth, completed);

  return {
    nullClass: classes,
    initialise(key) {
      const part = (index: number) => random.foldIn(key, index);
      const sizes = { inputs: coarsest, outputs: coarsest, condition: conditionWidth };
      return {
        condition: told.initialise(part(0)),
        input: initialiseConvolution(part(1), 3, image[2], finest, 1, dtype),
        levels: widths.map((width, i) =>
          initialiseLevel(
            random.foldIn(part(2), i),
            { width, next: widths[i + 1], blocks, conditionWidth },
            dtype,
          ),
        ),
        middle: initialiseResidualBlock(part(3), sizes, dtype),
        norm: { scale: ones([finest], { dtype }), shift: zeros([finest], { dtype }) },
        output: initialiseConvolution(key, 3, finest, image[2], 0, dtype),
      };
    },
    apply(parameters, z, r, t, given) {
      const x = asImages(name, z, image);
      const c = told.apply(parameters.condition, x.shape[0] as number, r, t, given);
      const through = (h: Tensor, block: ResidualBlock) => residualBlock(block, h, c, groups);

      const descend = (h: Tensor, [level, ...coarser]: readonly UnetLevel[]): Tensor => {
        if (level === undefined) return through(h, parameters.middle);
        const seen = level.down.reduce(through, h);
        const [shrink, enlarge] = [level.shrink[0], level.enlarge[0]];
        const below = descend(shrink ? convolve(shrink, seen, 2) : seen, coarser);
        const returned = enlarge ? convolve(enlarge, doubled(below)) : below;
        return level.up.reduce(through, concatenate([returned, seen], 3));
      };

      const h = descend(convolve(parameters.input, x), parameters.levels);
      return reshape(convolve(parameters.output, silu(groupNorm(h, groups, parameters.norm))), z.shape);
    },
  };
}

function initialiseLevel(
  key: random.Key,
  sizes: {
    readonly width: number;
    readonly next: number | undefined;
    readonly blocks: number;
    readonly conditionWidth: number;
  },
  dtype: DType,
): UnetLevel {
  const { width, next, blocks, conditionWidth } = sizes;
  const block = (index: number, inputs: number) =>
    initialiseResidualBlock(
      random.foldIn(key, index),
      { inputs, outputs: width, condition: conditionWidth },
      dtype,
    );
  const between = (index: number, inputs: number, outputs: number) =>
    initialiseConvolution(random.foldIn(key, index), 3, inputs, outputs, 1, dtype);
  return {
    down: Array.from({ length: blocks }, (_, i) => block(i, width)),
    // On the way up, the first block also sees the output of the way down: twice the channels.
    up: Array.from({ length: blocks }, (_, i) => block(blocks + i, i === 0 ? 2 * width : width)),
    shrink: next === undefined ? [] : [between(2 * blocks, width, next)],
    enlarge: next === undefined ? [] : [between(2 * blocks + 1, next, width)],
  };
}

/** Repeats each pixel as a square of four: [batch, h, w, c] → [batch, 2h, 2w, c]. */
function doubled(x: Tensor): Tensor {
  return repeat(repeat(x, 2, 1), 2, 2);
}

function requireWidths(
  operation: string,
  widths: readonly number[],
  groups: number,
  [height, width]: readonly [number, number, number],
): void {
  const divides = (size: number) => Number.isInteger(size) && size >= 1 && size % groups === 0;
  requireList(operation, 'widths as a list', widths);
  if (widths.length === 0 || !widths.every(divides)) {
    throw new ArgumentError(
      `${operation}: wanted widths that the ${groups} groups divide, got [${widths.join(', ')}]`,
    );
  }
  const factor = 2 ** (widths.length - 1);
  if (height % factor !== 0 || width % factor !== 0) {
    throw new ArgumentError(
      `${operation}: an image of ${height} × ${width} cannot be halved ${widths.length - 1} times; give fewer widths`,
    );
  }
}
