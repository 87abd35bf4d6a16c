/** The primitive `scan`: a loop whose step is a graph. Its derivatives and its batch are such loops too. */
import { allocate, contiguous, flat, type NDArray, sizeOf, view, wrap } from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { plain } from '../core/plain.ts';
import type { Point } from '../core/point.ts';
import { definePrimitive, type Primitive } from '../core/primitive.ts';
import type { ArrayType, MaybeZero, Tensor } from '../core/tensor.ts';
import { type ClosedGraph, closedGraph } from '../graph/closed-graph.ts';
import { type Dependence, dependedOn, dependents } from '../graph/dependencies.ts';
import { type Graph, graphOf } from '../graph/graph.ts';
import { runGraph } from '../graph/run-graph.ts';
import { vmap } from '../levels/batching.ts';
import { jvp } from '../levels/forward.ts';
import { vjp } from '../levels/reverse.ts';
import { addTerms } from '../operations/addition.ts';
import { broadcastTo } from '../operations/broadcasting.ts';
import { concatenate } from '../operations/joining.ts';
import { zerosOf } from '../operations/operands.ts';
import { expandDims, moveAxis } from '../operations/reshaping.ts';
import { slice } from '../operations/slicing.ts';
import { chosen, cut, isGiven, placed, replaced } from './marks.ts';

/** How many steps a loop has, and whether it goes from the last x to the first. */
export interface Order {
  readonly length: number;
  readonly reverse: boolean;
}

/** From the carries, and an entry of each of the xs, to the next carries and an entry of each of the ys. */
export type Step<T = Tensor> = (
  carry: readonly T[],
  x: readonly T[],
) => readonly [carry: readonly T[], y: readonly T[]];

/** `scan` of lists of tensors: what the rules below are written in. */
function loop(step: Step, initial: readonly Tensor[], xs: readonly Tensor[], order: Order) {
  return runSteps(closedStep(step, initial, xs), initial, xs, order);
}

/** A step written down for these first carries, and for an entry of each of the xs. */
export function closedStep(step: Step, initial: readonly Tensor[], xs: readonly Tensor[]): ClosedGraph {
  const entries = xs.map(({ shape, dtype }) => zerosOf({ shape: shape.slice(1), dtype }));
  return closedGraph(step, [initial, entries]);
}

/** The last carries, and the stacked ys. */
export function runSteps(
  { graph: body, captured }: ClosedGraph,
  initial: readonly Tensor[],
  xs: readonly Tensor[],
  { length, reverse }: Order,
): readonly [carry: readonly Tensor[], ys: readonly Tensor[]] {
  const params = { body, carries: initial.length, xs: xs.length, length, reverse, keepsCarries: false };
  // A tape adds outputs of its own behind these.
  const outputs = apply(scanPrimitive, [...initial, ...xs, ...captured], params);
  return cut(outputs.slice(0, body.outputs.length), initial.length);
}

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    scan: ScanParams;
  }
}

/**
 * The inputs are the first carries, then the xs, then what the step brings along; the outputs are the last
 * carries, then the ys.
 */
interface ScanParams extends Order {
  /**
   * The step, without constants: from carries, entries of xs, and what it brings along, to carries and ys.
   */
  readonly body: Graph;
  /** How many carries there are, and how many xs. */
  readonly carries: number;
  readonly xs: number;
  /** Whether the last of the ys are the carries that each step got: so on a tape, which needs them. */
  readonly keepsCarries: boolean;
}

const scanPrimitive: Primitive<'scan'> = definePrimitive({
  name: 'scan',
  shape: (_, { body, carries, length }) =>
    body.outputs.map(({ shape, dtype }, i) => ({ shape: i < carries ? shape : [length, ...shape], dtype })),
  evaluate: runLoop,
  forward: pushLoop,
  reverse: {
    recorded: keepingCarries,
    needs: (_, { body, carries }) => ({
      inputs: indices(carries, body.inputs.length),
      outputs: indices(body.outputs.length - carries, body.outputs.length),
    }),
    pull: pullLoop,
  },
  batch: batchLoop,
});

/**
 * The step sees row-major arrays, as it does where it is compiled: the order of some sums depends on that.
 */
function runLoop(arrays: readonly NDArray[], params: ScanParams): readonly NDArray[] {
  const { body, carries, length } = params;
  const [initial, xs, captured] = parts(arrays, params);
  const whole = captured.map(inOrder);
  const ys = body.outputs.slice(carries).map(({ shape, dtype }) => ({
    array: wrap(allocate(length * sizeOf(shape), dtype), [length, ...shape]),
    size: sizeOf(shape),
  }));
  let carry = initial.map(contiguous);
  for (let k = 0; k < length; k++) {
    const i = placeOf(k, params);
    const outputs = runGraph(body, [...carry.map(plain), ...xs.map((x) => inOrder(entryAt(x, i))), ...whole]);
    carry = outputs.slice(0, carries).map((next) => contiguous(next.plainArray('scan')));
    ys.forEach(({ array, size }, j) => {
      array.data.set(flat((outputs[carries + j] as Tensor).plainArray('scan')), i * size);
    });
  }
  return [...carry, ...ys.map(({ array }) => array)];
}

/** A loop over carries and their tangents, with the jvp of the step. */
function pushLoop(tangents: readonly MaybeZero[], at: Point<ScanParams>): readonly MaybeZero[] {
  const { params } = at;
  const { body, carries } = params;
  const [initial, xs, captured] = parts(
    tangents.map((_, i) => at.input(i)),
    params,
  );
  const [initialTangents, xTangents, capturedTangents] = parts(tangents, params);
  const others = [...xTangents, ...capturedTangents].map(isGiven);
  /** The outputs of the step that move, if the marked carries do. */
  const moving = (carry: readonly boolean[]) => dependents(body, [...carry, ...others], 'differentiable');
  const step: Step<MaybeZero> = (carry, x) => {
    const [c, dc] = cut(carry, carries);
    const [e, de] = cut(x, xs.length);
    const directions = [...dc, ...de, ...capturedTangents].map((t) => t ?? 0);
    const [outputs, pushed] = jvp(run(body), [[...c, ...e, ...captured] as Tensor[]], [directions]);
    const marks = moving(dc.map(isGiven));
    const [dNext, dy] = cut(
      pushed.map((t, i) => (marks[i] ? t : null)),
      carries,
    );
    return [[...outputs.slice(0, carries), ...dNext], dy];
  };
  const dual: SparseLoop = {
    length: params.length,
    reverse: params.reverse,
    step,
    given: (carry) => [...initial.map(isGiven), ...moving(carry.slice(carries)).slice(0, carries)],
    initial: [...initial, ...initialTangents],
    xs: [...xs, ...xTangents],
    carryTypes: [...initial, ...initial],
    yTypes: body.outputs.slice(carries),
  };
  const [last, dys] = sparseLoop(dual, carries);
  return [...last.slice(carries), ...dys];
}

/**
 * A loop the other way round, with the pullback of the step: it carries the carries' cotangents, and the sums
 * of those of what the step brings along.
 */
function pullLoop(
  cotangents: readonly MaybeZero[],
  at: Point<ScanParams>,
  wanted: readonly boolean[],
): readonly MaybeZero[] {
  const { params } = at;
  const { body, carries } = params;
  const outputs = indices(0, body.outputs.length);
  const [lastCotangents, yCotangents] = cut(
    outputs.map((i) => cotangents[i] ?? null),
    carries,
  );
  const kept = outputs.slice(outputs.length - carries).map((i) => at.output(i));
  const behind = indices(carries, at.inputCount).map((i) => at.input(i));
  const [xs, captured] = cut(behind, params.xs);
  const varying = reachedFrom(params, wanted, 'differentiable');
  /** The inputs of the step that get cotangents, if the marked carries that it gives have some. */
  const live = (carry: readonly boolean[]) => {
    const reached = dependedOn(body, [...carry, ...yCotangents.map(isGiven)], 'differentiable');
    return varying.map((isVarying, i) => isVarying && (reached[i] as boolean));
  };
  const liveCarries = (carry: readonly boolean[]) => live(carry).slice(0, carries);
  const step: Step<MaybeZero> = (carry, x) => {
    const [dNext, sums] = cut(carry, carries);
    const [point, dy] = cut(x, carries + xs.length);
    const all = [...point, ...captured] as Tensor[];
    const marks = live(dNext.map(isGiven));
    const ofLive = (list: readonly Tensor[]) => runGraph(body, replaced(all, marks, list));
    const [, pullback] = vjp(ofLive, [chosen(all, marks)]);
    const [pulled] = pullback([...dNext, ...dy].map((w) => w ?? 0));
    const [dc, dx, terms] = parts(placed(pulled, marks), params);
    return [[...dc, ...sums.map((sum, i) => addTerms([sum, terms[i] as MaybeZero]))], dx];
  };
  const [, , summed] = parts(live(atAnyStep(liveCarries, lastCotangents.map(isGiven))), params);
  const [carryTypes, xTypes, capturedTypes] = parts(body.inputs, params);
  const backwards: SparseLoop = {
    length: params.length,
    reverse: !params.reverse,
    step,
    given: (carry) => [...liveCarries(carry.slice(0, carries)), ...summed],
    initial: [...lastCotangents, ...capturedTypes.map((type, i) => (summed[i] ? zerosOf(type) : null))],
    xs: [...kept, ...xs, ...yCotangents],
    carryTypes: [...carryTypes, ...capturedTypes],
    yTypes: xTypes,
  };
  const [last, dxs] = sparseLoop(backwards, carries);
  const [ofCarries, sums] = cut(last, carries);
  return [...ofCarries, ...dxs, ...sums];
}

/** A loop over the step of a batch; what no batched input reaches stays single. */
function batchLoop(
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  params: ScanParams,
): readonly Tensor[] {
  const { body, carries } = params;
  const varying = reachedFrom(params, batched, 'any');
  const varyingOutputs = dependents(body, varying, 'any').map((isReached, i) =>
    i < carries ? (varying[i] as boolean) : isReached,
  );
  const [initial, xs, captured] = parts(inputs, params);
  const step: Step = (carry, x) => {
    const all = [...carry, ...x, ...captured];
    let outputs: readonly Tensor[] = [];
    const ofBatch = (list: readonly Tensor[]) => {
      outputs = runGraph(body, replaced(all, varying, list));
      return chosen(outputs, varyingOutputs);
    };
    const whole = vmap(ofBatch)(chosen(all, varying));
    const [next, y] = cut(replaced(outputs, varyingOutputs, whole), carries);
    return [next, y];
  };
  const repeated = (x: Tensor) => broadcastTo(x, [size, ...x.shape]);
  const [varyingCarries, varyingXs] = parts(varying, params);
  const start = initial.map((c, i) => (varyingCarries[i] && !batched[i] ? repeated(c) : c));
  const along = xs.map((x, i) => (varyingXs[i] ? moveAxis(x, 0, 1) : x));
  const [last, ys] = loop(step, start, along, params);
  const whole = [...last, ...ys.map((y, j) => (varyingOutputs[carries + j] ? moveAxis(y, 1, 0) : y))];
  return whole.map((y, i) => (varyingOutputs[i] ? y : repeated(y)));
}

function inOrder(array: NDArray): Tensor {
  return plain(contiguous(array));
}

function keepingCarries(params: ScanParams): ScanParams {
  const { body, carries, keepsCarries } = params;
  if (keepsCarries) return params;
  const outputs = [...body.outputs, ...body.inputs.slice(0, carries)];
  return { ...params, body: graphOf({ ...body, outputs }), keepsCarries: true };
}

/** A loop of tangents or cotangents, in which null stands for zeros. */
interface SparseLoop extends Order {
  readonly step: Step<MaybeZero>;
  /** From the marks of the carries that a step gets to those that it gives: the others are null. */
  readonly given: NextMarks;
  readonly initial: readonly MaybeZero[];
  readonly xs: readonly MaybeZero[];
  readonly carryTypes: readonly ArrayType[];
  readonly yTypes: readonly ArrayType[];
}

type NextMarks = (marks: readonly boolean[]) => readonly boolean[];

/**
 * A null may not become a tensor of zeros, as 0·∞ is NaN. So as long as a step leaves other carries null than
 * it got, it runs by itself; the rest is one loop. At most `patience` steps run by themselves, one for each
 * carry: carries that take turns never settle, and become tensors of zeros.
 */
function sparseLoop(
  whole: SparseLoop,
  patience: number,
): readonly [carry: readonly MaybeZero[], ys: readonly MaybeZero[]] {
  const { step, given, initial, xs, yTypes, length, reverse } = whole;
  if (length === 0) return [initial, yTypes.map(() => null)];
  const marks = initial.map(isGiven);
  if (patience === 0 || sameMarks(given(marks), marks)) return settledLoop(whole);
  const place = placeOf(0, whole);
  const rest = reverse ? ([0, place] as const) : ([1, length] as const);
  const [next, y] = step(
    initial,
    xs.map((x) => x && slice(x, [place])),
  );
  const others = { ...whole, initial: next, xs: xs.map((x) => x && slice(x, [rest])), length: length - 1 };
  const [last, ys] = sparseLoop(others, patience - 1);
  return [last, yTypes.map((type, i) => joined(y[i] as MaybeZero, ys[i] as MaybeZero, type, others))];
}

/** One loop over the carries that are given at any step. */
function settledLoop({ step, given, initial, xs, carryTypes, ...order }: SparseLoop) {
  const held = atAnyStep(given, initial.map(isGiven));
  const xMarks = xs.map(isGiven);
  const dense = (carry: readonly MaybeZero[]) =>
    chosen(
      carry.map((w, i) => w ?? zerosOf(carryTypes[i] as ArrayType)),
      held,
    );
  let yMarks: readonly boolean[] = [];
  const onGiven: Step = (carry, x) => {
    const [next, y] = step(placed(carry, held), placed(x, xMarks));
    yMarks = y.map(isGiven);
    return [dense(next), y.filter((w) => w !== null)];
  };
  const [last, ys] = loop(
    onGiven,
    dense(initial),
    xs.filter((x) => x !== null),
    order,
  );
  return [placed(last, held), placed(ys, yMarks)] as const;
}

/** The first step's y, and the ys of the other steps. */
function joined(y: MaybeZero, ys: MaybeZero, type: ArrayType, { length, reverse }: Order): MaybeZero {
  if (!y && !ys) return null;
  const first = expandDims(y ?? zerosOf(type), 0);
  const others = ys ?? zerosOf({ shape: [length, ...type.shape], dtype: type.dtype });
  return concatenate(reverse ? [others, first] : [first, others]);
}

/** The marked inputs of the step, and the carries that come to depend on them from step to step. */
function reachedFrom(
  { body, carries }: ScanParams,
  marked: readonly boolean[],
  dependence: Dependence,
): readonly boolean[] {
  const [initial, others] = cut(marked, carries);
  const next = (carry: readonly boolean[]) =>
    dependents(body, [...carry, ...others], dependence).slice(0, carries);
  return [...atAnyStep(next, initial), ...others];
}

/** The carries that are marked before one of the steps, if before the first one these are. */
function atAnyStep(next: NextMarks, marks: readonly boolean[]): readonly boolean[] {
  const after = next(marks);
  const more = marks.map((isMarked, i) => isMarked || (after[i] as boolean));
  return sameMarks(more, marks) ? marks : atAnyStep(next, more);
}

function sameMarks(a: readonly boolean[], b: readonly boolean[]): boolean {
  return a.every((isMarked, i) => isMarked === b[i]);
}

/** A list with an entry for each input of the step, by their kinds: carries, xs, and what it brings along. */
function parts<T>(list: readonly T[], { carries, xs }: ScanParams) {
  return [list.slice(0, carries), list.slice(carries, carries + xs), list.slice(carries + xs)] as const;
}

function indices(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function run(body: Graph): (inputs: readonly Tensor[]) => readonly Tensor[] {
  return (inputs) => runGraph(body, inputs);
}

/** The place along the first axis of the xs and ys that step number k works at. */
function placeOf(k: number, { length, reverse }: Order): number {
  return reverse ? length - 1 - k : k;
}

/** Entry i along the first axis: a view. */
function entryAt({ data, shape, stride, offset }: NDArray, i: number): NDArray {
  return view(data, shape.slice(1), stride.slice(1), offset + i * (stride[0] as number));
}
