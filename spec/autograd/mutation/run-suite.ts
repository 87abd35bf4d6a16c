/** Runs a spec file without mocha, in a module graph of its own, and says what fails first. */
import { load } from './modules.ts';

type Body = () => unknown;

interface Suite {
  readonly tests: Body[];
  readonly before: Body[];
}

/**
 * The first failure of a spec, or null. It and all that it imports are evaluated anew, with the given sources
 * in place of files. A spec that takes longer than `seconds` fails: the mutant made a loop endless, or the
 * work larger.
 */
export async function firstFailureOf(
  spec: string,
  sources: ReadonlyMap<string, string>,
  isShared: (path: string) => boolean,
  seconds: number,
): Promise<string | null> {
  const suite: Suite = { tests: [], before: [] };
  const restore = defineGlobals(suite);
  const deadline = performance.now() + 1000 * seconds;
  try {
    load(spec, sources, isShared);
    for (const act of [...suite.before, ...suite.tests]) {
      await act();
      if (performance.now() > deadline) return `took more than ${seconds} s`;
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    restore();
  }
}

function defineGlobals({ tests, before }: Suite): () => void {
  const names = ['describe', 'it', 'before', 'after', 'beforeEach', 'afterEach'] as const;
  const scope = globalThis as unknown as Record<string, unknown>;
  const old = names.map((name) => scope[name]);
  const context = { timeout: () => context, slow: () => context };
  Object.assign(scope, {
    describe: (_: string, body: Body) => body.call(context),
    it: (_: string, body: Body) => tests.push(() => body.call(context)),
    before: (body: Body) => before.push(() => body.call(context)),
    after: () => undefined,
    beforeEach: (body: Body) => before.push(() => body.call(context)),
    afterEach: () => undefined,
  });
  return () => {
    names.forEach((name, i) => {
      scope[name] = old[i];
    });
  };
}
