/** All mistakes that `npm run check:proof` plants. */
import type { ListedMistake } from '../mistake.ts';
import { learningMistakes } from './learning.ts';
import { lossMistakes } from './losses.ts';
import { pathMistakes } from './paths.ts';
import { randomnessMistakes } from './randomness.ts';
import { samplingMistakes } from './sampling.ts';

export const mistakes: readonly ListedMistake[] = [
  ...pathMistakes,
  ...lossMistakes,
  ...samplingMistakes,
  ...learningMistakes,
  ...randomnessMistakes,
];
