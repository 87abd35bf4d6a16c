import { expect } from 'chai';
import { random, type Tensor } from '../../../autograd/index.ts';
import {
  checkerboard,
  circles,
  eightGaussians,
  pinwheel,
  sCurve,
  spirals,
  swissRoll,
} from '../../../flows/data/index.ts';
import { ArgumentError } from '../../../lib/index.ts';

const key = random.key(5);
const float64 = { dtype: 'float64' } as const;
const rowsOf = (points: Tensor) => points.toArray() as number[][];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

describe('toy distributions', () => {
  const labelled = { checkerboard, circles, eightGaussians, pinwheel, spirals };
  const classes = { checkerboard: 8, circles: 2, eightGaussians: 8, pinwheel: 5, spirals: 2 };
  for (const [name, draw] of Object.entries(labelled)) {
    it(`${name}: the same key gives the same points, classes are equally likely, dtypes as asked`, () => {
      const { points, labels } = draw(key, 8000, float64);
      expect(points.shape).to.deep.equal([8000, 2]);
      expect(points.dtype).to.equal('float64');
      expect(draw(key, 10).points.dtype).to.equal('float32');
      expect(rowsOf(draw(key, 8000, float64).points)).to.deep.equal(rowsOf(points));
      expect(rowsOf(draw(random.key(6), 8000, float64).points)).to.not.deep.equal(rowsOf(points));
      const count = classes[name as keyof typeof classes];
      for (let k = 0; k < count; k++) {
        const share = labels.toTypedArray().filter((label) => label === k).length / 8000;
        // Four standard errors of a share p are 4√(p(1 − p)/8000), at most 0.0224
        expect(share).to.be.closeTo(1 / count, 0.0224);
      }
      expect(() => draw(key, -1)).to.throw(ArgumentError, /whole number of points, got -1/);
      expect(() => draw(key, 5, { scal: 1 } as object)).to.throw(ArgumentError, /unknown option 'scal'/);
    });
  }

  it('circles have their radii, and spread around them as the noise says', () => {
    const clean = circles(key, 4000, { factor: 0.5, noise: 0, ...float64 });
    const noisy = circles(key, 4000, { factor: 0.5, noise: 0.03, ...float64 });
    const labels = clean.labels.toTypedArray();
    rowsOf(clean.points).forEach(([x, y], i) => {
      expect(Math.hypot(x!, y!)).to.be.closeTo(labels[i] ? 0.5 : 1, 1e-12);
    });
    const moved = noisy.points.subtract(clean.points);
    expect(moved.square().mean().sqrt().item()).to.be.closeTo(0.03, 0.001);
    // All around: the means of the coordinates are 0
    expect(Math.abs(clean.points.mean({ axes: 0 }).abs().max().item())).to.be.below(0.05);
  });

  it('eight Gaussians sit on their ring with the deviation of TorchCFM, 0.1^¼', () => {
    const { points, labels } = eightGaussians(key, 16000, float64);
    const [rows, components] = [rowsOf(points), labels.toTypedArray()];
    for (let k = 0; k < 8; k++) {
      const members = rows.filter((_, i) => components[i] === k);
      const centre = [5 * Math.cos((k * Math.PI) / 4), 5 * Math.sin((k * Math.PI) / 4)];
      for (const j of [0, 1]) {
        const values = members.map((row) => row[j]!);
        expect(mean(values)).to.be.closeTo(centre[j]!, 0.06);
        expect(deviation(values)).to.be.closeTo(0.5623, 0.04);
      }
    }
    const small = eightGaussians(key, 100, { scale: 1, deviation: 0, ...float64 });
    for (const [x, y] of rowsOf(small.points)) expect(Math.hypot(x!, y!)).to.be.closeTo(1, 1e-12);
  });

  it('the checkerboard fills its eight black squares evenly, and nothing else', () => {
    const { points, labels } = checkerboard(key, 8000, float64);
    const components = labels.toTypedArray();
    const inside: number[] = [];
    rowsOf(points).forEach(([x, y], i) => {
      const [column, row] = [Math.floor((x! + 4) / 2), Math.floor((y! + 4) / 2)];
      expect(column).to.be.within(0, 3);
      expect(row).to.be.within(0, 3);
      expect((column + row) % 2).to.equal(0);
      expect(components[i]).to.equal(2 * column + Math.floor(row / 2));
      inside.push(((x! + 4) / 2) % 1, ((y! + 4) / 2) % 1);
    });
    expect(mean(inside)).to.be.closeTo(0.5, 0.01);
    expect(deviation(inside)).to.be.closeTo(1 / Math.sqrt(12), 0.01);
  });

  it('spirals follow r = θ/3 on either side, up to the half unit of width', () => {
    const { points, labels } = spirals(key, 2000, { noise: 0, ...float64 });
    const arms = labels.toTypedArray();
    rowsOf(points).forEach(([x, y], i) => {
      const side = arms[i] ? -1 : 1;
      // The nearest point of the arm is at most √2/6 away, the diagonal of the width
      const distances = Array.from({ length: 2000 }, (_, k) => {
        const angle = (3 * Math.PI * k) / 2000;
        return Math.hypot(
          x! + (side * angle * Math.cos(angle)) / 3,
          y! - (side * angle * Math.sin(angle)) / 3,
        );
      });
      expect(Math.min(...distances)).to.be.at.most(Math.SQRT2 / 6 + 0.005);
    });
    const radii = rowsOf(points).map(([x, y]) => Math.hypot(x!, y!));
    expect(Math.max(...radii)).to.be.within(3, Math.PI + 0.25);
    const spread = spirals(key, 2000, { noise: 0.1, ...float64 }).points.subtract(points);
    expect(spread.square().mean().sqrt().item()).to.be.closeTo(0.1, 0.005);
  });

  it('the pinwheel turned back is a Gaussian along each arm', () => {
    const { points, labels } = pinwheel(key, 10000, float64);
    const arms = labels.toTypedArray();
    // The radius is √(a² + b²) ≈ a: turn back by the angle of the arm and the rate
    const [along, across]: [number[], number[]] = [[], []];
    rowsOf(points).forEach(([x, y], i) => {
      // Fixed point of a ↦ the first coordinate after turning back by 2πk/5 + exp(a)/4
      let a = Math.hypot(x!, y!) / 2;
      let b = 0;
      for (let step = 0; step < 200; step++) {
        const angle = (2 * Math.PI * arms[i]!) / 5 + 0.25 * Math.exp(a);
        const next = (x! * Math.cos(angle) - y! * Math.sin(angle)) / 2;
        b = (x! * Math.sin(angle) + y! * Math.cos(angle)) / 2;
        a += 0.5 * (next - a);
      }
      along.push(a);
      across.push(b);
    });
    expect(mean(along)).to.be.closeTo(1, 0.02);
    expect(deviation(along)).to.be.closeTo(0.3, 0.02);
    expect(mean(across)).to.be.closeTo(0, 0.02);
    expect(deviation(across)).to.be.closeTo(0.1, 0.02);
  });

  it('the swiss roll and the S-curve are the surfaces of their angles', () => {
    const roll = swissRoll(key, 2000, float64);
    const curve = sCurve(key, 2000, float64);
    const [angles, turns] = [roll.position.toTypedArray(), curve.position.toTypedArray()];
    rowsOf(roll.points).forEach(([x, y, z], i) => {
      expect(Math.hypot(x!, z!)).to.be.closeTo(angles[i]!, 1e-12);
      expect(Math.atan2(z!, x!)).to.be.closeTo(Math.atan2(Math.sin(angles[i]!), Math.cos(angles[i]!)), 1e-12);
      expect(y).to.be.within(0, 21);
    });
    rowsOf(curve.points).forEach(([x, y, z], i) => {
      expect(x).to.be.closeTo(Math.sin(turns[i]!), 1e-15);
      expect((Math.abs(z!) - 1) ** 2 + x! ** 2).to.be.closeTo(1, 1e-12);
      expect(Math.sign(z!)).to.equal(-Math.sign(turns[i]!));
      expect(y).to.be.within(0, 2);
    });
    for (const [values, low, high] of [
      [angles, 1.5 * Math.PI, 4.5 * Math.PI],
      [turns, -1.5 * Math.PI, 1.5 * Math.PI],
    ] as const) {
      expect(mean([...values])).to.be.closeTo((low + high) / 2, 0.25);
      expect(Math.min(...values)).to.be.within(low, low + 0.1);
      expect(Math.max(...values)).to.be.within(high - 0.1, high);
    }
    const noisy = swissRoll(key, 2000, { noise: 0.5, ...float64 }).points.subtract(roll.points);
    expect(noisy.square().mean().sqrt().item()).to.be.closeTo(0.5, 0.02);
    expect(() => sCurve(key, 5, { noise: -1 })).to.throw(ArgumentError, 'noise ≥ 0, got -1');
  });

  it('rejects options out of range', () => {
    expect(() => circles(key, 5, { factor: 1 })).to.throw(ArgumentError, 'factor < 1, got 1');
    expect(() => pinwheel(key, 5, { arms: 0 })).to.throw(ArgumentError, 'arms, at least 1, got 0');
    expect(() => eightGaussians(key, 5, { deviation: -1 })).to.throw(ArgumentError, 'deviation ≥ 0, got -1');
  });
});
