/** A run whose steps another engine makes: here onnxruntime-web. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as ort from 'onnxruntime-web';
import type { CompileTarget } from '../../../autograd/index.ts';
import { reloadData } from '../../../flows/cli/run/data-path.ts';
import { readConfig } from '../../../flows/cli/run/run-folder.ts';
import { runTraining } from '../../../flows/cli/run/training-run.ts';
import { FileError } from '../../../flows/files/index.ts';
import { type OnnxRuntimeModule, onnxRuntime } from '../../../flows/formats/index.ts';
import { runCaptured } from './run-captured.ts';

const console = { out: { write: () => true }, err: { write: () => true } };

describe('fluxion train on onnxruntime', () => {
  let folder: string;
  let engine: CompileTarget;
  const ours = () => join(folder, 'ours');
  const theirs = () => join(folder, 'theirs');
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
    engine = await onnxRuntime({ runtime: ort as unknown as OnnxRuntimeModule });
    const settings = join(folder, 'small.json');
    writeFileSync(settings, JSON.stringify({ hidden: 16, layers: 1, batchSize: 32 }));
    for (const out of [ours(), theirs()]) {
      const { code } = await runCaptured(
        `train --data moons --method meanflow --steps 40 --config ${settings} --out ${out}`.split(' '),
      );
      expect(code).to.equal(0);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const train = async (out: string, on: CompileTarget | undefined, resume: boolean, steps = 40) => {
    const before = readConfig(out);
    const config = { ...before, settings: { ...before.settings, steps } };
    const { data } = await reloadData(out, before, { allowOtherEnvironment: false });
    return runTraining({
      folder: out,
      config,
      data,
      console: console as never,
      resume,
      compile: true,
      engine: on,
    });
  };
  const lossesOf = (out: string) => {
    const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    return lines.map((line) => (JSON.parse(line) as { loss: number }).loss);
  };

  it('has the losses of our own', async () => {
    expect(await train(theirs(), engine, false)).to.deep.include({ step: 40, finished: true });
    const [wanted, got] = [lossesOf(ours()), lossesOf(theirs())];
    expect(got.length).to.equal(40);
    got.forEach((value, i) => {
      expect(value).to.be.closeTo(wanted[i] as number, 1e-4 * (wanted[i] as number));
    });
    expect(got).not.to.deep.equal(wanted);
  });

  it('goes on with the same engine, and with another one only if that is allowed', async () => {
    expect(await train(theirs(), engine, true, 44)).to.deep.include({ step: 44, finished: true });
    const error = await train(theirs(), undefined, true, 48).catch((error: unknown) => error);
    expect(error).to.be.instanceOf(FileError);
    expect((error as Error).message).to.match(
      /was written by --engine onnxruntime, and fluxion rounds otherwise; .*--allow-other-environment/,
    );
    expect((await runCaptured(['sample', theirs(), '--out', join(folder, 'a.csv')])).code).to.equal(0);
  });
});
