/** Classifier-free guidance as MeanFlow learns it: the note's "CFG Training". */
import { full, type Tensor, where } from '../../../autograd/index.ts';
import { guidedVelocity } from '../../losses/index.ts';
import { optimalTransportPath } from '../../paths/index.ts';
import { marginalField } from '../../paths/marginal-field.ts';
import { type ConditionalAverageVelocity, dataToNoise, type Velocity } from '../../time.ts';
import type { Claim } from '../claim.ts';
import { averageVelocityOf, marginalVelocity, timesLike } from '../exact-velocities.ts';
import { eachPoint, type FiniteData, somePoints, threePoints } from '../examples.ts';
import { largest, lazily, relativeGap } from '../numerics.ts';
import { identity } from './average-velocity.ts';

const part = 'Guidance';
const t = 0.7;
const w = 2.5;
const nullClass = 2;

/** The three points in two classes, c = 0 for the first two and c = 1 for the last, with p(c). */
const classes = lazily((): readonly { readonly data: FiniteData; readonly probability: number }[] => [
  { data: restrict(threePoints[2], 0, 2), probability: 0.8 },
  { data: restrict(threePoints[2], 2, 3), probability: 0.2 },
]);

/** v(z, t | c). */
export function classVelocity(c: number): Velocity<'dataToNoise'> {
  return marginalVelocity(classes()[c]!.data);
}

/** v^cfg(z, t | c) = w·v(z, t | c) + (1 − w)·v(z, t). */
export function guidedField(c: number, scale: number): Velocity<'dataToNoise'> {
  const [conditional, all] = [classVelocity(c), marginalVelocity(threePoints[2])];
  return dataToNoise((z, time) =>
    conditional(z, time)
      .multiply(scale)
      .add(all(z, time).multiply(1 - scale)),
  );
}

/** p(c | z_t) = p(c)·p(z_t | c)/p(z_t), [m, 1] for each class. */
export function classPosterior(z: Tensor, time: number): readonly Tensor[] {
  const logDensity = (data: FiniteData) =>
    marginalField(optimalTransportPath(), data).logDensity(z, 1 - time);
  const all = logDensity(threePoints[2]);
  return classes().map(({ data, probability }) =>
    logDensity(data).subtract(all).exp().multiply(probability).reshape([-1, 1]),
  );
}

/** v(z, t) = E_{p(c|z)}[v(z, t | c)]. */
export function meanOverClasses(weights = classPosterior): number {
  const z = somePoints(20, 20, 2);
  return relativeGap(
    mean(weights(z, t), (c) => classVelocity(c)(z, t)),
    marginalVelocity(threePoints[2])(z, t),
  );
}

/** u^cfg(z, t, t | ∅) = v(z, t) = E_{p(c|z)}[v^cfg(z, t | c)], for every w. */
export function meanOfGuided(
  field: (c: number, scale: number) => Velocity<'dataToNoise'> = guidedField,
): number {
  const z = somePoints(20, 20, 2);
  const guided = mean(classPosterior(z, t), (c) => field(c, w)(z, t));
  return relativeGap(guided, marginalVelocity(threePoints[2])(z, t));
}

/**
 * The library's v_g for exact velocities. It must be w·v_c + (1 − w)·v, so v_c for w = 1 and v for w = 0;
 * under the null label it must be v_t itself.
 */
export function libraryGuidance(sign = 1): number {
  const z = somePoints(20, 20, 2);
  const [v, conditional] = [marginalVelocity(threePoints[2])(z, t), classVelocity(1)(z, t)];
  const guide = (scale: number, label: number) =>
    guidedVelocity(exactVelocities(1), sampleAt(z, conditional, label), { scale, nullClass });
  return Math.max(
    relativeGap(guide(w, 1), guidedField(1, w * sign)(z, t)),
    relativeGap(guide(1, 1), conditional),
    relativeGap(guide(0, 1), v),
    largest(guide(w, nullClass).subtract(conditional)),
  );
}

/** With κ, v_g = w·v_c + κ·v_g + (1 − w − κ)·v. Solved for v_g, this is guidance of scale w/(1 − κ). */
export function effectiveScale(scaleOf = (scale: number, mixing: number) => scale / (1 - mixing)): number {
  const z = somePoints(20, 20, 2);
  const [scale, mixing] = [0.6, 0.8];
  const effective = scaleOf(scale, mixing);
  const guided = guidedVelocity(exactVelocities(effective), sampleAt(z, classVelocity(1)(z, t), 1), {
    scale,
    mixing,
    nullClass,
  });
  return relativeGap(guided, guidedField(1, effective)(z, t));
}

/** E[w·v_t + (1 − w)·u^cfg(z_t, t, t | ∅) | z_t, c] = v^cfg(z_t, t | c): the mean of the loss's target. */
export function meanOfTarget(scale = w): number {
  const z = somePoints(20, 20, 2);
  const { data } = classes()[0]!;
  const samples = eachPoint(data, (x, q) => {
    const e = z.subtract(x.multiply(1 - t)).divide(t);
    const weight = e.square().sum({ axes: 1, keepDims: true }).multiply(-0.5).exp().multiply(q);
    const target = guidedVelocity(exactVelocities(w), sampleAt(z, e.subtract(x), 0), { scale, nullClass });
    return { weight, target };
  });
  const total = samples.map(({ weight }) => weight).reduce((a, b) => a.add(b));
  const expected = samples.map(({ weight, target }) => weight.multiply(target)).reduce((a, b) => a.add(b));
  return relativeGap(expected.divide(total), guidedField(0, w)(z, t));
}

/** A perfect model's velocities at r = t: v^cfg(z, t | c) for a class, v(z, t) for the null class. */
function exactVelocities(scale: number): ConditionalAverageVelocity {
  return (z, _, time, labels) => {
    const column = labels.cast('float64').reshape([-1, 1]);
    const ofClass = where(column.less(0.5), guidedField(0, scale)(z, time), guidedField(1, scale)(z, time));
    return where(column.greater(nullClass - 0.5), marginalVelocity(threePoints[2])(z, time), ofClass);
  };
}

function sampleAt(z: Tensor, v: Tensor, label: number) {
  return { z, v, t: timesLike(z, t), labels: full([z.shape[0] as number], label, { dtype: 'int32' }) };
}

function mean(weights: readonly Tensor[], value: (c: number) => Tensor): Tensor {
  return weights.map((weight, c) => weight.multiply(value(c))).reduce((a, b) => a.add(b));
}

function restrict({ points, weights }: FiniteData, from: number, to: number): FiniteData {
  const chosen = weights.slice([[from, to]]);
  return { points: points.slice([[from, to]]), weights: chosen.divide(chosen.sum()) };
}

export const guidanceClaims: readonly Claim[] = [
  {
    id: 'guidance.classes',
    part,
    claim: 'The marginal velocity is the mean over the classes',
    equation: 'v(z_t, t) = E_{p(c|z_t)}[v(z_t, t | c)]',
    compared: 'The posterior mean over two classes, and the field of all the data; d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => meanOverClasses(),
  },
  {
    id: 'guidance.null',
    part,
    claim: 'The guided velocities average to the unguided one',
    equation: 'u^cfg(z_t, t, t | ∅) = v(z_t, t) = E_{p(c|z_t)}[v^cfg(z_t, t | c)]',
    compared: 'The posterior mean of v^cfg for w = 2.5, and v; d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => meanOfGuided(),
  },
  {
    id: 'guidance.velocity',
    part,
    claim: 'The guided velocity',
    equation: 'v^cfg(z_t, t | c) = w·v(z_t, t | c) + (1−w)·u^cfg(z_t, t, t | ∅)',
    compared: "The library's, and by hand for w = 2.5, 1 (v_c), 0 (v), and under the null label (v_t); d = 2",
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => libraryGuidance(),
  },
  {
    id: 'guidance.mixing',
    part,
    claim: 'With κ, the effective scale',
    equation: 'v_g = w·v_c + κ·v_g + (1−w−κ)·v  ⟹  scale w/(1−κ)',
    compared: "The library's at its fixed point for w = 0.6, κ = 0.8, and v^cfg with scale 3; d = 2",
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => effectiveScale(),
  },
  {
    id: 'guidance.target',
    part,
    claim: 'The mean of the guided target',
    equation: 'E[w·v_t + (1−w)·u^cfg(z_t, t, t | ∅) | z_t, c] = v^cfg(z_t, t | c)',
    compared: 'The posterior mean over the points of a class, and the guided field; d = 2',
    bound: 'at most',
    tolerance: 1e-12,
    measure: () => meanOfTarget(),
  },
  {
    id: 'guidance.identity',
    part,
    claim: 'The guided field has a MeanFlow identity of its own',
    equation: 'u^cfg = v^cfg − (t−r)·du^cfg/dt, along v^cfg',
    compared:
      'u^cfg by 20 steps of RK4 along v^cfg, du/dt by jvp with tangents (v^cfg, 0, 1); w = 2.5, d = 2',
    bound: 'at most',
    tolerance: 1e-4,
    measure: () => identity(averageVelocityOf(guidedField(0, w), 20), guidedField(0, w)),
  },
];
