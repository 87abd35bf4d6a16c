/** MeanFlow's identity on one trajectory: the chord's slope from the tangent's, to drag. */
import { computed, defineComponent, shallowRef } from 'vue';
import { digits, powers } from '../playground/numbers.ts';
import { stretchOf, trajectoryOf } from './fields.ts';
import { type Frame, lineThrough, placeOf, useWidth } from './plot.ts';
import { Slider } from './slider.tsx';
import './figures.css';

const height = 300;
const data = [-1.2, 1.1];
const others = [-2, -1, -0.4, 0, 0.4, 1, 2];

export const AverageVelocityFigure = defineComponent((_, { slots }) => {
  const place = shallowRef<HTMLElement>();
  const width = useWidth(place);
  const [noise, r, t] = [shallowRef(0.7), shallowRef(0.1), shallowRef(0.8)];
  const trajectory = computed(() => trajectoryOf(data, noise.value));
  const stretch = computed(() => stretchOf(data, noise.value, r.value, t.value));
  const faint = others.map((e) => trajectoryOf(data, e));
  const frame = computed<Frame>(() => ({
    ...{ left: 26, right: width.value - 8, top: 8, bottom: height - 24 },
    ...{ x: [0, 1], y: [-2.2, 2.2] },
  }));

  return () => {
    const { zt, zr, velocity, average, slopeOfAverage, residual } = stretch.value;
    const at = (time: number, z: number) => placeOf(frame.value, time, z);
    const tangent = [r.value, Math.min(1, t.value + 0.15)];
    return (
      <figure class="live-figure" ref={place}>
        <svg
          width={width.value}
          height={height}
          role="img"
          aria-label="A trajectory with its tangent and chord"
        >
          {faint.map(({ times, heights }, i) => (
            <path key={i} class="trajectory" d={lineThrough(frame.value, times, heights)} />
          ))}
          <path
            class="trajectory chosen"
            d={lineThrough(frame.value, trajectory.value.times, trajectory.value.heights)}
          />
          <path
            class="tangent"
            d={lineThrough(
              frame.value,
              tangent,
              tangent.map((s) => zt + (s - t.value) * velocity),
            )}
          />
          <path class="chord" d={lineThrough(frame.value, [r.value, t.value], [zr, zt])} />
          {[
            { name: 'r', ...at(r.value, zr) },
            { name: 't', ...at(t.value, zt) },
          ].map(({ name, x, y }) => (
            <g key={name}>
              <circle class="mark" cx={x} cy={y} r={5} />
              <text class="title middle" x={x} y={y - 10}>
                {name}
              </text>
            </g>
          ))}
          <text class="tick" x={frame.value.left} y={height - 8}>
            0, data
          </text>
          <text class="tick end" x={frame.value.right} y={height - 8}>
            1, noise
          </text>
          <text class="tick" x={4} y={at(0, 0).y + 4}>
            z
          </text>
        </svg>
        <div class="choices">
          <Slider name="noise" value={noise.value} least={-2} most={2} onChoose={(e) => (noise.value = e)} />
          <Slider
            name="r"
            value={r.value}
            least={0}
            most={1}
            onChoose={(s) => (r.value = Math.min(s, t.value))}
          />
          <Slider
            name="t"
            value={t.value}
            least={0}
            most={1}
            onChoose={(s) => (t.value = Math.max(s, r.value))}
          />
        </div>
        <p class="identity">
          <span>
            u <output class="chord">{signed(average)}</output>
          </span>{' '}
          <span>
            = v <output class="tangent">{signed(velocity)}</output>
          </span>{' '}
          <span>
            − (t − r) · du/dt <output>{signed((t.value - r.value) * slopeOfAverage)}</output>
          </span>{' '}
          <span>
            up to <output>{powers(residual)}</output>
          </span>
        </p>
        <figcaption>{slots.default?.()}</figcaption>
      </figure>
    );
  };
});

function signed(value: number): string {
  return digits(value).replace('-', '−');
}
