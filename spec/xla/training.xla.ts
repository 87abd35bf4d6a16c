/** A run that is exported, trained by run.py on virtual devices, and brought back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { ProgramSignature } from '../../autograd/graph/stablehlo/index.ts';
import { ones, random, type Tensor, tensor, zeros } from '../../autograd/index.ts';
import { sampler } from '../../flows/cli/run/generating.ts';
import { readMetrics } from '../../flows/cli/run/metrics-log.ts';
import { readModel } from '../../flows/cli/run/run-folder.ts';
import { formatNpz } from '../../flows/formats/format-npz.ts';
import { formatNpy, formatSafetensors, parseSafetensors } from '../../flows/formats/index.ts';
import { runCaptured } from '../flows/cli/run-captured.ts';
import { python, pythonEnvironment, pythonProgram } from './programs.ts';

const steps = 20;

describe('an exported run', function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-xla-'));
  const at = (...names: string[]) => join(folder, ...names);
  const [ours, exported] = [at('ours'), at('exported')];

  before(async () => {
    await fluxion('train', '--data', 'digits', '--steps', String(steps), '--out', ours);
    mkdirSync(at('begun'));
    copyFileSync(join(ours, 'config.json'), at('begun', 'config.json'));
    await fluxion('export', at('begun'), '--format', 'xla', '--out', exported);
  });

  after(() => rmSync(folder, { recursive: true }));

  /** Runs run.py on some virtual devices, with its options. */
  function train(out: string, devices: number, ...options: string[]): string {
    const args = [join(exported, 'run.py'), '--data', join(exported, 'data.npz'), '--out', out, ...options];
    return python(args, onDevices(devices));
  }

  for (const devices of [1, 2, 8]) {
    it(`has fluxion's losses on ${devices} devices`, () => {
      const out = at(`on ${devices}`);
      train(out, devices);
      expectSameLosses(out, ours, 1e-5);
    });
  }

  it("has fluxion's losses on two processes, as on two machines", async () => {
    const out = at('on two machines');
    const args = [join(exported, 'run.py'), '--data', join(exported, 'data.npz'), '--out', out];
    const together = { JAX_COORDINATOR_ADDRESS: `localhost:${await freePort()}`, JAX_NUM_PROCESSES: '2' };
    const runs = ['0', '1'].map((id) => {
      const env = pythonEnvironment({ ...onDevices(1), ...together, JAX_PROCESS_ID: id });
      return spawn(pythonProgram(), args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    });
    const printed = await Promise.all(runs.map((run) => text(run.stdout)));
    for (const said of printed) expect(said).to.include(`${steps} steps done, on 2 devices`);
    expectSameLosses(out, ours, 1e-5);
  });

  it('adds up each gradient once, and shares the batch', () => {
    const args = ['spec/xla/collectives.py', exported, '8'];
    const { kinds, reduced, batch } = JSON.parse(python(args, onDevices(8)));
    const { inputs } = JSON.parse(readFileSync(join(exported, 'step.json'), 'utf8')) as ProgramSignature;
    const parameters = inputs.filter(({ name }) => name.startsWith('parameters.'));
    const gradients = parameters.map(({ shape }) => `f32[${shape.join()}]`);
    expect(kinds).to.deep.equal(['all-reduce']);
    // The two losses are sums over the batch, too.
    expect(reduced.sort()).to.deep.equal([...gradients, 'f32[]', 'f32[]'].sort());
    expect(batch).to.equal('f32[32,64]');
  });

  it('gives samples, here and there', async () => {
    const out = at('on 8');
    await fluxion('sample', out, '--count', '4', '--out', at('samples.csv'));
    expect(readFileSync(at('samples.csv'), 'utf8').trim().split('\n')).to.have.lengthOf(5);
    const noise = random.normal(random.key(3), [256, 64]);
    const labels = tensor(Int32Array.from({ length: 256 }, (_, i) => i % 10));
    const { tensors, metadata } = parseSafetensors(readFileSync(join(out, 'checkpoint.safetensors')));
    const counters = ['optimizerStep', 'averageStep'].map(
      (name) => [name, tensor(Number(metadata[name]), { dtype: 'float64' })] as const,
    );
    const inputs = { ...tensors, ...Object.fromEntries(counters), noise, labels };
    for (const ending of ['mlir', 'json'])
      copyFileSync(join(exported, `sample.${ending}`), at(`on 8/sample.${ending}`));
    writeFileSync(join(out, 'sample.inputs.safetensors'), formatSafetensors(inputs));
    python(['spec/xla/run_programs.py', 'flows/xla/run.py', out]);
    const { points } = parseSafetensors(readFileSync(join(out, 'sample.outputs.safetensors'))).tensors;
    const wanted = sampler(readModel(out), {})(noise, labels).toTypedArray();
    (points as Tensor).toTypedArray().forEach((x, i) => {
      expect(x).to.be.closeTo(wanted[i] as number, 1e-3);
    });
  });

  it('comes back in mid-run', async () => {
    const out = at('half');
    train(out, 2, '--steps', '10');
    await fluxion('train', '--resume', '--allow-other-environment', '--out', out);
    expectSameLosses(out, ours, 1e-5);
  });

  it('goes on after kill −9 with the losses of a run that nobody killed', async () => {
    const out = at('killed');
    const args = [
      join(exported, 'run.py'),
      '--data',
      join(exported, 'data.npz'),
      '--out',
      out,
      '--checkpoint-every',
      '1',
    ];
    const run = spawn(pythonProgram(), args, { env: pythonEnvironment(onDevices(2)), stdio: 'ignore' });
    while (readMetrics(join(out, 'metrics.jsonl')).length < 3 && run.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    run.kill('SIGKILL');
    await once(run, 'exit');
    expect(existsSync(join(out, 'model.safetensors'))).to.equal(false);
    train(out, 2, '--resume');
    expectSameLosses(out, at('on 2'), 0);
  });

  describe('says in one sentence', () => {
    const cases: Readonly<
      Record<string, readonly [data: Readonly<Record<string, Tensor>>, message: RegExp]>
    > = {
      'that the points have other columns': [
        { points: zeros([300, 3]), labels: zeros([300]) },
        /wanted points with 64 columns, got 3/,
      ],
      'that labels are missing': [{ points: ones([300, 64]) }, /wanted a \.npz file with points and labels/],
      'that a label is no class': [
        { points: ones([300, 64]), labels: ones([300]).multiply(10) },
        /wanted a label from 0 to 9/,
      ],
      'that a label is no whole number': [
        { points: ones([300, 64]), labels: ones([300]).multiply(0.5) },
        /wanted a label from 0 to 9/,
      ],
      'that the labels are a matrix': [
        { points: ones([300, 64]), labels: ones([300, 1]) },
        /wanted a label from 0 to 9/,
      ],
      'that there are too few rows': [
        { points: ones([100, 64]), labels: zeros([100]) },
        /at least the 256 points of a batch, got 100/,
      ],
      'that a number is not finite': [
        { points: ones([300, 64]).divide(0), labels: zeros([300]) },
        /wanted points that are finite/,
      ],
    };
    for (const [title, [data, message]] of Object.entries(cases)) {
      it(title, () => {
        writeFileSync(at('wrong.npz'), formatNpz(data));
        expectFailure(['--data', at('wrong.npz'), '--out', at('no')], 1, message);
      });
    }

    it('that the file is no .npz', () => {
      for (const content of ['', 'PK\x03\x04 cut off', formatNpy(ones([300, 64]))]) {
        writeFileSync(at('wrong.npz'), content);
        expectFailure(['--data', at('wrong.npz'), '--out', at('no')], 1, /wanted a \.npz file/);
      }
    });

    it('that fewer or more steps are asked for than can be done', () => {
      const data = ['--data', join(exported, 'data.npz')];
      const wanted = (done: number) =>
        new RegExp(`wanted --steps from the ${done} that are done to the ${steps} that were exported`);
      expectFailure([...data, '--out', at('no'), '--steps', '21'], 1, wanted(0));
      expectFailure([...data, '--out', at('on 1'), '--resume', '--steps', '10'], 1, wanted(steps));
    });

    it('that a batch cannot be shared alike', () => {
      expectFailure(
        ['--data', join(exported, 'data.npz'), '--out', at('no')],
        3,
        /3 of 3 devices cannot share a batch of 256/,
      );
    });

    it('that there is a run already', () => {
      expectFailure(
        ['--data', join(exported, 'data.npz'), '--out', at('on 1')],
        1,
        /there is a run in .* already/,
      );
    });

    it('that JAX has another version', () => {
      const program = readFileSync(join(exported, 'run.py'), 'utf8').replace(
        'JAX_VERSION = "0.10."',
        'JAX_VERSION = "0.9."',
      );
      writeFileSync(at('run.py'), program);
      expect(() => python([at('run.py'), '--data', 'x', '--out', 'y'])).to.throw(
        /run\.py: wanted JAX 0\.9\.\*, .*\n$/,
      );
    });

    function expectFailure(options: readonly string[], devices: number, message: RegExp): void {
      let text = '';
      try {
        python([join(exported, 'run.py'), ...options], onDevices(devices));
      } catch (error) {
        text = (error as Error).message;
      }
      expect(text).to.match(message);
      expect(text).to.match(/\nrun\.py: [^\n]*\n$/);
    }
  });
});

/** Runs a command of ours. */
async function fluxion(...args: readonly string[]): Promise<void> {
  const { code, err } = await runCaptured(args);
  expect(code, err).to.equal(0);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function onDevices(count: number): Readonly<Record<string, string>> {
  return { XLA_FLAGS: `--xla_force_host_platform_device_count=${count}` };
}

/** The metrics of two runs, step by step. */
function expectSameLosses(folder: string, wanted: string, tolerance: number): void {
  const [a, b] = [folder, wanted].map((run) => readMetrics(join(run, 'metrics.jsonl')));
  expect(b).to.have.lengthOf(steps);
  expect(a?.map(({ step }) => step)).to.deep.equal(b?.map(({ step }) => step));
  b?.forEach((line, i) => {
    for (const [name, value] of Object.entries(line)) {
      const got = a?.[i]?.[name] as number;
      expect(Math.abs(got - value), `${name} of step ${line.step}: ${got}, wanted ${value}`).to.be.at.most(
        tolerance * Math.abs(value),
      );
    }
  });
}
