/**
 * Runs a program of the user's (`consumer/digits.mjs`) from the packed tarball in Node with code from text
 * forbidden, in Deno, in Bun and in workerd, and compares what it computes with what Node computes. Part of
 * `npm run check:package`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Backend, compareDigits } from './compare-digits.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fluxion-runtimes-'));

const runtimes = ['deno@2.9.6', 'bun@1.4.5', 'workerd@1.20261117.1'];

try {
  install();
  const node = { auto: inNode('auto'), javascript: inNode('javascript') };
  for (const backend of ['auto', 'javascript'] as const) {
    const wanted = node[backend];
    const forbidding = inNode(backend, '--disallow-code-generation-from-strings');
    compareDigits('Node without code from text', backend, forbidding, wanted);
    compareDigits('Deno', backend, output('deno', 'run', '--allow-read', 'run.mjs', backend), wanted);
    compareDigits('Bun', backend, output('bun', 'run.mjs', backend), wanted);
  }
  // workerd makes no WebAssembly from bytes, so whatever is asked for runs in JavaScript.
  for (const digits of await inWorkerd()) compareDigits('workerd', 'javascript', digits, node.javascript);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install(): void {
  const tarball = output('npm', 'pack', root, '--silent').trim();
  cpSync(join(root, 'spec/package/consumer/digits.mjs'), join(folder, 'digits.mjs'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  writeFileSync(
    join(folder, 'run.mjs'),
    "import { digits } from './digits.mjs';\nconsole.log(digits(process.argv[2]));\n",
  );
  output('npm', 'install', '--silent', '--no-audit', '--no-fund', `./${tarball}`, ...runtimes);
  output(process.execPath, 'node_modules/bun/install.js'); // where npm runs no scripts
}

function inNode(backend: Backend, ...flags: readonly string[]): string {
  return output(process.execPath, ...flags, 'run.mjs', backend);
}

/** As wrangler does it: bundled with these conditions. One tensor is made while the program starts. */
async function inWorkerd(): Promise<readonly string[]> {
  writeFileSync(
    join(folder, 'worker.mjs'),
    `import { tensor } from 'fluxion';
    import { digits } from './digits.mjs';
    if (tensor([1, 2]).tan().shape[0] !== 2) throw new Error('no tensor');
    export default { fetch: ({ url }) => new Response(digits(new URL(url).searchParams.get('backend'))) };`,
  );
  await build({
    absWorkingDir: folder,
    entryPoints: ['worker.mjs'],
    outfile: join(folder, 'bundle.mjs'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['gpu.js'],
  });
  const port = await freePort();
  writeFileSync(
    join(folder, 'workerd.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "main", worker = (
        modules = [(name = "worker", esModule = embed "bundle.mjs")], compatibilityDate = "2026-11-01"))],
      sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
    );`,
  );
  const server = spawn(bin('workerd'), ['serve', 'workerd.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true, // in a group of its own: what npm puts in `bin` starts another program
  });
  try {
    const ask = (backend: Backend) => answerOf(server, `http://127.0.0.1:${port}/?backend=${backend}`);
    return [await ask('auto'), await ask('javascript')];
  } finally {
    if (server.pid) process.kill(-server.pid);
  }
}

/** The answer of a server that may still be starting. */
async function answerOf(server: ChildProcess, url: string): Promise<string> {
  for (let attempt = 0; server.exitCode === null && attempt < 100; attempt++) {
    const response = await fetch(url).catch(() => undefined);
    const text = await response?.text();
    if (response?.ok) return text as string;
    if (response) throw new Error(`✗ workerd: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('✗ workerd does not answer');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function bin(name: string): string {
  return join(folder, 'node_modules/.bin', name);
}

/** What a command prints in the folder. A runtime goes by its name. Throws what it printed if it fails. */
function output(command: string, ...parameters: readonly string[]): string {
  const isRuntime = runtimes.some((runtime) => runtime.startsWith(`${command}@`));
  const { status, stdout, stderr, error } = spawnSync(isRuntime ? bin(command) : command, parameters, {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  throw new Error(`✗ ${command} ${parameters.join(' ')}\n${error ?? ''}${stdout}${stderr}`);
}
