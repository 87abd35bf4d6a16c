/** A convolution with a bias, as a layer. */
import { add, convolution, type DType, multiply, random, type Tensor, zeros } from '../../autograd/index.ts';
import { requireTensors } from '../checks.ts';

/** A convolution's parameters. */
export interface ConvolutionLayer {
  /** [window, window, inputs, outputs] */
  readonly kernel: Tensor;
  /** [outputs] */
  readonly b: Tensor;
}

/**
 * A layer with bias 0 and normal weights of deviation gain/√(window²·inputs). With gain 1 it keeps the scale
 * of its input.
 * @example const layer = initialiseConvolution(random.key(0), 3, 16, 32, 1, 'float32');
 */
export function initialiseConvolution(
  key: random.Key,
  window: number,
  inputs: number,
  outputs: number,
  gain: number,
  dtype: DType,
): ConvolutionLayer {
  const deviation = gain / Math.sqrt(window ** 2 * inputs);
  return {
    kernel: multiply(random.normal(key, [window, window, inputs, outputs], { dtype }), deviation),
    b: zeros([outputs], { dtype }),
  };
}

/**
 * The layer on x [batch, height, width, inputs] → [batch, ⌈height/stride⌉, ⌈width/stride⌉, outputs].
 * @example convolve(layer, x);
 */
export function convolve(layer: ConvolutionLayer, x: Tensor, stride = 1): Tensor {
  requireTensors('convolve', ['kernel', 'b'], layer);
  const { kernel, b } = layer;
  return add(convolution(x, kernel, { padding: 'same', stride }), b);
}
