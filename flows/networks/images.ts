/** Images as events: their size, and the two shapes in which a caller may give them. */
import { reshape, type Tensor } from '../../autograd/index.ts';
import { formatShape, required, type Shape, ShapeError, sameShape } from '../../lib/index.ts';
import { requireSizes } from './sizes.ts';

/** The size of the images that a network takes. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  /** How many numbers each pixel has. Default 1. */
  readonly channels?: number;
}

export const imageSizeDefaults = { height: required, width: required, channels: 1 } as const;

/** [height, width, channels] */
export function imageShape(
  operation: string,
  { height, width, channels }: Required<ImageSize>,
): readonly [number, number, number] {
  requireSizes(operation, { height, width, channels }, 1);
  return [height, width, channels];
}

/**
 * Returns images as [batch, height, width, channels]. They may come in this shape, or with their pixels in a
 * row, [batch, height·width·channels]; any other shape throws a ShapeError.
 */
export function asImages(operation: string, z: Tensor, image: readonly [number, number, number]): Tensor {
  const [batch = 0, ...event] = z.shape;
  const pixels = image[0] * image[1] * image[2];
  const accepted: readonly Shape[] = [image, [pixels]];
  if (z.rank > 1 && accepted.some((shape) => sameShape(event, shape))) return reshape(z, [batch, ...image]);
  throw new ShapeError(
    `${operation}: wanted images [batch, ${image.join(', ')}] or [batch, ${pixels}], got ${formatShape(z.shape)}`,
  );
}
