/** fluxion export: writes a trained model as an ONNX file, or a run as programs for XLA. */
import { extname } from 'node:path';
import { type Graph, makeGraph, type Tensor, zeros } from '../../../autograd/index.ts';
import { writeFileAtomically } from '../../files/index.ts';
import { formatOnnx } from '../../formats/index.ts';
import { folderArgument, guidanceScale, parseOptions, UsageError, wholeNumber } from '../arguments.ts';
import type { Command } from '../command.ts';
import { requireOutFile, requireOutFolder } from '../out-path.ts';
import { type ExportedRun, exportRun } from '../run/export-run.ts';
import { sampler } from '../run/generating.ts';
import { featureCount, type Model, readModel } from '../run/run-folder.ts';

const help = `Usage: fluxion export <folder> --out <file.onnx> [options]
       fluxion export <folder> --format xla --out <folder> [options]

Writes the model that fluxion train wrote into a folder as ONNX (operator set 18), with all its
weights. Or, with --format xla, the training itself: its step as a program for XLA, the state
that it has reached, the data, and run.py, which goes on with it by JAX on CPUs, GPUs or TPUs.

  --out <path>       where to write: a .onnx file, or a folder for xla
  --format <format>  onnx or xla (default onnx)
  --what <what>      for onnx. sampler: noise (standard normal) and labels → points on the scale
                     of the data; velocity: what the network says, for standardised points and
                     times; a meanflow's u(z, r, t), or the v(x, t) of the others (default sampler)
  --batch <n>        how many points at once (default: any number; for xla, as many as in the run)
  --steps <n>        the sampler's steps (default 1 for meanflow, 20 for the others)
  --guidance <w>     0 ignores the class, 1 asks for it, more exaggerates it (for cfm and ot-cfm)
  --json             print what was written as JSON
  --debug            print a stack trace if something breaks
  --help             print this

Examples:
  fluxion export out --out digits.onnx --batch 16
  fluxion export moons --what velocity --out velocity.onnx
  fluxion export out --format xla --out cluster --batch 1024
`;

export const exportCommand: Command = {
  name: 'export',
  summary: 'write a trained model as ONNX, or its training for XLA',
  help,
  async run(args, console) {
    const { folder, rest } = folderArgument('export', args);
    const values = parseOptions('export', rest, {
      out: { type: 'string' },
      format: { type: 'string' },
      what: { type: 'string' },
      batch: { type: 'string' },
      steps: { type: 'string' },
      guidance: { type: 'string' },
      json: { type: 'boolean' },
    });
    const { out, format = 'onnx', what = 'sampler' } = values;
    if (format !== 'onnx' && format !== 'xla') {
      throw new UsageError(`export: wanted onnx or xla for --format, got '${format}'`);
    }
    const batch = wholeNumber('export', '--batch', values.batch, 1, 0) || undefined;
    const steps = wholeNumber('export', '--steps', values.steps, 1, 0) || undefined;
    const guidance = guidanceScale('export', values.guidance);
    if (format === 'xla') {
      if (out === undefined || values.what !== undefined) {
        throw new UsageError(
          `export: --format xla wants --out <folder>${values.what === undefined ? '' : ', and no --what'}`,
        );
      }
      requireOutFolder('export', out);
      const exported = await exportRun(folder, out, { batch, steps, guidance });
      console.out.write(values.json ? `${JSON.stringify({ out, ...exported })}\n` : textOf(out, exported));
      return 0;
    }
    if (out === undefined || extname(out).toLowerCase() !== '.onnx') {
      throw new UsageError(
        `export: wanted --out <file.onnx>, got ${out === undefined ? 'none' : `'${out}'`}`,
      );
    }
    requireOutFile('export', out, 'model.onnx');
    if (what !== 'sampler' && what !== 'velocity') {
      throw new UsageError(`export: wanted sampler or velocity for --what, got '${what}'`);
    }
    if (what === 'velocity' && (steps !== undefined || guidance !== undefined)) {
      throw new UsageError('export: --steps and --guidance are for the sampler');
    }
    const model = readModel(folder);
    const { graph, inputs, output } =
      what === 'sampler' ? samplerGraph(model, { steps, guidance }) : velocityGraph(model);
    const names = { inputs, outputs: [output], metadata: metadataOf(model) };
    const bytes = formatOnnx(batch === undefined ? graph : graph(batch), names);
    writeFileAtomically(out, bytes);
    const written = { out, inputs, output, batch: batch ?? 'any', bytes: bytes.length };
    const text = `Wrote ${what} (${inputs.join(', ')}) → ${output}, ${batch ?? 'any number'} at once, to ${out}\n`;
    console.out.write(values.json ? `${JSON.stringify(written)}\n` : text);
    return 0;
  },
};

function textOf(out: string, { files, step, steps, batch }: ExportedRun): string {
  return [
    `Wrote the run, ${step} of ${steps} steps done, batches of ${batch}, to ${out}: ${files.length} files`,
    `Go on with: python ${out}/run.py --data ${out}/data.npz --out trained`,
    '',
  ].join('\n');
}

/** The graph for each size of a batch, and the names of its inputs and its output. */
interface NamedGraph {
  readonly graph: (batch: number) => Graph;
  readonly inputs: readonly string[];
  readonly output: string;
}

/** From noise, [batch, features], and labels, [batch], to points on the scale of the data. */
function samplerGraph(model: Model, options: Parameters<typeof sampler>[1]): NamedGraph {
  const draw = sampler(model, options);
  const noise = (batch: number) => zeros([batch, featureCount(model.config)]);
  return isConditional(model)
    ? {
        graph: (batch) => makeGraph(draw, [noise(batch), noLabels(batch)]),
        inputs: ['noise', 'labels'],
        output: 'points',
      }
    : {
        graph: (batch) => makeGraph((z: Tensor) => draw(z), [noise(batch)]),
        inputs: ['noise'],
        output: 'points',
      };
}

/** The network itself: u(z, r, t) of a MeanFlow, v(x, t) of the other methods. */
function velocityGraph(model: Model): NamedGraph {
  const { network, parameters, config } = model;
  const points = (batch: number) => zeros([batch, featureCount(config)]);
  const times = (batch: number) => zeros([batch, 1]);
  const labels = (batch: number) => (isConditional(model) ? [noLabels(batch)] : []);
  const labelNames = isConditional(model) ? ['labels'] : [];
  if (config.settings.method === 'meanflow') {
    const u = (z: Tensor, r: Tensor, t: Tensor, ...c: Tensor[]) => network.apply(parameters, z, r, t, c[0]);
    return {
      graph: (batch) => makeGraph(u, [points(batch), times(batch), times(batch), ...labels(batch)]),
      inputs: ['z', 'r', 't', ...labelNames],
      output: 'velocity',
    };
  }
  const v = (x: Tensor, t: Tensor, ...c: Tensor[]) => network.apply(parameters, x, t, t, c[0]);
  return {
    graph: (batch) => makeGraph(v, [points(batch), times(batch), ...labels(batch)]),
    inputs: ['x', 't', ...labelNames],
    output: 'velocity',
  };
}

/** What the numbers mean, as JSON: for those who get the file alone. */
function metadataOf({ config: { data, settings, standardization } }: Model): Record<string, string> {
  const { columns, classNames, kinds } = data;
  const facts = { method: settings.method, columns, ...(kinds && { kinds }), classNames, standardization };
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, JSON.stringify(fact)]));
}

function isConditional({ config }: Model): boolean {
  return config.data.classNames.length > 0;
}

function noLabels(batch: number): Tensor {
  return zeros([batch], { dtype: 'int32' });
}
