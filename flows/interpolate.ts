import { add, multiply, subtract, type Tensor } from '../autograd/index.ts';

/** (1 − t)·x + t·e: a point of the straight line from x (t = 0) to e (t = 1). Broadcasts the three. */
export function interpolate(x: Tensor, e: Tensor, t: Tensor): Tensor {
  return add(multiply(subtract(1, t), x), multiply(t, e));
}
