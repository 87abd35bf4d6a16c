export { classMeansPlusNoise, energyDistanceFloor, perClassDiagonalGaussian } from './baselines.ts';
export { energyDistance } from './energy-distance.ts';
export { type NeighbourOptions, nearestNeighbourAgreement } from './nearest-neighbours.ts';
export type { Labels, Points } from './points.ts';
