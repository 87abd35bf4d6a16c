/** The loss, and how far the samples are from the data, over the steps. */
import { computed, defineComponent, type PropType } from 'vue';
import { type Columns, type Curve, CurveChart } from './curve-chart.tsx';
import { digits } from './numbers.ts';
import type { Curves, RunState } from './run.ts';
import type { Settings } from './settings.ts';

const lossCurves: readonly Curve[] = [
  { label: 'each step', colour: 'faint' },
  { label: 'average', colour: 'accent' },
];

const energyCurves: readonly Curve[] = [
  { label: 'ODE', colour: 'accent' },
  { label: 'few evaluations', colour: 'ink', dash: [5, 4] },
  { label: 'the data themselves', colour: 'quiet', dash: [2, 4] },
];

export const CurvesPanel = defineComponent({
  props: {
    curves: { type: Object as PropType<Curves>, required: true },
    state: { type: Object as PropType<RunState>, required: true },
    settings: { type: Object as PropType<Settings>, required: true },
  },
  setup(props) {
    const end = computed(() => props.state.target || props.settings.steps);
    const losses = computed<Columns>(() => {
      const { losses } = props.curves;
      return [losses.map((_, i) => i + 1), losses, movingAverage(losses)];
    });
    const energies = computed<Columns>(() => {
      const { looks, energies, jumpEnergies } = props.curves;
      const { floor } = props.state;
      // The data's own distance is a line over the whole width. For a drawing it is 0, which a logarithmic
      // axis cannot show.
      const line = floor > 0 ? floor : null;
      return [
        [0, ...looks, end.value],
        [null, ...energies, null],
        [null, ...jumpEnergies.map((energy) => (Number.isNaN(energy) ? null : energy)), null],
        [line, ...looks.map(() => line), line],
      ];
    });

    return () => (
      <>
        <section class="panel">
          <h2>Loss</h2>
          <p class="figure">{digits(losses.value[2]?.at(-1))}</p>
          <CurveChart
            curves={lossCurves}
            columns={losses.value}
            steps={end.value}
            label="The loss at each step, and its moving average"
          />
          <p class="legend">
            Mean of ‖prediction − target‖², for a network of {props.state.parameters || '…'} numbers; the line
            is a moving average.
          </p>
        </section>
        <section class="panel">
          <h2>Energy distance</h2>
          <p class="figure">
            <output class="energy">{digits(props.state.snapshot?.energy)}</output>
            {props.state.snapshot && (
              <>
                {' '}
                · in {props.state.snapshot.jumps.evaluations}{' '}
                <output class="jump-energy">{digits(props.state.snapshot.jumps.energy)}</output>
              </>
            )}
          </p>
          <CurveChart
            curves={energyCurves}
            columns={energies.value}
            steps={end.value}
            logarithmic
            label="The energy distance of samples to the data's distribution, as it was trained"
          />
          <p class="legend">
            512 samples against {props.settings.data === 'drawn' ? 'the drawing' : 'unseen points'}.
            {props.state.floor > 0 && ` Dotted: the training data themselves, ${digits(props.state.floor)}.`}
          </p>
        </section>
      </>
    );
  },
});

/** The moving average Σ dⁿ⁻ⁱ·xᵢ / Σ dⁿ⁻ⁱ, where d is the decay. */
function movingAverage(values: readonly number[], decay = 0.97): readonly number[] {
  let [total, weight] = [0, 0];
  return values.map((value) => {
    total = decay * total + value;
    weight = decay * weight + 1;
    return total / weight;
  });
}
