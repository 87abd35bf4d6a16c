/**
 * Points drawn on the plane: on a lattice fine enough for the eye, so that two bytes in an address are a
 * point.
 */

export type PlanePoint = readonly [number, number];

/** The drawing reaches from −reach to reach, both ways. */
export const reach = 3;

/** As many as an address bears. */
export const mostPoints = 400;

const levels = 255;

/** The nearest point that can be told in an address. */
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

/** The points, or undefined if the text is no such list. */
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
