/**
 * u_t is not the only velocity of its densities. A flux without divergence, J∇p_t with J the quarter turn,
 * may be added: p_t keeps its continuity equation, and the loss gets another gradient. The theorem is about
 * this u_t.
 */
import { concatenate, slice, type Tensor } from '../../../autograd/index.ts';
import { type MarginalField, marginalField } from '../../paths/marginal-field.ts';
import { noiseToData, type Velocity } from '../../time.ts';
import type { Claim, Measurement } from '../claim.ts';
import { type PathName, pathNames, paths, threePointField, threePoints } from '../examples.ts';
import { continuity } from './continuity.ts';
import { exactGap, gradientGap } from './gradient-equivalence.ts';

const part = 'The continuity equation and the marginal velocity';

/** u_t + amount·J∇ log p_t in the plane: the flux changes by amount·J∇p_t, which has no divergence. */
export function otherVelocity({ velocity, score }: MarginalField, amount = 1): Velocity<'noiseToData'> {
  return noiseToData((x, t) => velocity(x, t).add(quarterTurn(score(x, t)).multiply(amount)));
}

/** (a, b) ↦ (−b, a) in each row. */
function quarterTurn(x: Tensor): Tensor {
  return concatenate([slice(x, [null, [1, 2]]).negate(), slice(x, [null, [0, 1]])], 1);
}

/** The residual of the continuity equation for u_t + J∇ log p_t: the largest of the three paths. */
export function continuityOfOther(
  change: (field: MarginalField) => Velocity<'noiseToData'> = otherVelocity,
): number {
  return Math.max(
    ...pathNames.map((name) => {
      const field = threePointField(name, 2);
      return continuity({ ...field, velocity: change(field) }, 2);
    }),
  );
}

/** The gap of ∇L_FM with u_t + amount·J∇ log p_t from ∇L_CFM. */
export function gapOfOther(name: PathName, amount: number): Measurement {
  const field = marginalField(paths[name], threePoints[2]);
  const gap = gradientGap(paths[name], threePoints[2], otherVelocity(field, amount));
  return { residual: gap, detail: `the gradient is off by ${(100 * gap).toFixed(0)} %` };
}

export const uniquenessClaims: readonly Claim[] = [
  {
    id: 'marginal.other',
    part,
    claim: 'Another velocity has the same densities',
    equation: '∂p_t/∂t + div(p_t·ũ_t) = 0,  ũ_t = u_t + J∇ log p_t',
    compared: 'The two terms, both by jvp, at 40 points and 3 times; OT, VP and VE, d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => continuityOfOther(),
  },
  ...pathNames.map(
    (name): Claim => ({
      id: `marginal.other.${name}`,
      part,
      claim: `But another gradient: the theorem needs this u_t, ${paths[name].name}`,
      equation: '∇_θ E‖v_t − ũ_t‖² ≠ ∇_θ L_CFM,  ũ_t = u_t + J∇ log p_t',
      compared: 'Their relative distance on one grid, 3 values of θ: must show; d = 2',
      bound: 'at least',
      tolerance: 0.01,
      measure: () => gapOfOther(name, 1),
      without: () => exactGap(name, 2),
    }),
  ),
];
