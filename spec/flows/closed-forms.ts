/** Average velocities in closed form; the MeanFlow specs compare with them. */
import { divide, sqrt, type Tensor, where } from '../../autograd/index.ts';

/** σ_t of z_t = (1 − t)·x + t·e for x ~ N(0, s² I). */
export function gaussianDeviation(s: number): (t: Tensor) => Tensor {
  return (t) =>
    sqrt(
      t
        .negate()
        .add(1)
        .square()
        .multiply(s * s)
        .add(t.square()),
    );
}

/** v(z, t) = E[e − x | z_t = z] = z·σ_t′/σ_t for x ~ N(0, s² I). */
export function gaussianVelocity(s: number): (z: Tensor, t: Tensor) => Tensor {
  const deviation = gaussianDeviation(s);
  // (σ²)′/2 = t − (1 − t)·s²
  return (z, t) =>
    z.multiply(
      t
        .subtract(
          t
            .negate()
            .add(1)
            .multiply(s * s),
        )
        .divide(deviation(t).square()),
    );
}

/** u(z, r, t) = z·(1 − σ_r/σ_t)/(t − r), because trajectories keep z/σ; v(z, t) at r = t. */
export function gaussianAverageVelocity(s: number): (z: Tensor, r: Tensor, t: Tensor) => Tensor {
  const [deviation, velocity] = [gaussianDeviation(s), gaussianVelocity(s)];
  return (z, r, t) => {
    const same = t.subtract(r).abs().lessEqual(0);
    const span = where(same, 1, t.subtract(r));
    return where(
      same,
      velocity(z, t),
      z.multiply(divide(deviation(r), deviation(t)).negate().add(1)).divide(span),
    );
  };
}
