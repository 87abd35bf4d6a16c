export type { ClaimResult } from './claim.ts';
export { type Erratum, errataTable } from './errata.ts';
export { formatClaims, type TableOptions } from './table.ts';
export { type VerifyOptions, verify } from './verify.ts';
export {
  type GradientEquivalence,
  type GradientEquivalenceOptions,
  verifyGradientEquivalence,
} from './verify-gradient-equivalence.ts';
