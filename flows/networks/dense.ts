/** The affine layer x·w + b, from which all networks here are built. */
import { add, type DType, matmul, multiply, random, type Tensor, zeros } from '../../autograd/index.ts';
import { requireTensors } from '../checks.ts';

/** An affine layer's parameters. */
export interface Dense {
  /** [inputs, outputs] */
  readonly w: Tensor;
  /** [outputs] */
  readonly b: Tensor;
}

/**
 * A layer with bias 0 and normal weights of deviation gain/√inputs. With gain 1 it keeps the scale of its
 * input.
 *
 * Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998), section 4.6.
 *
 * @example
 * const layer = initialiseDense(random.key(0), 64, 256, 1, 'float32');
 */
export function initialiseDense(
  key: random.Key,
  inputs: number,
  outputs: number,
  gain: number,
  dtype: DType,
): Dense {
  return {
    w: multiply(random.normal(key, [inputs, outputs], { dtype }), gain / Math.sqrt(inputs)),
    b: zeros([outputs], { dtype }),
  };
}

/** x·w + b; x [batch, inputs] → [batch, outputs]. @example dense(layer, x); */
export function dense(layer: Dense, x: Tensor): Tensor {
  requireTensors('dense', ['w', 'b'], layer);
  const { w, b } = layer;
  return add(matmul(x, w), b);
}
