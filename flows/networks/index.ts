export type { ConditionOptions, ConditionParameters, EmbeddingParameters } from './condition.ts';
export { type ConvolutionLayer, convolve, initialiseConvolution } from './convolution-layer.ts';
export { type Dense, dense, initialiseDense } from './dense.ts';
export { type Affine, groupNorm } from './group-norm.ts';
export type { ImageSize } from './images.ts';
export { type Mlp, type MlpOptions, mlp } from './mlp.ts';
export {
  mlpVelocityNetwork,
  type VelocityNetworkOptions,
  type VelocityParameters,
} from './mlp-velocity-network.ts';
export type { ResidualBlock } from './residual-block.ts';
export { sinusoidalTimeFeatures, type TimeEmbedding, timeFeatures } from './time-features.ts';
export {
  type TransformerOptions,
  type TransformerParameters,
  transformerVelocityNetwork,
} from './transformer.ts';
export type { TransformerBlock } from './transformer-block.ts';
export { type UnetLevel, type UnetOptions, type UnetParameters, unetVelocityNetwork } from './unet.ts';
export type { VelocityNetwork } from './velocity-network.ts';
