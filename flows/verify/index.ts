export type { ClaimResult } from './claim.ts';
export { errataTable } from './errata-table.ts';
export type { Erratum } from './erratum.ts';
export { formatClaims, type TableOptions } from './table.ts';
export { type VerifyOptions, verify } from './verify.ts';
export {
  type GradientEquivalence,
  type GradientEquivalenceOptions,
  verifyGradientEquivalence,
} from './verify-gradient-equivalence.ts';
