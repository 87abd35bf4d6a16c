export { type Digits, type DigitsOptions, digits } from './digits.ts';
export { type Standardized, type StandardizeOptions, standardize } from './standardize.ts';
export {
  asymmetricMixture,
  gaussianMixture,
  type IsotropicMixture,
  type LabelledPoints,
  type MoonsOptions,
  moons,
  type ToyOptions,
} from './toy.ts';
