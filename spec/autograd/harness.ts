/**
 * The checks that every primitive must pass, in float64. A row is a small program around a primitive, and the
 * inputs to run it on. Each check tests one property of derivatives, and throws if the row lacks it.
 */
import { expect } from 'chai';
import type { PlainTensor } from '../../autograd/core/tensor.ts';
import {
  add,
  cast,
  compile,
  type DType,
  fromNDArray,
  jvp,
  multiply,
  type Shape,
  stack,
  type Tensor,
  tensor,
  toNDArray,
  treeLeaves,
  vjp,
  vmap,
} from '../../autograd/index.ts';
import { contiguous, dtypeOf, formatShape, isFloating, slice, transpose } from '../../lib/index.ts';
import { expectClose, inner, numbersOf, Recorder, sampleTensor } from './numbers.ts';

export interface Input {
  readonly shape: Shape;
  /** Numbers between these, by default −2 and 2. */
  readonly low?: number;
  readonly high?: number;
  /** Masks, indices and keys are not differentiated. */
  readonly dtype?: 'float64' | 'int32' | 'uint32' | 'bool';
}

export interface Row {
  readonly label: string;
  readonly fn: (...inputs: Tensor[]) => Tensor;
  readonly inputs: readonly Input[];
  /** Whether the inputs lie in memory row by row, or are views with axes transposed and reversed. */
  readonly layout: 'rows' | 'views';
  /** The step of the differences. A linear function that rounds to float32 needs a long one. */
  readonly step?: number;
  /** The result's dtype on float32 inputs, if it is another. */
  readonly result?: DType;
  /** The derivative is 0 by declaration, whatever the differences say. */
  readonly flat?: boolean;
}

type Floats = readonly Tensor[];

/** Under both transforms the value is the plain one, and nothing has written to the inputs. */
export function keepsValues(row: Row): void {
  const { f, x, v } = setUp(row);
  const before = x.map((a) => numbersOf(a));
  const plain = f(...x);
  const [dual] = jvp(f, x, v);
  const [taped, pullback] = vjp(f, x);
  pullback(isFloating(plain.dtype) ? like(plain, 7) : 0);
  expectClose([dual, taped], [plain, plain], 0, row.label);
  expect(
    x.map((a) => numbersOf(a)),
    row.label,
  ).to.deep.equal(before);
  expect([dual.dtype, taped.dtype], row.label).to.deep.equal([plain.dtype, plain.dtype]);
}

/** Views as inputs give what their row-major copies give, in value and derivatives. */
export function readsViews(row: Row): void {
  const { f, x, v } = setUp(row);
  const copies = x.map((a) => fromNDArray(contiguous(toNDArray(a))));
  expectClose(jvp(f, x, v), jvp(f, copies, v), 1e-14, row.label);
  const w = cotangentOf(f, x);
  expectClose(vjp(f, x)[1](w), vjp(f, copies)[1](w), 1e-14, row.label);
}

/** Jv is the limit of differences. */
export function matchesDifferences(row: Row): void {
  const { f, x, v } = setUp(row);
  const [, tangent] = jvp(f, x, v);
  if (row.flat) expectClose(tangent, multiply(cast(tangent, 'float64'), 0), 0, row.label);
  else expectClose(tangent, difference(f, x, v, row.step), 1e-8, row.label);
}

/** ⟨Jv, w⟩ = ⟨v, Jᵀw⟩: reverse mode is the transpose of forward mode. */
export function transposes(row: Row): void {
  const { f, x, v } = setUp(row);
  const w = cotangentOf(f, x);
  const left = inner(jvp(f, x, v)[1], w);
  const right = inner(v, vjp(f, x)[1](w));
  expectClose(left, right, 1e-12, row.label);
}

/**
 * D²⟨w, f⟩[u, v] is one number, by all four pairings of the modes and by differences of the first derivative.
 */
export function agreesAtSecondOrder(row: Row): void {
  const { f, x, v } = setUp(row);
  const u = x.map((a, i) => like(a, 40 + i));
  const w = cotangentOf(f, x);
  const along = (...at: Tensor[]) => jvp(f, at, v)[1];
  const back = (...at: Tensor[]) => vjp(f, at)[1](w) as readonly Tensor[];
  const pairings = {
    forwardForward: inner(jvp(along, x, u)[1], w),
    forwardReverse: inner(jvp(back, x, u)[1], v),
    reverseForward: inner(vjp(along, x)[1](w), u),
    reverseReverse: inner(vjp(back, x)[1](v as never), u),
  };
  for (const [name, value] of Object.entries(pairings)) {
    expectClose(value, pairings.forwardForward, 1e-10, `${row.label}, ${name}`);
  }
  if (row.flat) expect(pairings.forwardForward, row.label).to.equal(0);
  else expectClose(pairings.forwardForward, inner(difference(along, x, u, row.step), w), 2e-8, row.label);
}

/** J(2v + u) = 2Jv + Ju, and the derivatives with respect to single inputs add up. */
export function isLinearInTangents(row: Row): void {
  const { f, x, v } = setUp(row);
  const u = x.map((a, i) => like(a, 40 + i));
  const along = (t: readonly (Tensor | number)[]) => jvp(f, x, t)[1];
  const [Jv, Ju] = [along(v), along(u)];
  if (!isFloating(Jv.dtype)) return;
  const combined = v.map((t, i) => add(multiply(t, 2), u[i] as Tensor));
  expectClose(along(combined), add(multiply(Jv, 2), Ju), 1e-12, row.label);
  const single = x.map((_, i) => along(v.map((t, j) => (i === j ? t : 0))));
  expectClose(single.reduce(add), Jv, 1e-12, `${row.label}, one input at a time`);
  const w = cotangentOf(f, x);
  const together = vjp(f, x)[1](w);
  x.forEach((a, i) => {
    const alone = (b: Tensor) => f(...x.with(i, b));
    expectClose(vjp(alone, [a])[1](w)[0], together[i], 1e-12, `${row.label}, input ${i} alone`);
  });
}

/** For every primitive that the row applies: its shape rule agrees with evaluation; params are plain data. */
export function obeysShapeRules(row: Row, primitive: string): void {
  const recorder = new Recorder();
  const { inputs } = setUp(row);
  row.fn(...inputs.map((x) => recorder.watch(x)));
  const names = recorder.calls.map((call) => call.primitive.name);
  expect(names, `${row.label} does not use the primitive that it is a row of`).to.include(primitive);
  for (const { primitive, inputs, params, outputs } of recorder.calls) {
    const { name } = primitive;
    const wanted = primitive.shape(inputs, params).map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
    const arrays = outputs.map((y) => (y as PlainTensor).plainArray('harness'));
    const got = arrays.map((a) => ({ shape: [...a.shape], dtype: dtypeOf(a) }));
    expect(got, `${row.label}, ${name}`).to.deep.equal(wanted);
    // Except those that hold a program, and an operation's: a user's functions.
    if (!['checkpoint', 'scan', 'cond', 'whileLoop', 'operation'].includes(name))
      expect(JSON.parse(JSON.stringify(params)), row.label).to.deep.equal(params);
  }
}

/** A batch gives what a loop gives: for every choice of batched inputs and axes, and for both derivatives. */
export function batches(row: Row): void {
  if (row.layout === 'views') return; // a batch of views is a copy
  const examples = [0, 1, 2].map((seed) => setUp(row, seed));
  const first = examples[0] as SetUp;
  for (const axes of mixtures(first.inputs.length)) {
    const batch = first.inputs.map((x, i) => batchOf(axes[i] ?? null, x, examples, i));
    const picked = (e: SetUp) => e.inputs.map((x, i) => (axes[i] === null ? (first.inputs[i] as Tensor) : x));
    const loop = stack(examples.map((e) => row.fn(...picked(e))));
    expectClose(
      vmap(row.fn, { inAxes: axes })(...batch),
      loop,
      1e-13,
      `${row.label}, axes ${JSON.stringify(axes)}`,
    );
  }
  const whole = first.x.map((_, i) => stack(examples.map((e) => e.x[i] as Tensor)));
  const directions = first.v.map((_, i) => stack(examples.map((e) => e.v[i] as Tensor)));
  const count = whole.length;
  const push = (...xv: Tensor[]) => jvp(first.f, xv.slice(0, count), xv.slice(count))[1];
  const loop = stack(examples.map((e) => push(...e.x, ...e.v)));
  expectClose(vmap(push)(...whole, ...directions), loop, 1e-13, `${row.label}, jvp`);
  expectClose(jvp(vmap(first.f), whole, directions)[1], loop, 1e-13, `${row.label}, jvp of the batch`);
  const w = cotangentOf(first.f, first.x);
  const pull = (...x: Tensor[]) => vjp(first.f, x)[1](w);
  examples.forEach((e, k) => {
    const pulled = vmap(pull)(...whole).map((g) => g.slice([k]));
    expectClose(pulled, pull(...e.x), 1e-13, `${row.label}, vjp of example ${k}`);
  });
  const [batch, pullback] = vjp(vmap(first.f), whole);
  const pulledWhole = pullback(w === 0 ? 0 : stack(examples.map(() => w)));
  expect(batch.shape[0], row.label).to.equal(examples.length);
  expectClose(pulledWhole, vmap(pull)(...whole), 1e-13, `${row.label}, vjp of the batch`);
}

/** float32 inputs give float32 results, which differ from the float64 ones by rounding only. */
export function worksInSinglePrecision(row: Row): void {
  const { f, x, v } = setUp(row);
  const narrow = (list: Floats) => list.map((a) => cast(a, 'float32'));
  const w = cotangentOf(f, x);
  const [y, tangent] = jvp(f, narrow(x), narrow(v));
  const pulled = vjp(f, narrow(x))[1](w);
  expect([y.dtype, tangent.dtype], row.label).to.deep.equal(Array(2).fill(row.result ?? 'float32'));
  expect(
    pulled.map((g) => g.dtype),
    row.label,
  ).to.deep.equal(x.map(() => 'float32'));
  expectClose([y, tangent], jvp(f, x, v), 3e-6, row.label);
  expectClose(pulled, vjp(f, x)[1](w), 3e-6, row.label);
}

/**
 * Compiled, the program and its derivatives give the bits that they give eagerly: on the row's inputs in
 * single precision, and in either precision on a batch that is large enough for vectors.
 */
export function compiles(row: Row): void {
  const { inputs } = setUp(row);
  const typed = (list: Floats, dtype: DType) => list.map((x) => (isFloating(x.dtype) ? cast(x, dtype) : x));
  compilesOn(row.fn, typed(inputs, 'float32'), row.label);
  if (row.layout === 'views') return; // a batch of views is a copy
  const examples = Array.from({ length: 24 }, (_, seed) => setUp(row, seed).inputs);
  const batch = inputs.map((_, i) => stack(examples.map((example) => example[i] as Tensor)));
  for (const dtype of ['float64', 'float32'] as const)
    compilesOn(vmap(row.fn), typed(batch, dtype), `${row.label}, ${dtype} batch`);
}

/** All in one program: its loops are fused across the value, the tangent and the cotangents, too. */
function compilesOn(fn: (...inputs: Tensor[]) => Tensor, args: Floats, label: string): void {
  const y = fn(...args);
  if (!isFloating(y.dtype)) {
    expectSameWhenCompiled(fn, args, label);
    return;
  }
  const places = args.flatMap((x, i) => (isFloating(x.dtype) ? [i] : []));
  const floatsOf = (all: Floats) => places.map((i) => all[i] as Tensor);
  const of =
    (all: Floats) =>
    (...floats: Tensor[]) =>
      fn(...all.map((a, i) => (places.includes(i) ? (floats[places.indexOf(i)] as Tensor) : a)));
  const v = floatsOf(args).map((x) => multiply(x, 0.5));
  const w = cast(like(y, 60), y.dtype);
  const withDerivatives = (...all: Tensor[]) => ({
    value: fn(...all),
    tangent: jvp(of(all), floatsOf(all), v)[1],
    cotangents: vjp(of(all), floatsOf(all))[1](w),
  });
  expectSameWhenCompiled(withDerivatives, args, label);
}

/** Throws unless the compiled function gives the eager one's bits. */
export function expectSameWhenCompiled(fn: (...inputs: Tensor[]) => unknown, args: Floats, label = ''): void {
  const compiled = compile(fn);
  const [got, wanted] = [compiled(...args), fn(...args)].map((tree) => treeLeaves(tree) as Floats) as [
    Floats,
    Floats,
  ];
  const typesOf = (list: Floats) => list.map((x) => `${x.dtype}${formatShape(x.shape)}`);
  expect(typesOf(got), label).to.deep.equal(typesOf(wanted));
  wanted.forEach((x, k) => {
    const [a, b] = [(got[k] as Tensor).toTypedArray(), x.toTypedArray()];
    const wrong = a.findIndex((number, i) => !Object.is(number, b[i]));
    if (wrong >= 0) throw new Error(`${label}: number ${wrong} of result ${k}: compiled ${a[wrong]}, eager ${b[wrong]}\n${compiled.report()}`); // biome-ignore format: one line
  });
}

export interface SetUp {
  /** Everything that the row's program takes. */
  readonly inputs: readonly Tensor[];
  /** The floating-point inputs, tangents for them, and the program as a function of these inputs alone. */
  readonly x: Floats;
  readonly v: Floats;
  readonly f: (...x: Tensor[]) => Tensor;
}

/** A row's inputs, drawn for a seed. */
export function setUp(row: Row, seed = 0): SetUp {
  const inputs = row.inputs.map((input, i) => laidOut(row, sample(input, 100 * seed + i)));
  const x = inputs.filter((a) => isFloating(a.dtype));
  const v = x.map((a, i) => like(a, 100 * seed + 20 + i));
  const f = (...floats: Tensor[]) => {
    const rest = [...floats];
    return row.fn(...inputs.map((a) => (isFloating(a.dtype) ? (rest.shift() as Tensor) : a)));
  };
  return { inputs, x, v, f };
}

function sample({ shape, low = -2, high = 2, dtype = 'float64' }: Input, seed: number): Tensor {
  if (dtype === 'float64') return sampleTensor(seed, shape, low, high);
  if (dtype === 'bool') return sampleTensor(seed, shape, -1, 1).greater(0);
  return cast(sampleTensor(seed, shape, low, high).floor(), dtype);
}

/** The same values, read through strides that go backwards along transposed axes. */
function laidOut({ layout }: Row, x: Tensor): Tensor {
  if (layout === 'rows') return x;
  const reversed = x.shape.map((_, axis) => x.rank - 1 - axis);
  const turn = (a: ReturnType<typeof toNDArray>) =>
    slice(a, a.shape.map((n) => n - 1), a.shape.map(() => -1), a.shape.map(() => -1)); // biome-ignore format: one line
  return fromNDArray(transpose(turn(contiguous(turn(transpose(toNDArray(x), reversed)))), reversed));
}

/** A random tensor of the same shape. */
function like(x: Tensor, seed: number): Tensor {
  return sampleTensor(seed, x.shape, -1, 1);
}

/** A random cotangent; 0 for a result that has none. */
function cotangentOf(f: (...x: Tensor[]) => Tensor, x: Floats): Tensor | 0 {
  const y = f(...x);
  return isFloating(y.dtype) ? like(y, 60) : 0;
}

/** (f(x + hv) − f(x − hv)) / 2h. */
function difference(f: (...x: Tensor[]) => Tensor, x: Floats, v: Floats, h = 6e-6): Tensor {
  const shifted = (by: number) => numbersOf(f(...x.map((a, i) => add(a, multiply(v[i] as Tensor, by)))));
  const [above, below] = [shifted(h), shifted(-h)];
  const slopes = above.map((value, i) => (value - (below[i] as number)) / (2 * h));
  return tensor(new Float64Array(slopes)).reshape(f(...x).shape);
}

/** The batch axis of each input: all first, all last, and every mixture of batched and shared inputs. */
function mixtures(count: number): (number | null)[][] {
  const all = [0, -1].map((axis) => Array.from({ length: count }, () => axis));
  const mixed = Array.from({ length: 2 ** count - 2 }, (_, bits) =>
    Array.from({ length: count }, (_, i) => (((bits + 1) >> i) & 1 ? (i % 2) - 1 : null)),
  );
  return [...all, ...mixed];
}

function batchOf(axis: number | null, shared: Tensor, examples: readonly SetUp[], i: number): Tensor {
  return axis === null
    ? shared
    : stack(
        examples.map((e) => e.inputs[i] as Tensor),
        axis,
      );
}
