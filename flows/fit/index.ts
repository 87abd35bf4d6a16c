export { type FitFlowOptions, type FitProgress, type FlowSettings, fitFlow } from './fit-flow.ts';
export {
  type FittedFlow,
  type FlowLikelihoodOptions,
  type FlowSampleOptions,
  loadFlow,
} from './fitted-flow.ts';
export type { FlowData, FlowLabels } from './training-data.ts';
