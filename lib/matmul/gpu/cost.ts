/** How long a product takes, as a function of its size. */
import type { ProductSize } from '../kernel.ts';

/** A product of M×K and K×N takes latency + perElement·(MK + KN + MN) + perMultiplyAdd·MKN milliseconds. */
export interface CostModel {
  readonly latency: number;
  readonly perElement: number;
  readonly perMultiplyAdd: number;
}

export interface Measurement {
  readonly size: ProductSize;
  readonly milliseconds: number;
}

export function predictCost({ latency, perElement, perMultiplyAdd }: CostModel, size: ProductSize): number {
  const [multiplyAdds, elements] = featuresOf(size);
  return latency + perElement * elements + perMultiplyAdd * multiplyAdds;
}

const sweeps = 10_000;

/**
 * Fits the model with coefficients ≥ 0 by least squares of the relative errors, with coordinate descent. If
 * the measurements leave a choice (there may be only one), the fit assigns the time to the multiply-adds
 * first, so that it does not predict too short times for larger products.
 */
export function fitCost(measurements: readonly Measurement[]): CostModel {
  const rows = measurements.map(({ size, milliseconds }) => featuresOf(size).map((x) => x / milliseconds));
  const coefficients = [0, 0, 0];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let j = 0; j < coefficients.length; j++) {
      let [slope, curvature] = [0, 0];
      for (const row of rows) {
        const residual = 1 - row.reduce((sum, x, i) => sum + x * (coefficients[i] as number), 0);
        slope += (row[j] as number) * residual;
        curvature += (row[j] as number) ** 2;
      }
      coefficients[j] = Math.max(0, (coefficients[j] as number) + slope / curvature);
    }
  }
  const [perMultiplyAdd, perElement, latency] = coefficients as [number, number, number];
  return { latency, perElement, perMultiplyAdd };
}

function featuresOf({
  rows,
  depth,
  columns,
}: ProductSize): [multiplyAdds: number, elements: number, one: number] {
  return [rows * depth * columns, rows * depth + depth * columns + rows * columns, 1];
}
