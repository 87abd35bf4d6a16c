import { Resvg } from '@resvg/resvg-js';
import type { Tensor } from '../../../autograd/index.ts';

/** Square images [n, side²], from −1 (paper) to 1 (ink), side by side as a PNG. */
export function pictureOf(
  images: Tensor,
  { side, columns }: { readonly side: number; readonly columns: number },
): Uint8Array {
  const values = images.toTypedArray();
  const cell = side + 1;
  const rows = Math.ceil((images.shape[0] as number) / columns);
  const pixels = Array.from(values, (value, i) => {
    const [image, pixel] = [Math.floor(i / side ** 2), i % side ** 2];
    const x = (image % columns) * cell + (pixel % side) + 1;
    const y = Math.floor(image / columns) * cell + Math.floor(pixel / side) + 1;
    const ink = Math.round(255 * (1 - Math.min(1, Math.max(0, (value + 1) / 2))));
    return ink === 255
      ? ''
      : `<rect x="${x}" y="${y}" width="1" height="1" fill="rgb(${ink},${ink},${ink})"/>`;
  });
  const [width, height] = [columns * cell + 1, rows * cell + 1];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" shape-rendering="crispEdges">` +
    `<rect width="${width}" height="${height}" fill="white"/>${pixels.join('')}</svg>`;
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: Math.ceil(60 / side) } }).render().asPng();
}
