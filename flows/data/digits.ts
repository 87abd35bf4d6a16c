/** Real data small enough to ship: 1,797 handwritten digits. */
import { fromNDArray, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, allocate, completeOptions, wrap } from '../../lib/index.ts';
import { digitsText } from './digits-text.ts';

export interface DigitsOptions {
  /** The dtype of the images. Default 'float32'. */
  readonly dtype?: 'float32' | 'float64';
}

/** Images of handwritten digits, and which digits they are. */
export interface Digits {
  /** [1797, 64]: 8 × 8 pixels row by row, whole numbers from 0 (paper) to 16 (ink). */
  readonly images: Tensor;
  /** [1797], int32: the digits 0 to 9. */
  readonly labels: Tensor;
  readonly classCount: 10;
}

const pixelCount = 64;

/**
 * The handwritten digits of the UCI Machine Learning Repository, in the repository's order. scikit-learn's
 * `load_digits` has the same order.
 *
 * Source: Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits" (1998), CC BY 4.0; see
 * digits-text.ts.
 *
 * @throws ArgumentError for an unknown option, or a dtype that is not floating
 * @example
 * const { images, labels, classCount } = digits({ dtype: 'float64' });
 */
export function digits(options: DigitsOptions = {}): Digits {
  const { dtype } = completeOptions('digits', { dtype: 'float32' }, options);
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new ArgumentError(`digits: wanted the dtype float32 or float64, got ${dtype}`);
  }
  const lines = digitsText.trim().split('\n');
  const pixels = allocate(lines.length * pixelCount, dtype);
  const labels = new Int32Array(lines.length);
  lines.forEach((line, i) => {
    labels[i] = Number(line[0]);
    // The pixels start behind the label and its colon.
    for (let j = 0; j < pixelCount; j++)
      pixels[i * pixelCount + j] = Number.parseInt(line[2 + j] as string, 17);
  });
  return {
    images: fromNDArray(wrap(pixels, [lines.length, pixelCount])),
    labels: fromNDArray(wrap(labels, [lines.length])),
    classCount: 10,
  };
}
