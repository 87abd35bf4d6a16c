/** The WebAssembly module of reductions. Sums are float64; extrema have the type of the numbers. */
import type { Floats } from '../../requirements.ts';
import { instantiate, newMemory } from '../../wasm/engine.ts';
import type { Callable, FunctionBuilder, Local } from '../../wasm/function.ts';
import { type Expression, f32, f32x4, f64, f64x2, i8x16, i32, v128 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module.ts';
import { widen } from '../../wasm/widening.ts';

export type Reduction = 'sum' | 'max' | 'min';

/** How many numbers fit a page. A page stays in a first-level cache. */
export const pageLength = 4096;

/** How many results fit. A page has room for four rows of this length. */
export const resultLength = 1024;

/** The least number of numbers in a segment of which the kernel finds an extremum. */
export const extremeLength = 16;

// The results lie behind the page, with a gap into which the last vector of a row may reach.
const resultsAt = pageLength * 8 + 64;

/** The kernels for numbers of one type. */
export interface ReductionKernels {
  readonly page: Floats;
  /** The place of each reduction's results. */
  readonly results: Readonly<Record<Reduction, Floats>>;
  /** Combines rows of the page with the results, elementwise: adds them, or keeps the larger or smaller. */
  readonly rows: Readonly<Record<Reduction, (count: number, width: number) => void>>;
  /** Reduces each segment of the page to one result. */
  readonly segments: Readonly<Record<Reduction, (count: number, length: number) => void>>;
}

let assembled: Readonly<Record<'float32' | 'float64', ReductionKernels>> | undefined;

export function kernelsFor(x: Floats): ReductionKernels {
  assembled ??= assemble();
  return x instanceof Float32Array ? assembled.float32 : assembled.float64;
}

type Vector = Expression<'v128'>;
type Combine = (a: Vector, b: Vector) => Vector;

const vectors = { float32: f32x4, float64: f64x2 } as const;
const bytesOf = { float32: 4, float64: 8 } as const;
export type ElementType = keyof typeof vectors;

function assemble(): Readonly<Record<ElementType, ReductionKernels>> {
  const module = new ModuleBuilder();
  for (const type of ['float32', 'float64'] as const) {
    const { max, min } = vectors[type];
    defineAddRows(module, `sum rows ${type}`, type);
    defineRows(module, `max rows ${type}`, type, compete(max));
    defineRows(module, `min rows ${type}`, type, compete(min));
    defineSumSegments(module, `sum segments ${type}`, type);
    defineExtremeSegments(module, `max segments ${type}`, type, max);
    defineExtremeSegments(module, `min segments ${type}`, type, min);
  }
  const memory = newMemory();
  type Run = (...numbers: readonly number[]) => void;
  const run = instantiate<Record<string, Run>>(module.assemble(), memory);
  const kernels = (type: ElementType, page: Floats, extrema: Floats): ReductionKernels => {
    const named = (kind: string) =>
      Object.fromEntries(
        (['sum', 'max', 'min'] as const).map((name) => {
          const reduce = run[`${name} ${kind} ${type}`] as Run;
          const rowBytes = (width: number) => (kind === 'rows' ? [width * bytesOf[type]] : []);
          return [
            name,
            (count: number, size: number) => reduce(0, count, size, ...rowBytes(size), resultsAt),
          ];
        }),
      );
    const sums = new Float64Array(memory.buffer, resultsAt, resultLength);
    return {
      page,
      results: { sum: sums, max: extrema, min: extrema },
      rows: named('rows') as ReductionKernels['rows'],
      segments: named('segments') as ReductionKernels['segments'],
    };
  };
  const [singles, doubles] = [Float32Array, Float64Array].map((Type) => [
    new Type(memory.buffer, 0, pageLength),
    new Type(memory.buffer, resultsAt, resultLength),
  ]) as [[Floats, Floats], [Floats, Floats]];
  return { float32: kernels('float32', ...singles), float64: kernels('float64', ...doubles) };
}

/** Where a reduction reads and writes: addresses, how many rows or segments, and of how many numbers. */
const rowParameters = { source: 'i32', count: 'i32', width: 'i32', rowBytes: 'i32', target: 'i32' } as const;
const segmentParameters = { source: 'i32', count: 'i32', length: 'i32', target: 'i32' } as const;

/** Adds `count` rows of `width` numbers, `rowBytes` apart, to the float64 sums at `target`. */
export function defineAddRows(
  module: ModuleBuilder,
  name: string,
  type: ElementType,
): Callable<typeof rowParameters> {
  return defineRows(module, name, type, type === 'float32' ? addToSums : compete(f64x2.add));
}

/**
 * Updates the results of one vector of columns, `at` bytes into the rows. There are one or four rows. The
 * results begin at `target`.
 */
type Step = (
  f: FunctionBuilder,
  at: Local<'i32'>,
  rows: readonly Local<'v128'>[],
  target: Local<'i32'>,
) => void;

/**
 * Takes four rows at a time, then the others one by one. If a row is not a whole number of vectors, the
 * results behind its end mean nothing.
 */
function defineRows(
  module: ModuleBuilder,
  name: string,
  type: ElementType,
  step: Step,
): Callable<typeof rowParameters> {
  return module.define(name, rowParameters, (f, { source, count, width, rowBytes, target }) => {
    const widthBytes = f.local('i32', i32.mul(width, i32.const(bytesOf[type])));
    const row = f.local('i32', source);
    const take = (rows: number) => {
      const starts = [row];
      for (let i = 1; i < rows; i++)
        starts.push(f.local('i32', i32.add(starts.at(-1) as Local<'i32'>, rowBytes)));
      f.for(0, widthBytes, 16, (at) => {
        step(
          f,
          at,
          starts.map((start) => f.local('v128', v128.load(i32.add(start, at)))),
          target,
        );
      });
      f.increase(row, i32.mul(rowBytes, i32.const(rows)));
    };
    const inFours = f.local('i32', i32.and(count, i32.const(-4)));
    f.for(0, inFours, 4, () => take(4));
    f.for(0, i32.sub(count, inFours), 1, () => take(1));
  });
}

/** Adds float32 numbers to float64 sums: two vectors of sums for one vector of numbers. */
function addToSums(
  f: FunctionBuilder,
  at: Local<'i32'>,
  rows: readonly Local<'v128'>[],
  target: Local<'i32'>,
): void {
  const wide = rows.map((row) => widen(f, row));
  const sums = f.local('i32', i32.add(target, i32.shl(at, i32.const(1))));
  for (const half of [0, 1] as const) {
    const place = 16 * half;
    const terms = wide.map((pair) => pair[half]);
    f.do(v128.store(sums, f64x2.add(v128.load(sums, place), inPairs(terms, f64x2.add)), place));
  }
}

/** Combines results and numbers of the same type. */
function compete(better: Combine): Step {
  return (f, at, rows, target) => {
    const place = f.local('i32', i32.add(target, at));
    f.do(v128.store(place, better(v128.load(place), inPairs(rows, better))));
  };
}

/** One term alone, or four of them as (first, second) with (third, fourth). */
function inPairs(terms: readonly Vector[], combine: Combine): Vector {
  const [first, second, third, fourth] = terms as [Vector, ...(Vector | undefined)[]];
  return second && third && fourth ? combine(combine(first, second), combine(third, fourth)) : first;
}

/**
 * Sums each of `count` segments of `length` numbers to one float64. Keeps four sums at once; the first also
 * takes the numbers behind the last whole four.
 */
export function defineSumSegments(
  module: ModuleBuilder,
  name: string,
  type: ElementType,
): Callable<typeof segmentParameters> {
  const bytes = bytesOf[type];
  const one = (at: Local<'i32'>) => (type === 'float32' ? f64.promote_f32(f32.load(at)) : f64.load(at));
  return module.define(name, segmentParameters, (f, { source, count, length, target }) => {
    const four = (at: Local<'i32'>): readonly [Vector, Vector] =>
      type === 'float32' ? widen(f, f.local('v128', v128.load(at))) : [v128.load(at), v128.load(at, 16)];
    const [at, end, foursEnd] = [f.local('i32', source), f.local('i32'), f.local('i32')];
    const [left, right, first] = [f.local('v128'), f.local('v128'), f.local('f64')];
    f.for(0, count, 1, (segment) => {
      f.set(end, i32.add(at, i32.mul(length, i32.const(bytes))));
      f.set(foursEnd, i32.add(at, i32.mul(i32.and(length, i32.const(-4)), i32.const(bytes))));
      f.set(left, f64x2.const(0));
      f.set(right, f64x2.const(0));
      f.while(i32.lt_s(at, foursEnd), () => {
        const [low, high] = four(at);
        f.set(left, f64x2.add(left, low));
        f.set(right, f64x2.add(right, high));
        f.increase(at, 4 * bytes);
      });
      f.set(first, f64x2.extract_lane(left, 0));
      f.while(i32.lt_s(at, end), () => {
        f.set(first, f64.add(first, one(at)));
        f.increase(at, bytes);
      });
      const others = f64.add(f64x2.extract_lane(right, 0), f64x2.extract_lane(right, 1));
      const sum = f64.add(f64.add(first, f64x2.extract_lane(left, 1)), others);
      f.do(f64.store(i32.add(target, i32.shl(segment, i32.const(3))), sum));
    });
  });
}

/**
 * Keeps four vectors at once, because an instruction for an extremum takes long. The last four vectors
 * overlap the ones before: this changes no extremum.
 */
function defineExtremeSegments(
  module: ModuleBuilder,
  name: string,
  type: ElementType,
  better: Combine,
): void {
  const bytes = bytesOf[type];
  module.define(name, segmentParameters, (f, { source, count, length, target }) => {
    const [at, last] = [f.local('i32', source), f.local('i32')];
    const bests = [0, 16, 32, 48].map((offset) => ({ offset, best: f.local('v128') }));
    f.for(0, count, 1, (segment) => {
      f.set(last, i32.sub(i32.add(at, i32.mul(length, i32.const(bytes))), i32.const(64)));
      for (const { best, offset } of bests) f.set(best, v128.load(last, offset));
      f.while(i32.lt_s(at, last), () => {
        for (const { best, offset } of bests) f.set(best, better(best, v128.load(at, offset)));
        f.increase(at, 64);
      });
      f.set(at, i32.add(last, i32.const(64)));
      // Every lane gets the extremum of all lanes. We store them all; the next segments overwrite all but the
      // first.
      const all = f.local('v128', bests.map(({ best }): Vector => best).reduce(better));
      for (let apart = 8; apart >= bytes; apart /= 2) f.set(all, better(all, rotated(all, apart)));
      f.do(v128.store(i32.add(target, i32.mul(segment, i32.const(bytes))), all));
    });
  });
}

/** The bytes, rotated by `places`. */
function rotated(x: Vector, places: number): Vector {
  return i8x16.shuffle(
    x,
    x,
    Array.from({ length: 16 }, (_, byte) => (byte + places) % 16),
  );
}
