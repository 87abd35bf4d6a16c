/** Sliding windows and their transpose: what makes a convolution a matrix product. */
import * as lib from '../../lib/index.ts';
import { applyOne } from '../core/apply.ts';
import type { Primitive } from '../core/primitive.ts';
import type { Tensor } from '../core/tensor.ts';
import { linear } from './linear.ts';
import { reshape } from './reshaping.ts';

interface Sliding {
  readonly window: lib.Shape;
  readonly strides: readonly number[];
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    windows: Sliding;
    sumWindows: Sliding & { readonly shape: lib.Shape };
  }
}

const windowsPrimitive: Primitive<'windows'> = linear('windows', {
  shape: (x, { window, strides }) => ({ shape: lib.windowsShape(x.shape, window, strides), dtype: x.dtype }),
  evaluate: (x, { window, strides }) => lib.windows(x, window, strides),
  transpose: (w, sliding, input) => applyOne(sumPrimitive, [w], { ...sliding, shape: input.shape }),
  batch: (x, sliding, size) =>
    unfold(applyOne(windowsPrimitive, [fold(x)], sliding), size, x.shape[1] as number),
});

const sumPrimitive: Primitive<'sumWindows'> = linear('sumWindows', {
  shape: (w, { shape }) => ({ shape, dtype: w.dtype }),
  evaluate: (w, { shape, window, strides }) => lib.sumWindows(w, shape, window, strides),
  transpose: (x, { window, strides }) => windows(x, window, strides),
  batch: (w, { shape, ...sliding }, size) => {
    const [batch = 0, ...rest] = shape;
    return unfold(
      applyOne(sumPrimitive, [fold(w)], { ...sliding, shape: [size * batch, ...rest] }),
      size,
      batch,
    );
  },
});

/**
 * What a window sees at each of its places in x [batch, ...spatial, channels]. The result is
 * [batch, ...places, ...window, channels]. Between places the window moves by the axis's stride; it stays
 * inside x.
 *
 * @throws ShapeError if the window is larger than x.
 * @example windows(zeros([2, 8, 8, 5]), [3, 3], [1, 1]).shape; // [2, 6, 6, 3, 3, 5]
 */
export function windows(x: Tensor, window: lib.Shape, strides: readonly number[]): Tensor {
  return applyOne(windowsPrimitive, [x], { window, strides });
}

/** A batch of batches as one batch. */
function fold(x: Tensor): Tensor {
  const [size = 0, batch = 0, ...rest] = x.shape;
  return reshape(x, [size * batch, ...rest]);
}

function unfold(x: Tensor, size: number, batch: number): Tensor {
  return reshape(x, [size, batch, ...x.shape.slice(1)]);
}
