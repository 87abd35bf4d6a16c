import { expect } from 'chai';
import { averageVelocityChart } from '../../../flows/report/sections/average-velocities.ts';
import { digitGrid } from '../../../flows/report/sections/digits.ts';
import { pathChart } from '../../../flows/report/sections/paths.ts';
import { strip } from '../../../flows/report/strip.ts';
import { darkTheme, lightTheme, resolveColours } from '../../../flows/report/theme.ts';
import { exampleReport } from './example.ts';

describe('digitGrid', () => {
  const scale = { side: 2, maximum: 16 };

  it('draws a run of equal pixels as one rectangle, darker the more ink there is', () => {
    const { text } = digitGrid('x', [[[16, 16, 0, 8]]], scale);
    expect(text).to.contain('<path fill-opacity="1" d="M0 18h10v5h-10z"/>');
    expect(text).to.contain('<path fill-opacity="0.5" d="M5 23h5v5h-5z"/>');
    expect(text.match(/fill-opacity/g)).to.have.length(2);
  });

  it('clips for show what lies outside of the scale', () => {
    const inside = digitGrid('x', [[[0, 16, 0, 16]]], scale).text;
    expect(digitGrid('x', [[[-3, 21, -0.1, 16.4]]], scale).text).to.equal(inside);
  });

  it('has a column for each class, with its number above', () => {
    const { text } = digitGrid(
      'x',
      [
        [
          [0, 0, 0, 0],
          [0, 0, 0, 0],
          [0, 0, 16, 0],
        ],
      ],
      scale,
    );
    expect([...text.matchAll(/<text[^>]*>(\d)</g)].map((match) => match[1])).to.deep.equal(['0', '1', '2']);
    // The third digit starts two pitches (two pixels of 5 and a gap of 6) to the right.
    expect(text).to.contain('d="M32 23h5v5h-5z"');
  });
});

describe('averageVelocityChart', () => {
  it('takes the step z − (t − r) u: the right average velocity ends where the trajectory does', () => {
    const picture = exampleReport.averageVelocities[0]!;
    const ends = (text: string) =>
      [...text.matchAll(/cy="([\d.]+)" cx="([\d.]+)"/g)].map((m) => `${m[2]},${m[1]}`);
    const arrows = (text: string) =>
      [...text.matchAll(/d="M([\d.]+,[\d.]+)L([\d.]+,[\d.]+)M/g)].map((m) => [m[1], m[2]]);
    const { text } = averageVelocityChart(picture);
    // Circles: one data point, the start, the end. Arrows: instantaneous, average. From (0, 0), (−2, −2) for
    // −½ leads to (1, 1).
    const [, start, end] = ends(text);
    const [instantaneous, average] = arrows(text);
    expect(average).to.deep.equal([start, end]);
    expect(instantaneous![0]).to.equal(start);
    expect(instantaneous![1]).not.to.equal(end);
  });
});

describe('pathChart', () => {
  it('gives one unit the same length on both axes', () => {
    const trajectory = [
      [0, 0],
      [3, 0],
      [3, 4],
    ] as const;
    const { text } = pathChart({ name: 'OT', equation: '', trajectories: [trajectory], data: [] });
    const points = text
      .match(/d="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)L([\d.]+),([\d.]+)"/)!
      .slice(1)
      .map(Number);
    const [x0, y0, x1, y1, x2, y2] = points as [number, number, number, number, number, number];
    expect(y1).to.equal(y0);
    expect(x2).to.equal(x1);
    expect((x1 - x0) / 3).to.be.closeTo((y1 - y2) / 4, 0.01);
  });
});

describe('strip', () => {
  const scale = { from: -4, to: 0 };
  const at = (value: number) =>
    Number(strip({ value, limit: 1e-2, passed: true }, scale).text.match(/cx="([\d.]+)"/)![1]);

  it('places a value by its logarithm, and at the border what is out of the scale', () => {
    expect(at(1e-2)).to.equal(60);
    expect(at(1e-4)).to.equal(4);
    expect(at(1e-3) - at(1e-4)).to.equal(28);
    expect([at(0), at(1e-9), at(50), at(Number.NaN)]).to.deep.equal([4, 4, 116, 116]);
  });

  it('draws the limit where the value would be if it were the limit', () => {
    expect(strip({ value: 1, limit: 1e-2, passed: false }, scale).text).to.contain('d="M60 2V12"');
  });
});

describe('resolveColours', () => {
  it('leaves no CSS variable and no currentColor to a renderer that knows neither', () => {
    const { text } = pathChart(exampleReport.paths[0]!);
    expect(text).to.match(/var\(--|currentColor/);
    for (const theme of [lightTheme, darkTheme]) {
      expect(resolveColours(text, theme)).not.to.match(/var\(--|currentColor/);
    }
    expect(Object.keys(darkTheme)).to.deep.equal(Object.keys(lightTheme));
  });
});
