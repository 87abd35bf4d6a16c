import { findTeam } from '../../../lib/threads/team.ts';

/** The other threads take a moment to start; until they are there, a program runs on one. */
export function waitForTeam(threads: number): void {
  const still = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; (findTeam()?.size ?? 1) < threads; tries++) {
    if (tries > 2000) throw new Error(`wanted ${threads} threads, got ${findTeam()?.size}`);
    Atomics.wait(still, 0, 0, 5);
  }
}
