/** Draws samples, as PNG or SVG: images as a grid, other points in the plane of their first two features. */
import type { Tensor } from '../../../autograd/index.ts';
import { formatPng, type Raster } from '../../files/index.ts';
import { UsageError } from '../arguments.ts';
import type { ImageKind } from './data-source.ts';

/** How many samples a picture shows at most. */
const most = { images: 100, points: 5000 };
// In pixels of the picture: between two images, the side of a scatter plot, the radius of its discs.
const gap = 2;
const side = 480;
const radius = 1.6;

/**
 * The picture as the bytes of a .png file. `samples` are images, one in a row, or points.
 * @throws UsageError for points of one feature
 */
export function samplesPng(samples: Tensor, image: ImageKind | null): Uint8Array {
  return formatPng(image ? imageGrid(samples, image) : scatter(planePoints(samples)));
}

/**
 * The picture as the text of a .svg file. Images stand in it as pixels, as in the .png file. Points are blue
 * circles there, and grey discs in the .png file.
 * @throws UsageError for points of one feature
 */
export function samplesSvg(samples: Tensor, image: ImageKind | null): string {
  const open = (width: number, height: number) =>
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Samples" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`;
  if (image) {
    const raster = imageGrid(samples, image);
    const href = `data:image/png;base64,${Buffer.from(formatPng(raster)).toString('base64')}`;
    const pixels = `<image href="${href}" width="100%" height="100%" style="image-rendering:pixelated"/>`;
    return `${open(raster.width, raster.height)}${pixels}</svg>\n`;
  }
  const circles = planePoints(samples).map(
    ([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}"/>`,
  );
  const background = '<rect width="100%" height="100%" fill="#fff"/>';
  return `${open(side, side)}${background}<g fill="#3454d1" fill-opacity="0.5">${circles.join('')}</g></svg>\n`;
}

/** The first hundred images, ten in a row. Each of their pixels becomes a square, and ink is black. */
function imageGrid(images: Tensor, { height, width, maximum }: ImageKind): Raster {
  const count = Math.min(images.shape[0] as number, most.images);
  const columns = Math.min(count, 10);
  const rows = Math.ceil(count / columns);
  const zoom = Math.max(1, Math.round(40 / Math.max(height, width)));
  const [pitchX, pitchY] = [width * zoom + gap, height * zoom + gap];
  const raster = blank(columns * pitchX + gap, rows * pitchY + gap, 224);
  const values = images.toTypedArray();
  for (let y = 0; y < rows * pitchY; y++) {
    for (let x = 0; x < columns * pitchX; x++) {
      const index = Math.floor(y / pitchY) * columns + Math.floor(x / pitchX);
      const [row, column] = [Math.floor((y % pitchY) / zoom), Math.floor((x % pitchX) / zoom)];
      if (index >= count || row >= height || column >= width) continue;
      const ink = (values[(index * height + row) * width + column] as number) / maximum;
      raster.pixels[(y + gap) * raster.width + x + gap] = Math.round(
        255 * (1 - Math.min(1, Math.max(0, ink))),
      );
    }
  }
  return raster;
}

/** Draws points as discs with soft edges. Where discs overlap, the picture is darker. */
function scatter(points: readonly (readonly [number, number])[]): Raster {
  const raster = blank(side, side, 255);
  for (const [x, y] of points) {
    for (let row = Math.floor(y - radius); row <= Math.ceil(y + radius); row++) {
      for (let column = Math.floor(x - radius); column <= Math.ceil(x + radius); column++) {
        if (row < 0 || column < 0 || row >= side || column >= side) continue;
        const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(column - x, row - y)));
        const at = row * side + column;
        raster.pixels[at] = Math.round((raster.pixels[at] as number) * (1 - 0.5 * cover));
      }
    }
  }
  return raster;
}

/**
 * The places of points in the picture. Both axes have one scale, which fits all but the outermost thousandth
 * at each end.
 */
function planePoints(points: Tensor): (readonly [number, number])[] {
  const [count = 0, features = 0] = points.shape;
  if (features < 2) throw new UsageError('a picture needs points of at least 2 features; write .csv or .npy');
  const values = points.toTypedArray();
  const axis = (j: number) =>
    Array.from({ length: Math.min(count, most.points) }, (_, i) => values[i * features + j] as number);
  const [xs, ys] = [axis(0), axis(1)];
  const [[left, right], [bottom, top]] = [range(xs), range(ys)];
  const scale = (0.9 * side) / (Math.max(right - left, top - bottom) || 1);
  const place = (x: number, y: number) =>
    [side / 2 + scale * (x - (left + right) / 2), side / 2 - scale * (y - (bottom + top) / 2)] as const;
  return xs.map((x, i) => place(x, ys[i] as number)).filter((point) => point.every(Number.isFinite));
}

/** The range of the values, without the lowest and the highest 0.1 %. */
function range(values: readonly number[]): [low: number, high: number] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 1000);
  return [sorted[cut] ?? 0, sorted[sorted.length - 1 - cut] ?? 0];
}

function blank(width: number, height: number, shade: number): Raster {
  return { width, height, pixels: new Uint8Array(width * height).fill(shade) };
}
