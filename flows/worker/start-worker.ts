/** Starts the worker: a Web Worker, or in Node a thread. */
import { ArgumentError, FluxionError } from '../../lib/index.ts';
import { type Answer, type Call, type CallName, received, receivedError, sent } from './messages.ts';

/** What Web Workers and Node's threads have in common, after `webWorker` and `nodeWorker`. */
interface Started {
  post(call: Call): void;
  terminate(): void;
  /** Whether the process waits for the worker. A page does not care. */
  keepAlive(wanted: boolean): void;
}

interface Listeners {
  readonly onAnswer: (answer: Answer) => void;
  readonly onFailure: (message: string) => void;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
}

/** Calls of the worker's functions, each a promise. */
export class WorkerChannel {
  readonly #operation: string;
  readonly #worker: Started;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #closed: unknown;

  /** Errors of the worker itself name the operation. */
  constructor(operation: string) {
    this.#operation = operation;
    this.#worker = startWorker({
      onAnswer: (answer) => this.#settle(answer),
      onFailure: (message) =>
        this.close(new FluxionError(`${operation}: the worker does not run: ${message}`)),
    });
  }

  call(name: CallName, args: readonly unknown[], onProgress?: (progress: unknown) => void): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const id = this.#calls++;
    return new Promise((resolve, reject) => {
      this.#post({ id, name, args: args.map(sent) });
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#worker.keepAlive(true);
    });
  }

  /** Ends the worker. All calls in progress, and all later ones, are rejected. */
  close(reason: unknown = new FluxionError(`${this.#operation}: its worker is closed`)): void {
    this.#closed ??= reason;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  #post(call: Call): void {
    try {
      this.#worker.post(call);
    } catch (cause) {
      throw Object.assign(
        new ArgumentError(
          `${this.#operation}: wanted data and options that a message can carry: ${(cause as Error).message}`,
        ),
        { cause },
      );
    }
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    if ('progress' in answer) {
      waiting.onProgress?.(answer.progress);
      return;
    }
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.keepAlive(false);
    if ('error' in answer) waiting.reject(receivedError(answer.error));
    else waiting.resolve(received(answer.result));
  }
}

/** The parts of a page's Worker that this file uses. Not all users have the DOM's types. */
declare const Worker: new (
  url: URL,
  options: { readonly type: 'module' },
) => {
  postMessage(call: Call): void;
  terminate(): void;
  onmessage: (event: { readonly data: Answer }) => void;
  onerror: (event: { readonly message?: string }) => void;
};

type NodeWorker = new (
  url: URL,
  options: { readonly execArgv: readonly string[] },
) => {
  postMessage(call: Call): void;
  terminate(): Promise<number>;
  ref(): void;
  unref(): void;
  on(event: 'message', listener: (answer: Answer) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
};

function startWorker(listeners: Listeners): Started {
  // Other packages, such as onnxruntime-web, make Node's Worker global. It is no Web Worker for all that.
  const isWeb = typeof Worker !== 'undefined' && (Worker as unknown) !== nodeThreads()?.Worker;
  return isWeb ? webWorker(listeners) : nodeWorker(listeners);
}

function webWorker({ onAnswer, onFailure }: Listeners): Started {
  // Bundlers look for exactly these words.
  const worker = new Worker(new URL('./fit-worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => onAnswer(data);
  worker.onerror = ({ message }) => onFailure(message ?? 'its file could not be loaded');
  return {
    post: (call) => worker.postMessage(call),
    terminate: () => worker.terminate(),
    keepAlive() {},
  };
}

function nodeThreads(): { readonly Worker: NodeWorker } | undefined {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.('node:worker_threads') as { readonly Worker: NodeWorker } | undefined;
}

function nodeWorker({ onAnswer, onFailure }: Listeners): Started {
  const threads = nodeThreads();
  if (!threads) throw new FluxionError('fluxion/worker: there are no workers here');
  const here = import.meta.url; // not within the call, where bundlers would copy the file as it stands
  // The worker's file is JavaScript: it needs none of the loaders of this process.
  const worker = new threads.Worker(new URL('./fit-worker.js', here), { execArgv: [] });
  worker.on('message', onAnswer);
  worker.on('error', ({ message }) => onFailure(message));
  return {
    post: (call) => worker.postMessage(call),
    terminate: () => void worker.terminate(),
    keepAlive: (wanted) => (wanted ? worker.ref() : worker.unref()),
  };
}
