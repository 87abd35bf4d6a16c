/** Drawing on the plane, with a pointer or with the keyboard. */
import { type Ref, shallowRef } from 'vue';
import { mostPoints, type PlanePoint, reach, snap } from './drawn-points.ts';

/**
 * The least distance of points along a stroke, and how far they scatter to its side, in the plane's units.
 */
const strokeSpacing = 0.09;
const strokeWidth = 0.07;
const crossStep = 0.15;

interface Pointing {
  readonly canvas: Ref<HTMLCanvasElement | undefined>;
  /** Half the width of the plane that is shown. */
  readonly extent: () => number;
  readonly points: () => readonly PlanePoint[];
  readonly change: (points: readonly PlanePoint[]) => void;
}

export function usePointing({ canvas, extent, points, change }: Pointing) {
  const cross = shallowRef<PlanePoint>([0, 0]);
  let last: PlanePoint | undefined;

  const add = (point: PlanePoint) => {
    if (points().length < mostPoints) change([...points(), snap(point)]);
  };
  const placeOf = (event: PointerEvent): PlanePoint => {
    const { left, top, width, height } = (canvas.value as HTMLCanvasElement).getBoundingClientRect();
    const across = (2 * (event.clientX - left)) / width - 1;
    const down = (2 * (event.clientY - top)) / height - 1;
    return [across * extent(), -down * extent()];
  };
  const spray = ([x, y]: PlanePoint): PlanePoint => [x + sway(), y + sway()];

  return {
    /** Where the keyboard places the next point. */
    cross,
    handlers: {
      onPointerdown(event: PointerEvent) {
        canvas.value?.setPointerCapture(event.pointerId);
        last = placeOf(event);
        add(last);
      },
      onPointermove(event: PointerEvent) {
        if (!last) return;
        const here = placeOf(event);
        if (Math.hypot(here[0] - last[0], here[1] - last[1]) < strokeSpacing) return;
        last = here;
        add(spray(here));
      },
      onPointerup() {
        last = undefined;
      },
      onPointercancel() {
        last = undefined;
      },
      onKeydown(event: KeyboardEvent) {
        const [x, y] = cross.value;
        const step = event.shiftKey ? 3 * crossStep : crossStep;
        const move = moves[event.key];
        if (move) cross.value = [within(x + step * move[0]), within(y + step * move[1])];
        else if (event.key === ' ' || event.key === 'Enter') add(cross.value);
        else if (event.key === 'Backspace') change(points().slice(0, -1));
        else return;
        event.preventDefault();
      },
    },
  };
}

const moves: Readonly<Record<string, PlanePoint>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function within(x: number): number {
  return Math.min(Math.max(x, -reach), reach);
}

function sway(): number {
  return strokeWidth * (Math.random() + Math.random() + Math.random() - 1.5);
}
