/**
 * Runs the specs, as many at a time as there are cores: `npm test`, and `npm run test:quick`, `test:slow` and
 * `test:all`. The name of a spec says who runs it:
 *
 * - `x.spec.ts`: every command but test:slow
 * - `x.long.spec.ts`: computes for seconds, so test:quick leaves it out
 * - `x.slow.spec.ts`: runs many programs, or one for long; test:slow and test:all only
 * - `x.timing.spec.ts`: measures time or memory; test:slow and test:all only, after all others, with nothing
 *   beside it
 *
 * Options go to mocha: `npm test -- --grep 'a title'`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

type Mark = '' | 'long' | 'slow' | 'timing';

export interface Plan {
  readonly together: readonly string[];
  readonly alone: readonly string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
// The longest come first, so that the cores end together.
const marks = {
  usual: ['long', ''],
  quick: [''],
  slow: ['slow', 'timing'],
  all: ['slow', 'long', '', 'timing'],
} as const satisfies Record<string, readonly Mark[]>;

/** The table of all primitives takes about as long as all other usual specs of its room. */
const longest = 'spec/autograd/primitives.spec.ts';

type Command = keyof typeof marks;

/** Which of the specs a command runs, and how. */
export function plan(command: Command, specs: readonly string[]): Plan {
  const ordered = [...specs].sort((a, b) => Number(b === longest) - Number(a === longest));
  const chosen = marks[command].flatMap((mark) => ordered.filter((spec) => markOf(spec) === mark));
  return {
    together: chosen.filter((spec) => markOf(spec) !== 'timing'),
    alone: chosen.filter((spec) => markOf(spec) === 'timing'),
  };
}

/**
 * The specs of a room, or of a folder of one, by their paths from the root: `flows`, `lib/matmul`, `docs`.
 */
export function specsOf(room = ''): readonly string[] {
  const folder = `spec/${room}/`.replace(/\/+/g, '/');
  const names = readdirSync(join(root, 'spec'), { recursive: true, encoding: 'utf8' });
  const specs = names
    .filter((name) => name.endsWith('.spec.ts'))
    .map((name) => `spec/${name.replaceAll(sep, '/')}`);
  return specs.filter((spec) => spec.startsWith(folder)).sort();
}

/** The folder that mirrors where the user is, in the rooms or in `spec/`; '' at the root. */
export function roomAt(folder: string): string {
  return relative(root, folder)
    .replaceAll(sep, '/')
    .replace(/^spec(\/|$)/, '');
}

function markOf(spec: string): Mark {
  const [, mark = ''] = /\.(\w+)\.spec\.ts$/.exec(spec) ?? [];
  if (mark !== '' && mark !== 'long' && mark !== 'slow' && mark !== 'timing') {
    throw new Error(`${spec}: wanted .long, .slow or .timing before .spec.ts, got .${mark}`);
  }
  return mark;
}

/** What the arguments ask for: a command of `marks`, rooms, and options for mocha from the first dash on. */
function main([command = 'usual', ...args]: readonly string[]): void {
  if (!isCommand(command)) throw new Error(`wanted ${Object.keys(marks).join(', ')}, got '${command}'`);
  const dash = args.findIndex((arg) => arg.startsWith('-'));
  const [rooms, options] = dash < 0 ? [args, []] : [args.slice(0, dash), args.slice(dash)];
  const here = command === 'quick' ? roomAt(process.env.INIT_CWD ?? root) : '';
  const specs = (rooms.length > 0 ? rooms : [here]).flatMap((room) => specsOf(room));
  const chosen = plan(command, specs);
  if (command === 'quick' && rooms.length === 0 && here === '') {
    throw new Error(
      'test:quick: wanted a room or a folder of one; call it there, or say npm run test:quick -- autograd',
    );
  }
  if (chosen.together.length + chosen.alone.length === 0)
    throw new Error(`there are no specs of ${rooms.join(', ') || here}`);
  run(chosen, options);
}

/** Exits with 1 if a spec fails; those that want to be alone run all the same. */
function run({ together, alone }: Plan, options: readonly string[]): void {
  if (together.length > 0)
    mocha(['--parallel', '--jobs', String(availableParallelism()), ...options, ...together]);
  if (alone.length > 0) mocha([...options, ...alone]);
}

function mocha(args: readonly string[]): void {
  const program = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

function isCommand(name: string): name is Command {
  return Object.hasOwn(marks, name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
