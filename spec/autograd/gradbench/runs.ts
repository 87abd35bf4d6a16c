/**
 * How the inner functions of the saddle and particle problems run. The loops around them look at values, so
 * that nobody can compile the whole.
 */
import { compile, defineOperation, jvp, type Tensor, vjp } from '../../../autograd/index.ts';

/** A function of tensors, which are all that its value depends on. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor;

export const runs = { eager: (f: TensorFunction) => f, compiled };

export type Run = keyof typeof runs;

/**
 * The function as a program, and its derivatives as programs. `compile` alone leaves a function to the
 * derivative that calls it, which runs it operation by operation.
 */
function compiled(f: TensorFunction): TensorFunction {
  const push = compile(
    (tangents: readonly Tensor[], ...inputs: Tensor[]) => jvp(f, inputs, tangents as Tensor[])[1],
  );
  const pull = compile((cotangent: Tensor, ...inputs: Tensor[]) => vjp(f, inputs)[1](cotangent));
  return defineOperation({
    name: 'compiled',
    value: compile(f),
    forward: (tangents, inputs) => push(tangents, ...inputs),
    reverse: (cotangent, inputs) => pull(cotangent, ...inputs),
  });
}
