/**
 * The theorem ∇L_FM = ∇L_CFM for the present network. Both losses are sums over the same x and t, in float64,
 * on a few points of the data. The sums are those of `fluxion verify` (flows/verify/integrals.ts).
 */
import { cast, full, mapTree, type Tensor, treeLeaves, valueAndGrad } from '../../../autograd/index.ts';
import { marginalField, noiseToData, type Velocity, type VelocityParameters } from '../../../flows/index.ts';
import { conditionalFlowMatchingOnGrid, flowMatchingOnGrid } from '../../../flows/verify/integrals.ts';
import { norm, relativeDistance } from '../../../flows/verify/numerics.ts';
import { velocityOf } from './model.ts';
import type { Problem } from './problem.ts';
import type { Settings } from './settings.ts';

/** A part of the network, and the norms of both gradients in it. */
export interface GradientGroup {
  readonly name: string;
  readonly marginal: number;
  readonly conditional: number;
}

export interface TheoremView {
  readonly groups: readonly GradientGroup[];
  /** ‖∇L_FM − ∇L_CFM‖ / ‖∇L_CFM‖. */
  readonly gap: number;
  /** The same with a field that is wrong by a thousandth. It must be larger. */
  readonly gapIfWrong: number;
  /** L_FM and L_CFM, whose difference does not depend on the network. */
  readonly marginalLoss: number;
  readonly conditionalLoss: number;
}

/** The number of data points in the sums. */
const pointCount = 4;

export function viewTheorem(
  settings: Settings,
  problem: Problem,
  parameters: VelocityParameters,
): TheoremView {
  const { path, data } = problem;
  const count = Math.min(pointCount, data.shape[0] as number);
  const points = cast(data.slice([[0, count]]), 'float64');
  const finite = { points, weights: full([count], 1 / count, { dtype: 'float64' }) };
  const exact = marginalField(path, finite).velocity;
  const theta = mapTree((leaf: Tensor) => cast(leaf, 'float64'), parameters) as VelocityParameters;
  const at = (loss: (velocity: Velocity<'noiseToData'>) => Tensor) =>
    valueAndGrad((p: VelocityParameters) => loss(velocityOf(settings, p)))(theta);
  const marginal = (field: Velocity<'noiseToData'>) => at(flowMatchingOnGrid(field, path, finite));
  const [marginalLoss, marginalGradient] = marginal(exact);
  const [conditionalLoss, conditionalGradient] = at(conditionalFlowMatchingOnGrid(path, finite));
  const wrong = noiseToData((x, t) => exact(x, t).multiply(1.001));
  const [of, and] = [groupsOf(marginalGradient), groupsOf(conditionalGradient)];
  return {
    groups: of.map(({ name, length }, i) => ({ name, marginal: length, conditional: and[i]?.length ?? 0 })),
    gap: relativeDistance(marginalGradient, conditionalGradient),
    gapIfWrong: relativeDistance(marginal(wrong)[1], conditionalGradient),
    marginalLoss: marginalLoss.item(),
    conditionalLoss: conditionalLoss.item(),
  };
}

/** The parts of the network from its input to its output, with the norm of the gradient in each. */
function groupsOf({ input, classes, residuals, output }: VelocityParameters) {
  return [
    { name: 'input', length: norm([input, classes]) },
    ...residuals.map((layer, i) => ({ name: `layer ${i + 1}`, length: norm(layer) })),
    { name: 'output', length: norm(output) },
  ];
}

/** The number of parameters of the network. */
export function parameterCount(parameters: VelocityParameters): number {
  return treeLeaves(parameters).reduce<number>((total, leaf) => total + (leaf as Tensor).size, 0);
}
