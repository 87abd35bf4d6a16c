/**
 * Convolutions as networks use them (strictly, correlations). They are compositions of padding, sliding
 * windows and one matrix product.
 */
import * as lib from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import type { Tensor } from '../core/tensor.ts';
import { matmul } from './matmul.ts';
import { promoteOperands } from './operands.ts';
import { flip, pad } from './rearranging.ts';
import { reshape, swapLastAxes } from './reshaping.ts';
import { embed } from './slicing.ts';
import { windows } from './windows.ts';

/**
 * `'valid'` pads nothing. `'same'` pads with zeros until the output has ⌈length / stride⌉ entries. Or a pair
 * `[before, after]` for each spatial axis.
 */
export type Padding = 'valid' | 'same' | readonly (readonly [before: number, after: number])[];

/** How the windows of a convolution lie. */
export interface ConvolutionOptions {
  /** How far the window moves between outputs: one number, or one per spatial axis; by default 1. */
  readonly stride?: number | readonly number[];
  readonly padding?: Padding;
}

/**
 * The convolution of x [batch, ...spatial, channels] with a kernel [...window, channels, features]:
 * [batch, ...spatial′, features], for any number of spatial axes. The default padding is `'valid'`.
 *
 * @throws ShapeError if the ranks or channels do not fit, or the window is larger than the padded input.
 * @example convolution(zeros([1, 8, 8, 3]), zeros([3, 3, 3, 16]), { padding: 'same' }).shape; // [1, 8, 8, 16]
 */
export function convolution(x: Tensor, kernel: Tensor, options: ConvolutionOptions = {}): Tensor {
  const { input, weights, window, strides, padding } = resolve('convolution', x, kernel, options);
  const widths = paddingWidths('convolution', padding, input.shape.slice(1, -1), window, strides);
  const padded = pad(input, [[0, 0], ...widths, [0, 0]]);
  const lengths = window.map(
    (size, axis) => Math.floor(((padded.shape[axis + 1] as number) - size) / (strides[axis] as number)) + 1,
  );
  if (lengths.some((length) => length < 1)) {
    throw new lib.ShapeError(
      `convolution: the window ${lib.formatShape(window)} is larger than the padded input ${lib.formatShape(padded.shape.slice(1, -1))}`,
    );
  }
  const seen = windows(padded, window, strides);
  const inputs = lib.sizeOf(weights.shape.slice(0, -1));
  const rows = reshape(seen, [...seen.shape.slice(0, 1 + window.length), inputs]);
  return matmul(rows, reshape(weights, [inputs, weights.shape.at(-1) as number]));
}

/**
 * The transpose of `convolution` with respect to its input, as a layer that enlarges:
 * x [batch, ...spatial, features] and a kernel [...window, channels, features] give
 * [batch, ...spatial′, channels]. With `'valid'` padding spatial′ = (spatial − 1)·stride + window, with
 * `'same'` spatial′ = spatial·stride.
 *
 * @throws ShapeError if the ranks or features do not fit; ArgumentError if the padding exceeds the window.
 * @example transposedConvolution(zeros([1, 4, 4, 16]), zeros([2, 2, 3, 16]), { stride: 2 }).shape; // [1, 8, 8, 3]
 */
export function transposedConvolution(x: Tensor, kernel: Tensor, options: ConvolutionOptions = {}): Tensor {
  const given = toTensor('transposedConvolution', kernel);
  const swapped = given.rank < 2 ? given : swapLastAxes(given); // `resolve` refuses vectors and numbers
  const { input, weights, window, strides, padding } = resolve('transposedConvolution', x, swapped, options);
  // Put stride − 1 zeros between the input's entries, then convolve with the window reversed.
  const spatial = input.shape.slice(1, -1);
  const dilatedLengths = spatial.map((length, axis) =>
    Math.max(0, (length - 1) * (strides[axis] as number) + 1),
  );
  const dilated = embed(
    input,
    [input.shape[0] as number, ...dilatedLengths, input.shape.at(-1) as number],
    input.shape.map(() => 0),
    [1, ...strides, 1],
  );
  const outputs = spatial.map((length, axis) => length * (strides[axis] as number));
  const cut = paddingWidths('transposedConvolution', padding, outputs, window, strides);
  const widths = window.map((size, axis) => {
    const [before, after] = cut[axis] as readonly [number, number];
    const whole = (dilatedLengths[axis] as number) + size - 1;
    const missing = padding === 'same' ? Math.max(0, (outputs[axis] as number) + before + after - whole) : 0;
    return [size - 1 - before, size - 1 - after + missing] as const;
  });
  if (widths.flat().some((width) => width < 0)) {
    throw new lib.ArgumentError('transposedConvolution: the padding is wider than the window');
  }
  return convolution(
    dilated,
    flip(
      weights,
      window.map((_, axis) => axis),
    ),
    { padding: widths },
  );
}

function resolve(operation: string, x: Tensor, kernel: Tensor, options: ConvolutionOptions) {
  const { stride, padding } = lib.completeOptions(operation, { stride: 1, padding: 'valid' }, options);
  const [input, weights] = promoteOperands(operation, [x, kernel]) as [Tensor, Tensor];
  const dimensions = input.rank - 2;
  if (dimensions < 1 || weights.rank !== input.rank || weights.shape.at(-2) !== input.shape.at(-1)) {
    throw new lib.ShapeError(
      `${operation}: an input [batch, ...spatial, channels] and a kernel over the same axes and channels do not come from ` +
        `${lib.formatShape(input.shape)} and ${lib.formatShape(weights.shape)}`,
    );
  }
  const strides = typeof stride === 'number' ? new Array<number>(dimensions).fill(stride) : stride;
  if (
    !Array.isArray(strides) ||
    strides.length !== dimensions ||
    !strides.every((step) => Number.isInteger(step) && step > 0)
  ) {
    throw new lib.ArgumentError(
      `${operation}: wanted ${dimensions} whole strides > 0, got ${lib.describe(stride)}`,
    );
  }
  return { input, weights, window: weights.shape.slice(0, -2), strides, padding };
}

function paddingWidths(
  operation: string,
  padding: Padding,
  spatial: lib.Shape,
  window: lib.Shape,
  strides: readonly number[],
): readonly (readonly [before: number, after: number])[] {
  if (padding === 'valid') return window.map(() => [0, 0]);
  if (padding === 'same') {
    return window.map((size, axis) => {
      const [length, stride] = [spatial[axis] as number, strides[axis] as number];
      const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + size - length);
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    });
  }
  if (!Array.isArray(padding) || padding.length !== window.length) {
    throw new lib.ArgumentError(
      `${operation}: wanted padding 'valid', 'same' or a pair for each of ${window.length} axes, got ${JSON.stringify(padding)}`,
    );
  }
  return padding;
}
