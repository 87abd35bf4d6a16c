/** fluxion as a peer: `node fluxion.mjs threads setting - eager|compiled`. */
import { compile, random, type Tensor } from '../../../autograd/index.ts';
import { setThreads } from '../../../lib/index.ts';
import { type Problem, problemOf, type Setting } from './problems.ts';
import { serve } from './serve.ts';

const [threads, setting, , mode] = process.argv.slice(2) as [string, string, string, string];
setThreads(Number(threads));
const problem = () => problemOf(JSON.parse(setting) as Setting);
// The compiled step takes over the memory of its state, so each gets one of its own.
await serve({ check: check(problem()), run: stepsOf(problem()) });

/** Three steps with the draws of the problem's data. */
function check({ state, update, arrays: [, data] }: Problem): readonly number[] {
  const step = inMode(update);
  return [1, 2, 3].map(() => {
    const [next, result] = step(state, data);
    state = next;
    return result.square().mean().item();
  });
}

function stepsOf({ state, update, draw, arrays: [, data] }: Problem): (count: number) => void {
  const root = random.key(0);
  const step = inMode((state: unknown, data: unknown, key: random.Key) => update(state, draw(key, data)));
  let steps = 0;
  return (count) => {
    let result: Tensor | undefined;
    for (let i = 0; i < count; i++) [state, result] = step(state, data, random.foldIn(root, steps++));
    result?.mean().item();
  };
}

function inMode<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
  return mode === 'eager' ? fn : (compile(fn, { donate: [0] }) as unknown as (...args: A) => R);
}
