/** fluxion/worker: flows that are trained in a worker, beside a page or a server. */
export type {
  FitFlowOptions,
  FitProgress,
  FlowData,
  FlowLabels,
  FlowLikelihoodOptions,
  FlowSampleOptions,
} from '../fit/index.ts';
export { fitFlowInWorker, loadFlowInWorker, type WorkerFlow } from './fit-flow-in-worker.ts';
