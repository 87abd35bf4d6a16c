/** One step of an explicit Runge–Kutta method, and the states that it works on. */
import {
  ArgumentError,
  cast,
  flattenTree,
  full,
  mapTree,
  Tensor,
  type TensorLike,
  type TensorTree,
} from '../../autograd/index.ts';
import { largestNumber, requireFunction } from '../../lib/index.ts';
import { requireShape } from '../checks.ts';
import type { Tableau } from './tableau.ts';

/**
 * The right-hand side of an ODE, dx/dt = f(x, t), such as a `Velocity`. x is a tensor of any shape, or a tree
 * of tensors; t is a scalar tensor; the result is like x.
 */
export type OdeField<S = Tensor> = (x: TensorTree<S>, t: Tensor) => TensorTree<S>;

/** The leaves of a state, or of its rate of change. */
export type State = readonly Tensor[];

/** A field as the solvers call it. */
export interface StateField {
  /** The time is a number, or a scalar of the dtype that the field's times have. */
  (x: State, t: number | Tensor): State;
  /** The number of evaluations so far (NFE). */
  readonly evaluations: () => number;
}

/**
 * A step that was taken. For dense output, `slopes` holds those of the stages and then the one at the end.
 */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly x: State;
  readonly end: State;
  readonly slopes: readonly State[];
}

/** A field on trees as a field on their leaves. It counts its evaluations and checks shapes. */
export function stateField<S>(operation: string, field: OdeField<S>, x: S) {
  requireFunction(operation, field);
  const { leaves, rebuild } = flattenTree(x);
  const start = leaves.map((leaf) => {
    if (leaf instanceof Tensor) return leaf;
    throw new ArgumentError(`${operation}: wanted a state of tensors, got the number ${leaf}`);
  });
  const dtype = timeDtype(start);
  let count = 0;
  const evaluate = (state: State, t: number | Tensor) => {
    count++;
    if (typeof t === 'number' && Math.abs(t) > largestNumber[dtype]) {
      throw new ArgumentError(
        `${operation}: the field gets float32 times like its state, and the time ${t} is beyond them; give a float64 state`,
      );
    }
    const slopes: Tensor[] = [];
    const collect = (leaf: Tensor, slope: Tensor) => {
      slopes.push(requireShape(operation, 'a velocity', slope, leaf.shape));
      return leaf;
    };
    const tree = rebuild(state);
    mapTree(
      collect as (leaf: Tensor, ...others: Tensor[]) => Tensor,
      tree,
      field(tree, typeof t === 'number' ? full([], t, { dtype }) : t),
    );
    return slopes;
  };
  return { start, rebuild, field: Object.assign(evaluate, { evaluations: () => count }) };
}

/** The dtype of the times that a field of such a state gets. */
export function timeDtype(state: State): 'float32' | 'float64' {
  return state.some((leaf) => leaf.dtype === 'float64') ? 'float64' : 'float32';
}

/**
 * A step from x(t) to x(t + h), with the slopes of its stages. `slope` is the first of them, if the step
 * before has computed it.
 */
export function rungeKuttaStep(
  { nodes, stages, weights }: Tableau,
  field: StateField,
  x: State,
  { t, h, slope }: { readonly t: number; readonly h: number; readonly slope?: State | undefined },
): { readonly end: State; readonly slopes: readonly State[] } {
  const slopes: State[] = [];
  nodes.forEach((node, i) => {
    const known = i === 0 ? slope : undefined;
    slopes.push(known ?? field(advance(x, slopes, stages[i] as readonly number[], h), t + node * h));
  });
  return { end: advance(x, slopes, weights, h), slopes };
}

/**
 * A step whose numbers are scalars: the times of its stages, then each row of the tableau and its weights,
 * times h.
 */
export function scaledStep(
  { nodes, stages, weights }: Tableau,
  field: StateField,
  x: State,
  entries: readonly Tensor[],
): State {
  const slopes: State[] = [];
  const rest = [...entries];
  const take = (row: readonly unknown[]) => rest.splice(0, row.length);
  const advanced = (row: readonly number[], scaled = take(row)): State =>
    sumOf(x, slopes, row, (_, j, leaf) => cast(scaled[j] as Tensor, leaf.dtype));
  take(nodes).forEach((time, i) => {
    slopes.push(field(advanced(stages[i] as readonly number[]), time));
  });
  return advanced(weights);
}

/** x + h·Σ weights·slopes. */
export function advance(x: State, slopes: readonly State[], weights: readonly number[], h: number): State {
  return sumOf(x, slopes, weights, (weight) => h * weight);
}

function sumOf(
  x: State,
  slopes: readonly State[],
  weights: readonly number[],
  scaled: (weight: number, j: number, leaf: Tensor) => TensorLike,
): State {
  return x.map((leaf, i) =>
    weights.reduce((sum, weight, j) => {
      const slope = slopes[j]?.[i] as Tensor;
      return weight === 0 ? sum : sum.add(slope.multiply(scaled(weight, j, leaf)));
    }, leaf),
  );
}
