/** A loop that goes on as long as a condition holds. */
import {
  ArgumentError,
  completeOptions,
  contiguous,
  type NDArray,
  requireFunction,
  scalarOf,
} from '../../lib/index.ts';
import { apply } from '../core/apply.ts';
import { plain, toTensor } from '../core/plain.ts';
import type { Point } from '../core/point.ts';
import { definePrimitive, type Primitive } from '../core/primitive.ts';
import { type MaybeZero, type Tensor, typeOf } from '../core/tensor.ts';
import { closedGraph } from '../graph/closed-graph.ts';
import { dependents } from '../graph/dependencies.ts';
import type { Graph } from '../graph/graph.ts';
import { runGraph } from '../graph/run-graph.ts';
import { vmap } from '../levels/batching.ts';
import { jvp } from '../levels/forward.ts';
import { broadcastTo } from '../operations/broadcasting.ts';
import { cast } from '../operations/cast.ts';
import { greater } from '../operations/comparisons.ts';
import { requireCount, zerosOf } from '../operations/operands.ts';
import { sum } from '../operations/reductions.ts';
import { dtypeOfNumbers, flatten, type TensorTree } from '../trees.ts';
import { leavesLike, startOf } from './carry.ts';
import { cond, requireScalar, selectRows } from './cond.ts';
import { chosen, cut, isGiven, placed, replaced } from './marks.ts';
import { scan } from './scan.ts';

export interface WhileLoopOptions {
  /**
   * The most steps that the loop makes. With this bound, reverse mode works: the loop is a `scan` of that
   * length, and a tape stores a carry for each of its steps. By default the loop has no bound.
   */
  readonly maxSteps?: number;
}

/**
 * `carry = body(carry)` as long as `condition(carry)` holds; the last carry. A carry is a tree. Both
 * functions are traced, and the loop is one operation. In a batch it runs until all are done; what is done
 * stays as it is. A number in the first carry has the dtype that the body gives back in its place.
 *
 * Forward mode needs nothing; reverse mode needs `maxSteps`, since the tape must know how much it stores.
 *
 * @throws ArgumentError if the carry's structure changes, and from reverse mode without `maxSteps`;
 * ShapeError if its types change, or the condition is no scalar; DTypeError unless that is a boolean;
 * LevelError if one of the functions looks at a value.
 * @example whileLoop((x: Tensor) => less(x, 100), (x: Tensor) => multiply(x, 2), tensor(3)); // 192
 */
export function whileLoop<C>(
  condition: (carry: TensorTree<C>) => Tensor,
  body: (carry: TensorTree<C>) => C | TensorTree<C>,
  initial: C,
  options: WhileLoopOptions = {},
): TensorTree<C> {
  requireFunction('whileLoop', condition);
  requireFunction('whileLoop', body);
  const { maxSteps } = completeOptions('whileLoop', { maxSteps: undefined }, options);
  if (maxSteps !== undefined) requireCount('whileLoop', 'maxSteps', maxSteps);
  const { leaves, rebuild } = flatten('whileLoop', initial);
  const next = (carry: readonly Tensor[]) => {
    const before = rebuild(carry);
    return leavesLike('whileLoop', before, body(before));
  };
  const { first } = startOf('whileLoop', leaves, dtypeOfNumbers(leaves), (given) =>
    closedGraph(next, [given]),
  );
  const holds = (carry: readonly Tensor[]) => {
    const mask = toTensor('whileLoop', condition(rebuild(carry)));
    requireScalar('whileLoop', 'what the condition returns', mask, ['bool']);
    return mask;
  };
  const step: Step = (_, ...carry) => {
    const after = next(carry);
    return [holds(after), ...after];
  };
  const start = [holds(first), ...first] as const;
  const last = maxSteps === undefined ? repeat(step, start) : repeatAtMost(maxSteps, step, start);
  return rebuild(last.slice(1));
}

/** From the carries to the next ones. The first of them says whether there is another step. */
type Step = (...carry: readonly Tensor[]) => readonly Tensor[];

declare module '../core/primitive.ts' {
  interface PrimitiveParams {
    whileLoop: WhileLoopParams;
  }
}

/** The inputs are the first carries, then what the step brings along; the outputs are the last carries. */
interface WhileLoopParams {
  /** The step, without constants. It runs as long as the first carry, a boolean, is true. */
  readonly step: Graph;
  readonly carries: number;
}

const whileLoopPrimitive: Primitive<'whileLoop'> = definePrimitive({
  name: 'whileLoop',
  shape: (types, { carries }) => types.slice(0, carries).map(typeOf),
  evaluate: (arrays, { step, carries }) => {
    // The step sees row-major arrays, as it does where it is compiled.
    const [initial, captured] = cut(arrays.map(contiguous), carries);
    const whole = captured.map(plain);
    let carry = initial;
    while (scalarOf(carry[0] as NDArray) !== 0) {
      const next = runGraph(step, [...carry.map(plain), ...whole]);
      carry = next.map((x) => contiguous(x.plainArray('whileLoop')));
    }
    return carry;
  },
  forward: pushLoop,
  reverse: {
    needs: () => ({}),
    pull: () => {
      throw new ArgumentError(
        'whileLoop: reverse mode must know how many steps there are at most; give the option maxSteps, ' +
          'or differentiate in forward mode, with jvp or jacfwd',
      );
    },
  },
  batch: batchLoop,
});

function repeat(step: Step, initial: readonly Tensor[]): readonly Tensor[] {
  const { graph, captured } = closedGraph(step, initial);
  return apply(whileLoopPrimitive, [...initial, ...captured], { step: graph, carries: initial.length });
}

/** Steps that nobody needs any more give back what they get. */
function repeatAtMost(length: number, step: Step, initial: readonly Tensor[]): readonly Tensor[] {
  const stay: Step = (...carry) => carry;
  const sometimes = (carry: readonly Tensor[], _: null) =>
    [cond(carry[0] as Tensor, step, stay, ...carry), []] as const;
  return scan(sometimes, initial, null, { length })[0];
}

/** A loop over the carries and the tangents of those that come to have one; these are zeros until they do. */
function pushLoop(tangents: readonly MaybeZero[], at: Point<WhileLoopParams>): readonly MaybeZero[] {
  const { step: graph, carries } = at.params;
  const inputs = tangents.map((_, i) => at.input(i));
  const [initial, captured] = cut(inputs, carries);
  const moved = reachedFrom(at.params, tangents.map(isGiven), 'differentiable');
  const [moving] = cut(moved, carries);
  const capturedTangents = tangents.slice(carries);
  const step: Step = (...carry) => {
    const [primals, given] = cut(carry, carries);
    const directions = [...placed(given, moving), ...capturedTangents].map((t) => t ?? 0);
    const all = [...primals, ...captured];
    const [next, pushed] = jvp((list: readonly Tensor[]) => runGraph(graph, list), [all], [directions]);
    return [...next, ...chosen(pushed, moving)];
  };
  const dense = initial.map((x, i) => tangents[i] ?? zerosOf(x));
  const last = repeat(step, [...initial, ...chosen(dense, moving)]);
  return placed(last.slice(carries), moving);
}

/** Carries that no batched input reaches stay single, unless some rows are done before others. */
function batchLoop(
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  params: WhileLoopParams,
): readonly Tensor[] {
  const { carries } = params;
  const reached = reachedFrom(params, batched, 'any');
  const isOneByOne = reached[0] as boolean;
  const varying = reached.map((isReached, i) => isReached || (isOneByOne && i < carries));
  const repeated = (x: Tensor) => broadcastTo(x, [size, ...x.shape]);
  const [initial, captured] = cut(inputs, carries);
  const start = initial.map((x, i) => (varying[i] && !batched[i] ? repeated(x) : x));
  const inAxes = varying.map((isVarying) => (isVarying ? 0 : null));
  const marks = varying.slice(0, carries);
  const step: Step = (...carry) => {
    let single: readonly Tensor[] = [];
    const ofRow = (...row: Tensor[]) => {
      single = runGraph(params.step, row);
      return chosen(single, marks);
    };
    const whole = vmap(ofRow, { inAxes })(...carry, ...captured);
    return replaced(single, marks, whole);
  };
  const last = isOneByOne ? repeatRows(step, start) : repeat(step, start);
  return last.map((x, i) => (marks[i] ? x : repeated(x)));
}

/** All carries have a row for each of the batch, and so has the first: which rows have another step. */
function repeatRows(step: Step, initial: readonly Tensor[]): readonly Tensor[] {
  const isAnyLeft = (active: Tensor) => greater(sum(cast(active, 'float32')), 0);
  const masked: Step = (_, ...carry) => {
    const [active] = carry as [Tensor, ...Tensor[]];
    const next = step(...carry).map((x, i) => selectRows(active, x, carry[i] as Tensor));
    return [isAnyLeft(next[0] as Tensor), ...next];
  };
  return repeat(masked, [isAnyLeft(initial[0] as Tensor), ...initial]).slice(1);
}

/** The marked inputs of the step, and the carries that come to depend on them from step to step. */
function reachedFrom(
  params: WhileLoopParams,
  marked: readonly boolean[],
  dependence: 'any' | 'differentiable',
): readonly boolean[] {
  const [, captured] = cut(marked, params.carries);
  const after = dependents(params.step, marked, dependence);
  const more = [...after.map((isReached, i) => isReached || (marked[i] as boolean)), ...captured];
  return more.every((isMarked, i) => isMarked === marked[i]) ? marked : reachedFrom(params, more, dependence);
}
