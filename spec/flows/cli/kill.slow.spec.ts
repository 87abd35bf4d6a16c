import { expect } from 'chai';
import { killAndResume } from './kill-and-resume.ts';

describe('a training run that is stopped at random moments', () => {
  it('by kill -9, Ctrl-C, kill and a lost terminal ends with the same files as one that is not, and says how to go on if it can', async function () {
    this.timeout(180_000);
    const { stops, killed, whole } = await killAndResume(
      ['SIGKILL', 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'],
      1,
    );
    const steps = stops.map(({ step }) => step).join(', ');
    for (const [name, bytes] of Object.entries(whole)) {
      expect(killed[name]?.equals(bytes), `${name} after stops at ${steps}`).to.equal(true);
    }
    // By POSIX, 128 and the signal's number.
    expect(stops.slice(1, 4).map(({ code }) => code)).to.deep.equal([130, 143, 129]);
    for (const { message } of stops.slice(1, 4))
      expect(message).to.match(
        /Stopped after step \d+, and saved; go on with: fluxion train --resume --out /,
      );
  });
});
