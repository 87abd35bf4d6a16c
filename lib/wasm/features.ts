/** The features of this engine's WebAssembly. For each, we ask if it accepts a function that needs it. */
import { accepts } from './engine.ts';
import { f32x4, i32x4 } from './instructions.ts';
import { ModuleBuilder } from './module.ts';

let simd: boolean | undefined;
let relaxedSimd: boolean | undefined;

/** Whether the engine has 128-bit vectors. */
export function hasSimd(): boolean {
  simd ??= canRun((module) => {
    module.define('probe', {}, 'f32', () => f32x4.extract_lane(i32x4.const(0), 0));
  });
  return simd;
}

/** Whether the engine has a fused multiply-add (relaxed SIMD). */
export function hasRelaxedSimd(): boolean {
  relaxedSimd ??= canRun((module) => {
    const zero = f32x4.const(0);
    module.define('probe', {}, 'f32', () => f32x4.extract_lane(f32x4.relaxed_madd(zero, zero, zero), 0));
  });
  return relaxedSimd;
}

function canRun(build: (module: ModuleBuilder) => void): boolean {
  const module = new ModuleBuilder();
  build(module);
  return accepts(module.assemble());
}
