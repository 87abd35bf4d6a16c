export { assign } from '../array.ts';
export { usesSimd } from '../elementwise/simd/index.ts';
export { multipliesInWebAssembly } from '../matmul/matmul-backend.ts';
export { tooManyToCopy } from '../reduce/sum.ts';
export { type InputType, ProgramBuilder, type Value } from './builder.ts';
export type { Donation } from './donation.ts';
export type { Kernel, Loop, LoopValue, Place, Program } from './program.ts';
export { type LoadedProgram, loadProgram } from './run-program.ts';
export type { ScalarName } from './scalars.ts';
