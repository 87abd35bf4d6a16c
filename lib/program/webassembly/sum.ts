/**
 * Sums in WebAssembly, in the order of `lib.sum`: plain sums of up to 128 numbers or rows, and then sums of
 * pairs. All partial sums are float64.
 */
import { defineAddRows, defineSumSegments, type ElementType } from '../../reduce/simd/reduction-kernels.ts';
import type { Callable } from '../../wasm/function.ts';
import { type Expression, f64x2, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { f32, f64, i32 } from '../../wasm/program-instructions.ts';
import { addressAt, type Heap, scratchOf } from '../heap.ts';
import { bytesOf } from '../memory.ts';
import type { Sum } from '../program.ts';
import { leastSummedPairwise } from '../sum-scratch.ts';
import { rowsOf } from './phases.ts';
import { forShare, type ThreadParameters, threadParameters } from './share.ts';

type Address = Expression<'i32'>;

/** The functions that all sums of a module and an element type call. */
export interface SumFunctions {
  readonly type: ElementType;
  /** Sums `count` segments of `length` numbers each into float64 numbers. */
  readonly segments: Callable<{ source: 'i32'; count: 'i32'; length: 'i32'; target: 'i32' }>;
  /** Replaces the first of `count` float64 numbers by their sum. */
  readonly pairwise: Callable<{ at: 'i32'; count: 'i32' }>;
  /** Sums `count` rows of `width` numbers, `rowBytes` apart, into float64 numbers. */
  readonly rows: Callable<{ source: 'i32'; count: 'i32'; width: 'i32'; rowBytes: 'i32'; target: 'i32' }>;
}

export function defineSumFunctions(module: ModuleBuilder, type: ElementType): SumFunctions {
  return {
    type,
    segments: defineSumSegments(module, `sum segments ${type}`, type),
    pairwise: definePairwise(module, `sum pairwise ${type}`),
    rows: defineRows(module, type),
  };
}

function definePairwise(module: ModuleBuilder, name: string) {
  return module.define(name, { at: 'i32', count: 'i32' }, (f, { at, count }, self) => {
    f.if(i32.lt_s(i32.const(1), count), () => {
      const half = f.local('i32', i32.div_u(i32.add(count, i32.const(1)), i32.const(2)));
      const other = f.local('i32', i32.add(at, i32.shl(half, i32.const(3))));
      f.call(self, { at, count: half });
      f.call(self, { at: other, count: i32.sub(count, half) });
      f.do(f64.store(at, f64.add(f64.load(at), f64.load(other))));
    });
  });
}

/** Its recursion puts the sums of the second half behind those of the first, and adds them. */
function defineRows(module: ModuleBuilder, type: ElementType) {
  const add = defineAddRows(module, `add rows ${type}`, type);
  const parameters = { source: 'i32', count: 'i32', width: 'i32', rowBytes: 'i32', target: 'i32' } as const;
  return module.define(`sum rows ${type}`, parameters, (f, p, self) => {
    const { source, count, width, rowBytes, target } = p;
    const sumBytes = f.local(
      'i32',
      i32.shl(i32.and(i32.add(width, i32.const(3)), i32.const(-4)), i32.const(3)),
    );
    f.if(
      i32.lt_s(i32.const(leastSummedPairwise), count),
      () => {
        const half = f.local('i32', i32.div_u(i32.add(count, i32.const(1)), i32.const(2)));
        const others = f.local('i32', i32.add(target, sumBytes));
        const rest = i32.add(source, i32.mul(half, rowBytes));
        f.call(self, { ...p, count: half });
        f.call(self, { ...p, source: rest, count: i32.sub(count, half), target: others });
        f.for(0, sumBytes, 16, (at) => {
          const place = i32.add(target, at);
          f.do(v128.store(place, f64x2.add(v128.load(place), v128.load(i32.add(others, at)))));
        });
      },
      () => {
        f.for(0, sumBytes, 16, (at) => f.do(v128.store(i32.add(target, at), f64x2.const(0))));
        f.call(add, { source, count, width, rowBytes, target });
      },
    );
  });
}

/** Defines a function that computes a thread's share of the sums. */
export function defineSum(
  module: ModuleBuilder,
  name: string,
  sum: Sum,
  heap: Heap,
  functions: SumFunctions,
): Callable<ThreadParameters> {
  const { before, length, after } = sum;
  const { type, segments, pairwise, rows } = functions;
  const bytes = bytesOf[type];
  const [beforeBytes, lengthBytes] = sum.strides.map((stride) => stride * bytes) as [number, number];
  const at = (place: number) => i32.const(place);
  return module.define(name, threadParameters, (f, p) => {
    const source = f.local('i32', addressAt(heap, sum.input, p.step));
    const target = f.local('i32', addressAt(heap, sum.output, p.step));
    const scratch = f.local('i32', scratchOf(heap, sum.scratch, p.thread));
    const sumBlocks = (from: Address, blocks: number) => {
      const behind = f.local('i32', i32.add(scratch, at(8)));
      const rest = length - blocks * leastSummedPairwise;
      f.call(segments, { source: from, count: at(blocks), length: at(leastSummedPairwise), target: scratch });
      f.call(pairwise, { at: scratch, count: at(blocks) });
      const end = i32.add(from, at(blocks * leastSummedPairwise * bytes));
      f.call(segments, { source: end, count: at(1), length: at(rest), target: behind });
      f.do(f64.store(scratch, f64.add(f64.load(scratch), f64.load(behind))));
    };
    const round = (to: Address, count: Address) => {
      f.for(0, count, 1, (i) => {
        const exact = f64.load(i32.add(scratch, i32.shl(i, at(3))));
        const place = i32.add(to, i32.mul(i, at(bytes)));
        f.do(type === 'float32' ? f32.store(place, f32.demote_f64(exact)) : f64.store(place, exact));
      });
    };
    /** The sums from index `i`, and from there `width` columns from `column` on. */
    const sumAt = (i: Address, column: Address, width: Address) => {
      const from = f.local('i32', i32.add(source, i32.mul(i, at(beforeBytes))));
      const to = f.local('i32', i32.add(target, i32.mul(i, at(after * bytes))));
      if (after > 1) {
        const columnBytes = f.local('i32', i32.mul(column, at(bytes)));
        f.increase(from, columnBytes);
        f.increase(to, columnBytes);
        f.call(rows, { source: from, count: at(length), width, rowBytes: at(lengthBytes), target: scratch });
      } else if (length > leastSummedPairwise) sumBlocks(from, Math.floor(length / leastSummedPairwise));
      else f.call(segments, { source: from, count: at(1), length: at(length), target: scratch });
      round(to, width);
    };
    forShare(f, p, rowsOf(sum), ({ from, to }) => {
      if (before > 1) f.for(from, to, 1, (i) => sumAt(i, at(0), at(after)));
      else if (after > 1) sumAt(at(0), from, f.local('i32', i32.sub(to, from)));
      else sumAt(at(0), at(0), at(1));
    });
  });
}
