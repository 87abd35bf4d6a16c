/** The settings of a training run, from a file or from the command line. Every setting has a default. */
import { UsageError } from '../arguments.ts';

export const methods = ['cfm', 'ot-cfm', 'meanflow'] as const;
export type Method = (typeof methods)[number];

export const networks = ['mlp', 'unet', 'transformer'] as const;
export type NetworkName = (typeof networks)[number];

/** All settings of a training run. */
export interface TrainingSettings {
  readonly method: Method;
  /** All random numbers of the run come from this seed. */
  readonly seed: number;
  /** The number of training steps. */
  readonly steps: number;
  /** The number of data points in a step. */
  readonly batchSize: number;
  /** 'mlp' takes any data, 'unet' and 'transformer' only images. */
  readonly network: NetworkName;
  /** The network's width: of an MLP's layer, of a transformer's token, of the U-Net at full resolution. */
  readonly hidden: number;
  /** The network's depth: an MLP's layers, a transformer's blocks, a U-Net's blocks at each resolution. */
  readonly layers: number;
  /** The number of frequencies that embed each time; with 0, the network sees the bare time. */
  readonly frequencies: number;
  /** The highest learning rate, at the end of the warm-up. */
  readonly learningRate: number;
  /** The rate after the warm-up: it falls to 0 along a cosine, or it stays. */
  readonly schedule: 'cosine' | 'constant';
  /**
   * The share of the steps in which the learning rate climbs. The first gradients are too large for Adam's
   * full step.
   */
  readonly warmUpShare: number;
  /** The decay of the parameters' moving average, which becomes the model. */
  readonly ema: number;
  /** The share of the labels that become the null class, as guidance needs. */
  readonly labelDrop: number;
  /** Whether each feature is standardised by its own mean and scale, or all by a common one. */
  readonly perFeature: boolean;
  /** The share of the points that training never sees, and whose loss is measured; 0 for none. */
  readonly validation: number;
  /** The number of steps between two measurements of the validation loss. */
  readonly validateEvery: number;
  /** Training ends after so many measurements without a new least validation loss; 0 for never. */
  readonly patience: number;
  /** MeanFlow: γ of the adaptive weight 1/(‖Δ‖² + c)^(1 − γ). */
  readonly gamma: number;
  /** MeanFlow: c of the same weight. */
  readonly c: number;
  /**
   * MeanFlow: the distribution of r and t. Sampling in one step uses u(z, 0, 1), and the paper's logit-normal
   * times rarely come near this corner. With them, the digits' energy distance at one evaluation is several
   * times as large.
   */
  readonly times: 'uniform' | 'logitNormal';
  /** MeanFlow: the share of a batch with r ≠ t. */
  readonly differentShare: number;
  /** MeanFlow: the guidance scale that training builds into the model; 1 means no guidance. */
  readonly guidance: number;
}

/** Settings that work well on the digits. The distributions in the plane learn as well with them. */
export const defaultSettings: TrainingSettings = {
  method: 'meanflow',
  seed: 0,
  steps: 1500,
  batchSize: 256,
  network: 'mlp',
  hidden: 256,
  layers: 3,
  frequencies: 2,
  learningRate: 5e-3,
  schedule: 'cosine',
  warmUpShare: 0.05,
  ema: 0.99,
  labelDrop: 0.1,
  perFeature: false,
  validation: 0,
  validateEvery: 50,
  patience: 0,
  gamma: 0.5,
  c: 1e-3,
  times: 'uniform',
  differentShare: 0.5,
  guidance: 1,
};

/**
 * The settings that may change when a run goes on. All others say what its weights are, or what they have
 * already learned from.
 */
export const changeableSettings = ['steps', 'learningRate', 'schedule', 'warmUpShare', 'patience'] as const;

export function isChangeable(name: string): boolean {
  return (changeableSettings as readonly string[]).includes(name);
}

/** The defaults of each network, where they differ from `defaultSettings`. */
export const networkSettings: Readonly<Record<NetworkName, Partial<TrainingSettings>>> = {
  mlp: {},
  unet: { hidden: 24, layers: 1, batchSize: 64, learningRate: 2e-3 },
  transformer: { hidden: 96, layers: 4, batchSize: 64, learningRate: 1e-3 },
};

/**
 * Reads settings from the JSON text of a file. The name of the file stands in the messages.
 * @throws UsageError for text that is not a JSON object, an unknown setting, or a value that the setting
 * cannot have
 * @example parseSettings('{ "steps": 5000, "hidden": 128 }', 'moons.json');
 */
export function parseSettings(text: string, file: string): Partial<TrainingSettings> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is no JSON text`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`${file}: wanted an object of settings, such as { "steps": 5000 }`);
  }
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [name, checkSetting(name, value, file)]),
  );
}

/**
 * Returns the value of a setting. `where` (a file, or an option) stands in the messages.
 * @throws UsageError if there is no such setting, or the setting cannot have this value
 */
export function checkSetting(name: string, value: unknown, where: string): unknown {
  const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof TrainingSettings] : undefined;
  if (kind === undefined) {
    throw new UsageError(
      `${where}: there is no setting '${name}'; the settings are ${Object.keys(kinds).join(', ')}`,
    );
  }
  if (kind.accepts(value)) return value;
  throw new UsageError(
    `${where}: wanted ${kind.wanted} for '${name}', got ${JSON.stringify(value)?.slice(0, 80)}`,
  );
}

/** The values that a setting can have. */
interface Kind {
  readonly wanted: string;
  accepts(value: unknown): boolean;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const whole = (least: number, most = 1e9): Kind => ({
  wanted: `a whole number from ${least} to ${most}`,
  accepts: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
});
const oneOf = (values: readonly string[]): Kind => ({
  wanted: values.map((value) => `'${value}'`).join(' or '),
  accepts: (value) => values.includes(value as string),
});
const share: Kind = {
  wanted: 'a number from 0 to 1',
  accepts: (value) => isNumber(value) && value >= 0 && value <= 1,
};
const belowOne: Kind = {
  wanted: 'a number from 0 to below 1',
  accepts: (value) => share.accepts(value) && value !== 1,
};
const positive: Kind = { wanted: 'a number above 0', accepts: (value) => isNumber(value) && value > 0 };

const kinds: Readonly<Record<keyof TrainingSettings, Kind>> = {
  method: oneOf(methods),
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  steps: whole(1),
  batchSize: whole(1, 1e6),
  network: oneOf(networks),
  hidden: whole(1, 1e5),
  layers: whole(0, 1e3),
  frequencies: whole(0, 64),
  learningRate: positive,
  schedule: oneOf(['cosine', 'constant']),
  warmUpShare: share,
  ema: belowOne,
  labelDrop: share,
  validation: belowOne,
  validateEvery: whole(1),
  patience: whole(0),
  perFeature: { wanted: 'true or false', accepts: (value) => typeof value === 'boolean' },
  gamma: share,
  c: positive,
  times: oneOf(['uniform', 'logitNormal']),
  differentShare: share,
  guidance: positive,
};
