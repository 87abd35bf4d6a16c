/**
 * The losses of an average velocity. Each is a function of MeanFlow's u(z, r, t) and, by default, has a
 * constant weight, so that they can be compared.
 */
import { jvp, stopGradient, subtract, type Tensor, type TensorLike } from '../../autograd/index.ts';
import { flowMapFromAverage } from '../flow-map.ts';
import {
  alphaFlowLoss,
  consistencyFlowMatchingLoss,
  improvedMeanFlowLoss,
  meanFlowLoss,
  selfDistillationLoss,
  shortcutLoss,
  splitMeanFlowLoss,
  squaredNorm,
} from '../losses/index.ts';
import { noiseToData } from '../time.ts';
import { type AverageLoss, pointsOf } from './pulls.ts';

/** MeanFlow, with the adaptive weight's γ; γ = 1 makes the weight constant. */
export const meanFlow =
  (gamma = 1): AverageLoss =>
  (u, batch) =>
    meanFlowLoss(u, batch, { gamma }).loss;

/** Improved MeanFlow, with the same γ. */
export const improvedMeanFlow =
  (gamma = 1): AverageLoss =>
  (u, batch) =>
    improvedMeanFlowLoss(u, batch, { gamma }).loss;

/** α-Flow with e − x as the velocity of its first step, or with the model's average velocity. */
export const alphaFlow =
  (alpha: number, velocity: 'conditional' | 'average' = 'conditional'): AverageLoss =>
  (u, batch) =>
    alphaFlowLoss(u, batch, { alpha, velocity, gamma: 1 }).loss;

/** SplitMeanFlow, split at 0.3 of the span. */
export const splitMeanFlow: AverageLoss = (u, batch) =>
  splitMeanFlowLoss(u, { ...batch, lambda: batch.t.multiply(0).add(0.3) });

/** A shortcut model's step from t to r. The loss wants times that run from noise to data. */
export const shortcut: AverageLoss = (u, { data, noise, r, t, weights }) =>
  shortcutLoss(flowMapFromAverage(u), {
    x0: noise,
    x1: data,
    t: subtract(1, t),
    d: t.subtract(r).divide(2),
    weights,
  });

/** Lagrangian self-distillation of the map from t to r. The loss wants times from noise to data. */
export const selfDistillation =
  (constantTeacher = false): AverageLoss =>
  (u, { data, noise, r, t, weights }) => {
    const batch = { x0: noise, x1: data, s: subtract(1, t), t: subtract(1, r), weights };
    return selfDistillationLoss(flowMapFromAverage(u), batch, { constantTeacher });
  };

/** One term of consistency flow matching, for the velocity that leads straight to the data, u(z, 0, t). */
export const consistency =
  (term: 'endpoint' | 'velocity', step: number): AverageLoss =>
  (u, { data, noise, t, weights }) => {
    const velocity = noiseToData((x, time) => flowMapFromAverage(u)(x, time, time.multiply(0).add(1)));
    const lossWith = (alpha: number) =>
      consistencyFlowMatchingLoss(
        velocity,
        { x0: noise, x1: data, t: subtract(1, t), weights },
        { step, alpha },
      ).loss;
    return term === 'endpoint' ? lossWith(0) : lossWith(1).subtract(lossWith(0));
  };

/** The losses with a fixed point at the exact u, as the claims take them. */
export const unbiasedLosses = {
  meanFlow: meanFlow(),
  improvedMeanFlow: improvedMeanFlow(),
  splitMeanFlow,
  shortcut,
  selfDistillation: selfDistillation(),
  alphaFlow: alphaFlow(0.25, 'average'),
} as const satisfies Record<string, AverageLoss>;

/** The tangents of (z, r, t), given the velocity; MeanFlow's are (v, 0, 1). */
export type Tangents = (v: Tensor) => readonly [TensorLike, TensorLike, TensorLike];

/** The MeanFlow loss written out, with tangents that the caller chooses. */
export const meanFlowWithTangents =
  (tangents: Tangents): AverageLoss =>
  (u, { data, noise, r, t, weights }) => {
    const [z, v] = [pointsOf(data, noise, t), noise.subtract(data)];
    const [average, dudt] = jvp(u, [z, r, t], tangents(v) as [TensorLike, TensorLike, TensorLike]);
    const delta = average.subtract(stopGradient(v.subtract(t.subtract(r).multiply(dudt))));
    return squaredNorm(delta).multiply(weights).sum();
  };
