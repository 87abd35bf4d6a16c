/** Runs the program of every guide, and holds it to its page, and to bounds of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parseSafetensors } from '../../flows/index.ts';
import { differenceOf, guides, guidesFolder, runGuide, shownBy } from './guides.ts';

/** What is to hold of a guide's output; `at` is the folder that it ran in. */
const claims: Readonly<Record<string, (out: string, at: string) => void>> = {
  classifier(out) {
    expect(numbers(out, /([\d.]+) % of 359 new/)[0]).to.be.within(95, 100);
  },
  regression(out) {
    const [line = 0] = numbers(out, /line: .* error ([\d.]+)/);
    const [curve = 0] = numbers(out, /curve: error ([\d.]+)/);
    expect(curve).to.be.within(0.01, 0.0225);
    expect(line).to.be.above(10 * curve);
  },
  'gaussian-process'(out) {
    expect(out).to.include('converged: true');
    const [far = 0] = numbers(out, /at -4: .* ± ([\d.]+)/);
    const [near = 1] = numbers(out, /at -2: .* ± ([\d.]+)/);
    expect(far).to.be.above(4 * near);
  },
  'physics-informed'(out) {
    const middles = [...out.matchAll(/t = ([\d.]+): u\(½\) = ([\d.]+)/g)];
    expect(middles).to.have.lengthOf(3);
    for (const [, t, middle] of middles)
      expect(Number(middle)).to.be.closeTo(Math.exp(-0.1 * Math.PI ** 2 * Number(t)), 5e-4);
  },
  conditions(out) {
    const rings = [...out.matchAll(/asked for ([\d.]+): radius ([\d.]+) ± ([\d.]+)/g)];
    expect(rings).to.have.lengthOf(3);
    for (const [, wanted, mean, deviation] of rings) {
      expect(Number(mean)).to.be.closeTo(Number(wanted), 0.04);
      expect(Number(deviation)).to.be.below(0.1);
    }
  },
  pytorch(out, at) {
    const { output, outputOfBack } = goldenJson('torch-sequential.json');
    const rows = [...out.matchAll(/\[(-?[\d.]+), (-?[\d.]+)\]/g)].slice(0, 2);
    expect(rows.map(([, a, b]) => [Number(a), Number(b)])).to.deep.equal(rounded(output));
    expect(rounded(output.map((row) => row.map((value) => 2 * value)))).to.deep.equal(rounded(outputOfBack));
    const [golden, back] = [
      fileAt(goldenPath('torch-sequential.safetensors')),
      fileAt(`${at}/back.safetensors`),
    ];
    expect(Object.keys(back)).to.have.members(Object.keys(golden));
    for (const [name, values] of Object.entries(golden)) {
      const scale = name.startsWith('3.') ? 2 : 1;
      expect(back[name]!.toArray()).to.deep.equal(values.multiply(scale).toArray());
    }
  },
};

describe('the guides', function () {
  this.timeout(180_000);
  let at: string;

  beforeEach(() => {
    at = mkdtempSync(join(tmpdir(), 'fluxion-guides-'));
  });
  afterEach(() => rmSync(at, { recursive: true }));

  for (const guide of guides) {
    it(`${guide}.ts runs, and prints what its page says`, () => {
      const out = runGuide(guide, at);
      expect(differenceOf(out, shownBy(guide))).to.equal(null);
      claims[guide]?.(out, at);
    });
  }

  it('each make a claim that is looked at here', () => {
    expect(Object.keys(claims).sort()).to.deep.equal([...guides].sort());
  });

  it('have lines of at most 88 columns, and their pages say how they are run', () => {
    for (const name of readdirSync(guidesFolder)) {
      const text = readFileSync(join(guidesFolder, name), 'utf8');
      if (name.endsWith('.md')) continue;
      const long = text.split('\n').filter((line) => line.length > 88);
      expect(long, name).to.deep.equal([]);
    }
    for (const guide of guides) {
      const page = readFileSync(join(guidesFolder, `${guide}.md`), 'utf8');
      expect(page).to.include(`npx tsx ${guide}.ts`).and.include(`<<< ./${guide}.ts`);
    }
  });

  it('would not pass with other words or numbers', () => {
    expect(differenceOf('loss 2.36 → 0.02', 'loss 2.40 → 0.03')).to.equal(null);
    expect(differenceOf('loss 2.36', 'error 2.36')).to.include('the page says');
    expect(differenceOf('loss 2.36', 'loss 3.36')).to.equal('printed 2.36 where the page says 3.36');
    expect(differenceOf('error 9e-5', 'error 4e-5')).to.be.a('string');
  });
});

/** The numbers that a line of the output shows. */
function numbers(out: string, line: RegExp): readonly number[] {
  return (line.exec(out) ?? []).slice(1).map(Number);
}

function goldenPath(name: string): string {
  return fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
}

function goldenJson(name: string) {
  return JSON.parse(readFileSync(goldenPath(name), 'utf8')) as Readonly<
    Record<'output' | 'outputOfBack', readonly (readonly number[])[]>
  >;
}

function fileAt(path: string) {
  return parseSafetensors(readFileSync(path)).tensors;
}

function rounded(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return rows.map((row) => row.map((value) => Number(value.toFixed(4))));
}
