import { expect } from 'chai';
import { killAndResume } from './kill-and-resume.ts';

describe('a training run that is stopped at random moments', () => {
  it('by kill -9 and by Ctrl-C ends with the same files as one that is not, and says how to go on if it can', async function () {
    this.timeout(180_000);
    const { stops, killed, whole } = await killAndResume(['SIGKILL', 'SIGINT', 'SIGKILL', 'SIGKILL'], 1);
    const steps = stops.map(({ step }) => step).join(', ');
    for (const [name, bytes] of Object.entries(whole)) {
      expect(killed[name]?.equals(bytes), `${name} after stops at ${steps}`).to.equal(true);
    }
    const [, interrupted] = stops;
    expect(interrupted?.code).to.equal(130);
    expect(interrupted?.message).to.match(
      /Stopped after step \d+, and saved; go on with: fluxion train --resume --out /,
    );
  });
});
