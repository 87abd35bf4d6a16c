/**
 * What the live figures have in common: how wide they are, where a number stands, and what the pointer says.
 */
import { onBeforeUnmount, onMounted, type Ref, shallowRef } from 'vue';

/** A part of a figure, in pixels, and the numbers at its edges. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where the point (x, y) stands in the figure. */
export function placeOf(
  { left, right, top, bottom, x: [x0, x1], y: [y0, y1] }: Frame,
  x: number,
  y: number,
): Place {
  return {
    x: left + ((x - x0) / (x1 - x0)) * (right - left),
    y: bottom + ((y - y0) / (y1 - y0)) * (top - bottom),
  };
}

/** An SVG path through points, which leaves out what lies far outside of the frame. */
export function lineThrough(frame: Frame, xs: readonly number[], ys: readonly number[]): string {
  const size = frame.bottom - frame.top;
  let isDrawing = false;
  return xs
    .map((x, i) => {
      const place = placeOf(frame, x, ys[i] as number);
      const isNear = place.y > frame.top - size && place.y < frame.bottom + size && Number.isFinite(place.x);
      const command = isDrawing ? 'L' : 'M';
      isDrawing = isNear;
      return isNear ? `${command}${place.x.toFixed(1)} ${place.y.toFixed(1)}` : '';
    })
    .join('');
}

/** The point of the frame under the pointer, kept within it. `svg` has one unit for each pixel. */
export function pointAt(
  { left, right, top, bottom, x: [x0, x1], y: [y0, y1] }: Frame,
  event: PointerEvent,
): Place {
  const svg = event.currentTarget as SVGElement;
  const box = (svg.ownerSVGElement ?? svg).getBoundingClientRect();
  const part = (value: number) => Math.min(1, Math.max(0, value));
  return {
    x: x0 + part((event.clientX - box.left - left) / (right - left)) * (x1 - x0),
    y: y0 + part((event.clientY - box.top - bottom) / (top - bottom)) * (y1 - y0),
  };
}

/** The width of the element that `place` refers to, also when the window changes. */
export function useWidth(place: Ref<HTMLElement | undefined>): Ref<number> {
  const width = shallowRef(640);
  const resized = new ResizeObserver(() => {
    if (place.value) width.value = place.value.clientWidth;
  });
  onMounted(() => place.value && resized.observe(place.value));
  onBeforeUnmount(() => resized.disconnect());
  return width;
}
