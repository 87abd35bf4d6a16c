export type { Labels, Points } from '../points.ts';
export { classMeansPlusNoise, energyDistanceFloor, perClassDiagonalGaussian } from './baselines.ts';
export { energyDistance } from './energy-distance.ts';
export { type DiscrepancyOptions, medianDistance, squaredDiscrepancy } from './maximum-mean-discrepancy.ts';
export { type NeighbourOptions, nearestNeighbourAgreement } from './nearest-neighbours.ts';
export { type NegativeLogLikelihood, negativeLogLikelihood } from './negative-log-likelihood.ts';
export { normalizedPathEnergy, type PathEnergyOptions, pathEnergy } from './path-energy.ts';
export { type Sampler, slicedWasserstein2, wasserstein2, wasserstein2Floor } from './wasserstein.ts';
