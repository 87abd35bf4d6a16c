/** One run of the settings: the problem, the present network, and the views of both. */
import { concatenate, random, type Tensor } from '../../../autograd/index.ts';
import {
  energyDistance,
  flattenNames,
  formatSafetensors,
  marginalField,
  movingAverage,
  parseSafetensors,
  restoreTree,
  type StepReport,
  sampleMeanFlow,
  trainingSteps,
  type VelocityParameters,
} from '../../../flows/index.ts';
import { isAverage } from './choices.ts';
import { averageDecay, averageOf, initialParameters, trainingRun, velocityOf } from './model.ts';
import { type Problem, problemOf, sampleCount } from './problem.ts';
import { consistent, readSettings, type Settings, writeSettings } from './settings.ts';
import { type TheoremView, viewTheorem } from './theorem.ts';
import { type FieldView, viewField } from './views.ts';

/** What the network makes of noise. */
export interface Snapshot {
  readonly view: FieldView;
  /** The energy distance between samples along the field and other points of the data's distribution. */
  readonly energy: number;
  /**
   * Where one step of the average velocity takes the particles, [particles, 2], and their energy distance.
   */
  readonly oneStep?: { readonly ends: Float32Array; readonly energy: number };
}

const particles = { exact: 128, learnt: 256 };

export class Session {
  readonly settings: Settings;
  readonly problem: Problem;
  readonly #noise: Tensor;
  readonly #steps: Generator<StepReport<VelocityParameters>, void>;
  #parameters: VelocityParameters;
  #step = 0;

  constructor(settings: Settings, parameters = initialParameters(settings)) {
    this.settings = settings;
    this.problem = problemOf(settings);
    this.#noise = startingNoise(this.problem, settings.seed);
    this.#parameters = parameters;
    this.#steps = trainingSteps(trainingRun(settings, this.problem, parameters));
  }

  /** How many steps are done. */
  get step(): number {
    return this.#step;
  }

  get isDone(): boolean {
    return this.#step >= this.settings.steps;
  }

  /** Makes a training step, and returns the squared error before it. */
  advance(): number {
    const { value } = this.#steps.next();
    if (!value) throw new Error('the run is over');
    this.#step = value.step;
    this.#parameters = movingAverage(averageDecay).value(value.state.average);
    return value.losses.rawError ?? Number.NaN;
  }

  /** The field that flow matching would learn if it could learn perfectly. */
  exact(): FieldView {
    const { path, data, latest } = this.problem;
    const noise = this.#noise.slice([[0, particles.exact]]);
    return viewField(marginalField(path, { points: data }).velocity, noise, {
      latest,
      shown: particles.exact,
    }).view;
  }

  snapshot(): Snapshot {
    const { settings, problem } = this;
    const shown = particles.learnt;
    const { latest, reference } = problem;
    const { view, samples } = viewField(velocityOf(settings, this.#parameters), this.#noise, {
      latest,
      shown,
    });
    const energy = energyDistance(samples, reference);
    if (!isAverage(settings.method)) return { view, energy };
    const { x } = sampleMeanFlow(averageOf(this.#parameters), this.#noise);
    const ends = x.slice([[0, shown]]).toTypedArray() as Float32Array;
    return { view, energy, oneStep: { ends, energy: energyDistance(x, reference) } };
  }

  theorem(): TheoremView {
    return viewTheorem(this.settings, this.problem, this.#parameters);
  }

  /** The weights that make the samples, as a safetensors file that also holds the settings. */
  save(): Uint8Array {
    return formatSafetensors(flattenNames(this.#parameters), {
      settings: writeSettings(this.settings),
      step: String(this.#step),
    });
  }

  /** A session with the weights and the settings of a file that `save` wrote. */
  static load(bytes: Uint8Array): Session {
    const { tensors, metadata } = parseSafetensors(bytes);
    const { settings } = readSettings(metadata.settings ?? '');
    return new Session(consistent(settings), restoreTree(tensors, initialParameters(settings)));
  }
}

/**
 * The noise at the beginning of the path. Its deviation is 1 on most paths and σ_max on the
 * variance-exploding one. One half mirrors the other, so that the mean is 0. Then the distance of the samples
 * depends more on the field and less on the noise.
 */
function startingNoise({ path, data }: Problem, seed: number): Tensor {
  const half = random.normal(random.foldIn(random.key(seed), 5), [sampleCount / 2, 2]);
  return concatenate([half, half.negate()], 0).multiply(path.deviation(data.slice([[0, 1]]), 0));
}
