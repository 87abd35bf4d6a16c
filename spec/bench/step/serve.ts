/**
 * The other end of a peer (`peer.ts`), in Node: says what the check gave, then makes as many steps as each
 * line of its input asks for. `spec/bench/peers/serve.py` does the same in Python.
 */
import { createInterface } from 'node:readline';

/** What a peer can do with a problem. */
export interface Served {
  /** The mean square of the results of the first steps, with the draws that were given. */
  readonly check: readonly number[];
  /** Makes so many steps, and waits for the last. */
  run(count: number): void;
}

export async function serve({ check, run }: Served): Promise<void> {
  console.log(JSON.stringify(check));
  for await (const line of createInterface({ input: process.stdin })) {
    const count = Number(line);
    const [start, startProcessor] = [performance.now(), process.cpuUsage()];
    run(count);
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(startProcessor);
    console.log(JSON.stringify({ wall: wall / count, processor: (user + system) / 1000 / count }));
  }
}
