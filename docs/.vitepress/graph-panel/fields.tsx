/** What the reader sets: the expression, the point, the direction. */
import type { FunctionalComponent } from 'vue';
import type { Entries, Field, Problem } from './entries.ts';
import { renderLatex } from './latex.ts';

interface Props {
  readonly entries: Entries;
  readonly problem: Problem | null;
  readonly onEnter: (field: Field, text: string) => void;
}

const examples: readonly (readonly [expression: string, title: string])[] = [
  ['sin(x) * y + exp(x * y)', 'both are used twice'],
  ['x * x', 'one value, two edges'],
  ['tanh(2 * x - y + 0.5)', 'a neuron'],
  ['log(exp(x) + exp(y))', 'log-sum-exp'],
  ['sqrt(x^2 + y^2)', 'a radius'],
  ['exp(-(x^2 + y^2) / 2)', 'a Gaussian'],
  ['x^y', 'a power, both vary'],
];

const numberFields: readonly (readonly [field: Field, symbol: string, words: string])[] = [
  ['x', 'x', 'primal of x'],
  ['y', 'y', 'primal of y'],
  ['dx', '\\dot{x}', 'tangent of x'],
  ['dy', '\\dot{y}', 'tangent of y'],
];

export const Fields: FunctionalComponent<Props> = ({ entries, problem, onEnter }) => {
  const bind = (field: Field) => ({
    id: `graph-${field}`,
    value: entries[field],
    autocomplete: 'off',
    'aria-invalid': problem?.field === field,
    'aria-describedby': problem?.field === field ? 'graph-problem' : undefined,
    onInput: ({ target }: Event) => onEnter(field, (target as HTMLInputElement).value),
  });
  return (
    <form class="fields" onSubmit={(event: Event) => event.preventDefault()}>
      <div class="field examples">
        <label for="graph-example">Example</label>
        <select
          id="graph-example"
          value={examples.some(([expression]) => expression === entries.f) ? entries.f : ''}
          onChange={({ target }: Event) => onEnter('f', (target as HTMLSelectElement).value)}
        >
          <option value="" disabled>
            your own
          </option>
          {examples.map(([expression, title]) => (
            <option key={expression} value={expression}>
              {title}
            </option>
          ))}
        </select>
      </div>
      <div class="field expression">
        {labelFor('f', 'f(x, y)', 'f of x and y')}
        <input {...bind('f')} spellcheck={false} autocapitalize="off" maxlength={200} />
      </div>
      {problem?.field === 'f' && problemText(problem)}
      <div class="numbers">
        {numberFields.map(([field, symbol, words]) => (
          <div class="field" key={field}>
            {labelFor(field, symbol, words)}
            <input {...bind(field)} />
          </div>
        ))}
      </div>
      {problem && problem.field !== 'f' && problemText(problem)}
    </form>
  );
};
Fields.props = ['entries', 'problem', 'onEnter'];

/** The symbol is for the eye; the words are for screen readers. */
function labelFor(field: Field, symbol: string, words: string) {
  return (
    <label for={`graph-${field}`}>
      <span innerHTML={renderLatex(`${symbol} =`, 'html')} />
      <span class="visually-hidden">{words}</span>
    </label>
  );
}

function problemText({ message }: Problem) {
  return (
    <p id="graph-problem" class="problem" role="alert">
      {message}
    </p>
  );
}
