import { expect } from 'chai';
import { formula, sentence } from '../../../flows/report/formula.ts';
import { html, math } from '../../../flows/report/markup.ts';
import { formatNumber, formatSeconds } from '../../../flows/report/numbers.ts';

describe('html', () => {
  it('escapes text, but not what is markup already', () => {
    const inner = html`<b>${'a < b & "c"'}</b>`;
    expect(inner.text).to.equal('<b>a &#60; b &#38; &#34;c&#34;</b>');
    expect(html`<p title="${`'>`}">${inner}${[inner]}${3}</p>`.text).to.equal(
      `<p title="&#39;&#62;">${inner.text}${inner.text}3</p>`,
    );
  });
});

describe('math', () => {
  it('lowers and raises single names, groups and fractions', () => {
    expect(math('∇L_FM = ∇L_CFM').text).to.equal('∇L<sub>FM</sub> = ∇L<sub>CFM</sub>');
    expect(math('α_{1−t}^2 x_1').text).to.equal('α<sub>1−t</sub><sup>2</sup> x<sub>1</sub>');
    expect(math('N^(−1/2), 10^−3').text).to.equal('N<sup>−1/2</sup>, 10<sup>−3</sup>');
    expect(math('u_θ(z_t, r, t)').text).to.equal('u<sub>θ</sub>(z<sub>t</sub>, r, t)');
  });

  it('puts a power above the index, and reads an index within an index', () => {
    const stack = (above: string, below: string) =>
      `<span class="stack"><span>${above}</span><span>${below}</span></span>`;
    expect(math('S_t² = σ_t²').text).to.equal(
      `S${stack('²', '<sub>t</sub>')} = σ${stack('²', '<sub>t</sub>')}`,
    );
    expect(math('∫₀ᵗ W₂²').text).to.equal(`∫${stack('ᵗ', '₀')} W${stack('²', '₂')}`);
    expect(math('∫_{A_t} p_t(x)').text).to.equal('∫<sub>A<sub>t</sub></sub> p<sub>t</sub>(x)');
  });

  it('escapes within groups too', () => {
    expect(math('x_{<b>}').text).to.equal('x<sub>&#60;b&#62;</sub>');
  });
});

describe('formula', () => {
  it('is MathML, cut where a line may break, and without the LaTeX', () => {
    const { text } = formula('S_t² = σ_t² + t²');
    expect(text).to.contain('<msubsup><mi>S</mi><mi>t</mi><mn>2</mn></msubsup>');
    expect(text.match(/<math>/g)).to.have.length(3);
    expect(text).not.to.match(/annotation|xmlns|\bkatex-html/);
    expect(formula('∫_{A_t} p_t(x, y)').text.match(/<math>/g)).to.have.length(1);
  });

  it('leaves words words, and what KaTeX cannot read text, and escapes both', () => {
    expect(formula('a < b for all <i>').text).to.contain(' for all ').and.not.contain('<i>');
    expect(formula('a & b_t').text).to.equal('a &#38; b<sub>t</sub>');
    expect(sentence('Nothing <b> flows through u_t').text).to.match(
      /^Nothing &#60;b&#62; flows through <span/,
    );
  });
});

describe('formatNumber', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [1.38, '1.38'],
    [140.83, '141'],
    [-0.02134, '−0.0213'],
    [4.44e-15, '4.4 × 10⁻¹⁵'],
    [1e-12, '10⁻¹²'],
    [9.99e-16, '10⁻¹⁵'],
    [-1e-4, '−10⁻⁴'],
    [123456, '1.2 × 10⁵'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ];
  for (const [value, text] of cases) {
    it(`writes ${value} as ${text}`, () => {
      expect(formatNumber(value)).to.equal(text);
    });
  }
});

describe('formatSeconds', () => {
  it('writes minutes from one minute on', () => {
    expect([8.26, 59.94, 59.97, 118.4, 119.7].map(formatSeconds)).to.deep.equal([
      '8.3 s',
      '59.9 s',
      '1 min 0 s',
      '1 min 58 s',
      '2 min 0 s',
    ]);
  });
});
