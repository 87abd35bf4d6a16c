import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { grad, jvp, vmap } from '../../autograd/index.ts';
import { golden, sections, values } from './conventions.ts';
import { conventionsPage, goldenAt, pageUrl } from './conventions-page.ts';
import { expectClose, float64 } from './numbers.ts';

describe('conventions', () => {
  for (const { title, edges } of sections) {
    describe(title, () => {
      for (const { expression, fn, answers } of edges) {
        for (const [x, value, derivative] of answers) {
          it(`${expression} at ${Object.is(x, -0) ? '−0' : x}: ${value}, ${derivative}`, () => {
            const at = float64(x);
            expectClose(jvp(fn, [at], [1]), [float64(value), float64(derivative)], 1e-15, 'forward');
            expectClose(grad(fn)(at), float64(derivative), 1e-15, 'reverse');
            expectClose(vmap(grad(fn))(float64([x])), float64([derivative]), 1e-15, 'in a batch');
          });
        }
      }
    });
  }

  describe('Values', () => {
    for (const { expression, run, value } of values) {
      it(expression, () => {
        expect(run().toArray()).to.deep.equal(value);
      });
    }
  });

  it('answer every case on record of JAX and PyTorch', () => {
    const edges = sections.flatMap((section) => section.edges);
    const answered = edges.flatMap((edge) => edge.answers.flatMap(([x]) => goldenAt(edge, x) ?? []));
    const recorded = Object.values(golden).flat();
    expect(recorded.filter((entry) => !answered.includes(entry))).to.deep.equal([]);
  });

  it('are what docs/conventions.md says (npx tsx spec/tools/write-conventions.ts)', () => {
    expect(readFileSync(pageUrl, 'utf8')).to.equal(conventionsPage());
  });
});
