export { argmax, argmin, max, min } from './extrema.ts';
export { cumulativeSum, product } from './products.ts';
export { sum } from './sum.ts';
