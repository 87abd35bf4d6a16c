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
  sampleFlow,
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
  /** Where a few evaluations of the network take the particles, [particles, 2], and their energy distance. */
  readonly jumps: { readonly evaluations: number; readonly ends: Float32Array; readonly energy: number };
}

/** How many particles the plane shows; the energy distance is always that of the same ones. */
const particles = { exact: 128, training: 512, rest: 2048 };

export class Session {
  readonly settings: Settings;
  readonly problem: Problem;
  readonly #noise: Tensor;
  #steps: Generator<StepReport<VelocityParameters>, void>;
  #parameters: VelocityParameters;
  #step = 0;
  #round = 0;
  /** By how many evaluations the jumps go from noise to data. */
  evaluations = 1;

  constructor(settings: Settings, parameters = initialParameters(settings)) {
    this.settings = settings;
    this.problem = problemOf(settings);
    this.#noise = startingNoise(this.problem, settings.seed);
    this.#parameters = parameters;
    this.#steps = trainingSteps(trainingRun(settings, this.problem, parameters, 0));
  }

  /** How many steps are done. */
  get step(): number {
    return this.#step;
  }

  get isDone(): boolean {
    return this.#step >= this.target;
  }

  /** The step at which the run ends. */
  get target(): number {
    return (this.#round + 1) * this.settings.steps;
  }

  /** Lets a run that is over go on for as many steps again, from the averaged weights. */
  extend(): void {
    this.#round++;
    this.#steps = trainingSteps(trainingRun(this.settings, this.problem, this.#parameters, this.#round));
  }

  /** Makes a training step, and returns the squared error before it. */
  advance(): number {
    const { value } = this.#steps.next();
    if (!value) throw new Error('the run is over');
    this.#step = this.#round * this.settings.steps + value.step;
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

  /** What the present network makes of noise; with all particles if the training rests. */
  snapshot({ isResting = false } = {}): Snapshot {
    const { latest, reference } = this.problem;
    const shown = isResting ? particles.rest : particles.training;
    const noise = this.#noise.slice([[0, shown]]);
    const velocity = velocityOf(this.settings, this.#parameters);
    const { view, samples } = viewField(velocity, noise, { latest, shown });
    const energyOf = (x: Tensor) => energyDistance(x.slice([[0, sampleCount]]), reference);
    const ends = this.#jump(noise);
    return {
      view,
      energy: energyOf(samples),
      jumps: {
        evaluations: this.evaluations,
        ends: ends.toTypedArray() as Float32Array,
        energy: energyOf(ends),
      },
    };
  }

  /** An average velocity jumps over spans of time; any other one takes Euler's steps. */
  #jump(noise: Tensor): Tensor {
    const steps = this.evaluations;
    if (isAverage(this.settings.method))
      return sampleMeanFlow(averageOf(this.#parameters), noise, { steps }).x;
    const { latest } = this.problem;
    const times = Array.from({ length: steps + 1 }, (_, i) => (latest * i) / steps);
    return sampleFlow(velocityOf(this.settings, this.#parameters), noise, { times, method: 'euler' }).x;
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
 * variance-exploding one. One half of those that are compared mirrors the other, so that their mean is 0.
 * Then the distance of the samples depends more on the field and less on the noise.
 */
function startingNoise({ path, data }: Problem, seed: number): Tensor {
  const key = random.foldIn(random.key(seed), 5);
  const half = random.normal(key, [sampleCount / 2, 2]);
  const others = random.normal(random.foldIn(key, 1), [particles.rest - sampleCount, 2]);
  return concatenate([half, half.negate(), others], 0).multiply(path.deviation(data.slice([[0, 1]]), 0));
}
