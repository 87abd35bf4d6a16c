import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects all garbage now, so that a spec can see what is still alive. The last resort also gives up code
 * that the engine has compiled (from Node 22 on).
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options?: Readonly<Record<string, string>>) => void;
  collect();
  const knowsLastResort = Number.parseInt(process.versions.node, 10) >= 22;
  if (knowsLastResort) collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/**
 * How many bytes of the heap, of arrays and of WebAssembly memories the work leaves alive, at the least over
 * some rounds of it. A leak shows in every round; the engine's own growth (compiled code, caches) shows in
 * some.
 */
export function leastGrowth(work: () => void, rounds = 5): number {
  const alive = () => {
    collectGarbage();
    collectGarbage(); // The first collection may leave the engine to free array contents in the background.
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const growths = Array.from({ length: rounds }, () => {
    const before = alive();
    work();
    return alive() - before;
  });
  return Math.min(...growths);
}
