import { ArgumentError, requireFunction } from '../../lib/index.ts';
import { toTensor } from '../core/plain.ts';
import { typeOf } from '../core/tensor.ts';
import { closedGraph } from '../graph/closed-graph.ts';
import { dependents } from '../graph/dependencies.ts';
import { type Pullback, vjp } from '../levels/reverse.ts';
import { zerosOf } from '../operations/operands.ts';
import {
  type ArgumentList,
  dtypeOfNumbers,
  flatten,
  type Listed,
  type ListOrTensor,
  requireArgumentList,
  type TensorTrees,
} from '../trees.ts';

/**
 * The transpose of a linear function: from a cotangent of its result to those of its arguments, w ↦ Aᵀw. Of
 * the arguments, shapes and dtypes count alone. A constant that the function adds has no part in it.
 *
 * @throws ArgumentError unless the function is linear, as far as its operations show: a loop or a branch over
 * the arguments shows nothing; LevelError if it looks at a value.
 * @example linearTranspose((x: Tensor) => x.slice([[0, 2]]), [zeros([3])])(tensor([5, 6])); // [[5, 6, 0]]
 */
export function linearTranspose<A extends ListOrTensor, R>(
  fn: (...args: TensorTrees<Listed<A>>) => R,
  primals: ArgumentList<A>,
): Pullback<Listed<A>, R> {
  requireFunction('linearTranspose', fn);
  requireArgumentList('linearTranspose', primals);
  const { leaves, rebuild } = flatten('linearTranspose', primals);
  const dtype = dtypeOfNumbers(leaves);
  const zeros = leaves.map((leaf) => zerosOf(typeOf(toTensor('linearTranspose', leaf, dtype))));
  const [result, pullback] = vjp(fn, rebuild(zeros) as never);
  const outputs = flatten('linearTranspose', result).leaves.map((leaf) =>
    zerosOf(toTensor('linearTranspose', leaf)),
  );
  // The pullback of a linear function is the same at every point.
  const { graph } = closedGraph(
    (point: unknown, cotangent: unknown) => vjp(fn, point as never)[1](cotangent as never),
    [rebuild(zeros), flatten('linearTranspose', result).rebuild(outputs)] as readonly [unknown, unknown],
  );
  const isOfPoint = graph.inputs.map((_, i) => i < zeros.length);
  if (dependents(graph, isOfPoint, 'any').includes(true)) {
    throw new ArgumentError(
      'linearTranspose: the function is not linear, as far as its operations show: its derivative depends on ' +
        'its arguments; use vjp at a point',
    );
  }
  return pullback as Pullback<Listed<A>, R>;
}
