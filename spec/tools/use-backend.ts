/**
 * Loaded before the specs: FLUXION_SPEC_BACKEND=javascript runs all of them on the plain loops, `wasm` on
 * WebAssembly for every product, however small. By default the library chooses, as for users; FLUXION_THREADS
 * counts the threads.
 */
import { setElementwiseBackend, setMatmulBackend } from '../../lib/index.ts';

const backend = process.env.FLUXION_SPEC_BACKEND ?? 'auto';
if (backend !== 'auto' && backend !== 'wasm' && backend !== 'javascript') {
  throw new Error(`FLUXION_SPEC_BACKEND: wanted auto, wasm or javascript, got '${backend}'`);
}
setMatmulBackend(backend);
setElementwiseBackend(backend === 'javascript' ? 'javascript' : 'auto');
