/** fluxion/files: data and checkpoints in files. It needs Node, so it stands apart from the rest of flows. */
export {
  type Checkpoint,
  type ReadCheckpointOptions,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
export { currentEnvironment, differenceOf, type Environment } from './environment.ts';
export { type FilePath, type LoadCsvOptions, loadCsv, loadIdx, loadNpy, loadNpz } from './load.ts';
export { lockFolder } from './lock.ts';
export { loadMnist, type Mnist, type MnistOptions } from './mnist.ts';
export { formatPng, type Raster } from './png.ts';
export { FileError, fileError, writeFileAtomically } from './write-file.ts';
