/**
 * The most that one core does in 128-bit vectors here: multiply-adds in registers, more of them
 * under way than wait for each other.
 */
import { instantiate, newMemory } from '../../lib/wasm/engine.ts';
import { hasRelaxedSimd } from '../../lib/wasm/features.ts';
import { type Expression, f32x4, i32, v128 } from '../../lib/wasm/instructions.ts';
import { ModuleBuilder } from '../../lib/wasm/module.ts';

const steps = 1e5;
const chains = 12;
const rounds = 30;

/**
 * In float32 operations a second: with separate multiplications and additions, and with fused ones if the
 * engine has them.
 */
export function measurePeak(): number {
  const separate: MultiplyAdd = (sum, x) => f32x4.add(sum, f32x4.mul(sum, x));
  const fused: MultiplyAdd = (sum, x) => f32x4.relaxed_madd(sum, x, sum);
  return Math.max(rateOf(separate), hasRelaxedSimd() ? rateOf(fused) : 0);
}

type Vector = Expression<'v128'>;
type MultiplyAdd = (sum: Vector, x: Vector) => Vector;

function rateOf(multiplyAdd: MultiplyAdd): number {
  const module = new ModuleBuilder();
  module.define('run', { steps: 'i32' }, 'f32', (f, p) => {
    const x = f.local('v128', v128.load(i32.const(0)));
    const sums = Array.from({ length: chains }, () => f.local('v128', f32x4.const(1)));
    f.for(0, p.steps, 1, () => {
      for (const sum of sums) f.set(sum, multiplyAdd(sum, x));
    });
    const total = sums.reduce((a: Vector, b) => f32x4.add(a, b), f32x4.const(0));
    return f32x4.extract_lane(total, 0);
  });
  const { run } = instantiate<{ run(steps: number): number }>(module.assemble(), newMemory());
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    run(steps);
    best = Math.min(best, performance.now() - start);
  }
  return (steps * chains * 8 * 1000) / best;
}
