/**
 * `npm run check:kill`: a training run is killed at 30 random moments, and must end as if it had not been.
 */
import { killAndResume } from '../flows/cli/kill-and-resume.ts';

const kills = 30;
const seed = Number(process.argv[2] ?? 0);
const { stops, killed, whole } = await killAndResume(Array<NodeJS.Signals>(kills).fill('SIGKILL'), seed);
console.log(`killed after steps ${stops.map(({ step }) => step).join(', ')}`);
const different = Object.keys(whole).filter((name) => !killed[name]?.equals(whole[name] as Buffer));
if (different.length > 0) {
  console.error(`✗ these files differ from those of a run that was not killed: ${different.join(', ')}`);
  process.exitCode = 1;
} else {
  console.log(`✓ ${Object.keys(whole).join(', ')}: identical after ${kills} kills`);
}
