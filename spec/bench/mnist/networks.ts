/** The networks that can be trained on MNIST, each of a size for minutes. */
import {
  mlpVelocityNetwork,
  transformerVelocityNetwork,
  unetVelocityNetwork,
  type VelocityNetwork,
} from '../../../flows/index.ts';

/** The parameters' type is each network's own business. */
export type ImageNetwork = VelocityNetwork<unknown>;

export function imageNetwork(name: string, side: number, classes: number): ImageNetwork {
  const size = { height: side, width: side, classes };
  switch (name) {
    case 'mlp':
      return mlpVelocityNetwork({ features: side * side, hidden: 512, classes }) as ImageNetwork;
    case 'unet':
      return unetVelocityNetwork({ ...size, widths: side === 28 ? [16, 32, 64] : [24, 48] }) as ImageNetwork;
    case 'transformer':
      return transformerVelocityNetwork({ ...size, patch: side / 7, hidden: 96 }) as ImageNetwork;
    default:
      throw new RangeError(`wanted --network mlp, unet or transformer, got ${name}`);
  }
}
