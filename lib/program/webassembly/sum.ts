/**
 * Sums in WebAssembly, in the order of `lib.sum`: plain sums of up to 128 numbers or rows, and then sums of
 * pairs. All partial sums are float64.
 */
import { defineAddRows, defineSumSegments, type ElementType } from '../../reduce/simd/reduction-kernels.ts';
import type { Callable } from '../../wasm/function.ts';
import { type Expression, f32, f64, f64x2, i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { addressOf, type Heap } from '../heap.ts';
import type { Sum } from '../program.ts';
import { leastSummedPairwise } from '../sum-scratch.ts';

type Address = Expression<'i32'>;

/** The functions that all sums of a module and an element type call. */
export interface SumFunctions {
  readonly type: ElementType;
  /** Sums `count` segments of `length` numbers each into float64 numbers. */
  readonly segments: Callable<{ source: 'i32'; count: 'i32'; length: 'i32'; target: 'i32' }>;
  /** Replaces the first of `count` float64 numbers by their sum. */
  readonly pairwise: Callable<{ at: 'i32'; count: 'i32' }>;
  /** Sums `count` rows of `width` numbers into float64 numbers. */
  readonly rows: Callable<{ source: 'i32'; count: 'i32'; width: 'i32'; target: 'i32' }>;
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
  const parameters = { source: 'i32', count: 'i32', width: 'i32', target: 'i32' } as const;
  const bytes = type === 'float32' ? 4 : 8;
  return module.define(`sum rows ${type}`, parameters, (f, { source, count, width, target }, self) => {
    const sumBytes = f.local(
      'i32',
      i32.shl(i32.and(i32.add(width, i32.const(3)), i32.const(-4)), i32.const(3)),
    );
    f.if(
      i32.lt_s(i32.const(leastSummedPairwise), count),
      () => {
        const half = f.local('i32', i32.div_u(i32.add(count, i32.const(1)), i32.const(2)));
        const others = f.local('i32', i32.add(target, sumBytes));
        const rest = i32.add(source, i32.mul(i32.mul(half, width), i32.const(bytes)));
        f.call(self, { source, count: half, width, target });
        f.call(self, { source: rest, count: i32.sub(count, half), width, target: others });
        f.for(0, sumBytes, 16, (at) => {
          const place = i32.add(target, at);
          f.do(v128.store(place, f64x2.add(v128.load(place), v128.load(i32.add(others, at)))));
        });
      },
      () => {
        f.for(0, sumBytes, 16, (at) => f.do(v128.store(i32.add(target, at), f64x2.const(0))));
        f.call(add, { source, count, width, target });
      },
    );
  });
}

/** Defines a function without parameters that computes the sum. */
export function defineSum(
  module: ModuleBuilder,
  name: string,
  sum: Sum,
  heap: Heap,
  functions: SumFunctions,
): Callable<Record<never, never>> {
  const { before, length, after } = sum;
  const [source, target] = [addressOf(heap, sum.input), addressOf(heap, sum.output)];
  const scratch = heap.addresses[sum.scratch] as number;
  const { type, segments, pairwise, rows } = functions;
  const bytes = type === 'float32' ? 4 : 8;
  const at = (place: number) => i32.const(place);
  return module.define(name, {}, (f) => {
    /** Rounds `count` float64 numbers into the output. */
    const round = (from: number, to: Address, count: number) => {
      f.for(0, at(count), 1, (i) => {
        const exact = f64.load(i32.add(at(from), i32.shl(i, at(3))));
        const place = i32.add(to, i32.mul(i, at(bytes)));
        f.do(type === 'float32' ? f32.store(place, f32.demote_f64(exact)) : f64.store(place, exact));
      });
    };
    if (after === 1 && length <= leastSummedPairwise) {
      f.call(segments, { source: at(source), count: at(before), length: at(length), target: at(scratch) });
      round(scratch, at(target), before);
    } else if (after === 1) {
      const blocks = Math.floor(length / leastSummedPairwise);
      const rest = length - blocks * leastSummedPairwise;
      f.for(0, at(before), 1, (row) => {
        const start = f.local('i32', i32.add(at(source), i32.mul(row, at(length * bytes))));
        const blockLength = at(leastSummedPairwise);
        f.call(segments, { source: start, count: at(blocks), length: blockLength, target: at(scratch) });
        f.call(pairwise, { at: at(scratch), count: at(blocks) });
        const end = i32.add(start, at(blocks * leastSummedPairwise * bytes));
        f.call(segments, { source: end, count: at(1), length: at(rest), target: at(scratch + 8) });
        f.do(f64.store(at(scratch), f64.add(f64.load(at(scratch)), f64.load(at(scratch + 8)))));
        round(scratch, i32.add(at(target), i32.mul(row, at(bytes))), 1);
      });
    } else {
      f.for(0, at(before), 1, (i) => {
        const start = i32.add(at(source), i32.mul(i, at(length * after * bytes)));
        f.call(rows, { source: start, count: at(length), width: at(after), target: at(scratch) });
        round(scratch, f.local('i32', i32.add(at(target), i32.mul(i, at(after * bytes)))), after);
      });
    }
  });
}
