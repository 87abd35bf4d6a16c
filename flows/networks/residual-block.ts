/**
 * The U-Net's block: two convolutions beside a shortcut. The second normalisation brings in the times and
 * the class.
 */
import {
  add,
  type DType,
  matmul,
  multiply,
  ones,
  random,
  silu,
  split,
  type Tensor,
  zeros,
} from '../../autograd/index.ts';
import { type ConvolutionLayer, convolve, initialiseConvolution } from './convolution-layer.ts';
import { type Dense, dense, initialiseDense } from './dense.ts';
import { type Affine, groupNorm } from './group-norm.ts';

export interface ResidualBlock {
  /** The first normalisation's scale and shift, [inputs] each. */
  readonly norm: Affine;
  /** 3×3, inputs → outputs */
  readonly first: ConvolutionLayer;
  /** [condition, 2·outputs]: scale − 1 and shift of the second normalisation. */
  readonly modulation: Dense;
  /** 3×3, outputs → outputs; starts at 0. */
  readonly second: ConvolutionLayer;
  /**
   * [inputs, outputs] if these numbers of channels differ; else [0, 0], and the shortcut is the identity.
   */
  readonly shortcut: Tensor;
}

/** A block that returns only its shortcut, until training changes the second convolution from 0. */
export function initialiseResidualBlock(
  key: random.Key,
  sizes: { readonly inputs: number; readonly outputs: number; readonly condition: number },
  dtype: DType,
): ResidualBlock {
  const { inputs, outputs, condition } = sizes;
  const [firstKey, shortcutKey] = random.split(key);
  const narrow = inputs === outputs ? [0, 0] : [inputs, outputs];
  return {
    norm: { scale: ones([inputs], { dtype }), shift: zeros([inputs], { dtype }) },
    first: initialiseConvolution(firstKey, 3, inputs, outputs, 1, dtype),
    modulation: initialiseDense(key, condition, 2 * outputs, 0, dtype),
    second: initialiseConvolution(key, 3, outputs, outputs, 0, dtype),
    shortcut: multiply(random.normal(shortcutKey, narrow, { dtype }), 1 / Math.sqrt(inputs)),
  };
}

/**
 * shortcut(x) + conv(silu(scale·norm(conv(silu(norm(x)))) + shift)), with scale and shift from the condition.
 *
 * Source: Dhariwal and Nichol 2021, "Diffusion Models Beat GANs on Image Synthesis", section 3 (adaptive
 * group normalisation).
 *
 * @param x [batch, height, width, inputs]
 * @param condition [batch, width of the condition], or [1, …] for all samples
 * @returns [batch, height, width, outputs]
 */
export function residualBlock(block: ResidualBlock, x: Tensor, condition: Tensor, groups: number): Tensor {
  const inside = convolve(block.first, silu(groupNorm(x, groups, block.norm)));
  const [scale, shift] = split(dense(block.modulation, silu(condition)), 2, 1) as [Tensor, Tensor];
  const change = convolve(block.second, silu(groupNorm(inside, groups, { scale: add(scale, 1), shift })));
  return add(block.shortcut.size === 0 ? x : matmul(x, block.shortcut), change);
}
