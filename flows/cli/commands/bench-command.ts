/** fluxion bench: measures how fast this machine is. */
import { availableParallelism, cpus } from 'node:os';
import { flag, parseOptions } from '../arguments.ts';
import type { Command } from '../command.ts';
import { type Benchmarks, runBenchmarks } from './benchmarks.ts';

const help = `Usage: fluxion bench [--json]

Measures this machine for some seconds: matrix products on every CPU backend, elementwise functions,
and a MeanFlow training step. Best times, measured in turn; close what else is running.

  --json     print the figures as JSON
  --debug    print a stack trace if something breaks
  --help     print this

Examples:
  fluxion bench
  FLUXION_THREADS=1 fluxion bench --json > bench.json
`;

export const benchCommand: Command = {
  name: 'bench',
  summary: 'measure how fast this machine is',
  help,
  run(args, console) {
    const { json } = parseOptions('bench', args, { json: { type: 'boolean' } });
    const machine = `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}`;
    const benchmarks = runBenchmarks();
    console.out.write(
      flag(json)
        ? `${JSON.stringify({ machine, ...benchmarks }, null, 2)}\n`
        : formatBenchmarks(machine, benchmarks),
    );
    return 0;
  },
};

function formatBenchmarks(machine: string, { products, elementwise, training }: Benchmarks): string {
  const backends = Object.keys(products[0]?.rates ?? {});
  const row = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(14) : cell.padStart(12))).join('');
  const ratio = (time: number) => `${time.toFixed(2)} ms (${(time / training.forward).toFixed(1)} × forward)`;
  return [
    machine,
    '',
    row(['GFLOP/s', ...backends]),
    ...products.map(({ size, rates }) =>
      row([`${size}×${size}×${size}`, ...backends.map((name) => (rates[name] ?? 0).toFixed(1))]),
    ),
    '',
    row(['ns a value', ...Object.keys(elementwise)]),
    row(['', ...Object.values(elementwise).map((time) => time.toFixed(2))]),
    '',
    'An MLP of 3 layers of 256, batch 256',
    `  forward          ${training.forward.toFixed(2)} ms`,
    `  gradient         ${ratio(training.gradient)}`,
    `  MeanFlow, Adam   ${ratio(training.meanFlowStep)}`,
    '',
  ].join('\n');
}
