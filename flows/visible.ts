import { LevelError } from '../autograd/index.ts';

/** What `look` sees of a tensor's values; undefined inside a transform that hides them (vmap, tracing). */
export function visible<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof LevelError) return undefined;
    throw error;
  }
}
