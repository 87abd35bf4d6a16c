/** A chart of curves over the steps, by uPlot. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useData } from 'vitepress';
import { defineComponent, onBeforeUnmount, onMounted, type PropType, shallowRef, watch } from 'vue';

export interface Curve {
  readonly label: string;
  readonly colour: 'accent' | 'quiet' | 'faint' | 'ink';
  readonly dash?: readonly number[];
}

/** Columns of equal length: the steps, then the values of each curve; null where there is none. */
export type Columns = readonly (readonly (number | null)[])[];

const colours: Readonly<Record<Curve['colour'], string>> = {
  accent: '--vp-c-brand-2',
  quiet: '--vp-c-text-2',
  faint: '--vp-c-border',
  ink: '--vp-c-text-1',
};

const height = 150;

export const CurveChart = defineComponent({
  props: {
    curves: { type: Array as PropType<readonly Curve[]>, required: true },
    columns: { type: Array as PropType<Columns>, required: true },
    /** The last step. The axis ends there from the beginning on. */
    steps: { type: Number, required: true },
    /** Whether the values are shown on a logarithmic axis. */
    logarithmic: { type: Boolean, default: false },
    label: { type: String, required: true },
  },
  setup(props) {
    const { isDark } = useData();
    const place = shallowRef<HTMLElement>();
    let chart: uPlot | undefined;

    const draw = () => {
      chart?.destroy();
      if (!place.value) return;
      const options = optionsFor(props, place.value);
      chart = new uPlot(options, props.columns as unknown as uPlot.AlignedData, place.value);
    };
    const resized = new ResizeObserver(() => {
      if (place.value) chart?.setSize({ width: place.value.clientWidth, height });
    });

    onMounted(() => {
      draw();
      if (place.value) resized.observe(place.value);
    });
    onBeforeUnmount(() => {
      resized.disconnect();
      chart?.destroy();
    });
    watch(
      () => props.columns,
      (columns) => chart?.setData(columns as unknown as uPlot.AlignedData),
    );
    watch([isDark, () => props.curves, () => props.steps], draw, { flush: 'post' });

    return () => (
      <div ref={place} class="chart" role="img" aria-label={props.label} style={{ height: `${height}px` }} />
    );
  },
});

interface ChartProps {
  readonly curves: readonly Curve[];
  readonly steps: number;
  readonly logarithmic: boolean;
}

function optionsFor({ curves, steps, logarithmic }: ChartProps, place: HTMLElement): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name);
  const grid = { stroke: colour('--vp-c-divider'), width: 1 };
  const axis = {
    stroke: colour('--vp-c-text-2'),
    grid,
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  return {
    width: place.clientWidth,
    height,
    padding: [8, 16, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: { x: { time: false, range: [0, steps] }, y: logarithmic ? { distr: 3 } : {} },
    axes: [
      { ...axis, size: 26 },
      logarithmic ? { ...axis, size: 46, grid: { ...grid, filter: decades } } : { ...axis, size: 46 },
    ],
    series: [
      {},
      ...curves.map((curve) => ({
        label: curve.label,
        stroke: colour(colours[curve.colour]),
        width: curve.colour === 'faint' ? 1 : 1.75,
        dash: [...(curve.dash ?? [])],
        points: { show: false },
        spanGaps: true,
      })),
    ],
  };
}

/** Of uPlot's places for lines on a logarithmic axis, only the powers of ten. */
function decades(_: uPlot, places: readonly number[]): (number | null)[] {
  return places.map((place) => (Number.isInteger(Math.round(1e9 * Math.log10(place)) / 1e9) ? place : null));
}
