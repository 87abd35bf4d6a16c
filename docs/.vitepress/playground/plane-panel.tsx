/** The plane, large, with what to show on it and the time to show it at. */
import { useData } from 'vitepress';
import {
  computed,
  defineComponent,
  onBeforeUnmount,
  type PropType,
  shallowRef,
  watch,
  watchPostEffect,
} from 'vue';
import { evaluationCounts, isAverage } from './choices.ts';
import { drawScene, extentOf, type Layer } from './drawing.ts';
import type { PlanePoint } from './drawn-points.ts';
import { usePointing } from './plane-pointing.ts';
import { usePlayback } from './playback.ts';
import type { RunState } from './run.ts';
import type { Settings } from './settings.ts';

interface LayerChoice {
  readonly layer: Layer;
  readonly label: string;
  /** Whether there is anything to show yet. */
  readonly isThere: (state: RunState) => boolean;
}

const choices: readonly LayerChoice[] = [
  { layer: 'data', label: 'Data', isThere: () => true },
  { layer: 'particles', label: 'Particles', isThere: () => true },
  { layer: 'exactCurves', label: 'Exact paths', isThere: ({ exact }) => exact !== undefined },
  { layer: 'learntCurves', label: 'Learnt paths', isThere: ({ snapshot }) => snapshot !== undefined },
  { layer: 'exactArrows', label: 'Exact field', isThere: ({ exact }) => exact !== undefined },
  { layer: 'learntArrows', label: 'Learnt field', isThere: ({ snapshot }) => snapshot !== undefined },
  { layer: 'jumps', label: 'Jumps', isThere: ({ snapshot }) => snapshot !== undefined },
];

export const PlanePanel = defineComponent({
  props: {
    state: { type: Object as PropType<RunState>, required: true },
    settings: { type: Object as PropType<Settings>, required: true },
    evaluations: { type: Number, required: true },
  },
  emits: { draw: (_points: readonly PlanePoint[]) => true, evaluate: (_count: number) => true },
  setup(props, { emit }) {
    const { isDark } = useData();
    const canvas = shallowRef<HTMLCanvasElement>();
    const width = shallowRef(0);
    const layers = shallowRef<ReadonlySet<Layer>>(
      new Set<Layer>(['data', 'particles', 'exactCurves', 'learntCurves']),
    );
    const { time, isPlaying, toggle, show, play } = usePlayback();
    const isDrawing = computed(() => props.settings.data === 'drawn');
    const extent = computed(() => extentOf(props.settings.path === 've'));
    const hasFocus = shallowRef(false);
    const { cross, handlers } = usePointing({
      canvas,
      extent: () => extent.value,
      points: () => props.settings.drawn,
      change: (points) => emit('draw', points),
    });

    const resized = new ResizeObserver(() => {
      width.value = Math.round((canvas.value?.clientWidth ?? 0) * devicePixelRatio);
    });
    watchPostEffect(() => {
      resized.disconnect();
      if (canvas.value) resized.observe(canvas.value);
    });
    onBeforeUnmount(() => resized.disconnect());
    watch(
      () => props.state.phase === 'training',
      (isTraining) => isTraining && play(),
    );

    watchPostEffect(() => {
      if (!canvas.value || width.value === 0) return;
      if (canvas.value.width !== width.value) canvas.value.width = canvas.value.height = width.value;
      canvas.value.dataset.theme = isDark.value ? 'dark' : 'light'; // to draw again in the other colours
      const { exact, snapshot, points } = props.state;
      drawScene(canvas.value, {
        layers: layers.value,
        points: isDrawing.value ? Float32Array.from(props.settings.drawn.flat()) : points,
        exact,
        learnt: snapshot?.view,
        ends: snapshot?.jumps.ends,
        time: time.value,
        extent: extent.value,
        cross: isDrawing.value && hasFocus.value ? cross.value : undefined,
      });
    });

    const choose = (layer: Layer, isOn: boolean) => {
      const next = new Set(layers.value);
      next[isOn ? 'add' : 'delete'](layer);
      layers.value = next;
    };

    watch(
      () => isAverage(props.settings.method),
      (jumps) => choose('jumps', jumps), // any other velocity's jumps go astray, as the reader may see
      { immediate: true },
    );

    return () => (
      <div class="plane">
        {isDrawing.value ? (
          <div
            class="canvas drawing"
            role="application"
            tabindex={0}
            aria-label="Drawing area: the arrow keys move a cross, the space bar places a point, backspace takes the last one away"
            onFocus={() => {
              hasFocus.value = true;
            }}
            onBlur={() => {
              hasFocus.value = false;
            }}
            {...handlers}
          >
            <canvas ref={canvas} />
            {props.settings.drawn.length === 0 && <p class="hint">Draw here</p>}
          </div>
        ) : (
          <div class="canvas" role="img" aria-label={described(props.state)}>
            <canvas ref={canvas} />
          </div>
        )}
        <div class="time">
          <button
            type="button"
            class="quiet"
            onClick={toggle}
            aria-label={isPlaying.value ? 'Stop time' : 'Let time run'}
          >
            {isPlaying.value ? '❚❚' : '▶'}
          </button>
          <label>
            <span>
              t = <output>{time.value.toFixed(2)}</output>
            </span>
            <input
              type="range"
              min={0}
              max={1}
              step={0.01}
              value={time.value}
              aria-label="Time t, from noise at 0 to data at 1"
              onInput={(event: Event) => show(Number((event.target as HTMLInputElement).value))}
            />
          </label>
        </div>
        <label class="evaluations">
          <span>
            Jumps in <output>{props.evaluations}</output>
          </span>
          <input
            type="range"
            min={0}
            max={evaluationCounts.length - 1}
            value={evaluationCounts.indexOf(props.evaluations)}
            aria-label="Evaluations of the network from noise to data"
            aria-valuetext={String(props.evaluations)}
            onInput={(event: Event) => {
              emit('evaluate', evaluationCounts[Number((event.target as HTMLInputElement).value)] ?? 1);
              choose('jumps', true);
            }}
          />
        </label>
        <fieldset class="layers">
          <legend class="visually-hidden">What to show</legend>
          {choices.map(({ layer, label, isThere }) => (
            <label key={layer} class={['layer', layer]}>
              <input
                type="checkbox"
                checked={layers.value.has(layer)}
                disabled={!isThere(props.state)}
                onChange={(event: Event) => choose(layer, (event.target as HTMLInputElement).checked)}
              />
              <i />
              {label}
            </label>
          ))}
        </fieldset>
      </div>
    );
  },
});

function described({ snapshot, exact, points }: RunState): string {
  const data = `${points.length / 2} data points`;
  if (snapshot)
    return `The plane: ${data}, and particles that flow along the learnt field from noise to them`;
  return exact
    ? `The plane: ${data}, and the paths of particles along the exact field`
    : `The plane: ${data}`;
}
