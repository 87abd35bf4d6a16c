/** Runs programs of ours on XLA, through the Python that FLUXION_PYTHON names. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatStableHlo } from '../../autograd/graph/stablehlo/index.ts';
import { makeGraph, type Tensor } from '../../autograd/index.ts';
import { formatSafetensors, parseSafetensors } from '../../flows/formats/index.ts';

/** A function, and the tensors to run it on. */
export interface Program {
  readonly fn: (...inputs: Tensor[]) => readonly Tensor[];
  readonly inputs: readonly Tensor[];
}

/** The outputs of each program by its name, or the error that it ended with. */
export function runOnXla(
  programs: Readonly<Record<string, Program>>,
): Record<string, readonly Tensor[] | Error> {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-xla-'));
  try {
    for (const [name, program] of Object.entries(programs)) writeProgram(join(folder, name), program);
    python(['spec/xla/run_programs.py', 'flows/xla/run.py', folder]);
    return Object.fromEntries(Object.keys(programs).map((name) => [name, readOutputs(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs Python with these arguments. Returns what it printed; throws if it fails. */
export function python(args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const options = { encoding: 'utf8', env: pythonEnvironment(environment) } as const;
  const { status, stdout, stderr } = spawnSync(pythonProgram(), args, options);
  if (status !== 0) throw new Error(`python ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** The Python that has JAX. */
export function pythonProgram(): string {
  const program = process.env.FLUXION_PYTHON;
  if (program) return program;
  throw new Error('FLUXION_PYTHON names no Python with the packages of spec/xla/requirements.txt');
}

export function pythonEnvironment(environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, JAX_PLATFORMS: 'cpu', ...environment };
}

function writeProgram(path: string, { fn, inputs }: Program): void {
  const graph = makeGraph(fn, inputs);
  const names = inputs.map((_, i) => `input${i}`);
  const outputs = graph.outputs.map((_, i) => `output${i}`);
  const { text, signature } = formatStableHlo(graph, { inputs: names, outputs });
  writeFileSync(`${path}.mlir`, text);
  writeFileSync(`${path}.json`, JSON.stringify(signature));
  const tensors = Object.fromEntries(inputs.map((x, i) => [`input${i}`, x]));
  writeFileSync(`${path}.inputs.safetensors`, formatSafetensors(tensors));
}

function readOutputs(path: string): readonly Tensor[] | Error {
  if (existsSync(`${path}.error.txt`)) return new Error(readFileSync(`${path}.error.txt`, 'utf8'));
  const { tensors } = parseSafetensors(readFileSync(`${path}.outputs.safetensors`));
  return Object.keys(tensors).map((_, i) => tensors[`output${i}`] as Tensor);
}
