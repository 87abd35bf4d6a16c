export {
  formatStableHlo,
  type ProgramInput,
  type ProgramSignature,
  type ProgramValue,
  type StableHlo,
  type StableHloOptions,
} from './format-stablehlo.ts';
