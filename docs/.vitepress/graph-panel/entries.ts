/** The texts of the fields, as the reader typed them, and the walk that they ask for. */
import type { Settings } from './address.ts';
import { ExpressionError, parseExpression } from './expression.ts';
import { variables, type Walk, walk } from './walk.ts';

export type Field = 'f' | 'x' | 'y' | 'dx' | 'dy';
export type Entries = Readonly<Record<Field, string>>;

/** A field that the panel cannot read, and why. */
export interface Problem {
  readonly field: Field;
  readonly message: string;
}

/** A walk with its settings, or the problem because of which there is no walk. */
export type Attempt =
  | { readonly settings: Omit<Settings, 'step'>; readonly walk: Walk; readonly problem: null }
  | { readonly walk: null; readonly problem: Problem };

/** The fields' texts for given settings. */
export function entriesOf({ text, primals, tangents }: Settings): Entries {
  const [x, y, dx, dy] = [primals.x, primals.y, tangents.x, tangents.y].map(String) as [
    string,
    string,
    string,
    string,
  ];
  return { f: text, x, y, dx, dy };
}

/** Reads the fields and computes the walk. */
export function walkEntries(entries: Entries): Attempt {
  const numbers = { x: 0, y: 0, dx: 0, dy: 0 };
  for (const field of ['x', 'y', 'dx', 'dy'] as const) {
    const value = readNumber(entries[field]);
    if (value === null) {
      const message = `‘${entries[field]}’ is not a number: write one such as 0.5 or -2e3.`;
      return { walk: null, problem: { field, message } };
    }
    numbers[field] = value;
  }
  const primals = { x: numbers.x, y: numbers.y };
  const tangents = { x: numbers.dx, y: numbers.dy };
  try {
    const expression = parseExpression(entries.f, variables);
    return {
      settings: { text: entries.f, primals, tangents },
      walk: walk(expression, primals, tangents),
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { walk: null, problem: { field: 'f', message: error.message } };
  }
}

/** A finite number, with a decimal point or a decimal comma. */
function readNumber(text: string): number | null {
  const value = Number(text.trim().replace(',', '.').replace('−', '-') || Number.NaN);
  return Number.isFinite(value) ? value : null;
}
