/**
 * What a training run can be told, by a file of settings or by the command line; everything has a default.
 */
import { UsageError } from '../arguments.ts';

export const methods = ['cfm', 'ot-cfm', 'meanflow'] as const;
export type Method = (typeof methods)[number];

export const networks = ['mlp', 'unet', 'transformer'] as const;
export type NetworkName = (typeof networks)[number];

export interface TrainingSettings {
  readonly method: Method;
  /** What all randomness comes from. */
  readonly seed: number;
  readonly steps: number;
  readonly batchSize: number;
  /** 'unet' and 'transformer' are for images. */
  readonly network: NetworkName;
  /**
   * Width of the network: of a layer of the MLP, of a token of the transformer; the U-Net's channels at full
   * resolution.
   */
  readonly hidden: number;
  /** Its depth: layers of the MLP, blocks of the transformer, blocks at each resolution of the U-Net. */
  readonly layers: number;
  /** At how many frequencies it sees a time. */
  readonly frequencies: number;
  /** At its highest, after the warm-up; from there it falls to zero on a cosine. */
  readonly learningRate: number;
  /**
   * The share of the steps that the learning rate takes to climb: the first gradients are too wild for Adam's
   * full step.
   */
  readonly warmUpShare: number;
  /** Decay of the parameters' moving average. */
  readonly ema: number;
  /** The share of labels replaced by the null class. */
  readonly labelDrop: number;
  /** Whether each feature is standardised by its own mean and scale, or all by the same. */
  readonly perFeature: boolean;
  /** MeanFlow: γ and c of the adaptive weight. */
  readonly gamma: number;
  readonly c: number;
  /**
   * MeanFlow: where r and t are drawn from. Sampling in one step asks for u(z, 0, 1), a corner that the
   * paper's logit-normal times hardly visit: with them the digits' energy distance at one evaluation is
   * several times as large.
   */
  readonly times: 'uniform' | 'logitNormal';
  /** MeanFlow: the share of a batch with r ≠ t. */
  readonly differentShare: number;
  /** MeanFlow: the guidance scale to build into the model; 1 guides nothing. */
  readonly guidance: number;
}

/** What was found to work on the digits; the toys in the plane learn as well from it. */
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
  warmUpShare: 0.05,
  ema: 0.99,
  labelDrop: 0.1,
  perFeature: false,
  gamma: 0.5,
  c: 1e-3,
  times: 'uniform',
  differentShare: 0.5,
  guidance: 1,
};

/** Where the networks for images differ from that. */
export const networkSettings: Readonly<Record<NetworkName, Partial<TrainingSettings>>> = {
  mlp: {},
  unet: { hidden: 24, layers: 1, batchSize: 64, learningRate: 2e-3 },
  transformer: { hidden: 96, layers: 4, batchSize: 64, learningRate: 1e-3 },
};

/**
 * Settings from the JSON text of a file.
 * @throws UsageError for what is no JSON object, a setting that does not exist, or a value that makes no
 * sense
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

/** A setting's value, if there is such a setting and it may have it. */
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
  warmUpShare: share,
  ema: { wanted: 'a number from 0 to below 1', accepts: (value) => share.accepts(value) && value !== 1 },
  labelDrop: share,
  perFeature: { wanted: 'true or false', accepts: (value) => typeof value === 'boolean' },
  gamma: share,
  c: positive,
  times: oneOf(['uniform', 'logitNormal']),
  differentShare: share,
  guidance: positive,
};
