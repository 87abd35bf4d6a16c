import { expect } from 'chai';
import { jacfwd, jvp, type Tensor } from '../../../autograd/index.ts';
import { straightness } from '../../../flows/losses/index.ts';
import type { ClosedFormPath } from '../../../flows/paths/index.ts';
import { marginalField } from '../../../flows/paths/marginal-field.ts';
import {
  type AverageVelocity,
  dataToNoise,
  noiseToData,
  reverseTime,
  type Velocity,
} from '../../../flows/time.ts';
import {
  alphaFlow,
  consistency,
  improvedMeanFlow,
  meanFlow,
  selfDistillation,
  shortcut,
  splitMeanFlow,
} from '../../../flows/verify/average-losses.ts';
import { type Claim, checkClaim } from '../../../flows/verify/claim.ts';
import * as algorithms from '../../../flows/verify/claims/algorithms.ts';
import { claims } from '../../../flows/verify/claims/all.ts';
import * as average from '../../../flows/verify/claims/average-velocity.ts';
import * as biases from '../../../flows/verify/claims/biases.ts';
import * as flow from '../../../flows/verify/claims/change-of-variables.ts';
import * as velocity from '../../../flows/verify/claims/conditional-velocity.ts';
import * as continuity from '../../../flows/verify/claims/continuity.ts';
import { errata } from '../../../flows/verify/claims/errata.ts';
import * as expansion from '../../../flows/verify/claims/expansion.ts';
import * as fixed from '../../../flows/verify/claims/fixed-points.ts';
import * as equivalence from '../../../flows/verify/claims/gradient-equivalence.ts';
import * as guidance from '../../../flows/verify/claims/guidance.ts';
import * as loss from '../../../flows/verify/claims/mean-flow-loss.ts';
import * as mistakes from '../../../flows/verify/claims/mistakes.ts';
import * as monteCarlo from '../../../flows/verify/claims/monte-carlo.ts';
import * as draws from '../../../flows/verify/claims/random-draws.ts';
import * as rectified from '../../../flows/verify/claims/reflow.ts';
import * as sampling from '../../../flows/verify/claims/sampling.ts';
import * as tools from '../../../flows/verify/claims/tools.ts';
import * as uniqueness from '../../../flows/verify/claims/uniqueness.ts';
import { errataClaims } from '../../../flows/verify/erratum.ts';
import {
  averageVelocityOf,
  gaussianAverageVelocity,
  gaussianVelocity,
} from '../../../flows/verify/exact-velocities.ts';
import { paths, threePointField, threePoints } from '../../../flows/verify/examples.ts';
import * as note from '../../../flows/verify/note-formulas.ts';
import { float64 } from '../../../flows/verify/numerics.ts';
import type { AverageLoss } from '../../../flows/verify/pulls.ts';

const { perturbed } = equivalence;
const field = (dimension: 1 | 2) => threePointField('ot', dimension);
const wrongField = (dimension: 1 | 2) => ({
  ...field(dimension),
  velocity: perturbed(field(dimension).velocity, 1e-9),
});
const wrongPath: ClosedFormPath = {
  ...paths.ot,
  conditionalVelocity: (x, x1, t) => paths.ot.conditionalVelocity(x, x1, t).multiply(1 + 1e-6),
};
const equalWeights = { ...threePoints[1], weights: float64([1 / 3, 1 / 3, 1 / 3]) };
const otExample = (size: number, dimension: 1 | 2 = 1) =>
  [paths.ot, threePoints[dimension], perturbed(field(dimension).velocity, size)] as const;
const slightlyOff =
  (u: AverageVelocity): AverageVelocity =>
  (z, r, t) =>
    u(z, r, t).multiply(1 + 1e-4);
const away =
  (loss: AverageLoss): AverageLoss =>
  (...args) =>
    loss(...args).negate();
const unguided = (c: number, w: number): Velocity<'dataToNoise'> =>
  dataToNoise((z, t) => guidance.classVelocity(c)(z, t).multiply(w));

/**
 * Each claim with something wrong in it: a sign, a factor, another tangent, a formula of the note as printed.
 */
const wrong: Readonly<Record<string, Claim['measure']>> = {
  'flow.mass': () =>
    flow.carriedMass((x, t) =>
      field(1)
        .velocity(x, t)
        .multiply(1 + 1e-3),
    ),
  'flow.density': () => flow.changeOfVariables((fn) => (x) => jacfwd(fn)(x).multiply(1 + 1e-4)),
  'flow.divergence': () => flow.determinantFromDivergence(-1),
  'flow.linear': () => flow.linearFlow((a, c) => a - c),
  'flow.ode': () =>
    flow.flowEquation((x, t) =>
      threePointField('vp', 2)
        .velocity(x, t)
        .multiply(1 + 1e-4),
    ),
  'flow.gaussian': () => flow.gaussianFlow(1 + 1e-4),
  'continuity.ot': () => continuity.continuity(wrongField(2), 2),
  'continuity.vp': () => continuity.continuity({ ...field(1), velocity: reverseSign(field(1).velocity) }, 1),
  'continuity.ve': () =>
    continuity.continuity({ ...field(2), velocity: threePointField('ve', 2).velocity }, 2),
  'continuity.log': () => continuity.logContinuity(wrongField(1), 1),
  'continuity.conditional': () => continuity.conditionalContinuity(wrongPath, 1),
  'continuity.score': () =>
    continuity.score(
      field(1),
      (x, t) =>
        field(1)
          .score(x, t)
          .multiply(1 + 1e-9),
      1,
    ),
  'marginal.integral': () => continuity.velocityAsIntegral(paths.ot, 1 + 1e-6),
  'marginal.distribution': () =>
    continuity.fluxFromDistribution(paths.ot, marginalField(paths.ot, equalWeights)),
  'marginal.product': () => continuity.productVelocity(wrongPath),
  'marginal.other': () =>
    uniqueness.continuityOfOther(({ velocity, score }) =>
      noiseToData((x, t) => velocity(x, t).add(score(x, t))),
    ),
  'marginal.other.ot': () => uniqueness.gapOfOther('ot', 0),
  'marginal.other.vp': () => uniqueness.gapOfOther('vp', 0),
  'marginal.other.ve': () => uniqueness.gapOfOther('ve', 0),
  'gradient.proof.square': () => expansion.squareExpanded(1),
  'gradient.proof.first': () => expansion.termsAgree('uu'),
  'gradient.proof.second': () => expansion.termsAgree('uu'),
  'gradient.proof.constant': () => expansion.constantOfTheorem(0),
  'gradient.ot': () => equivalence.gradientGap(...otExample(1e-9)),
  'gradient.vp': () => equivalence.gradientGap(paths.vp, threePoints[1], field(1).velocity),
  'gradient.ve': () => equivalence.gradientGap(paths.ve, threePoints[1], field(1).velocity),
  'gradient.constant': () => equivalence.variationOfDifference(...otExample(1e-6)),
  'gradient.independent': () =>
    equivalence.gradientGap(
      paths.ot,
      threePoints[1],
      perturbed(equivalence.independentVelocity(paths.ot, 1), 1e-6),
    ),
  'gradient.caught': () => equivalence.gradientGap(...otExample(0)),
  'montecarlo.ot': () => zScore(0.3),
  'montecarlo.vp': () => zScore(0.5),
  'montecarlo.ve': () => zScore(-0.5),
  'montecarlo.caught': () => zScore(0),
  'montecarlo.slope': () => {
    const { conditional, exact } = monteCarlo.estimators('ot', 1);
    const shifted = exact().map((g) => 1.2 * g);
    return monteCarlo.surpriseAtSlope(conditional, shifted);
  },
  'velocity.ot': () => velocity.closedForms(paths.ot, (x, x1, t) => note.ot(0.1 + 1e-6, x, x1, t)),
  'velocity.vp': () =>
    velocity.closedForms(paths.vp, (x, x1, t) =>
      note.vpSecondFormAsPrinted({ betaMin: 0.1, betaMax: 20 }, x, x1, t),
    ),
  'velocity.ve': () =>
    velocity.closedForms(paths.ve, (x, x1, t) => note.veAsPrinted({ sigmaMin: 0.1, sigmaMax: 5 }, x, x1, t)),
  'velocity.flow': () => velocity.conditionalFlow(wrongPath),
  'velocity.any': () => velocity.trigonometricPath((t) => t.multiply(1.57).cos()),
  'velocity.target': () => velocity.optimalTransportTarget(0),
  'velocity.ends': () => velocity.endpoints(paths.ot, 0, 0),
  'velocity.singular': () => velocity.vpSingularity(0.2),
  'average.marginal': () => average.marginalOfConditional(-1),
  'average.gaussian': () => average.gaussianMarginal(0.61),
  'average.definition': () => average.definition(gaussianAverageVelocity(0.6 + 1e-6)),
  'average.identity': () =>
    average.identity(gaussianAverageVelocity(0.6), gaussianVelocity(0.6), (v) => [v, 0, 0]),
  'average.caught': () => average.identity(gaussianAverageVelocity(0.6), gaussianVelocity(0.6)),
  'average.product': () => average.productDerivative(gaussianAverageVelocity(0.61)),
  'average.instant': () => average.instant((z, r, t) => gaussianAverageVelocity(0.6)(z, r.add(1e-6), t)),
  'average.derivative': () =>
    average.derivativeAlongTrajectory(gaussianAverageVelocity(0.6), (v) => [v, 1, 1]),
  'loss.algorithm': () => loss.trainingAlgorithm(false),
  'loss.stopped': () => loss.stoppedTarget(0.9),
  'loss.equivalent': () => Math.max(...loss.conditionalAgainstMarginal(0.999).gaps),
  'loss.difference': () => loss.variationOfDifference([[0.5, 0.5]]),
  'loss.bias': () => loss.bias(1),
  'loss.solution': () => loss.pullAtSolution(0.999),
  'loss.solution.adaptive': () => loss.pullAtSolution(1),
  'loss.solution.gaussian': () => loss.pullAtSolution(0.5, threePoints[1]),
  'loss.adaptive': () => loss.adaptiveGradient(0.5, 1e-3, 0.51),
  'algorithm.guided': () => algorithms.guidedTraining({ times: 2 }),
  'algorithm.improved': () => algorithms.improvedTraining((_, v) => v),
  'algorithm.consistency': () => algorithms.consistencyTraining(1),
  'algorithm.raw': () => algorithms.rawErrors(0.5),
  'algorithm.defaults': () => algorithms.defaults([0.5, 1.1e-3]),
  'algorithm.stopped': () =>
    algorithms.stoppedVelocity((fn, { z, v, r, t }) => {
      const [u, dudt] = jvp(fn, [z, r, t], [v, 0, 1]);
      return u.subtract(v.subtract(t.subtract(r).multiply(dudt)));
    }),
  'algorithm.tangent': () => algorithms.constantTangent(false),
  'draws.times': () => draws.timesDrawn(-0.7 * 1.6),
  'draws.shares': () => draws.sharesDrawn([0.25, 0.4]),
  'draws.labels': () => draws.labelsDrawn(0.2),
  'guidance.classes': () => guidance.meanOverClasses(() => [float64([[0.8]]), float64([[0.2]])]),
  'guidance.null': () => guidance.meanOfGuided(unguided),
  'guidance.velocity': () => guidance.libraryGuidance(-1),
  'guidance.mixing': () => guidance.effectiveScale((scale) => scale),
  'guidance.target': () => guidance.meanOfTarget(2),
  'guidance.identity': () =>
    average.identity(averageVelocityOf(guidance.guidedField(0, 2.5)), guidance.guidedField(0, 1)),
  'sampling.gaussian': () => sampling.gaussianSteps(gaussianAverageVelocity(0.6 + 1e-6)),
  'sampling.mixture': () => sampling.mixtureSteps(gaussianAverageVelocity(0.6)),
  'sampling.composition': () => sampling.composition((z, _, t) => gaussianVelocity(0.6)(z, t)),
  'sampling.euler': () => sampling.oneEulerStep(100),
  'sampling.euler.mean': () => sampling.eulerToMean(1 + 1e-9),
  'sampling.reversal': () =>
    sampling.reversal(((v: Velocity<'noiseToData'>) => v) as unknown as typeof reverseTime),
  'sampling.order': () => sampling.order('euler', 2),
  'fixed.composition': () => fixed.mixtureComposition(gaussianAverageVelocity(0.6)),
  'fixed.meanflow': () => fixed.pullAtExact(meanFlow(0.999)),
  'fixed.improved': () => fixed.pullAtExact(improvedMeanFlow(0.999)),
  'fixed.split': () => fixed.pullAtExact(splitMeanFlow, slightlyOff),
  'fixed.shortcut': () => fixed.pullAtExact(shortcut, slightlyOff),
  'fixed.distillation': () => fixed.pullAtExact(selfDistillation(), slightlyOff),
  'fixed.alpha.average': () => fixed.pullAtExact(alphaFlow(0.25)),
  'fixed.alpha.one': () => fixed.trajectoryFlowMatching(0.999),
  'restoring.meanflow': () => fixed.forceBack(away(meanFlow())),
  'restoring.improved': () => fixed.forceBack(away(improvedMeanFlow())),
  'restoring.split': () => fixed.forceBack(away(splitMeanFlow)),
  'restoring.shortcut': () => fixed.forceBack(away(shortcut)),
  'restoring.distillation': () => fixed.forceBack(away(selfDistillation())),
  'mistake.tangents': () => mistakes.wrongTangentPull([(v) => [v, 0, 1]]),
  'mistake.swapped': () => mistakes.swappedTimesPull((u) => u),
  'mistake.guidance.loss': () => mistakes.guidedLossPull(null),
  'mistake.guidance.once': () => mistakes.guidedTraining(0),
  'mistake.guidance.training': () => mistakes.guidedTraining(1),
  'mistake.guidance.sampling': () => mistakes.guidedSampling(1),
  'bias.adaptive': () => biases.leastPull([meanFlow(), improvedMeanFlow()]),
  'bias.alpha': () => biases.leastPull([alphaFlow(0)]),
  'bias.alpha.order': () => biases.orderOfPull((alpha) => alphaFlow(alpha), 1, 1),
  'bias.alpha.limit': () => biases.alphaLimit(0.1),
  'bias.consistency.endpoint': () => biases.orderOfPull((step) => consistency('velocity', step), 1 / 256, 2),
  'bias.consistency.velocity': () => biases.orderOfPull((step) => consistency('endpoint', step), 1 / 256, 1),
  'bias.consistency.formula': () => biases.velocityTermLimit(1e-5, -1),
  'reflow.pairs': () => rectified.pairs(5),
  'reflow.cost': () => rectified.transportCost(rectified.straight, 0.61),
  'reflow.curved': () => straightness(rectified.straight, float64([[1], [-0.5]])).item(),
  'reflow.straight': () => straightness(reverseTime(gaussianVelocity(0.6)), float64([[1], [-0.5]])).item(),
  'reflow.fixed': () => rectified.pullAtStraight(reverseTime(gaussianVelocity(0.6))),
  'reflow.step': () => rectified.oneStep(reverseTime(gaussianVelocity(0.6))),
  'tools.likelihood': () => tools.likelihoodOfMixture(1.01),
  'tools.hutchinson': () => tools.hutchinson(0.6),
  'tools.adaptive': () => tools.adaptiveError(1e-3),
  'tools.norm': () => tools.stepsOfCopies(8, 1e-3),
  'tools.sde': () => tools.eulerMaruyama(1),
  'tools.stochastic': () => tools.stochasticSampling(0.4),
  'tools.predictions': () => tools.conversions(1.01),
  'tools.schedule': () => tools.scheduleConverted(0.4),
  'tools.coupling': () => tools.bestAssignment((costs) => Math.max(...costs)),
  'tools.sinkhorn': () => tools.entropicPlan(0.41),
  'tools.metrics': () => tools.metricsByHand(6),
  'tools.training': () => tools.trainedByHand(0.9),
  'reflow.consistent': () => rectified.consistencyOfStraight(reverseTime(gaussianVelocity(0.6))),
};

describe('a claim with a wrong ingredient fails', function () {
  this.timeout(60_000);

  for (const [name, measure] of Object.entries(wrong)) {
    it(name, () => {
      const claim =
        claims.find(({ id }) => id === name) ?? claims.find(({ id }) => id.startsWith(`${name}.`));
      expect(claim, 'there is such a claim').to.not.equal(undefined);
      const { passed, residual } = checkClaim({ ...(claim as Claim), measure });
      expect(Number.isFinite(residual)).to.equal(true);
      expect(passed).to.equal(false);
    });
  }

  for (const { number, printedError, correctedError, ...rest } of errata) {
    it(`errata.${number}: the two formulas cannot change places`, () => {
      const swapped = { ...rest, number, printedError: correctedError, correctedError: printedError };
      expect(errataClaims([swapped]).map((claim) => checkClaim(claim).passed)).to.deep.equal([false, false]);
    });
  }

  it('and none is left out', () => {
    const covered = (id: string) =>
      Object.keys(wrong).some((name) => id === name || id.startsWith(`${name}.`));
    expect(
      claims.map(({ id }) => id).filter((id) => !id.startsWith('errata.') && !covered(id)),
    ).to.deep.equal([]);
  });
});

function reverseSign(v: Velocity<'noiseToData'>): Velocity<'noiseToData'> {
  return noiseToData((x: Tensor, t: Tensor) => v(x, t).negate());
}

function zScore(size: number) {
  const { marginal, conditional } = monteCarlo.estimators('ot', 2, perturbed(field(2).velocity, size));
  return monteCarlo.surpriseAtDifference(marginal, conditional);
}
