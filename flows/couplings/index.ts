export { type ConditionAwareOptions, conditionAwareCoupling } from './condition-aware.ts';
export { optimalTransportCoupling } from './optimal-transport.ts';
export { independentCoupling, type Pairs, takePairs } from './pairs.ts';
export { type SinkhornOptions, type SinkhornPlan, sinkhornCoupling, sinkhornPlan } from './sinkhorn.ts';
