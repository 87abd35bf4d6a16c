/** Both gradients from the same draws: how their distance falls with the number of draws. */
import { computed, defineComponent, onMounted, shallowRef } from 'vue';
import { powers } from '../playground/numbers.ts';
import { type Gap, gapsOf } from './fields.ts';
import { type Frame, placeOf, useWidth } from './plot.ts';
import './figures.css';

const height = 260;
const data = [-1.4, 0.3, 1.3];

export const GapFigure = defineComponent((_, { slots }) => {
  const place = shallowRef<HTMLElement>();
  const width = useWidth(place);
  const rounds = shallowRef<readonly (readonly Gap[])[]>([]);
  const draw = () => {
    rounds.value = [...rounds.value, gapsOf('OT', data, rounds.value.length)];
  };
  onMounted(draw);
  const frame = computed<Frame>(() => ({
    ...{ left: 44, right: width.value - 12, top: 10, bottom: height - 24 },
    ...{ x: [Math.log10(12), Math.log10(45_000)], y: [-3, 0.5] },
  }));

  return () => (
    <figure class="live-figure" ref={place}>
      <svg width={width.value} height={height} role="img" aria-label={labelOf(rounds.value)}>
        <Axes frame={frame.value} />
        <path class="fall" d={fallOf(frame.value, rounds.value.flat())} />
        {rounds.value.flatMap((gaps, i) =>
          gaps.map(({ draws, distance }) => {
            const { x, y } = placeOf(frame.value, Math.log10(draws), Math.log10(distance));
            return <circle key={`${i} ${draws}`} class="gap-dot" cx={x} cy={y} r={3.5} />;
          }),
        )}
      </svg>
      <div class="choices">
        <button type="button" onClick={draw}>
          Draw again
        </button>
        <output>
          {rounds.value.length} × {rounds.value[0]?.length} estimates
        </output>
      </div>
      <figcaption>{slots.default?.()}</figcaption>
    </figure>
  );
});

function labelOf(rounds: readonly (readonly Gap[])[]): string {
  const last = rounds.at(-1)?.at(-1);
  return last
    ? `With ${last.draws} draws the gradients differ by ${powers(last.distance)}; the distance falls as one over the root of the number of draws`
    : 'The gradients are being computed';
}

function Axes({ frame }: { readonly frame: Frame }) {
  return (
    <g>
      {[-3, -2, -1, 0].map((power) => {
        const { y } = placeOf(frame, frame.x[0], power);
        return (
          <g key={power}>
            <line class="axis" x1={frame.left} x2={frame.right} y1={y} y2={y} />
            <text class="tick end" x={frame.left - 6} y={y + 4}>
              {power === 0 ? '1' : powers(10 ** power).replace('1.0·', '')}
            </text>
          </g>
        );
      })}
      {[100, 1000, 10_000].map((draws) => (
        <text
          key={draws}
          class="tick middle"
          x={placeOf(frame, Math.log10(draws), 0).x}
          y={frame.bottom + 16}
        >
          {draws} draws
        </text>
      ))}
    </g>
  );
}
Axes.props = ['frame'];

/** The line c/√n whose c is the mean over all estimates, on the logarithmic axes. */
function fallOf(frame: Frame, gaps: readonly Gap[]): string {
  if (gaps.length === 0) return '';
  const c =
    gaps.reduce((sum, { draws, distance }) => sum + Math.log10(distance * Math.sqrt(draws)), 0) / gaps.length;
  const [from, to] = frame.x.map((x) => placeOf(frame, x, c - x / 2));
  return from && to ? `M${from.x} ${from.y}L${to.x} ${to.y}` : '';
}
