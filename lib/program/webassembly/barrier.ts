/** The meeting point of threads between two phases. */
import type { FunctionBuilder } from '../../wasm/function.ts';
import type { Expression } from '../../wasm/instructions.ts';
import { atomic, i32 } from '../../wasm/program-instructions.ts';

/** The bytes at the beginning of a program's memory that the barrier uses. */
export const barrierBytes = 64;

/** The address of the number of arrivals, which the first thread sets to 0 before all begin. */
export const arrivalsAt = 0;

// How often a thread looks for the others before it sleeps. On busy cores a thread that only looked would
// take the time that the others need.
const mostLooks = 2000;

/** Waits until all threads are here. Nobody waits if there is one. */
export function waitForAll(f: FunctionBuilder, threads: Expression<'i32'>): void {
  const address = i32.const(arrivalsAt);
  f.if(i32.lt_s(i32.const(1), threads), () => {
    const arrived = f.local('i32', i32.add(atomic.add(address, i32.const(1)), i32.const(1)));
    const rounds = i32.div_u(i32.add(arrived, i32.sub(threads, i32.const(1))), threads);
    const all = f.local('i32', i32.mul(rounds, threads));
    const looks = f.local('i32', i32.const(0));
    const seen = f.local('i32');
    f.if(
      i32.eq(arrived, all),
      () => f.do(atomic.notify(address)),
      () => {
        f.set(seen, atomic.load(address));
        f.while(i32.lt_s(seen, all), () => {
          f.increase(looks, 1);
          f.if(i32.lt_s(i32.const(mostLooks), looks), () => f.do(atomic.wait(address, seen)));
          f.set(seen, atomic.load(address));
        });
      },
    );
  });
}
