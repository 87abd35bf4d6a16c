/** `lib/ndarray/load-ops.cjs` for the site: Vite reads the sources, and takes CommonJS in packages only. */
// @ts-expect-error: the package has no types
import ops from 'ndarray-ops';

export default () => ops;
