/** Runs a spec file without mocha, in a module graph of its own, and says what fails first. */
import { load } from './modules.ts';

type Body = (this: typeof context) => unknown;

interface Suite {
  readonly tests: (Body | Suite)[];
  readonly before: Body[];
  readonly beforeEach: Body[];
  readonly after: Body[];
  readonly afterEach: Body[];
}

/** Mocha's `this` in a test. Its limits of time do not count here. */
const context = { timeout: () => context, slow: () => context };

/**
 * The first failure of a spec, or null. It and all that it imports are evaluated anew, with the given sources
 * in place of files. A spec fails when this process has taken more than `latest` seconds of processor time:
 * the mutant made the work larger.
 */
export async function firstFailureOf(
  spec: string,
  sources: ReadonlyMap<string, string>,
  isShared: (path: string) => boolean,
  latest: number,
): Promise<string | null> {
  const suite = emptySuite();
  const restore = defineGlobals(suite);
  try {
    load(spec, sources, isShared);
    await run(suite, [], latest);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    restore();
  }
}

/** The processor time of this process until now. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Throws what the first failing test throws. What a suite does afterwards is done in any case. */
async function run(suite: Suite, outer: readonly Suite[], latest: number): Promise<void> {
  const suites = [...outer, suite];
  try {
    await runAll(suite.before);
    for (const test of suite.tests) {
      if (processorSeconds() > latest) throw new Error('took too long');
      if (typeof test === 'function') await runTest(test, suites);
      else await run(test, suites, latest);
    }
  } finally {
    await runAll(suite.after);
  }
}

async function runTest(test: Body, suites: readonly Suite[]): Promise<void> {
  try {
    await runAll(suites.flatMap(({ beforeEach }) => beforeEach));
    await test.call(context);
  } finally {
    await runAll(suites.flatMap(({ afterEach }) => afterEach));
  }
}

async function runAll(bodies: readonly Body[]): Promise<void> {
  for (const body of bodies) await body.call(context);
}

function emptySuite(): Suite {
  return { tests: [], before: [], beforeEach: [], after: [], afterEach: [] };
}

function defineGlobals(root: Suite): () => void {
  let suite = root;
  const mocha = {
    describe: (_: string, body: Body) => {
      const outer = suite;
      suite = emptySuite();
      outer.tests.push(suite);
      body.call(context);
      suite = outer;
    },
    it: (_: string, body: Body) => suite.tests.push(body),
    before: (body: Body) => suite.before.push(body),
    beforeEach: (body: Body) => suite.beforeEach.push(body),
    after: (body: Body) => suite.after.push(body),
    afterEach: (body: Body) => suite.afterEach.push(body),
  };
  const scope = globalThis as unknown as Record<string, unknown>;
  const old = Object.keys(mocha).map((name) => [name, scope[name]]);
  Object.assign(scope, mocha);
  return () => Object.assign(scope, Object.fromEntries(old));
}
