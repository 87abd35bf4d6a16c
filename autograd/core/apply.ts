import { inMemoryOf, type NDArray } from '../../lib/index.ts';
import { newestLevel } from './level.ts';
import { labelOf, type Primitive, type PrimitiveName, type PrimitiveParams } from './primitive.ts';
import { PlainTensor, type Tensor } from './tensor.ts';

/** Applies a primitive: the newest level among the inputs processes it, or `evaluate` if none is boxed. */
export function apply<K extends PrimitiveName>(
  primitive: Primitive<K>,
  inputs: readonly Tensor[],
  params: PrimitiveParams[K],
): readonly Tensor[] {
  const operation = labelOf(primitive, params);
  const level = newestLevel(operation, inputs);
  if (level !== null) return level.process(primitive, inputs, params);
  const types = primitive.shape(inputs, params);
  const plainInputs = inputs.map((input) => input.plainArray(operation));
  const arrays = inMemoryOf(operation, () => primitive.evaluate(plainInputs, params));
  return types.map((type, index) => new PlainTensor(arrays[index] as NDArray, type));
}

/** `apply` for the many primitives with a single output. */
export function applyOne<K extends PrimitiveName>(
  primitive: Primitive<K>,
  inputs: readonly Tensor[],
  params: PrimitiveParams[K],
): Tensor {
  return apply(primitive, inputs, params)[0] as Tensor;
}
