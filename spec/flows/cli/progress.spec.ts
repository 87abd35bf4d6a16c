import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { trainingProgress } from '../../../flows/cli/run/progress.ts';
import { ArgumentError } from '../../../lib/index.ts';

/** A stream that remembers, and a clock that goes when told to. */
function stage(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 120, rows: 40 });
  const time = { now: 100 };
  return { stream, time, clock: () => time.now, written: () => String(stream.read() ?? '') };
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('trainingProgress', () => {
  it('writes plain lines with the raw error, rate and time left where there is no terminal', () => {
    const { stream, time, clock, written } = stage(false);
    const progress = trainingProgress({ total: 200, stream, clock });
    for (let step = 1; step <= 200; step++) {
      time.now += 0.5;
      progress.update(step, 100 / step);
    }
    progress.finish();
    const lines = written().trimEnd().split('\n');
    expect(lines[0]).to.equal('  0%  step   1/200  raw error 100.0  2.0 steps/s  1:40 left');
    expect(lines[1]).to.equal('  5%  step  11/200  raw error 9.091  2.0 steps/s  1:35 left');
    expect(lines.at(-1)).to.equal('100%  step 200/200  raw error 0.5000  2.0 steps/s  done in 1:40');
    expect(lines).to.have.length(21);
  });

  it('gives a sign of life every 10 seconds when 5 % take longer', () => {
    const { stream, time, clock, written } = stage(false);
    const progress = trainingProgress({ total: 1000, stream, clock });
    for (let step = 1; step <= 30; step++) {
      time.now += 2;
      progress.update(step, 1);
    }
    const steps = [...written().matchAll(/step +(\d+)/g)].map((match) => Number(match[1]));
    expect(steps).to.deep.equal([1, 6, 11, 16, 21, 26]);
  });

  it('measures the rate over the last seconds, not since the slow start', () => {
    const { stream, time, clock, written } = stage(false);
    const progress = trainingProgress({ total: 100, stream, clock });
    time.now += 60;
    progress.update(1, 1);
    for (let step = 2; step <= 100; step++) {
      time.now += 1;
      progress.update(step, 1);
    }
    const last = written().trim().split('\n').at(-1);
    expect(last).to.match(/ 1\.0 steps\/s {2}done in 2:39$/);
  });

  it('shows the last step when a run stops half-way', () => {
    const { stream, time, clock, written } = stage(false);
    const progress = trainingProgress({ total: 100, stream, clock });
    time.now += 1;
    progress.update(1, 2);
    progress.update(3, Number.NaN);
    progress.finish();
    progress.finish();
    expect(written().match(/step +3\/100 {2}raw error NaN/g)).to.have.length(1);
  });

  it('draws a bar on a terminal and leaves no timer behind', () => {
    const before = timers();
    const { stream, time, clock, written } = stage(true);
    const progress = trainingProgress({ total: 10, stream, clock });
    for (let step = 1; step <= 10; step++) {
      time.now += 0.25;
      progress.update(step, 2.5);
    }
    progress.finish();
    const shown = written();
    expect(shown).to.contain('100%  step 10/10  raw error 2.500  4.0 steps/s  0:00 left');
    expect(shown).to.contain('█'.repeat(24));
    expect(timers()).to.equal(before);
  });

  it('rejects a total that is no number of steps, and unknown options', () => {
    expect(() => trainingProgress({ total: 0 })).to.throw(ArgumentError, 'at least 1 step, got 0');
    const misspelt = { total: 3, steam: process.stderr };
    expect(() => trainingProgress(misspelt)).to.throw(ArgumentError, "unknown option 'steam'");
  });
});
