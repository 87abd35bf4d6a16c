/** The worker: trains a flow, keeps it, and answers calls. `start-worker.ts` starts it from this file. */
import { type FitFlowOptions, type FitProgress, fitFlowAs } from '../fit/fit-flow.ts';
import { type FittedFlow, loadFlow } from '../fit/fitted-flow.ts';
import type { FlowData } from '../fit/training-data.ts';
import { type Answer, type Call, received, sent, sentError } from './messages.ts';

/** This end of the channel: a Web Worker's global scope, or Node's port. */
interface Port {
  postMessage(answer: Answer): void;
  addEventListener(type: 'message', listener: (event: { readonly data: Call }) => void): void;
  start?(): void;
}

const port = findPort();
/** A page draws no faster than that. */
const millisecondsBetweenTellings = 50;
let flow: FittedFlow | undefined;

port.addEventListener('message', async ({ data }) => {
  const { id } = data;
  try {
    port.postMessage({ id, result: sent(await answer(data)) });
  } catch (error) {
    port.postMessage({ id, error: sentError(error) });
  }
});
port.start?.();

/** A Web Worker's scope, or in Node the port to the thread that started this one. */
function findPort(): Port {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  const threads = process?.getBuiltinModule?.('node:worker_threads') as
    | { parentPort: Port | null }
    | undefined;
  return threads?.parentPort ?? (globalThis as unknown as Port);
}

async function answer({ id, name, args }: Call): Promise<unknown> {
  const given = args.map(received) as never;
  if (name === 'fit') flow = await train(id, given);
  else if (name === 'load') flow = loadFlow(...(given as [Uint8Array]));
  else return call(flow as FittedFlow, name, given);
  const { method, dimension, classNames } = flow;
  return { method, dimension, classNames };
}

function train(
  id: number,
  [operation, data, options, tells]: [string, FlowData, FitFlowOptions, boolean],
): Promise<FittedFlow> {
  return fitFlowAs(operation, data, { ...options, ...(tells && { onProgress: teller(id) }) });
}

function call(flow: FittedFlow, name: 'sample' | 'logLikelihood' | 'save', args: never): unknown {
  return (flow[name] as (...args: readonly unknown[]) => unknown)(...(args as readonly unknown[]));
}

function teller(id: number): (progress: FitProgress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < millisecondsBetweenTellings && progress.step < progress.steps) return;
    last = now;
    port.postMessage({ id, progress });
  };
}
