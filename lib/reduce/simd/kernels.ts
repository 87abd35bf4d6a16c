/** The module of reductions, assembled when first needed. Sums of float32 are float64; extrema are float32. */
import { instantiate, newMemory } from '../../wasm/engine.ts';
import type { FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, f32, f32x4, f64, f64x2, i32, v128 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module.ts';
import { widen } from '../../wasm/widening.ts';

export type Reduction = 'sum' | 'max' | 'min';

/** How many numbers are worked on at a time: they stay in a first-level cache. */
export const pageLength = 8192;

/** How many results there is room for. */
export const resultLength = 2048;

/** How many numbers compete at once in a segment. */
export const extremeLength = 16;

// Behind the page: the last vector of a row may reach into the room between.
const resultsAt = pageLength * 4 + 64;

export interface Kernels {
  readonly page: Float32Array;
  /** Where the results of this reduction are. */
  readonly results: Readonly<Record<Reduction, Float32Array | Float64Array>>;
  /** Adds rows of the page, elementwise, to the results, or lets them compete with them. */
  readonly rows: Readonly<Record<Reduction, (count: number, width: number) => void>>;
  /** Reduces each segment of the page to one result; for extrema it has `extremeLength` or more. */
  readonly segments: Readonly<Record<Reduction, (count: number, length: number) => void>>;
}

let assembled: Kernels | undefined;

export function kernels(): Kernels {
  assembled ??= assemble();
  return assembled;
}

function assemble(): Kernels {
  const module = new ModuleBuilder();
  defineRows(module, 'sumRows', addToSums);
  defineRows(module, 'maxRows', compete(f32x4.max));
  defineRows(module, 'minRows', compete(f32x4.min));
  defineSumSegments(module);
  defineExtremeSegments(module, 'maxSegments', f32x4.max, f32.max);
  defineExtremeSegments(module, 'minSegments', f32x4.min, f32.min);
  const memory = newMemory();
  type Name = `${Reduction}${'Rows' | 'Segments'}`;
  const run = instantiate<Record<Name, (count: number, size: number) => void>>(module.assemble(), memory);
  const sums = new Float64Array(memory.buffer, resultsAt, resultLength);
  const extrema = new Float32Array(memory.buffer, resultsAt, resultLength);
  return {
    page: new Float32Array(memory.buffer, 0, pageLength),
    results: { sum: sums, max: extrema, min: extrema },
    rows: { sum: run.sumRows, max: run.maxRows, min: run.minRows },
    segments: { sum: run.sumSegments, max: run.maxSegments, min: run.minSegments },
  };
}

/** What becomes of the results for the four columns that begin `at` bytes into the rows, of which here are one or four. */
type Step = (f: FunctionBuilder, at: Local<'i32'>, rows: readonly Local<'v128'>[]) => void;

/** Four rows at a time, then those that are left. Where a row is no multiple of 4, some results behind its end mean nothing. */
function defineRows(module: ModuleBuilder, name: string, step: Step): void {
  module.define(name, { count: 'i32', width: 'i32' }, (f, { count, width }) => {
    const rowBytes = f.local('i32', i32.shl(width, i32.const(2)));
    const row = f.local('i32');
    const take = (rows: number) => {
      const starts = [row];
      for (let i = 1; i < rows; i++) starts.push(f.local('i32', i32.add(starts.at(-1) as Local<'i32'>, rowBytes)));
      f.for(0, rowBytes, 16, (at) => {
        step(
          f,
          at,
          starts.map((start) => f.local('v128', v128.load(i32.add(start, at)))),
        );
      });
      f.increase(row, i32.mul(rowBytes, i32.const(rows)));
    };
    const inFours = f.local('i32', i32.and(count, i32.const(-4)));
    f.for(0, inFours, 4, () => take(4));
    f.for(0, i32.sub(count, inFours), 1, () => take(1));
  });
}

/** In float64: two vectors of sums for one of numbers. */
function addToSums(f: FunctionBuilder, at: Local<'i32'>, rows: readonly Local<'v128'>[]): void {
  const wide = rows.map((row) => widen(f, row));
  const sums = f.local('i32', i32.shl(at, i32.const(1)));
  for (const half of [0, 1] as const) {
    const place = resultsAt + 16 * half;
    const terms = wide.map((pair) => pair[half]);
    f.do(v128.store(sums, f64x2.add(v128.load(sums, place), inPairs(terms, f64x2.add)), place));
  }
}

type Combine = (a: Expression<'v128'>, b: Expression<'v128'>) => Expression<'v128'>;

function compete(better: Combine): Step {
  return (f, at, rows) => {
    f.do(v128.store(at, better(v128.load(at, resultsAt), inPairs(rows, better)), resultsAt));
  };
}

/** One of them, or (first, second) and (third, fourth). */
function inPairs(terms: readonly Expression<'v128'>[], combine: Combine): Expression<'v128'> {
  const [first, second, third, fourth] = terms as [Expression<'v128'>, ...(Expression<'v128'> | undefined)[]];
  return second && third && fourth ? combine(combine(first, second), combine(third, fourth)) : first;
}

/** Four sums at once, the numbers behind the last whole vector to the first of them. */
function defineSumSegments(module: ModuleBuilder): void {
  module.define('sumSegments', { count: 'i32', length: 'i32' }, (f, { count, length }) => {
    const [at, end, vectorsEnd] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const [left, right, first] = [f.local('v128'), f.local('v128'), f.local('f64')];
    f.for(0, count, 1, (segment) => {
      f.set(end, i32.add(at, i32.shl(length, i32.const(2))));
      f.set(vectorsEnd, i32.add(at, i32.shl(i32.and(length, i32.const(-4)), i32.const(2))));
      f.set(left, f64x2.const(0));
      f.set(right, f64x2.const(0));
      f.while(i32.lt_s(at, vectorsEnd), () => {
        const [low, high] = widen(f, f.local('v128', v128.load(at)));
        f.set(left, f64x2.add(left, low));
        f.set(right, f64x2.add(right, high));
        f.increase(at, 16);
      });
      f.set(first, f64x2.extract_lane(left, 0));
      f.while(i32.lt_s(at, end), () => {
        f.set(first, f64.add(first, f64.promote_f32(f32.load(at))));
        f.increase(at, 4);
      });
      const others = f64.add(f64x2.extract_lane(right, 0), f64x2.extract_lane(right, 1));
      const sum = f64.add(f64.add(first, f64x2.extract_lane(left, 1)), others);
      f.do(f64.store(i32.shl(segment, i32.const(3)), sum, resultsAt));
    });
  });
}

/** Four vectors at once, since such an instruction takes long. The last four overlap those before, which changes no extremum. */
function defineExtremeSegments(
  module: ModuleBuilder,
  name: string,
  better: Combine,
  betterOfTwo: (a: Expression<'f32'>, b: Expression<'f32'>) => Expression<'f32'>,
): void {
  module.define(name, { count: 'i32', length: 'i32' }, (f, { count, length }) => {
    const bytes = f.local('i32', i32.shl(length, i32.const(2)));
    const [at, last] = [f.local('i32'), f.local('i32')];
    const bests = [0, 16, 32, 48].map((offset) => ({ offset, best: f.local('v128') }));
    f.for(0, count, 1, (segment) => {
      f.set(last, i32.sub(i32.add(at, bytes), i32.const(extremeLength * 4)));
      for (const { best, offset } of bests) f.set(best, v128.load(last, offset));
      f.while(i32.lt_s(at, last), () => {
        for (const { best, offset } of bests) f.set(best, better(best, v128.load(at, offset)));
        f.increase(at, extremeLength * 4);
      });
      f.set(at, i32.add(last, i32.const(extremeLength * 4)));
      const vector = f.local('v128', bests.map(({ best }): Expression<'v128'> => best).reduce(better));
      const value = ([0, 1, 2, 3] as const).map((lane) => f32x4.extract_lane(vector, lane)).reduce(betterOfTwo);
      f.do(f32.store(i32.shl(segment, i32.const(2)), value, resultsAt));
    });
  });
}
