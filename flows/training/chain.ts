import type { TensorTree } from '../../autograd/index.ts';
import { ArgumentError, describe } from '../../lib/index.ts';
import type { Optimizer } from './optimizer.ts';

/** Makes other gradients of the gradients; it may look at the parameters. The trees keep their structure. */
export type GradientTransform = <P>(gradients: TensorTree<P>, parameters: P) => TensorTree<P>;

/**
 * An optimiser that first changes the gradients, by one function after the other.
 *
 * @param parts the functions, in their order, and the optimiser at the end
 * @returns an optimiser with the state of the one at the end
 * @throws ArgumentError if a part is no function, or the last one no optimiser
 * @example const optimizer = chain((g) => clipByValue(g, 0.5), (g) => clipByGlobalNorm(g, 1), adam());
 */
export function chain(...parts: readonly [...GradientTransform[], Optimizer]): Optimizer {
  const transforms = parts.slice(0, -1) as readonly GradientTransform[];
  const last = parts.at(-1) as Optimizer | undefined;
  for (const transform of transforms) {
    if (typeof transform !== 'function') {
      throw new ArgumentError(
        `chain: wanted functions of the gradients before the optimiser, got ${describe(transform)}`,
      );
    }
  }
  if (typeof last?.update !== 'function') {
    throw new ArgumentError(`chain: wanted an optimiser at the end, such as adam(), got ${describe(last)}`);
  }
  return {
    ...last,
    update(gradients, state, parameters, learningRate) {
      const changed = transforms.reduce((g, transform) => transform(g, parameters), gradients);
      return last.update(changed, state, parameters, learningRate);
    },
  };
}
