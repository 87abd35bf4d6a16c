/** fluxion export: writes a trained model as an ONNX file, which other runtimes can run. */
import { extname } from 'node:path';
import { type Graph, makeGraph, type Tensor, zeros } from '../../../autograd/index.ts';
import { writeFileAtomically } from '../../files/index.ts';
import { formatOnnx } from '../../formats/index.ts';
import { finiteNumber, folderArgument, parseOptions, UsageError, wholeNumber } from '../arguments.ts';
import type { Command } from '../command.ts';
import { sampler } from '../run/generating.ts';
import { featureCount, type Model, readModel } from '../run/run-folder.ts';

const help = `Usage: fluxion export <folder> --out <file.onnx> [options]

Writes the model that fluxion train wrote into a folder as ONNX (operator set 17), with all its
weights.

  --out <file.onnx>  where to write
  --what <what>      sampler: noise (standard normal) and labels → points on the scale of the data;
                     velocity: what the network says, for standardised points and times; a
                     meanflow's u(z, r, t), or the v(x, t) of the others (default sampler)
  --batch <n>        how many points at once (default 1)
  --steps <n>        the sampler's steps (default 1 for meanflow, 20 for the others)
  --guidance <w>     exaggerate the class (for cfm and ot-cfm)
  --json             print what was written as JSON
  --debug            print a stack trace if something breaks
  --help             print this

Examples:
  fluxion export out --out digits.onnx --batch 16
  fluxion export moons --what velocity --out velocity.onnx
`;

export const exportCommand: Command = {
  name: 'export',
  summary: 'write a trained model as ONNX',
  help,
  run(args, console) {
    const { folder, rest } = folderArgument('export', args);
    const values = parseOptions('export', rest, {
      out: { type: 'string' },
      what: { type: 'string' },
      batch: { type: 'string' },
      steps: { type: 'string' },
      guidance: { type: 'string' },
      json: { type: 'boolean' },
    });
    const { out, what = 'sampler' } = values;
    if (out === undefined || extname(out).toLowerCase() !== '.onnx') {
      throw new UsageError(
        `export: wanted --out <file.onnx>, got ${out === undefined ? 'none' : `'${out}'`}`,
      );
    }
    if (what !== 'sampler' && what !== 'velocity') {
      throw new UsageError(`export: wanted sampler or velocity for --what, got '${what}'`);
    }
    const batch = wholeNumber('export', '--batch', values.batch, 1, 1);
    const steps = wholeNumber('export', '--steps', values.steps, 1, 0) || undefined;
    const guidance = finiteNumber('export', '--guidance', values.guidance);
    if (what === 'velocity' && (steps !== undefined || guidance !== undefined)) {
      throw new UsageError('export: --steps and --guidance are for the sampler');
    }
    const model = readModel(folder);
    const { graph, inputs, output } =
      what === 'sampler' ? samplerGraph(model, batch, { steps, guidance }) : velocityGraph(model, batch);
    const bytes = formatOnnx(graph, { inputs, outputs: [output] });
    writeFileAtomically(out, bytes);
    const written = { out, inputs, output, batch, bytes: bytes.length };
    const text = `Wrote ${what} (${inputs.join(', ')}) → ${output}, ${batch} at once, to ${out}\n`;
    console.out.write(values.json ? `${JSON.stringify(written)}\n` : text);
    return 0;
  },
};

/** A graph, and the names of its inputs and its output. */
interface NamedGraph {
  readonly graph: Graph;
  readonly inputs: readonly string[];
  readonly output: string;
}

/** The graph from noise, [batch, features], and labels, [batch], to points on the scale of the data. */
function samplerGraph(model: Model, batch: number, options: Parameters<typeof sampler>[1]): NamedGraph {
  const draw = sampler(model, options);
  const noise = zeros([batch, featureCount(model.config)]);
  return isConditional(model)
    ? { graph: makeGraph(draw, [noise, noLabels(batch)]), inputs: ['noise', 'labels'], output: 'points' }
    : { graph: makeGraph((z: Tensor) => draw(z), [noise]), inputs: ['noise'], output: 'points' };
}

/** The graph of the network itself: u(z, r, t) of a MeanFlow, v(x, t) of the other methods. */
function velocityGraph(model: Model, batch: number): NamedGraph {
  const { network, parameters, config } = model;
  const [x, t] = [zeros([batch, featureCount(config)]), zeros([batch, 1])];
  const labels = isConditional(model) ? [noLabels(batch)] : [];
  const labelNames = labels.map(() => 'labels');
  if (config.settings.method === 'meanflow') {
    const u = (z: Tensor, r: Tensor, t: Tensor, ...c: Tensor[]) => network.apply(parameters, z, r, t, c[0]);
    return {
      graph: makeGraph(u, [x, t, t, ...labels]),
      inputs: ['z', 'r', 't', ...labelNames],
      output: 'velocity',
    };
  }
  const v = (x: Tensor, t: Tensor, ...c: Tensor[]) => network.apply(parameters, x, t, t, c[0]);
  return { graph: makeGraph(v, [x, t, ...labels]), inputs: ['x', 't', ...labelNames], output: 'velocity' };
}

function isConditional({ config }: Model): boolean {
  return config.data.classNames.length > 0;
}

function noLabels(batch: number): Tensor {
  return zeros([batch], { dtype: 'int32' });
}
