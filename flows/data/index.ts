export type { ParseOptions } from '../formats/binary.ts';
export { formatNpz } from '../formats/format-npz.ts';
export { checkerboard } from './checkerboard.ts';
export { type CirclesOptions, circles } from './circles.ts';
export { decodeText } from './decode-text.ts';
export { type Digits, type DigitsOptions, digits } from './digits.ts';
export { type EightGaussiansOptions, eightGaussians } from './eight-gaussians.ts';
export { type ColumnChoice, type CsvDialect, type CsvOptions, parseCsv, type Table } from './parse-csv.ts';
export { parseIdx } from './parse-idx.ts';
export { parseNpy } from './parse-npy.ts';
export { type NpzOptions, parseNpz } from './parse-npz.ts';
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
