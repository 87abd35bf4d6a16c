import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { add, matmul, mean, random, square, subtract, tensor } from '../../../autograd/index.ts';
import {
  FileError,
  readCheckpoint,
  writeCheckpoint,
  writeFileAtomically,
} from '../../../flows/files/index.ts';
import { sealed, unsealed } from '../../../flows/files/seal.ts';
import { formatSafetensors, parseSafetensors } from '../../../flows/formats/index.ts';
import {
  adam,
  constantSchedule,
  initialState,
  shuffledBatches,
  type TrainingState,
  trainingSteps,
} from '../../../flows/training/index.ts';
import { matmulBackend, setMatmulBackend } from '../../../lib/index.ts';

const x = random.normal(random.key(1), [30, 3]);
const parameters = { layers: [{ w: tensor([[0.5], [0], [1]]), b: tensor([0]) }] };
type Parameters = typeof parameters;

/** The steps of a small training, from the beginning or from a state with its keys. */
function steps(keys: { training: random.Key; batches: random.Key }, from?: TrainingState<Parameters>) {
  return trainingSteps<Parameters, { x: typeof x }>({
    loss: ({ layers: [layer] }, batch, key) => {
      const noisy = add(batch.x, random.normal(key, batch.x.shape));
      return { loss: mean(square(subtract(add(matmul(noisy, layer!.w), layer!.b), 1))) };
    },
    parameters,
    optimizer: adam(),
    schedule: constantSchedule(0.01),
    steps: 12,
    batches: shuffledBatches({ x }, { batchSize: 8, key: keys.batches, skip: from?.step ?? 0 }),
    key: keys.training,
    ema: 0.9,
    ...(from && { from }),
  });
}

describe('checkpoints', () => {
  const keys = { training: random.key(7), batches: random.key(8) };
  const run = { settings: 'a1' };
  const start = initialState(parameters, adam());
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
    path = join(folder, 'checkpoint.safetensors');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const bytesAtEnd = (state: TrainingState<Parameters>) => {
    writeCheckpoint(path, { state, keys, run });
    return readFileSync(path);
  };

  it('continue a run so that it ends with the same file, byte for byte, wherever it stopped', () => {
    const reports = [...steps(keys)];
    const end = bytesAtEnd(reports.at(-1)!.state);
    for (const { state } of [{ state: start }, ...reports]) {
      writeCheckpoint(path, { state, keys, run });
      const read = readCheckpoint(path, start);
      expect(read.run).to.deep.equal(run);
      const { training, batches } = read.keys as typeof keys;
      const last = [...steps({ training, batches }, read.state)].at(-1)?.state ?? read.state;
      expect(bytesAtEnd(last).equals(end)).to.equal(true);
    }
  });

  it('are refused where the last bits may differ, unless that is allowed', () => {
    writeCheckpoint(path, { state: start, keys, run });
    const chosen = matmulBackend();
    const other = chosen === 'javascript' ? 'wasm' : 'javascript';
    setMatmulBackend(other);
    try {
      const message = `written elsewhere, where the last bits may differ (backend was ${chosen} and is ${other}, arithmetic`;
      expect(() => readCheckpoint(path, start)).to.throw(FileError, message);
      expect(readCheckpoint(path, start, { allowOtherEnvironment: true }).state.step).to.equal(0);
    } finally {
      setMatmulBackend(chosen);
    }
    const { tensors, metadata } = parseSafetensors(readFileSync(path));
    writeFileAtomically(
      path,
      sealed(formatSafetensors(tensors, { ...metadata, node: 'v1.0.0', sha256: unsealed })),
    );
    expect(() => readCheckpoint(path, start)).to.throw(FileError, /node was v1\.0\.0 and is v\d/);
  });

  it('are refused when there is none, when damaged, or of another model', () => {
    expect(() => readCheckpoint(path, start)).to.throw(FileError, 'cannot be read: there is no such file');
    writeCheckpoint(path, { state: start, keys, run });
    const whole = readFileSync(path);
    for (const length of [0, 7, 100, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      expect(() => readCheckpoint(path, start)).to.throw(FileError, 'is damaged');
    }
    writeFileSync(path, whole);
    const wider = initialState({ layers: [{ w: tensor([[1]]), b: tensor([0]) }] }, adam());
    expect(() => readCheckpoint(path, wider)).to.throw(FileError, /another model: .*'parameters.layers.0.w'/);
    const deeper = initialState({ layers: [...parameters.layers, ...parameters.layers] }, adam());
    expect(() => readCheckpoint(path, deeper)).to.throw(FileError, "no tensor named 'parameters.layers.1.w'");
    const { tensors, metadata } = parseSafetensors(whole);
    for (const [change, message] of [
      [{ step: '-1' }, 'damaged: its step is no number'],
      [{ format: 'another' }, 'no checkpoint of this version'],
    ] as const) {
      writeFileSync(path, sealed(formatSafetensors(tensors, { ...metadata, sha256: unsealed, ...change })));
      expect(() => readCheckpoint(path, start)).to.throw(FileError, message);
    }
  });

  it('are refused when a bit has changed, in the numbers or in what is said of them', () => {
    writeCheckpoint(path, { state: start, keys, run });
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 7) {
      const spoiled = Buffer.from(whole);
      spoiled[at]! ^= 1 << (at % 8);
      writeFileSync(path, spoiled);
      expect(() => readCheckpoint(path, start), `byte ${at}`).to.throw(FileError);
    }
    writeFileSync(path, whole.toString('latin1').replace('"step":"0"', '"step":"9"'), 'latin1');
    expect(() => readCheckpoint(path, start)).to.throw(FileError, 'not those that were written (SHA-256)');
    // The checksum is that of the file with zeros in its place.
    const { sha256 } = parseSafetensors(whole).metadata as { sha256: string };
    const zeros = whole.toString('latin1').replace(sha256, '0'.repeat(64));
    expect(createHash('sha256').update(zeros, 'latin1').digest('hex')).to.equal(sha256);
  });

  it('stay whole when the disk is full', () => {
    writeCheckpoint(path, { state: start, keys, run });
    const whole = readFileSync(path);
    symlinkSync('/dev/full', `${path}.partial`);
    expect(() => writeCheckpoint(path, { state: start, keys, run })).to.throw(FileError, 'the disk is full');
    expect(readFileSync(path).equals(whole)).to.equal(true);
  });

  it('stay whole in a folder that has become read-only', () => {
    writeFileSync(path, 'whole');
    chmodSync(folder, 0o555);
    // Root may write anywhere, so the writer becomes somebody else, once it has read its sources, which may
    // be root's own.
    const module = new URL('../../../flows/files/write-file.ts', import.meta.url).href;
    const program = `import { writeFileAtomically } from '${module}';
      if (process.getuid?.() === 0) process.setuid(65534);
      try { writeFileAtomically(${JSON.stringify(path)}, 'new') } catch (error) { console.log(error.name, error.message) }`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout, stderr).to.equal(`FileError ${path} cannot be written: permission denied\n`);
    expect(readFileSync(path, 'utf8')).to.equal('whole');
    chmodSync(folder, 0o755);
  });
});
