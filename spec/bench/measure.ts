/** Measuring on a machine that does other things as well. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Milliseconds of processor time of each candidate, round by round: they take turns, so that all see the same
 * disturbances, and time in which the machine does something else does not count.
 */
export type Times<K extends string> = Readonly<Record<K, readonly number[]>>;

export function interleaved<K extends string>(
  candidates: Readonly<Record<K, () => unknown>>,
  rounds: number,
): Times<K> {
  const names = Object.keys(candidates) as K[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (const name of names) candidates[name](); // to compile them
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const start = process.cpuUsage();
      candidates[name]();
      const { user, system } = process.cpuUsage(start);
      times[name].push((user + system) / 1000);
    }
  }
  return times;
}

/** One candidate's time in units of another's. */
export function ratio<K extends string>(times: Times<K>, of: K, to: K): number {
  return least(times[of]) / least(times[to]);
}

/** The round that other processes disturbed least. */
export function least(values: readonly number[]): number {
  return Math.min(...values);
}

/** Bytes that what `make` returns keeps alive: arrays' contents and JS objects. */
export function retainedBytes(make: () => unknown): { readonly arrays: number; readonly objects: number } {
  const before = memory();
  kept.push(make());
  const after = memory();
  kept.pop();
  return { arrays: after.arrays - before.arrays, objects: after.objects - before.objects };
}

// Not a local variable, which the compiler may forget before the function ends.
const kept: unknown[] = [];

/** Bytes in use after a garbage collection. */
export function memory(): { readonly arrays: number; readonly objects: number } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect(); // The first may leave arrays' contents to be freed in the background.
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return { arrays: arrayBuffers, objects: heapUsed };
}
