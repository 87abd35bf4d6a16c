/** `lib/ndarray/load-ops.cjs` in the site, where Vite reads the sources: it takes CommonJS in packages only. */
// @ts-expect-error: the package has no types
import ops from 'ndarray-ops';

export default () => ops;
