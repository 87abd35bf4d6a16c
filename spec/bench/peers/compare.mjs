/**
 * `npm run bench`: fluxion (as built, in dist/) beside other libraries on this machine, in one run, interleaved.
 * Prints Markdown; the best time of each is what its rate is computed from, the median stands beside it.
 */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as lib from '../../../dist/lib/index.js';
import { measurePeak } from '../peak.ts';
import { countsProcessorTime, measureInTurn, ratio } from './measure.mjs';

// jax-js asks a browser for its name; Node 20 is none.
globalThis.navigator ??= { userAgent: 'node' };
const jax = await import('@jax-js/jax');
await jax.init('wasm');
jax.defaultDevice('wasm');
const np = jax.numpy;
const require = createRequire(import.meta.url);
const gemm = require('ndarray-gemm');
setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
await tf.setBackend('wasm');
await tf.ready();

const quick = process.argv.includes('--quick');
/** Only these tables: `--only elementwise`. */
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;

console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpus()[0].model}${countsProcessorTime ? ', processor time' : ''}\n`,
);
for (const [name, table] of Object.entries({
  matmul: matmulTable,
  elementwise: elementwiseTable,
})) {
  if (only === undefined || only === name) table();
}

function matmulTable() {
  const peak = measurePeak();
  console.log('### Matrix product, float32, GFLOP/s (best; median in brackets)\n');
  console.log(`The peak of one core in 128-bit vectors: ${(peak / 1e9).toFixed(1)} GFLOP/s\n`);
  console.log(
    '| M×K×N | fluxion, 1 thread | fluxion, 2 threads | plain JS | tfjs-wasm | jax-js | ndarray-gemm | 1 / peak | 1 / tfjs | 1 / jax-js | 2 / 1 | 2 / tfjs |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|');
  const cubes = [64, 128, 256, 512, 1024].map((n) => [n, n, n]);
  const others = [
    [512, 512, 510],
    [512, 512, 2],
    [512, 512, 3],
    [512, 512, 4],
    [512, 3, 512],
    [512, 4, 512],
    [256, 66, 256],
  ];
  for (const [m, k, n] of [...cubes, ...others]) {
    const flops = 2 * m * k * n;
    const [a, b] = [uniform(m * k), uniform(k * n)];
    const [x, y] = [lib.wrap(a, [m, k]), lib.wrap(b, [k, n])];
    const [ta, tb] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])];
    const [ja, jb] = [np.array(a).reshape([m, k]), np.array(b).reshape([k, n])];
    const out = lib.wrap(new Float32Array(m * n), [m, n]);
    const ours = (threads, backend) => () => {
      lib.setThreads(threads);
      lib.setMatmulBackend(backend);
      return lib.matmul(x, y);
    };
    const times = measureInTurn(
      {
        one: ours(1, 'wasm'),
        ...(countsProcessorTime ? {} : { two: ours(2, 'wasm') }),
        plain: ours(1, 'javascript'),
        tfjs: () => {
          const product = tf.matMul(ta, tb);
          product.dataSync();
          product.dispose();
        },
        jax: () => np.matmul(ja.ref, jb.ref).dataSync(),
        ...(flops < 1e9 ? { gemm: () => gemm(out, x, y) } : {}),
      },
      { rounds: quick ? 5 : 15, seconds: Math.max(flops / 2e10, 0.003) },
    );
    const rate = (t) =>
      t ? `${(flops / t.best / 1e9).toFixed(1)} (${(flops / t.median / 1e9).toFixed(1)})` : '–';
    const cells = [times.one, times.two, times.plain, times.tfjs, times.jax, times.gemm].map(rate);
    const ratios = [
      (flops / times.one.best / peak).toFixed(2),
      ratio(times.tfjs, times.one),
      ratio(times.jax, times.one),
      ratio(times.one, times.two),
      ratio(times.tfjs, times.two),
    ];
    console.log(`| ${m}×${k}×${n} | ${[...cells, ...ratios].join(' | ')} |`);
  }
  const [x, y] = [0, 1].map(() => lib.wrap(Float64Array.from(uniform(512 * 512)), [512, 512]));
  lib.setThreads(1);
  lib.setMatmulBackend('wasm');
  const { double } = measureInTurn(
    { double: () => lib.matmul(x, y) },
    { rounds: quick ? 5 : 15, seconds: 0.05 },
  );
  console.log(
    `\nfloat64, 512×512×512, one thread: ${((2 * 512 ** 3) / double.best / 1e9).toFixed(1)} GFLOP/s\n`,
  );
  lib.setMatmulBackend('auto');
}

function elementwiseTable() {
  console.log('### Elementwise and sums, about 10⁶ float32, one thread, nanoseconds a value (best)\n');
  console.log('| | fluxion | a loop in JavaScript | tfjs-wasm | jax-js | loop / fluxion |');
  console.log('|---|---|---|---|---|---|');
  lib.setThreads(1);
  for (const [name, functions] of Object.entries({
    ...elementwiseRows(uniform(1e6).map((v) => 8 * v)),
    ...matrixRows(),
  })) {
    const { count = 1e6, ...inTurn } = functions;
    const times = measureInTurn(inTurn, { rounds: quick ? 5 : 15, seconds: 0.03 });
    const each = (time) => ((time.best * 1e9) / count).toFixed(2);
    console.log(
      `| ${name} | ${[times.ours, times.loop, times.tfjs, times.jax].map(each).join(' | ')} | ${ratio(times.loop, times.ours)} |`,
    );
  }
  console.log();
}

/** Functions of one variable, beside a loop over Math.*. */
function elementwiseRows(values) {
  const x = lib.wrap(values, [values.length]);
  const t = tf.tensor1d(values);
  const j = np.array(values);
  const rows = {
    exp: [lib.exp, 'Math.exp(v)', tf.exp, np.exp],
    log: [lib.log, 'Math.log(v)', tf.log, np.log],
    tanh: [lib.tanh, 'Math.tanh(v)', tf.tanh, np.tanh],
    sin: [lib.sin, 'Math.sin(v)', tf.sin, np.sin],
    cos: [lib.cos, 'Math.cos(v)', tf.cos, np.cos],
    SiLU: [lib.silu, 'v / (1 + Math.exp(-v))', (v) => tf.mul(v, tf.sigmoid(v)), jax.nn.silu],
    // There is no Math.erf: the loop computes the approximation by tanh, the others the exact form.
    GELU: [
      lib.gelu,
      '0.5 * v * (1 + Math.tanh(0.7978845608028654 * (v + 0.044715 * v * v * v)))',
      (v) => tf.mul(v, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(v, Math.SQRT1_2))))),
      (v) => jax.nn.gelu(v, { approximate: false }),
    ],
  };
  return Object.fromEntries(
    Object.entries(rows).map(([name, [ours, expression, theirs, jaxs]]) => {
      const loop = loopOver(expression);
      return [
        name,
        {
          ours: () => ours(x),
          loop: () => loop(values),
          tfjs: () => tf.tidy(() => theirs(t).dataSync()),
          jax: () => jaxs(j.ref).dataSync(),
        },
      ];
    }),
  );
}

/** A loop of its own for each function of v: with one for all, the engine would call the function for every value. */
function loopOver(expression) {
  return new Function(
    'values',
    `const out = new Float32Array(values.length);
    for (let i = 0; i < out.length; i++) { const v = values[i]; out[i] = ${expression}; }
    return out;`,
  );
}

/** What a layer does to a matrix besides multiplying it: the sums of a bias' gradient, a factor for each row. */
function matrixRows() {
  const [rows, columns] = [4096, 256];
  const [values, factors] = [uniform(rows * columns), uniform(rows)];
  const [x, f] = [
    lib.wrap(values, [rows, columns]),
    lib.broadcastTo(lib.wrap(factors, [rows, 1]), [rows, columns]),
  ];
  const [tx, tFactors] = [tf.tensor2d(values, [rows, columns]), tf.tensor2d(factors, [rows, 1])];
  const [jx, jFactors] = [np.array(values).reshape([rows, columns]), np.array(factors).reshape([rows, 1])];
  const count = rows * columns;
  return {
    'sum of 4096×256 along axis 0': {
      count,
      ours: () => lib.sum(x, [0]),
      loop: () => {
        const sums = new Float64Array(columns);
        for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < columns; j++, k++) sums[j] += values[k];
        return Float32Array.from(sums);
      },
      tfjs: () => tf.tidy(() => tf.sum(tx, 0).dataSync()),
      jax: () => jx.ref.sum(0).dataSync(),
    },
    'sum of 4096×256 along axis 1': {
      count,
      ours: () => lib.sum(x, [1]),
      loop: () => {
        const sums = new Float32Array(rows);
        for (let i = 0, k = 0; i < rows; i++) {
          let sum = 0;
          for (let j = 0; j < columns; j++, k++) sum += values[k];
          sums[i] = sum;
        }
        return sums;
      },
      tfjs: () => tf.tidy(() => tf.sum(tx, 1).dataSync()),
      jax: () => jx.ref.sum(1).dataSync(),
    },
    '4096×256 times a column': {
      count,
      ours: () => lib.multiply(x, f),
      loop: () => {
        const out = new Float32Array(count);
        for (let i = 0, k = 0; i < rows; i++)
          for (let j = 0; j < columns; j++, k++) out[k] = values[k] * factors[i];
        return out;
      },
      tfjs: () => tf.tidy(() => tf.mul(tx, tFactors).dataSync()),
      jax: () => jx.ref.mul(jFactors.ref).dataSync(),
    },
  };
}

function uniform(count) {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647 - 0.5;
  });
}
