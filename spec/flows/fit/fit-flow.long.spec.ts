import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { random, slice, tensor } from '../../../autograd/index.ts';
import { generate } from '../../../flows/cli/run/generating.ts';
import { readModel, writeModel } from '../../../flows/cli/run/run-folder.ts';
import { type FittedFlow, fitFlow, loadFlow } from '../../../flows/index.ts';
import { ArgumentError, ShapeError } from '../../../lib/index.ts';

const small = { steps: 80, hidden: 16, layers: 1, batchSize: 32, learningRate: 2e-2 } as const;
const points = random.normal(random.key(1), [200, 1], { dtype: 'float64' });
/** Cats around −3, dogs around 3; a third of them are cats. */
const labels = Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? 'cat' : 'dog'));
const pets = points.multiply(0.5).add(tensor(labels.map((name) => [name === 'cat' ? -3 : 3])));

const steps: number[] = [];
let model: FittedFlow;

before(async () => {
  model = await fitFlow(pets, {
    ...{ ...small, labels },
    onProgress: ({ step, steps: all, loss, rawError }) => {
      expect([all, loss]).to.deep.equal([80, rawError]);
      steps.push(step);
    },
  });
});

describe('fitFlow', () => {
  it('tells its progress', () => {
    expect(steps).to.deep.equal(Array.from({ length: 80 }, (_, i) => i + 1));
  });

  it('learns classes, samples each, and judges with them or with their mixture', () => {
    expect(model.classNames).to.deep.equal(['cat', 'dog']);
    const mean = (label: string, guidance = 1) => model.sample(200, { label, guidance }).mean().item();
    expect(mean('cat')).to.be.closeTo(-3, 0.8);
    expect(mean('dog')).to.be.closeTo(3, 0.8);
    expect(mean('dog', 2)).not.to.equal(mean('dog'));
    // Without a class, all in turn.
    const signs = model.sample(6).sign().toArray() as number[][];
    expect(signs.flat()).to.deep.equal([-1, 1, -1, 1, -1, 1]);

    const some = slice(pets, [[0, 5]]);
    const given = (name: string) =>
      model.logLikelihood(some, { labels: Array.from({ length: 5 }, () => name) }).exp();
    const mixture = given('cat').multiply(67).add(given('dog').multiply(133)).divide(200).log();
    expect(mixture.subtract(model.logLikelihood(some)).abs().max().item()).to.be.below(1e-9);
  });

  it('stops at the signal', async () => {
    const stop = new AbortController();
    let last = 0;
    const run = fitFlow(points, {
      ...small,
      ...{ steps: 1e6, signal: stop.signal },
      onProgress: ({ step }) => {
        last = step;
        if (step === 3) stop.abort();
      },
    });
    expect(await failureOf(run)).to.include({ name: 'AbortError' });
    expect(last).to.equal(3);
  });
});

describe('a saved flow', () => {
  it('gives the same samples after loadFlow, and to the command line', async () => {
    const bytes = model.save();
    const loaded = loadFlow(bytes);
    expect(loaded.sample(9).toArray()).to.deep.equal(model.sample(9).toArray());
    expect(loaded.save()).to.deep.equal(bytes);

    await inFolder(async (folder) => {
      const file = join(folder, 'pets.safetensors');
      writeFileSync(file, bytes);
      const run = readModel(file);
      const drawn = generate(run, { count: 9, key: random.key(0) }).points.cast('float64');
      expect(drawn.subtract(model.sample(9)).abs().max().item()).to.be.below(1e-5);
      // And back: the model of a run is a saved flow too.
      writeModel(folder, run.parameters, run.config);
      const again = loadFlow(readFileSync(join(folder, 'model.safetensors')));
      expect(again.sample(9).toArray()).to.deep.equal(model.sample(9).toArray());
    });
  });

  it('that is damaged, or none, is an error of loadFlow', () => {
    const bytes = model.save();
    const text = new TextDecoder('latin1').decode(bytes);
    const changed = (from: string, to: string) => Buffer.from(text.replace(from, to), 'latin1');
    for (const [wrong, message] of [
      [bytes.slice(0, -4), /cut off/],
      [new Uint8Array(3), /at least 8 bytes/],
      [changed('"config"', '"gifnoc"'), /no 'config'/],
      [changed('fluxion run 1', 'fluxion run 9'), /another version/],
      [changed('\\"layers\\":1', '\\"layers\\":9'), /holds \d+ numbers/],
      [changed('\\"scale\\":[', '\\"scale\\":{'), /JSON/],
    ] as const) {
      expect(() => loadFlow(wrong), String(message)).to.throw(ArgumentError, message);
      expect(() => loadFlow(wrong)).to.throw(/^loadFlow: these bytes are no model/);
    }
  });
});

describe('what fitFlow refuses', () => {
  const rows = [
    [1, 2],
    [3, 4],
    [5, 7],
  ];
  for (const [what, data, options, kind, message] of [
    [
      'NaN',
      [
        [1, 2],
        [3, Number.NaN],
      ],
      {},
      ArgumentError,
      /got NaN in row 1, column 1/,
    ],
    ['one row', [[1, 2]], {}, ArgumentError, /at least 2 points, got 1/],
    [
      'points that are the same',
      [
        [1, 2],
        [1, 2],
      ],
      {},
      ArgumentError,
      /nothing to learn/,
    ],
    ['ragged rows', [[1, 2], [3]], {}, ShapeError, /ragged/],
    ['a list of numbers', [1, 2, 3], {}, ShapeError, /\[n, d\], got \[3\]/],
    ['no data', undefined, {}, ArgumentError, /wanted points/],
    ['an empty list', [], {}, ShapeError, /\[n, d\]/],
    ['too few labels', rows, { labels: [0, 1] }, ShapeError, /a label for each of the 3 points, got 2/],
    ['labels that are no labels', rows, { labels: [0, null, 1] }, ArgumentError, /null for point 1/],
    [
      'labels in a column',
      rows,
      { labels: tensor([[0], [1], [0]]) },
      ShapeError,
      /shape \[n\], got \[3, 1\]/,
    ],
    ['labels that are no list', rows, { labels: 3 }, ArgumentError, /wanted labels as a list/],
    ['an unknown option', rows, { step: 3 }, ArgumentError, /unknown option 'step'/],
    ['no steps', rows, { steps: 0 }, ArgumentError, /whole number from 1 .* for 'steps', got 0/],
    ['another method', rows, { method: 'gan' }, ArgumentError, /'cfm' or 'ot-cfm' or 'meanflow'/],
    ['a batch of too many', rows, { batchSize: 4 }, ArgumentError, /at most the 3 points, got 4/],
    ['guidance of cfm', rows, { guidance: 2 }, ArgumentError, /give it to sample\(\)/],
    ['guidance without labels', rows, { method: 'meanflow', guidance: 2 }, ArgumentError, /needs labels/],
  ] as const) {
    it(what, async () => {
      const error = await failureOf(fitFlow(data as never, options as never));
      expect(error).to.be.instanceOf(kind);
      expect(String(error))
        .to.match(/: fitFlow: /)
        .and.to.match(message);
    });
  }

  it('and what its model refuses', async () => {
    const classless = await fitFlow(pets, { ...small, steps: 1 });
    expect(() => model.sample(0)).to.throw(ArgumentError, /sample: .*≥ 1 for count, got 0/);
    expect(() => model.sample(1, { label: 'cow' })).to.throw(/no class 'cow'; the classes are cat, dog/);
    expect(() => classless.sample(1, { label: 0 })).to.throw(/no classes, got the label 0/);
    expect(() => classless.sample(1, { guidance: 2 })).to.throw(/sample: no guidance: this model has no cl/);
    expect(() => model.logLikelihood([[1, 2]])).to.throw(ShapeError, /points of 1 columns.*got 2/);
    expect(() => model.logLikelihood(pets, { labels: ['cat'] })).to.throw(ShapeError, /200 points, got 1/);
  });
});

async function inFolder(job: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-fit-'));
  try {
    await job(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
