export type { ParseOptions } from './binary.ts';
export { checkerboard } from './checkerboard.ts';
export { type CirclesOptions, circles } from './circles.ts';
export { type CsvOptions, parseCsv, type Table } from './csv.ts';
export { type Digits, type DigitsOptions, digits } from './digits.ts';
export { type EightGaussiansOptions, eightGaussians } from './eight-gaussians.ts';
export { formatNpz } from './format-npz.ts';
export { parseIdx } from './idx.ts';
export { parseNpy } from './npy.ts';
export { parseNpz } from './npz.ts';
export { type PinwheelOptions, pinwheel, type SpiralsOptions, spirals } from './spirals.ts';
export { type Standardized, type StandardizeOptions, standardize } from './standardize.ts';
export { type SurfaceOptions, type SurfacePoints, sCurve, swissRoll } from './surfaces.ts';
export {
  asymmetricMixture,
  gaussianMixture,
  type IsotropicMixture,
  type LabelledPoints,
  type MoonsOptions,
  moons,
  type ToyOptions,
} from './toy.ts';
