/** fluxion verify: checks the note's claims. */
import { ArgumentError } from '../../../lib/index.ts';
import { type ClaimResult, formatClaims, type VerifyOptions, verify } from '../../verify/index.ts';
import { parseOptions, UsageError } from '../arguments.ts';
import type { Command, Console } from '../command.ts';

const help = `Usage: fluxion verify [--only <claim>]... [--json]

Checks every claim of the note on flow matching and MeanFlow: each is computed in two
ways, in float64, and compared. Exits with 1 if one does not hold.

  --only <claim>   check only this claim, or the claims whose names begin with it;
                   may be repeated
  --json           print the results as JSON
  --debug          print a stack trace if something breaks
  --help           print this

Examples:
  fluxion verify
  fluxion verify --only gradient
  fluxion verify --json > claims.json
`;

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'check the claims of the note, to the digits that float64 allows',
  help,
  run(args, console) {
    const { only, json } = parseOptions('verify', args, {
      only: { type: 'string', multiple: true },
      json: { type: 'boolean' },
    });
    const results = only === undefined ? checkClaims(console) : checkOnly(console, only);
    console.out.write(json ? `${JSON.stringify(results, null, 2)}\n` : claimsTable(results, console));
    return results.every(({ passed }) => passed) ? 0 : 1;
  },
};

/** Checks the claims asked for. If no claim has such a name, the mistake is in the command line. */
function checkOnly(console: Console, only: readonly string[]): readonly ClaimResult[] {
  try {
    return checkClaims(console, { only });
  } catch (error) {
    throw error instanceof ArgumentError ? new UsageError(error.message) : error;
  }
}

/** Checks the claims. On a terminal, it shows which claim it is checking. */
export function checkClaims(
  console: Console,
  options: Pick<VerifyOptions, 'only'> = {},
): readonly ClaimResult[] {
  const say = (text: string) => (console.err.isTTY ? console.err.write(`\r\x1b[K${text}`) : undefined);
  say('checking the claims …');
  try {
    return verify({
      ...options,
      onClaim: ({ claim }, index, total) => say(`${index + 1}/${total}  ${claim}`),
    });
  } finally {
    say('');
  }
}

/** The results as a table that fits the width of the terminal. */
export function claimsTable(results: readonly ClaimResult[], console: Console): string {
  return `${formatClaims(results, { width: tableWidth(console) })}\n`;
}

/** How wide a table may be on this terminal. */
export function tableWidth({ out }: Console): number {
  return Math.min(Math.max(out.columns ?? 110, 72), 140);
}
