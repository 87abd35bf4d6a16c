/** What the figures of an evaluation say, in words: how far the model is from its floor. */
import type { Evaluation } from './evaluation.ts';

/** How far samples are from the data, beside how far other points of the data are. */
export interface Verdict {
  /** The energy distance over its floor. */
  readonly ratio: number;
  readonly isFar: boolean;
  /** A sentence or two. */
  readonly text: string;
}

/** A model is far from the data if its energy distance is more than so many times its floor. */
export const usualRatio = 5;
/** Of so few points the floor itself says little. */
const fewest = 20;

/**
 * The verdict on an evaluation.
 * @param most how many times its floor the energy distance may be
 * @example const { isFar, text } = verdictOn(evaluate(model, data, { key }));
 */
export function verdictOn(
  { points, energyDistance: { model, floor }, heldOut }: Evaluation,
  most: number = usualRatio,
): Verdict {
  const ratio = model === floor ? 1 : model / floor;
  const [target, others] = heldOut
    ? ['points that training has not seen', 'those that it has seen']
    : ['the data', 'other points of the data'];
  const times = `their energy distance is ${shown(ratio)} times its floor`;
  if (points < fewest) {
    return { ratio, isFar: false, text: `${points} points are too few to judge the model by.` };
  }
  // A NaN is no closeness.
  if (!(ratio <= most)) {
    return { ratio, isFar: true, text: `The samples are far from ${target}: ${times}. ${advice}` };
  }
  const text =
    ratio <= 2
      ? `The samples are about as close to ${target} as ${others} are: ${times}.`
      : `The samples are near ${target}, and can be told from them: ${times}. ${advice}`;
  return { ratio, isFar: false, text };
}

const advice = 'More training steps, or a wider network (the setting hidden), may help.';

function shown(ratio: number): string {
  return Number.isFinite(ratio) ? String(Number(ratio.toPrecision(2))) : 'infinitely many';
}
