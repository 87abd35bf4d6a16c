/** What nodes are called, in plain text. */
import { formatNumber } from '../../../flows/report/numbers.ts';
import { operationOf } from './operations.ts';
import type { Node } from './walk.ts';

/** x, v₁, or a constant's number. */
export function labelOf({ name, primal }: Node): string {
  return name === null
    ? formatNumber(primal)
    : name.replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)] as string);
}

/** How a node is made of its inputs: 'sin(x)', 'v₁ × y'. Empty for a variable or a constant. */
export function definitionOf({ made }: Node): string {
  if (!made) return '';
  const { sign } = operationOf(made.operation);
  const [a = '', b = ''] = made.inputs.map(labelOf);
  if (/\w/.test(sign)) return `${sign}(${made.inputs.map(labelOf).join(', ')})`;
  if (sign === '^') return `${a}^${b}`;
  if (made.inputs.length === 2) return `${a} ${sign} ${b.startsWith('−') ? `(${b})` : b}`;
  return sign === '²' ? `${a}²` : `${sign}${a}`;
}
