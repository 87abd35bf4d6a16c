/** `fitFlow` beside the page or the server, which stays free. */
import type { Tensor } from '../../autograd/index.ts';
import { ArgumentError } from '../../lib/index.ts';
import type {
  FitFlowOptions,
  FitProgress,
  FittedFlow,
  FlowData,
  FlowLikelihoodOptions,
  FlowSampleOptions,
} from '../fit/index.ts';
import { WorkerChannel } from './start-worker.ts';

/** A `FittedFlow` that lives in a worker: each method is a promise, and is computed there. */
export interface WorkerFlow extends Pick<FittedFlow, 'method' | 'dimension' | 'classNames'> {
  /** As `sample` of a `FittedFlow`. */
  sample(count: number, options?: FlowSampleOptions): Promise<Tensor>;
  /** As `logLikelihood` of a `FittedFlow`. */
  logLikelihood(points: FlowData, options?: FlowLikelihoodOptions): Promise<Tensor>;
  /** As `save` of a `FittedFlow`. `loadFlow` reads the bytes, here or in a worker. */
  save(): Promise<Uint8Array>;
  /** Ends the worker. Calls in progress, and later ones, are rejected. */
  close(): void;
}

/**
 * `fitFlow` in a worker of its own: a Web Worker, or a thread of Node. The page or the server goes on
 * meanwhile, as if there were no training. The model stays in the worker, which also draws the samples.
 *
 * `onProgress` is called about every 50 ms, and after the last step. When `signal` is aborted, the worker
 * ends at once. In Node, a worker without a call in progress does not keep the process alive.
 *
 * Bundlers find the worker's file by `new Worker(new URL('./fit-worker.js', import.meta.url))`: webpack and
 * Vite's build by themselves, esbuild if `fit-worker.js` is an entry point too.
 *
 * @throws (by the promise) as `fitFlow`, with errors of the same classes; FluxionError if the worker cannot
 * run
 * @example
 * const model = await fitFlowInWorker(rows, { onProgress: ({ step, loss }) => show(step, loss), signal });
 * const samples = await model.sample(1000);
 */
export async function fitFlowInWorker(data: FlowData, options: FitFlowOptions = {}): Promise<WorkerFlow> {
  const operation = 'fitFlowInWorker';
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError(`${operation}: wanted an object of options, got ${String(options)}`);
  const { onProgress, signal, ...rest } = options;
  const tell = onProgress && ((progress: unknown) => onProgress(progress as FitProgress));
  return started(operation, signal, (channel) =>
    channel.call('fit', [operation, data, rest, onProgress !== undefined], tell),
  );
}

/**
 * `loadFlow` in a worker of its own, which draws the samples while the page goes on.
 *
 * @throws (by the promise) ArgumentError for bytes that are no model
 * @example const model = await loadFlowInWorker(new Uint8Array(await response.arrayBuffer()));
 */
export async function loadFlowInWorker(bytes: Uint8Array): Promise<WorkerFlow> {
  return started('loadFlowInWorker', undefined, (channel) => channel.call('load', [bytes]));
}

/** Starts a worker, which gets its flow by the first call. If that fails, there is no worker left. */
async function started(
  operation: string,
  signal: AbortSignal | undefined,
  begin: (channel: WorkerChannel) => Promise<unknown>,
): Promise<WorkerFlow> {
  signal?.throwIfAborted();
  const channel = new WorkerChannel(operation);
  const stop = () => channel.close(signal?.reason);
  signal?.addEventListener('abort', stop);
  try {
    const known = (await begin(channel)) as Pick<FittedFlow, 'method' | 'dimension' | 'classNames'>;
    return {
      ...known,
      sample: (...args) => channel.call('sample', args) as Promise<Tensor>,
      logLikelihood: (...args) => channel.call('logLikelihood', args) as Promise<Tensor>,
      save: () => channel.call('save', []) as Promise<Uint8Array>,
      close: () => channel.close(),
    };
  } catch (error) {
    channel.close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
