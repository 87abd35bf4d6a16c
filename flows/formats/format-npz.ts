/** Writes tensors in NumPy's .npz format. `parseNpz` reads it. */
import { zipSync } from 'fflate';
import type { Tensor } from '../../autograd/index.ts';
import { ArgumentError, describe } from '../../lib/index.ts';
import { requireTensor } from '../checks.ts';
import { formatNpy } from './index.ts';

/**
 * Tensors as the bytes of a compressed .npz file, which `numpy.load` reads. The same tensors give the same
 * bytes.
 *
 * @param tensors of any shapes and dtypes, by name
 * @throws ArgumentError for a name that is empty or `__proto__`, or has a slash or backslash in it
 * @example writeFileSync('samples.npz', formatNpz({ points, labels }));
 */
export function formatNpz(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  if (typeof tensors !== 'object' || tensors === null)
    throw new ArgumentError(`formatNpz: wanted tensors by name, got ${describe(tensors)}`);
  const files = Object.entries(tensors).map(([name, x]) => {
    if (name === '' || name === '__proto__' || /[/\\]/.test(name)) {
      throw new ArgumentError(`formatNpz: '${name}' is no name for an array`);
    }
    requireTensor('formatNpz', `'${name}'`, x);
    return [`${name}.npy`, formatNpy(x)] as const;
  });
  // The first date that a zip archive can hold. The current time would change the bytes.
  return zipSync(Object.fromEntries(files), { mtime: new Date(1980, 0, 1) });
}
