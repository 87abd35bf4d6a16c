/** What can be said of an export without Python; spec/xla runs it. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { mean, random, type Tensor, zeros } from '../../../autograd/index.ts';
import { parseNpy } from '../../../flows/data/index.ts';
import { parseSafetensors } from '../../../flows/formats/index.ts';
import { adam, initialState, linearSchedule } from '../../../flows/training/index.ts';
import { exportTraining, type ProgramSignature, type TrainingExport } from '../../../flows/xla/index.ts';
import { ArgumentError, LevelError } from '../../../lib/index.ts';
import { runModule } from '../../tools/write-run-py.ts';

interface Parameters {
  readonly w: Tensor;
}

const [training, batches] = random.split(random.key(1));
const state = initialState<Parameters>({ w: zeros([3]) }, adam());
const options: TrainingExport<Parameters> = {
  loss: ({ w }, { data }, key) => ({
    loss: mean(
      data
        .subtract(w)
        .add(random.normal(key, [4, 3]))
        .square(),
    ),
  }),
  optimizer: adam(),
  state,
  batch: { data: zeros([4, 3]) },
  schedule: linearSchedule({ from: 1, to: 0, steps: 10 }),
  steps: 10,
  keys: { training, batches },
  standardization: { mean: [0], scale: [2] },
};

describe('exportTraining', () => {
  const files = exportTraining(options);

  it('says what the step takes and gives', () => {
    const { inputs, outputs } = JSON.parse(files['step.json'] as string) as ProgramSignature;
    const names = ['parameters.w', 'moments.0.w', 'moments.1.w', 'average.w', 'optimizerStep', 'averageStep'];
    expect(inputs.map(({ name }) => name)).to.deep.equal([...names, 'batch.data', 'key', 'learningRate']);
    expect(outputs.map(({ name }) => name)).to.deep.equal([...names, 'losses.loss', 'gradientNorm']);
    expect(inputs.filter(({ batch }) => batch).map(({ name }) => name)).to.deep.equal(['batch.data']);
    expect(inputs.filter(({ donated }) => donated).map(({ name }) => name)).to.deep.equal(names);
    expect(inputs.at(-1)).to.deep.equal({
      name: 'learningRate',
      shape: [],
      dtype: 'float64',
      batch: false,
      donated: false,
    });
  });

  it('writes the state, the keys and the learning rates', () => {
    const { tensors, metadata } = parseSafetensors(files['state.safetensors'] as Uint8Array);
    expect(tensors['key.training']?.toArray()).to.deep.equal(training.toArray());
    expect(tensors['key.batches']?.toArray()).to.deep.equal(batches.toArray());
    expect(metadata).to.deep.equal({ step: '0', optimizerStep: '0', averageStep: '0' });
    const rates = parseNpy(files['learning-rates.npy'] as Uint8Array);
    expect(rates.toArray()).to.deep.equal(Array.from({ length: 10 }, (_, i) => options.schedule(i)));
  });

  it('refuses a batch that run.py cannot feed, and steps that are done', () => {
    const wrong = (change: Partial<TrainingExport<Parameters>>) => () =>
      exportTraining({ ...options, ...change });
    expect(wrong({ batch: { data: zeros([4]) } })).to.throw(
      ArgumentError,
      'float32 [batch, features], got float32[4]',
    );
    const labels = zeros([3], { dtype: 'int32' });
    expect(wrong({ batch: { data: zeros([4, 3]), labels } })).to.throw(
      ArgumentError,
      'label for each of 4 points',
    );
    expect(wrong({ steps: 0 })).to.throw(ArgumentError, "more 'steps' than the 0 that are done");
  });

  it('refuses a loss that looks at a value, or draws from a key of its own', () => {
    const looking = () =>
      exportTraining({ ...options, loss: ({ w }) => ({ loss: w.multiply(w.sum().item()).sum() }) });
    expect(looking).to.throw(LevelError, 'looks at a value');
    const drawing = () =>
      exportTraining({ ...options, loss: ({ w }) => ({ loss: mean(w.add(random.normal(training, [3]))) }) });
    expect(drawing).to.throw(LevelError, 'a key that is none of its arguments');
  });
});

describe('run.py', () => {
  it('is what the library holds', () => {
    expect(readFileSync(new URL('../../../flows/xla/run-text.ts', import.meta.url), 'utf8')).to.equal(
      runModule(),
    );
  });

  it('has at most 150 lines of text', () => {
    const lines = readFileSync(new URL('../../../flows/xla/run.py', import.meta.url), 'utf8').split('\n');
    expect(lines.filter((line) => line.trim() !== '').length).to.be.at.most(150);
  });
});
