import { type ClaimResult, formatClaims } from '../../verify/index.ts';

/**
 * A line for each part of the note: how many of its claims hold, and how close the closest is to its bound.
 * Claims that fail follow, whole.
 * @example console.out.write(summarizeClaims(verify(), 110));
 */
export function summarizeClaims(results: readonly ClaimResult[], width: number): string {
  const parts = [...new Set(results.map(({ part }) => part))];
  const widest = Math.max(0, ...parts.map((part) => part.length));
  const lines = parts.map((part) => {
    const claims = results.filter((result) => result.part === part);
    const held = claims.filter(({ passed }) => passed).length;
    const margin = Math.min(...claims.map((claim) => claim.margin));
    const verdict = `${String(held).padStart(2)} of ${claims.length} hold`;
    const closest = held < claims.length ? '' : `, the closest by a factor of ${shown(margin)}`;
    return `${held === claims.length ? '✓' : '✗'}  ${part.padEnd(widest)}  ${verdict}${closest}\n`;
  });
  const failed = results.filter(({ passed }) => !passed);
  const rest =
    failed.length > 0
      ? formatClaims(failed, { width })
      : `All ${results.length} claims hold; npm start -- --verbose shows each.`;
  return `${lines.join('')}\n${rest}\n`;
}

function shown(margin: number): string {
  return margin < 1000 ? String(Number(margin.toPrecision(2))) : margin.toExponential(0).replace('e+', 'e');
}
