/** The column of controls: what to learn, how, and the button. */
import { defineComponent, type PropType } from 'vue';
import {
  type BackendName,
  backends,
  couplings,
  dataSets,
  isAverage,
  methods,
  paths,
  stepCounts,
} from './choices.ts';
import { digits } from './numbers.ts';
import type { RunState } from './run.ts';
import { largestSeed, parseSeed, type Settings } from './settings.ts';

export const Controls = defineComponent({
  props: {
    settings: { type: Object as PropType<Settings>, required: true },
    state: { type: Object as PropType<RunState>, required: true },
  },
  emits: {
    change: (_change: Partial<Settings>) => true,
    train: () => true,
    pause: () => true,
    restart: () => true,
    undo: () => true,
    save: () => true,
    load: (_input: HTMLInputElement) => true,
    share: () => true,
  },
  setup(props, { emit }) {
    return () => {
      const { settings, state } = props;
      const { method, drawn } = settings;
      const isEmpty = settings.data === 'drawn' && drawn.length === 0;
      return (
        <form class="controls" onSubmit={(event: Event) => event.preventDefault()}>
          <div class="selects">
            <Choice
              label="Data"
              value={settings.data}
              choices={dataSets}
              choose={(data) => emit('change', { data })}
            />
            {settings.data === 'drawn' && (
              <div class="row drawn">
                <span class="count">{drawn.length} points</span>
                <button type="button" class="quiet" disabled={isEmpty} onClick={() => emit('undo')}>
                  Undo
                </button>
                <button
                  type="button"
                  class="quiet"
                  disabled={isEmpty}
                  onClick={() => emit('change', { drawn: [] })}
                >
                  Clear
                </button>
              </div>
            )}
            <Choice
              label="Method"
              value={method}
              choices={methods}
              choose={(method) => emit('change', { method })}
            />
            <Choice
              label="Path"
              value={settings.path}
              choices={paths}
              choose={(path) => emit('change', { path })}
              fixed={isAverage(method) ? 'MeanFlow is made for the straight path.' : undefined}
            />
            <Choice
              label="Coupling"
              value={settings.coupling}
              choices={couplings}
              choose={(coupling) => emit('change', { coupling })}
              fixed={method === 'fm' ? 'The exact field is that of independent pairs.' : undefined}
            />
          </div>
          <div class="row run">
            {state.phase === 'training' ? (
              <button type="button" class="main" onClick={() => emit('pause')}>
                Pause
              </button>
            ) : (
              <button
                type="button"
                class="main"
                disabled={isEmpty || state.phase === 'starting' || state.phase === 'failed'}
                onClick={() => emit('train')}
              >
                {state.phase === 'paused' ? 'Continue' : state.phase === 'done' ? 'Train on' : 'Train'}
              </button>
            )}
            <button type="button" class="quiet" disabled={isEmpty} onClick={() => emit('restart')}>
              Start over
            </button>
          </div>
          <p class="counter">
            Step <output class="step">{state.step}</output> of {state.target || settings.steps}
          </p>
          <progress max={state.target || settings.steps} value={state.step} aria-label="Steps done" />
          <details open={matchMedia('(min-width: 720px)').matches}>
            <summary>Run and weights</summary>
            <div class="row pair">
              <label>
                Steps
                <select
                  value={settings.steps}
                  onChange={(event: Event) => emit('change', { steps: Number(chosen(event)) })}
                >
                  {stepCounts.map((count) => (
                    <option key={count} value={count}>
                      {count}
                    </option>
                  ))}
                </select>
              </label>
              <label>
                Seed
                <input
                  type="number"
                  min={0}
                  max={largestSeed}
                  value={settings.seed}
                  onChange={(event: Event) =>
                    emit('change', { seed: parseSeed(chosen(event)) ?? settings.seed })
                  }
                />
              </label>
            </div>
            <Choice
              label="Matrix products by"
              value={settings.backend}
              choices={backends}
              choose={(backend) => emit('change', { backend })}
            />
            <Speeds state={state} />
            <div class="row">
              <button type="button" class="quiet" disabled={isEmpty} onClick={() => emit('save')}>
                Save weights
              </button>
              <label class="button quiet file">
                Load weights
                <input
                  type="file"
                  accept=".safetensors"
                  onChange={(event: Event) => emit('load', event.target as HTMLInputElement)}
                />
              </label>
            </div>
            <div class="row">
              <button type="button" class="quiet" onClick={() => emit('share')}>
                Copy link to this setting
              </button>
            </div>
          </details>
        </form>
      );
    };
  },
});

interface ChoiceProps<T extends Record<string, string>> {
  readonly label: string;
  readonly value: keyof T & string;
  readonly choices: T;
  readonly choose: (value: keyof T & string) => void;
  /** Why the reader cannot choose, if so. */
  readonly fixed?: string | undefined;
}

function Choice<T extends Record<string, string>>({ label, value, choices, choose, fixed }: ChoiceProps<T>) {
  return (
    <label>
      {label}
      <select
        value={value}
        disabled={fixed !== undefined}
        title={fixed}
        onChange={(event: Event) => choose(chosen(event) as keyof T & string)}
      >
        {Object.entries(choices).map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
      {fixed && <small>{fixed}</small>}
    </label>
  );
}
Choice.props = ['label', 'value', 'choices', 'choose', 'fixed'];

/** The backends that were measured so far, with their speed. */
function Speeds({ state: { speeds, backend } }: { readonly state: RunState }) {
  const rows = (Object.keys(backends) as BackendName[]).filter((name) => speeds[name]);
  const notes = rows.map((name) => speeds[name]?.note).filter(Boolean);
  return (
    <div class="speeds">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Backend</th>
            <th scope="col">GFLOP/s</th>
            <th scope="col">steps/s</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((name) => (
            <tr key={name} class={{ current: name === backend }}>
              <th scope="row">{backends[name]}</th>
              <td>{digits(speeds[name]?.gigaflops)}</td>
              <td>{digits(speeds[name]?.stepsPerSecond)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {notes.map((note) => (
        <p key={note} class="legend">
          {note}
        </p>
      ))}
    </div>
  );
}
Speeds.props = ['state'];

function chosen(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}
