import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { type ClaimResult, checkClaim } from './claim.ts';
import { claims } from './claims/all.ts';

export interface VerifyOptions {
  /**
   * The claims to check: an id ('gradient.ot.2d'), or its first parts ('gradient' for the whole theme). By
   * default all claims.
   */
  readonly only?: string | readonly string[];
  /** Called after each claim with its result, its index and the number of claims, for a progress bar. */
  readonly onClaim?: (result: ClaimResult, index: number, total: number) => void;
}

/**
 * Checks the claims of the note one after the other, in the note's order. Each check computes a quantity in
 * two ways, in float64. Every call gives the same numbers.
 *
 * @throws ArgumentError if `only` names no claim.
 * @example
 * const results = verify({ only: 'gradient' });
 * console.log(formatClaims(results));
 */
export function verify(options: VerifyOptions = {}): readonly ClaimResult[] {
  const { only, onClaim } = completeOptions('verify', { only: undefined, onClaim: undefined }, options);
  const chosen = choose(only);
  return chosen.map((claim, index) => {
    const result = checkClaim(claim);
    onClaim?.(result, index, chosen.length);
    return result;
  });
}

function choose(only: VerifyOptions['only']) {
  if (only === undefined) return claims;
  const wanted = typeof only === 'string' ? [only] : only;
  const names = (name: string, id: string) => id === name || id.startsWith(`${name}.`);
  const unknown = wanted.find((name) => !claims.some(({ id }) => names(name, id)));
  if (unknown !== undefined) {
    const themes = [...new Set(claims.map(({ id }) => id.split('.')[0]))].join(', ');
    throw new ArgumentError(`verify: there is no claim '${unknown}'; the themes are ${themes}`);
  }
  return claims.filter(({ id }) => wanted.some((name) => names(name, id)));
}
