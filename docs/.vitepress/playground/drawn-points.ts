/**
 * Points that the reader draws on the plane. They lie on a lattice that is fine enough for the eye, so that
 * an address needs only two bytes for a point.
 */

export type PlanePoint = readonly [number, number];

/** The drawing reaches from −reach to reach, both ways. */
export const reach = 3;

/** The largest number of points that an address can hold. */
export const mostPoints = 400;

const levels = 255;

/** The nearest point of the lattice, which an address can hold. */
export function snap([x, y]: PlanePoint): PlanePoint {
  return [fromLevel(toLevel(x)), fromLevel(toLevel(y))];
}

/** Base64 for addresses, two bytes a point. */
export function encodePoints(points: readonly PlanePoint[]): string {
  const bytes = points.flatMap(([x, y]) => [toLevel(x), toLevel(y)]);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** The points, or undefined if the text is not such a list. */
export function decodePoints(text: string): readonly PlanePoint[] | undefined {
  let bytes: string;
  try {
    bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
  if (bytes.length % 2 !== 0 || bytes.length > 2 * mostPoints) return undefined;
  const coordinate = (i: number) => fromLevel(bytes.charCodeAt(i));
  return Array.from({ length: bytes.length / 2 }, (_, i) => [coordinate(2 * i), coordinate(2 * i + 1)]);
}

function toLevel(x: number): number {
  return Math.round(((Math.min(Math.max(x, -reach), reach) + reach) / (2 * reach)) * levels);
}

function fromLevel(level: number): number {
  return (level / levels) * 2 * reach - reach;
}
