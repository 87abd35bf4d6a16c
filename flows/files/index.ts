/** fluxion/files: data from files. Node only, so apart from the rest of flows. */
export { type FilePath, loadCsv, loadIdx, loadNpy, loadNpz } from './load.ts';
export { loadMnist, type Mnist, type MnistOptions } from './mnist.ts';
