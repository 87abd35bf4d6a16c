/** How threads divide the rows of a kernel. */
import { rowUnit } from '../../matmul/assembly/tile.ts';
import type { FunctionBuilder } from '../../wasm/function.ts';
import type { Expression } from '../../wasm/instructions.ts';
import type { ParameterLocals } from '../../wasm/module.ts';
import { i32 } from '../../wasm/program-instructions.ts';

/**
 * Each kernel is a function of the number of a thread, of how many threads there are, and of the step of the
 * repetition that it is in.
 */
export const threadParameters = { thread: 'i32', threads: 'i32', step: 'i32' } as const;
export type ThreadParameters = typeof threadParameters;

/**
 * Runs the body for this thread's share of the rows: whole tiles of a product, as equal as possible. One row
 * is the first thread's. The number of threads changes no sum, and so no bit.
 */
export function forShare(
  f: FunctionBuilder,
  { thread, threads }: ParameterLocals<ThreadParameters>,
  rows: number,
  body: (share: { readonly from: Expression<'i32'>; readonly to: Expression<'i32'> }) => void,
): void {
  if (rows === 1) {
    f.if(i32.eqz(thread), () => body({ from: i32.const(0), to: i32.const(1) }));
    return;
  }
  const units = i32.const(Math.ceil(rows / rowUnit));
  const each = i32.div_u(i32.add(units, i32.sub(threads, i32.const(1))), threads);
  const share = f.local('i32', i32.mul(each, i32.const(rowUnit)));
  const from = f.local('i32', i32.mul(thread, share));
  const end = f.local('i32', i32.add(from, share));
  const to = f.local('i32', i32.select(end, i32.const(rows), i32.lt_s(end, i32.const(rows))));
  f.if(i32.lt_s(from, to), () => body({ from, to }));
}
