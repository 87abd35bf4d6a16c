/** The home page's own parts: a flow that trains at once, and a program whose samples the page draws. */
import { useData } from 'vitepress';
import { defineComponent, onBeforeUnmount, onMounted, shallowRef, watch, watchPostEffect } from 'vue';
import { drawScene, extentOf, type Layer } from '../playground/drawing.ts';
import { digits, powers } from '../playground/numbers.ts';
import { usePlayback } from '../playground/playback.ts';
import { useRun } from '../playground/run.ts';
import { defaults } from '../playground/settings.ts';
import { tenLines } from './ten-lines.ts';

const layers: ReadonlySet<Layer> = new Set<Layer>(['data', 'particles', 'exactCurves', 'learntCurves']);

/** Two moons, learnt as soon as the page is open, and the theorem for the network that learns them. */
export const LiveFlow = defineComponent(() => {
  const { isDark } = useData();
  const canvas = shallowRef<HTMLCanvasElement>();
  const run = useRun();
  const { state } = run;
  const { time, play } = usePlayback();
  const settings = { ...defaults, steps: 500 };

  onMounted(() => run.prepare(settings));
  onBeforeUnmount(run.stop);
  watch(
    () => state.phase === 'ready' && state.exact !== undefined,
    (isReady) => isReady && run.train(),
  );
  watch(
    () => state.phase === 'done',
    (isDone) => isDone && play(),
  );
  watchPostEffect(() => {
    if (!canvas.value) return;
    const width = Math.round(canvas.value.clientWidth * devicePixelRatio);
    if (canvas.value.width !== width) canvas.value.width = canvas.value.height = width;
    canvas.value.dataset.theme = isDark.value ? 'dark' : 'light'; // to draw again in the other colours
    drawScene(canvas.value, {
      layers,
      points: state.points,
      exact: state.exact,
      learnt: state.snapshot?.view,
      ends: undefined,
      time: time.value,
      extent: extentOf(false),
      cross: undefined,
    });
  });

  return () => (
    <figure class="live-flow">
      <canvas
        ref={canvas}
        role="img"
        aria-label="Noise that a network, trained in this page, takes to two moons"
      />
      <figcaption role="status">
        {state.phase === 'done' ? (
          <span class="trained">
            Trained in your browser in {state.step} steps. Energy distance{' '}
            <output>{digits(state.snapshot?.energy)}</output>.
          </span>
        ) : (
          `Learning two moons: step ${state.step} of ${settings.steps}`
        )}
      </figcaption>
      <p class="theorem">
        ∇L<sub>FM</sub> = ∇L<sub>CFM</sub>, for this network, in float64: relative difference{' '}
        <output class="gap">{state.theorem ? powers(state.theorem.view.gap) : '…'}</output>
      </p>
    </figure>
  );
});

/** Runs the program that the page shows, and draws its samples. */
export const TenLines = defineComponent(() => {
  const result = shallowRef<{ readonly samples: readonly number[]; readonly milliseconds: number }>();
  const execute = () => {
    const start = performance.now();
    const { x } = tenLines();
    result.value = {
      samples: [...x.toTypedArray()],
      milliseconds: performance.now() - start,
    };
  };
  return () => (
    <div class="ten-lines">
      <button type="button" onClick={execute}>
        Run it here
      </button>
      {result.value && (
        <>
          <output>300 samples and their scores in {digits(result.value.milliseconds)} ms</output>
          <svg viewBox="-1.5 -1.4 4 2.4" role="img" aria-label="The samples: two moons">
            {Array.from({ length: result.value.samples.length / 2 }, (_, i) => (
              <circle
                key={i}
                cx={result.value?.samples[2 * i]}
                cy={-(result.value?.samples[2 * i + 1] ?? 0)}
                r={0.02}
              />
            ))}
          </svg>
        </>
      )}
    </div>
  );
});
