/** All claims, in the order of the note. */
import type { Claim } from '../claim.ts';
import { errataClaims } from '../errata.ts';
import { averageVelocityClaims } from './average-velocity.ts';
import { changeOfVariablesClaims } from './change-of-variables.ts';
import { conditionalVelocityClaims } from './conditional-velocity.ts';
import { continuityClaims } from './continuity.ts';
import { errata } from './errata.ts';
import { gradientClaims } from './gradient-equivalence.ts';
import { guidanceClaims } from './guidance.ts';
import { meanFlowLossClaims } from './mean-flow-loss.ts';
import { monteCarloClaims } from './monte-carlo.ts';
import { samplingClaims } from './sampling.ts';

export const claims: readonly Claim[] = [
  ...changeOfVariablesClaims,
  ...continuityClaims,
  ...gradientClaims,
  ...monteCarloClaims,
  ...conditionalVelocityClaims,
  ...averageVelocityClaims,
  ...meanFlowLossClaims,
  ...guidanceClaims,
  ...samplingClaims,
  ...errataClaims(errata),
];
