/** A step along a direction that lowers a function enough: the line search of `minimise`. */
import { add, multiply, type Tensor } from '../../autograd/index.ts';

/** Where a function was computed, its value and its gradient there. */
export interface Point {
  readonly x: Tensor;
  readonly value: number;
  readonly gradient: Tensor;
}

/** A point of the line x + length·direction, with the slope along it. */
interface LinePoint extends Point {
  readonly length: number;
  readonly slope: number;
}

// c₁ and c₂ of the Wolfe conditions, as Nocedal and Wright recommend for quasi-Newton methods.
const decrease = 1e-4;
const flatness = 0.9;
const mostTrials = 30;

/**
 * A point with φ(a) ≤ φ(0) + c₁aφ′(0) and |φ′(a)| ≤ c₂|φ′(0)|, the strong Wolfe conditions, where
 * φ(a) = f(x + a·direction). Null if the direction does not go down, or no such point was found.
 *
 * Source: Nocedal and Wright, "Numerical Optimization" (2006), algorithms 3.5 and 3.6.
 */
export function wolfeStep(
  at: (x: Tensor) => Point,
  start: Point,
  direction: Tensor,
  firstLength: number,
): Point | null {
  const slopeOf = (gradient: Tensor) => multiply(gradient, direction).sum().item();
  const zero: LinePoint = { ...start, length: 0, slope: slopeOf(start.gradient) };
  if (!(zero.slope < 0)) return null;
  const along = (length: number): LinePoint => {
    const point = at(add(start.x, multiply(direction, length)));
    return { ...point, length, slope: slopeOf(point.gradient) };
  };
  const isTooHigh = (p: LinePoint, than: LinePoint) =>
    !(p.value <= zero.value + decrease * p.length * zero.slope) || (than.length > 0 && p.value >= than.value);
  const isFlat = (p: LinePoint) => Math.abs(p.slope) <= -flatness * zero.slope;

  /** Between a point that is low and one that is too high or lies behind the valley. */
  const zoom = (low: LinePoint, high: LinePoint, trials: number): Point | null => {
    if (trials === 0 || low.length === high.length) return low.length > 0 ? low : null;
    const middle = along(between(low, high));
    if (isTooHigh(middle, zero) || middle.value >= low.value) return zoom(low, middle, trials - 1);
    if (isFlat(middle)) return middle;
    const isBehind = middle.slope * (high.length - low.length) >= 0;
    return zoom(middle, isBehind ? low : high, trials - 1);
  };

  let [before, length] = [zero, firstLength];
  for (let trial = 0; trial < mostTrials; trial++) {
    const point = along(length);
    if (isTooHigh(point, before)) return zoom(before, point, mostTrials);
    if (isFlat(point)) return point;
    if (point.slope >= 0) return zoom(point, before, mostTrials);
    [before, length] = [point, 2 * length];
  }
  return before.length > 0 ? before : null;
}

/** The minimum of the cubic through both values and slopes, at least a tenth of the way from either end. */
function between(low: LinePoint, high: LinePoint): number {
  const width = high.length - low.length;
  const d1 = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - low.slope * high.slope);
  const share = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
  const isUsable = share > 0.1 && share < 0.9;
  return low.length + width * (isUsable ? share : 0.5);
}
