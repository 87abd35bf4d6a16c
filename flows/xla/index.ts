/** fluxion/xla: for who outgrows one machine. It stands apart, so that nobody else pays for it. */
export {
  formatStableHlo,
  type ProgramInput,
  type ProgramSignature,
  type ProgramValue,
  type StableHlo,
  type StableHloOptions,
} from '../../autograd/graph/stablehlo/index.ts';
export {
  type ExportedBatch,
  type ExportedFiles,
  exportTraining,
  type TrainingExport,
} from './export-training.ts';
