/** The type of every network here: a velocity, or an average velocity, with parameters. */
import type { random, Tensor } from '../../autograd/index.ts';

/**
 * A network as a pair of pure functions: one makes its parameters (a tree of tensors), the other applies
 * them.
 */
export interface VelocityNetwork<P> {
  /**
   * The label for "no class": the number of classes. Continuous conditions use a row of NaN instead, see
   * `dropConditions`.
   */
  readonly nullClass: number;
  /** Makes parameters with which the network is 0 everywhere. */
  initialise(key: random.Key): P;
  /**
   * u(z, r, t | c), or with r = t a velocity v(z, t | c), in either time convention; c are labels or
   * continuous conditions.
   *
   * @param z points, [batch, ...event]; the network says which events it takes
   * @param r times, [batch, 1] or []
   * @param t times, [batch, 1] or []
   * @param given labels, int32 [batch], from 0 to `nullClass`; or, for a network with the option
   * `conditions`, [batch, conditions], where a row of NaN means "no condition". By default no sample has a
   * class or a condition.
   * @returns velocities, like z
   */
  apply(parameters: P, z: Tensor, r: Tensor, t: Tensor, given?: Tensor): Tensor;
}
