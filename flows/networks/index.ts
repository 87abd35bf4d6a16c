export { type Dense, dense, initialiseDense } from './dense.ts';
export { type Mlp, type MlpOptions, mlp } from './mlp.ts';
export { timeFeatures } from './time-features.ts';
export {
  mlpVelocityNetwork,
  type VelocityNetwork,
  type VelocityNetworkOptions,
  type VelocityParameters,
} from './velocity-network.ts';
