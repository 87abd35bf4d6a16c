/** What a compiled function runs, as text. */
import { formatShape, sizeOf } from '../../lib/index.ts';
import type { Kernel, LoadedProgram, Program } from '../../lib/program/index.ts';
import type { Graph } from './graph.ts';

/**
 * Kernels, steps in JavaScript, memory, multiplications of products, and the constants that the function
 * brings along.
 * @example console.log(formatReport(graph, program, loaded));
 */
export function formatReport(graph: Graph, program: Program, loaded: LoadedProgram): string {
  const { kernels, repetitions } = program;
  const inLoops = kernels.flatMap((kernel) => (kernel.kind === 'loop' ? operationsOf(kernel) : []));
  const hosts = kernels.flatMap((kernel) => (kernel.kind === 'host' ? [kernel.name] : []));
  const repeated = repetitions.map(({ first, end, count }) => `${end - first} kernels ${count} times`);
  const timesOf = (i: number) => repetitions.find(({ first, end }) => first <= i && i < end)?.count ?? 1;
  const flops = kernels.reduce((sum, kernel, i) => sum + timesOf(i) * flopsOf(kernel), 0);
  const constants = program.constants.flatMap(({ array, place: { dtype, shape } }) =>
    array.size > 1 ? [`${dtype}${formatShape(shape)}`] : [],
  );
  return [
    `${graph.equations.length} equations in ${kernels.length} kernels: ${counted(kernels.map(({ kind }) => kind))}`,
    `  in loops: ${counted(inLoops) || 'nothing'}`,
    `  in JavaScript: ${counted(hosts) || 'nothing'}`,
    ...(repeated.length > 0 ? [`repeated: ${repeated.join(', ')}`] : []),
    `phases: ${loaded.phaseCount}; memory: ${kilobytes(loaded.bytes)}; module: ${kilobytes(loaded.codeBytes)}`,
    `flops of the products: ${flops.toLocaleString('en-US')}`,
    `constants: ${counted(constants) || 'none'}`,
  ].join('\n');
}

function operationsOf({ values }: Extract<Kernel, { kind: 'loop' }>): readonly string[] {
  return values.flatMap((value) => (value.kind === 'operation' ? [value.name] : []));
}

/** Two for each multiply-add. */
function flopsOf(kernel: Kernel): number {
  if (kernel.kind !== 'product') return 0;
  return 2 * sizeOf(kernel.output.shape) * (kernel.left.shape.at(-1) as number);
}

/** Each name with how often it occurs, the most frequent first. */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const ordered = [...counts].sort(([, a], [, b]) => b - a);
  return ordered.map(([name, count]) => `${count} ${name}`).join(', ');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
