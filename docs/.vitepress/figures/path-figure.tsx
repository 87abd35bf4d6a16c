/** A path between noise and three data points, to drag: its density, its velocities, and their mean. */
import { computed, defineComponent, shallowRef } from 'vue';
import {
  heights,
  latest,
  type Moment,
  momentOf,
  type PathName,
  type PathView,
  pathNames,
  reach,
  viewPath,
} from './fields.ts';
import { type Frame, lineThrough, placeOf, pointAt, useWidth } from './plot.ts';
import { Slider } from './slider.tsx';
import './figures.css';

const height = 320;
const fastest = 6;

export const PathFigure = defineComponent((_, { slots }) => {
  const place = shallowRef<HTMLElement>();
  const width = useWidth(place);
  const name = shallowRef<PathName>('OT');
  const time = shallowRef(0.5);
  const data = shallowRef<readonly number[]>([-1.4, 0.3, 1.3]);
  const view = computed(() => viewPath(name.value, data.value));
  const moment = computed(() => momentOf(name.value, data.value, time.value));
  const picture = computed(() => pictureOf(view.value));
  const frames = computed(() => framesOf(width.value));

  const chooseTime = (t: number) => {
    time.value = Math.min(t, latest[name.value]);
  };
  const move = (k: number, x: number) => {
    data.value = data.value.map((x1, i) => (i === k ? Math.min(reach, Math.max(-reach, x)) : x1));
  };
  const dragTime = (event: PointerEvent) => {
    if (isDragging(event)) chooseTime(pointAt(frames.value.plane, event).x);
  };

  return () => {
    const { plane, density, velocity } = frames.value;
    return (
      <figure class="live-figure" ref={place}>
        {/* Not of the role img: it has the data points' sliders within. */}
        <svg width={width.value} height={height}>
          <title>{labelOf(name.value, time.value)}</title>
          <g onPointerdown={dragTime} onPointermove={dragTime} class="plane">
            <Plane frame={plane} view={view.value} picture={picture.value} time={time.value} />
          </g>
          {data.value.map((x1, k) => (
            <Handle
              key={k}
              frame={plane}
              value={x1}
              time={latest[name.value]}
              index={k}
              onMove={(x: number) => move(k, x)}
            />
          ))}
          <Density frame={density} values={moment.value.density} />
          <Velocities frame={velocity} moment={moment.value} />
        </svg>
        <div class="choices">
          {pathNames.map((path) => (
            <button
              type="button"
              key={path}
              aria-pressed={path === name.value}
              onClick={() => {
                name.value = path;
                chooseTime(time.value);
              }}
            >
              {path}
            </button>
          ))}
          <Slider name="t" value={time.value} least={0} most={1} onChoose={chooseTime} />
        </div>
        <figcaption>{slots.default?.()}</figcaption>
      </figure>
    );
  };
});

function labelOf(name: PathName, time: number): string {
  return `The ${name} path from noise to three data points, with its density and velocities at t = ${time.toFixed(2)}`;
}

/** Three parts that share their vertical axis, x. */
function framesOf(width: number): Readonly<Record<'plane' | 'density' | 'velocity', Frame>> {
  const rest = { top: 24, bottom: height - 22, y: [-reach, reach] } as const;
  return {
    plane: { ...rest, left: 26, right: 0.53 * width, x: [0, 1] },
    density: { ...rest, left: 0.53 * width + 16, right: 0.7 * width, x: [0, 1.2] },
    velocity: { ...rest, left: 0.7 * width + 14, right: width - 4, x: [-fastest, fastest] },
  };
}

function isDragging(event: PointerEvent): boolean {
  if (event.type === 'pointerdown') (event.currentTarget as Element).setPointerCapture(event.pointerId);
  return event.buttons > 0;
}

/** The density as a picture of one pixel for each time and height, as dense as it is dark. */
function pictureOf({ times, densities }: PathView): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [times.length, heights.length];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const pixels = context.createImageData(times.length, heights.length);
  densities.forEach((column, i) => {
    column.forEach((p, j) => {
      const pixel = 4 * ((heights.length - 1 - j) * times.length + i);
      pixels.data.set([42, 114, 173, (220 * p) / (p + 0.45)], pixel);
    });
  });
  context.putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}

interface PlaneProps {
  readonly frame: Frame;
  readonly view: PathView;
  readonly picture: string;
  readonly time: number;
}

function Plane({ frame, view, picture, time }: PlaneProps) {
  const { left, top, bottom } = frame;
  const end = placeOf(frame, view.times.at(-1) as number, 0).x;
  const now = placeOf(frame, time, 0).x;
  return (
    <>
      <Title frame={frame} text="p" index="t" after="(x), and trajectories of u" last="t" />
      <image
        href={picture}
        x={left}
        y={top}
        width={end - left}
        height={bottom - top}
        preserveAspectRatio="none"
      />
      {view.trajectories.map((xs, i) => (
        <path key={i} class="trajectory" d={lineThrough(frame, view.times, xs)} />
      ))}
      <line class="now" x1={now} x2={now} y1={top} y2={bottom} />
      <text class="tick" x={left} y={bottom + 16}>
        t = 0, noise
      </text>
      <text class="tick end" x={frame.right} y={bottom + 16}>
        t = 1, data
      </text>
      <text class="tick" x={4} y={placeOf(frame, 0, 0).y + 4}>
        x
      </text>
    </>
  );
}
Plane.props = ['frame', 'view', 'picture', 'time'];

interface HandleProps {
  readonly frame: Frame;
  readonly value: number;
  readonly time: number;
  readonly index: number;
  readonly onMove: (x: number) => void;
}

/** A data point, for the pointer and for the keyboard. */
function Handle({ frame, value, time, index, onMove }: HandleProps) {
  const { x, y } = placeOf(frame, time, value);
  const drag = (event: PointerEvent) => {
    if (isDragging(event)) onMove(pointAt(frame, event).y);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onMove(value + step);
  };
  return (
    <circle
      class={`handle point-${index}`}
      cx={x}
      cy={y}
      r={8}
      role="slider"
      tabindex={0}
      aria-label={`Data point ${index + 1}`}
      aria-valuenow={value.toFixed(1)}
      aria-valuemin={-reach}
      aria-valuemax={reach}
      onPointerdown={drag}
      onPointermove={drag}
      onKeydown={press}
    />
  );
}
Handle.props = ['frame', 'value', 'time', 'index', 'onMove'];

function Density({ frame, values }: { readonly frame: Frame; readonly values: readonly number[] }) {
  const line = lineThrough(
    frame,
    values.map((p) => Math.min(p, 1.2)),
    heights,
  );
  return (
    <g>
      <Title frame={frame} text="p" index="t" after="(x)" last="" />
      <path
        class="density"
        d={`M${frame.left} ${frame.bottom}${line.replace('M', 'L')}L${frame.left} ${frame.top}Z`}
      />
    </g>
  );
}
Density.props = ['frame', 'values'];

function Velocities({ frame, moment }: { readonly frame: Frame; readonly moment: Moment }) {
  const zero = placeOf(frame, 0, 0).x;
  return (
    <g>
      <Title frame={frame} text="u" index="t" after="(x)" last="" />
      <clipPath id="velocities">
        <rect
          x={frame.left}
          y={frame.top}
          width={frame.right - frame.left}
          height={frame.bottom - frame.top}
        />
      </clipPath>
      <line class="axis" x1={zero} x2={zero} y1={frame.top} y2={frame.bottom} />
      <g clip-path="url(#velocities)">
        {moment.conditionals.map(({ velocity, posterior }, k) =>
          heights
            .slice(1)
            .map((_, i) => (
              <path
                key={`${k} ${i}`}
                class={`conditional point-${k}`}
                opacity={0.12 + 0.88 * (posterior[i] as number)}
                d={lineThrough(frame, velocity.slice(i, i + 2), heights.slice(i, i + 2))}
              />
            )),
        )}
        <path class="marginal" d={lineThrough(frame, moment.marginal, heights)} />
      </g>
      {[-fastest, 0, fastest].map((v) => (
        <text
          key={v}
          class={['tick', v === 0 ? 'middle' : v > 0 && 'end']}
          x={placeOf(frame, v, 0).x}
          y={frame.bottom + 16}
        >
          {`${v}`.replace('-', '−')}
        </text>
      ))}
    </g>
  );
}
Velocities.props = ['frame', 'moment'];

interface TitleProps {
  readonly frame: Frame;
  readonly text: string;
  readonly index: string;
  readonly after: string;
  readonly last: string;
}

/** A title such as pₜ(x), with its indices set lower. */
function Title({ frame, text, index, after, last }: TitleProps) {
  return (
    <text class="title" x={frame.left} y={14}>
      {text}
      <tspan class="index" dy={3}>
        {index}
      </tspan>
      <tspan dy={-3}>{after}</tspan>
      {last && (
        <tspan class="index" dy={3}>
          {last}
        </tspan>
      )}
    </text>
  );
}
Title.props = ['frame', 'text', 'index', 'after', 'last'];
