/** The settings of a training run. Every setting has a default. */

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

/** The defaults of each network, where they differ from `defaultSettings`. */
export const networkSettings: Readonly<Record<NetworkName, Partial<TrainingSettings>>> = {
  mlp: {},
  unet: { hidden: 24, layers: 1, batchSize: 64, learningRate: 2e-3 },
  transformer: { hidden: 96, layers: 4, batchSize: 64, learningRate: 1e-3 },
};

/**
 * Says what is wrong with the value of a setting; undefined if the setting can have it.
 * @example flawOfSetting('steps', 0); // "wanted a whole number from 1 to 1000000000 for 'steps', got 0"
 */
export function flawOfSetting(name: string, value: unknown): string | undefined {
  const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof TrainingSettings] : undefined;
  if (kind === undefined)
    return `there is no setting '${name}'; the settings are ${Object.keys(kinds).join(', ')}`;
  if (kind.accepts(value)) return undefined;
  return `wanted ${kind.wanted} for '${name}', got ${JSON.stringify(value)?.slice(0, 80)}`;
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
