/** The playground: settings in the address, a worker that trains, and pictures of what it does. */
import { defineComponent, onBeforeUnmount, onMounted, shallowRef } from 'vue';
import { Controls } from './controls.tsx';
import { CurvesPanel } from './curves-panel.tsx';
import type { PlanePoint } from './drawn-points.ts';
import { chosenBytes, download } from './files.ts';
import { PlanePanel } from './plane-panel.tsx';
import { useRun } from './run.ts';
import { consistent, readSettings, type Settings, writeSettings } from './settings.ts';
import { TheoremPanel } from './theorem-panel.tsx';
import './playground.css';

/** How long to wait after a stroke before anything is computed, in milliseconds. */
const patience = 250;

/** Runs in browsers only: it reads the address when it is set up. */
export default defineComponent({
  setup() {
    const asked = readSettings(location.search);
    const settings = shallowRef<Settings>(asked.settings);
    const problems = shallowRef(asked.problems);
    const run = useRun();
    const { state, curves } = run;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const evaluations = shallowRef(1);
    const chooseEvaluations = (count: number) => {
      evaluations.value = count;
      run.chooseEvaluations(count);
    };
    const prepare = () => {
      clearTimeout(timer);
      evaluations.value = 1;
      if (settings.value.data === 'drawn' && settings.value.drawn.length === 0) run.clear();
      else run.prepare(settings.value);
    };
    const remember = (next: Settings) => {
      settings.value = next;
      history.replaceState(history.state, '', `${location.pathname}${writeSettings(next)}${location.hash}`);
    };
    const change = (changed: Partial<Settings>) => {
      problems.value = [];
      remember(consistent({ ...settings.value, ...changed }));
      if (changed.backend) run.chooseBackend(changed.backend);
      else prepare();
    };
    const draw = (drawn: readonly PlanePoint[]) => {
      remember({ ...settings.value, drawn });
      clearTimeout(timer);
      timer = setTimeout(prepare, patience);
    };
    const save = async () =>
      download(await run.save(), `fluxion-${settings.value.data}-${settings.value.method}.safetensors`);
    const load = async (input: HTMLInputElement) => {
      const bytes = await chosenBytes(input);
      const loaded = bytes && (await run.load(bytes));
      if (!loaded) return;
      evaluations.value = 1;
      remember({ ...loaded, backend: settings.value.backend });
    };
    const share = async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        state.message = 'The address is on the clipboard.';
      } catch {
        state.message = 'The browser keeps its clipboard to itself; the address bar has the setting.';
      }
    };

    onMounted(() => {
      prepare();
      run.chooseBackend(settings.value.backend);
    });
    onBeforeUnmount(() => {
      clearTimeout(timer);
      run.stop();
    });

    return () => (
      <div class="playground">
        {problems.value.length > 0 && (
          <p class="problem" role="alert">
            {problems.value.join(' ')} The default takes its place.
          </p>
        )}
        <Controls
          settings={settings.value}
          state={state}
          onChange={change}
          onTrain={run.train}
          onPause={run.pause}
          onRestart={prepare}
          onUndo={() => draw(settings.value.drawn.slice(0, -1))}
          onSave={save}
          onLoad={load}
          onShare={share}
        />
        <PlanePanel
          settings={settings.value}
          state={state}
          evaluations={evaluations.value}
          onDraw={draw}
          onEvaluate={chooseEvaluations}
        />
        <div class="panels">
          <CurvesPanel curves={curves.value} state={state} settings={settings.value} />
          <TheoremPanel state={state} onCheck={run.checkTheorem} />
        </div>
        <p class={['status', state.phase]} role="status" aria-live="polite">
          {state.message}
        </p>
      </div>
    );
  },
});
