/**
 * What the specs use to look at tensors: they take tensors as plain numbers, compare with a tolerance, and
 * draw numbers without the library's own generator.
 */
import { expect } from 'chai';
import { apply } from '../../autograd/core/apply.ts';
import { Box, Level } from '../../autograd/core/level.ts';
import type { Primitive, PrimitiveName, PrimitiveParams } from '../../autograd/core/primitive.ts';
import { type DType, type Nested, type Shape, Tensor, tensor, treeLeaves } from '../../autograd/index.ts';
import { formatShape, sizeOf } from '../../lib/index.ts';

export function float64(nested: Nested): Tensor {
  return tensor(nested, { dtype: 'float64' });
}

/** All numbers of a tree, leaf by leaf. */
export function numbersOf(tree: unknown): number[] {
  return treeLeaves(tree).flatMap((leaf) => (typeof leaf === 'number' ? [leaf] : [...leaf.toTypedArray()]));
}

/** ⟨a, b⟩, over all leaves of two trees. A number stands for a tensor of that number. */
export function inner(a: unknown, b: unknown): number {
  const other = numbersOf(b);
  return numbersOf(a).reduce(
    (total, x, i) => total + x * (typeof b === 'number' ? b : (other[i] as number)),
    0,
  );
}

/** The largest difference, relative to the largest number (or 1). Infinities and NaNs must match exactly. */
export function expectClose(got: unknown, wanted: unknown, tolerance: number, label = ''): void {
  expect(shapesOf(got), `${label}: shapes`).to.deep.equal(shapesOf(wanted)).and.not.to.be.empty;
  const [a, b] = [numbersOf(got), numbersOf(wanted)];
  const scale = Math.max(1, ...b.filter(Number.isFinite).map(Math.abs));
  a.forEach((x, i) => {
    const y = b[i] as number;
    const error = Object.is(x, y) || x === y ? 0 : Math.abs(x - y) / scale;
    if (!(error <= tolerance))
      expect.fail(`${label}: got ${x}, wanted ${y} at ${i}: ${error} > ${tolerance}`);
  });
}

/** Numbers from low to high, the same for the same seed. They are multiples of 2⁻¹²: exact in float32. */
function sampleArray(seed: number, count: number, low: number, high: number): number[] {
  const next = generator(seed);
  return Array.from({ length: count }, () => Math.round((low + (high - low) * next()) * 4096) / 4096);
}

export function sampleTensor(
  seed: number,
  shape: Shape,
  low = -2,
  high = 2,
  dtype: DType = 'float64',
): Tensor {
  return tensor(new Float64Array(sampleArray(seed, sizeOf(shape), low, high)), { dtype }).reshape(shape);
}

/** A level that changes nothing. It records which primitives a program applies, to what, and the results. */
export class Recorder extends Level {
  readonly name = 'recorder';
  readonly calls: {
    primitive: Primitive<PrimitiveName>;
    inputs: readonly Tensor[];
    params: PrimitiveParams[PrimitiveName];
    outputs: readonly Tensor[];
  }[] = [];

  watch(value: Tensor): Tensor {
    return new Recorded(this, value);
  }

  unbox(x: Tensor): Tensor {
    return x instanceof Recorded && x.level === this ? x.value : x;
  }

  process<K extends PrimitiveName>(
    primitive: Primitive<K>,
    boxed: readonly Tensor[],
    params: PrimitiveParams[K],
  ): readonly Tensor[] {
    const inputs = boxed.map((x) => this.unbox(x));
    const outputs = apply(primitive, inputs, params);
    this.calls.push({ primitive: primitive as unknown as Primitive<PrimitiveName>, inputs, params, outputs });
    return outputs.map((y) => this.watch(y));
  }
}

class Recorded extends Box {
  readonly level: Level;
  readonly value: Tensor;

  constructor(level: Level, value: Tensor) {
    super();
    this.level = level;
    this.value = value;
  }

  get shape() {
    return this.value.shape;
  }

  get dtype() {
    return this.value.dtype;
  }

  get hasValues() {
    return this.value.hasValues;
  }

  override plainArray(operation: string) {
    return this.value.plainArray(operation);
  }
}

function shapesOf(tree: unknown): string[] {
  return treeLeaves(tree).map((leaf) => (leaf instanceof Tensor ? formatShape(leaf.shape) : '[]'));
}

/** Mulberry32: a small generator, other than the library's. */
function generator(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
