export { checkerboard } from './checkerboard.ts';
export { type CirclesOptions, circles } from './circles.ts';
export { type Digits, type DigitsOptions, digits } from './digits.ts';
export { type EightGaussiansOptions, eightGaussians } from './eight-gaussians.ts';
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
