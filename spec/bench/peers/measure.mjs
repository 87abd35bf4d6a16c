/** Timing several functions in one run, in turn, so that a machine that speeds up or slows down does so for all of them. */

/**
 * Whether to count this process's processor time (`--processor-time`): for a machine that is busy with other things. It says nothing
 * of threads, whose times it adds up.
 */
export const countsProcessorTime = process.argv.includes('--processor-time');

/**
 * Runs each function for about `seconds` per round, `rounds` times, one after the other.
 * Returns the best and the median time of one call, in seconds.
 */
export function measureInTurn(functions, { rounds, seconds }) {
  const entries = Object.entries(functions).map(([name, run]) => {
    for (let i = 0; i < 3; i++) run();
    const once = timeOf(run, 1);
    return { name, run, calls: Math.max(1, Math.round(seconds / once)), times: [] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) entry.times.push(timeOf(entry.run, entry.calls));
  }
  return Object.fromEntries(
    entries.map(({ name, times }) => {
      const sorted = times.toSorted((a, b) => a - b);
      return [name, { best: sorted[0], median: sorted[Math.floor(sorted.length / 2)] }];
    }),
  );
}

/** How many times as long the first takes as the second. */
export function ratio(a, b) {
  return a && b ? (a.best / b.best).toFixed(2) : '–';
}

function timeOf(run, calls) {
  const start = seconds();
  for (let i = 0; i < calls; i++) run();
  return (seconds() - start) / calls;
}

function seconds() {
  if (!countsProcessorTime) return performance.now() / 1000;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
