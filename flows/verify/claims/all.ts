/** All claims: the note's in its order, those of the losses that came after it, and the errata. */
import type { Claim } from '../claim.ts';
import { errataClaims } from '../erratum.ts';
import { algorithmClaims } from './algorithms.ts';
import { averageVelocityClaims } from './average-velocity.ts';
import { biasClaims } from './biases.ts';
import { changeOfVariablesClaims } from './change-of-variables.ts';
import { conditionalVelocityClaims } from './conditional-velocity.ts';
import { continuityClaims } from './continuity.ts';
import { errata } from './errata.ts';
import { expansionClaims } from './expansion.ts';
import { fixedPointClaims } from './fixed-points.ts';
import { gradientClaims } from './gradient-equivalence.ts';
import { guidanceClaims } from './guidance.ts';
import { meanFlowLossClaims } from './mean-flow-loss.ts';
import { mistakeClaims } from './mistakes.ts';
import { monteCarloClaims } from './monte-carlo.ts';
import { drawClaims } from './random-draws.ts';
import { reflowClaims } from './reflow.ts';
import { samplingClaims } from './sampling.ts';
import { toolClaims } from './tools.ts';
import { uniquenessClaims } from './uniqueness.ts';

export const claims: readonly Claim[] = [
  ...changeOfVariablesClaims,
  ...continuityClaims,
  ...uniquenessClaims,
  ...gradientClaims,
  ...expansionClaims,
  ...monteCarloClaims,
  ...conditionalVelocityClaims,
  ...averageVelocityClaims,
  ...meanFlowLossClaims,
  ...guidanceClaims,
  ...algorithmClaims,
  ...drawClaims,
  ...samplingClaims,
  ...fixedPointClaims,
  ...mistakeClaims,
  ...biasClaims,
  ...reflowClaims,
  ...toolClaims,
  ...errataClaims(errata),
];
