import { ArgumentError, completeOptions } from '../../lib/index.ts';
import { type ClaimResult, checkClaim } from './claim.ts';
import { claims } from './claims/all.ts';

export interface VerifyOptions {
  /**
   * Ids, or beginnings of ids ('gradient' for the whole theme), of the claims to check; by default all of
   * them.
   */
  readonly only?: string | readonly string[];
  /** Called with each result as it comes, and how many there will be: for a progress bar. */
  readonly onClaim?: (result: ClaimResult, index: number, total: number) => void;
}

/**
 * Checks the claims of the note, one after the other, in the note's order: each is computed in two ways, in
 * float64. The same numbers at every call.
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
