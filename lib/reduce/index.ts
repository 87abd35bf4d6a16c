export { argmax, argmin, max, min } from './extrema.ts';
export { cumsum, prod } from './products.ts';
export { sum } from './sum.ts';
