import { FluxionError } from '../../autograd/index.ts';
import { faultOf, type RightCalls, wrongCalls } from './wrong-values.ts';

const which = process.argv[2]!;
const mode = process.argv[3] ?? 'raw';
const only = process.argv[4];
const [mod, calls] = await (
  {
    lib: async () => [await import('../../lib/index.ts'), (await import('./lib-calls.ts')).libCalls],
    core: async () => [await import('../../autograd/index.ts'), (await import('./core-calls.ts')).coreCalls],
    flows: async () => [await import('../../flows/index.ts'), (await import('./flows-calls.ts')).flowsCalls],
    files: async () => [
      await import('../../flows/files/index.ts'),
      (await import('./file-calls.ts')).fileCalls,
    ],
    xla: async () => [await import('../../flows/xla/index.ts'), (await import('./file-calls.ts')).xlaCalls],
    worker: async () => [
      await import('../../flows/worker/index.ts'),
      (await import('./file-calls.ts')).workerCalls,
    ],
  } as any
)[which]();
const flat: Record<string, any> = {};
for (const [k, v] of Object.entries(mod)) {
  if (typeof v === 'function' && !(v.prototype instanceof Error)) flat[k] = v;
  if (k === 'random') for (const [n, f] of Object.entries(v as any)) flat['random.' + n] = f;
}
const missing = Object.keys(flat).filter((n) => !(n in (calls as any)));
if (missing.length) console.log('MISSING', missing.join(' '));
const kind = (x: any) =>
  x === null || x === undefined
    ? 'nothing'
    : typeof x === 'function'
      ? 'function'
      : x.shape && x.dtype
        ? 'tensor'
        : Array.isArray(x)
          ? 'list'
          : typeof x;
const totals: Record<string, number> = {};
let n = 0;
for (const [name, right] of Object.entries(calls as RightCalls)) {
  if (only && !new RegExp(only).test(name)) continue;
  const t0 = performance.now();
  const short = name.replace('random.', '');
  try {
    const r = flat[name](...right());
    if (r instanceof Promise) await r;
  } catch (e) {
    console.log('RIGHT CALL FAILS', name, String(e));
    continue;
  }
  const seen = new Set<string>();
  for (const { args, what, value, right: was } of wrongCalls(right)) {
    n++;
    if (mode === 'trace') console.log(name, what);
    let line: string | undefined;
    try {
      let r = flat[name](...args);
      if (r instanceof Promise) r = await r;
      if (r?.[Symbol.iterator] && typeof r.next === 'function') r.next();
      if (mode === 'silent' && kind(value) !== kind(was))
        line = `silent → ${String(typeof r === 'object' && r && 'shape' in r ? '[' + r.shape + '] ' + (r.data ?? r.toString().replace(/\n/g, ' ')) : typeof r === 'object' ? JSON.stringify(r, (_, v) => (typeof v === 'bigint' ? 'bigint' : v))?.slice(0, 40) : String(r)).slice(0, 50)}`;
    } catch (e) {
      let f = faultOf(short, e);
      if (mode === 'silent') f = undefined;
      if (f && mode === 'raw' && !f.startsWith('raw')) f = undefined;
      if (f)
        line = f + (process.env.STACK ? '\n' + (e as Error).stack!.split('\n').slice(1, 6).join('\n') : '');
    }
    if (line) {
      totals[name] = (totals[name] ?? 0) + 1;
      const k = line.slice(0, 60);
      if (process.env.ALL || !seen.has(k)) console.log(`${name} [${what}] ${line.slice(0, 400)}`);
      seen.add(k);
    }
  }
  const dt = performance.now() - t0;
  if (dt > 200) console.log('SLOW', name, dt | 0);
}
console.log(n, 'calls', Object.keys(totals).length, 'names', JSON.stringify(totals));
