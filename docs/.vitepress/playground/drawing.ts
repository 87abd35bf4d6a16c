/** Draws the plane: data, particles on their way, fields as arrows, and the jumps of an average velocity. */
import { type PlanePoint, reach } from './drawn-points.ts';
import { gridPoints, gridSpacing } from './grid.ts';
import type { FieldView } from './views.ts';

export type Layer =
  | 'data'
  | 'particles'
  | 'exactCurves'
  | 'learntCurves'
  | 'exactArrows'
  | 'learntArrows'
  | 'jumps';

/** All that the plane can show. It draws those parts that `layers` names. */
export interface Scene {
  readonly layers: ReadonlySet<Layer>;
  /** The data [points, 2], and how large to draw them. */
  readonly points: Float32Array;
  readonly exact: FieldView | undefined;
  readonly learnt: FieldView | undefined;
  /** [particles, 2] */
  readonly ends: Float32Array | undefined;
  /** From 0, the noise, to 1, the data. */
  readonly time: number;
  /** Half the width of the plane that is shown. */
  readonly extent: number;
  /** Where the keyboard's cross stands, while drawing. */
  readonly cross: PlanePoint | undefined;
}

/** For this many particles the plane draws curves and jumps; for the others only dots. */
const curveCount = 96;
const jumpCount = 48;

export function drawScene(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = canvas.width / (2 * scene.extent);
  const size = canvas.width / canvas.clientWidth;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  // From here on the coordinates are the plane's own, with y upwards.
  context.setTransform(scale, 0, 0, -scale, canvas.width / 2, canvas.height / 2);
  const pen = new Pen(context, size / scale, getComputedStyle(canvas));
  const { layers, exact, learnt, ends, time } = scene;
  pen.axes(scene.extent);
  if (layers.has('exactCurves') && exact) pen.curves(exact, 1, 'quiet', learnt ? 0.22 : 0.38, curveCount);
  if (layers.has('data')) pen.dots(scene.points, 1.6, 'ink', 0.42);
  if (layers.has('learntCurves') && learnt) pen.curves(learnt, 1, 'accent', 0.32, curveCount);
  if (layers.has('exactArrows') && exact) pen.arrows(exact, time, 'quiet');
  if (layers.has('learntArrows') && learnt) pen.arrows(learnt, time, 'accent');
  if (layers.has('jumps') && learnt && ends) {
    pen.jumps(learnt.particles, ends, 'ink');
    pen.dots(ends, 1.2, 'ink', 0.6);
  }
  const moving = learnt ?? exact;
  if (layers.has('particles') && moving) {
    const colour = learnt ? 'accent' : 'quiet';
    pen.curves(moving, time, colour, 0.5, curveCount, 0.14);
    // Thousands of particles show a density where they are small and let each other through.
    const isDense = moving.particles.length / moving.times.length > 1024;
    pen.dots(particlesAt(moving, time), isDense ? 1.3 : 2.1, colour, isDense ? 0.6 : 0.95);
  }
  if (scene.cross) pen.cross(scene.cross);
}

/** Where the particles are [particles, 2] at any time, interpolated between the times that are known. */
export function particlesAt({ times, particles }: FieldView, time: number): Float32Array {
  return between(particles, times.length, time);
}

function between(values: Float32Array, frames: number, time: number): Float32Array {
  const each = values.length / frames;
  const place = Math.min(Math.max(time, 0), 1) * (frames - 1);
  const before = Math.min(Math.floor(place), frames - 2);
  const share = place - before;
  return Float32Array.from({ length: each }, (_, i) => {
    const from = values[before * each + i] as number;
    return from + share * ((values[(before + 1) * each + i] as number) - from);
  });
}

type Colour = 'ink' | 'quiet' | 'accent';

const variables: Readonly<Record<Colour | 'rule', string>> = {
  ink: '--vp-c-text-1',
  quiet: '--vp-c-text-3',
  accent: '--vp-c-brand-2',
  rule: '--vp-c-divider',
};

/** Strokes in the plane's coordinates; `pixel` is the length of one of the page's pixels in them. */
class Pen {
  readonly #context: CanvasRenderingContext2D;
  readonly #pixel: number;
  readonly #style: CSSStyleDeclaration;

  constructor(context: CanvasRenderingContext2D, pixel: number, style: CSSStyleDeclaration) {
    this.#context = context;
    this.#pixel = pixel;
    this.#style = style;
    context.lineCap = 'round';
    context.lineJoin = 'round';
  }

  #use(colour: keyof typeof variables, opacity: number, width = 1): void {
    const value = this.#style.getPropertyValue(variables[colour]);
    this.#context.strokeStyle = value;
    this.#context.fillStyle = value;
    this.#context.globalAlpha = opacity;
    this.#context.lineWidth = width * this.#pixel;
  }

  axes(extent: number): void {
    this.#use('rule', 1);
    this.#lines([
      [-extent, 0, extent, 0],
      [0, -extent, 0, extent],
    ]);
  }

  dots(points: Float32Array, radius: number, colour: Colour, opacity: number): void {
    this.#use(colour, opacity);
    const r = radius * this.#pixel;
    this.#context.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [points[i] as number, points[i + 1] as number];
      this.#context.moveTo(x + r, y);
      this.#context.arc(x, y, r, 0, 2 * Math.PI);
    }
    this.#context.fill();
  }

  /** The paths of the first particles up to a time, or only over the last `tail` of time. */
  curves(view: FieldView, until: number, colour: Colour, opacity: number, count: number, tail = 1): void {
    this.#use(colour, opacity, tail < 1 ? 1.6 : 1);
    const { times, particles } = view;
    const each = particles.length / times.length;
    const last = times.length - 1;
    const first = Math.ceil(Math.max(0, until - tail) * last);
    const now = particlesAt(view, until);
    this.#context.beginPath();
    for (let i = 0; i < Math.min(2 * count, each); i += 2) {
      for (let frame = first; frame <= until * last; frame++) {
        const at = frame * each + i;
        this.#context[frame === first ? 'moveTo' : 'lineTo'](
          particles[at] as number,
          particles[at + 1] as number,
        );
      }
      this.#context.lineTo(now[i] as number, now[i + 1] as number);
    }
    this.#context.stroke();
  }

  /** A field on the grid. An arrow's length grows with the speed, but never beyond its square. */
  arrows({ velocities, times }: FieldView, time: number, colour: Colour): void {
    this.#use(colour, 0.9, 1.3);
    const field = between(velocities, times.length, time);
    gridPoints.forEach(([x, y], i) => {
      const [vx, vy] = [field[2 * i] as number, field[2 * i + 1] as number];
      const speed = Math.hypot(vx, vy);
      const length = (0.9 * gridSpacing * speed) / (speed + 1);
      if (speed > 0) this.#arrow(x, y, x + (vx / speed) * length, y + (vy / speed) * length, 0.35 * length);
    });
  }

  /** Arrows from where particles begin to where one step takes them. */
  jumps(starts: Float32Array, ends: Float32Array, colour: Colour): void {
    this.#use(colour, 0.55, 1);
    for (let i = 0; i < 2 * Math.min(jumpCount, ends.length / 2); i += 2) {
      const [x, y, toX, toY] = [starts[i], starts[i + 1], ends[i], ends[i + 1]] as [
        number,
        number,
        number,
        number,
      ];
      this.#arrow(x, y, toX, toY, 7 * this.#pixel);
    }
  }

  cross([x, y]: PlanePoint): void {
    this.#use('ink', 1, 1.5);
    const arm = 9 * this.#pixel;
    this.#lines([
      [x - arm, y, x + arm, y],
      [x, y - arm, x, y + arm],
    ]);
  }

  #arrow(x: number, y: number, toX: number, toY: number, head: number): void {
    const angle = Math.atan2(toY - y, toX - x);
    const side = (turn: number) =>
      [toX - head * Math.cos(angle + turn), toY - head * Math.sin(angle + turn)] as const;
    const [left, right] = [side(0.5), side(-0.5)];
    this.#lines([
      [x, y, toX, toY],
      [...left, toX, toY],
      [...right, toX, toY],
    ]);
  }

  #lines(lines: readonly (readonly [number, number, number, number])[]): void {
    this.#context.beginPath();
    for (const [x, y, toX, toY] of lines) {
      this.#context.moveTo(x, y);
      this.#context.lineTo(toX, toY);
    }
    this.#context.stroke();
  }
}

/** Half the width of what is shown: all of the noise that matters. */
export function extentOf(isExploding: boolean): number {
  return isExploding ? 3 * reach : reach + 0.25;
}
