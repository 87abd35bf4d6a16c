/**
 * GradBench's "LSTM": a stack of recurrent cells, in ADBench's variant with diagonal weight matrices. It
 * predicts each character of a text (as bits) from those before it. The loss is the mean of
 * −yₜ₊₁·(ŷ − log(2 + Σ exp ŷ)).
 */
import { expect } from 'chai';
import {
  add,
  exp,
  log,
  multiply,
  negate,
  sigmoid,
  slice,
  subtract,
  sum,
  type Tensor,
  tanh,
} from '../../../autograd/index.ts';
import { sampleTensor } from '../numbers.ts';
import { expectGradient } from './check.ts';

const [layers, characters, bits] = [2, 6, 4];

/**
 * weights, biases: [layers, 4, bits], for the gates forget, in, out and change; ends: [3, bits]; state:
 * [layers, 2, bits]; text: [characters, bits].
 */
function loss(weights: Tensor, biases: Tensor, ends: Tensor, state: Tensor, text: Tensor): Tensor {
  const cells = Array.from({ length: layers }, (_, i) => ({
    hidden: slice(state, [i, 0]),
    cell: slice(state, [i, 1]),
  }));
  let total: Tensor | number = 0;
  for (let t = 0; t + 1 < characters; t++) {
    let signal = multiply(slice(text, [t]), slice(ends, [0]));
    for (const [i, layer] of cells.entries()) {
      const gate = (number: number, x: Tensor) =>
        add(multiply(x, slice(weights, [i, number])), slice(biases, [i, number]));
      const [forget, into] = [sigmoid(gate(0, signal)), sigmoid(gate(1, layer.hidden))];
      const [out, change] = [sigmoid(gate(2, signal)), tanh(gate(3, layer.hidden))];
      layer.cell = add(multiply(layer.cell, forget), multiply(into, change));
      layer.hidden = multiply(out, tanh(layer.cell));
      signal = layer.hidden;
    }
    const predicted = add(multiply(signal, slice(ends, [1])), slice(ends, [2]));
    const normalised = subtract(predicted, log(add(sum(exp(predicted)), 2)));
    total = add(total, sum(multiply(slice(text, [t + 1]), normalised)));
  }
  return multiply(negate(total), 1 / ((characters - 1) * bits));
}

describe('GradBench: LSTM', () => {
  const parameters = [
    sampleTensor(1, [layers, 4, bits], -1, 1),
    sampleTensor(2, [layers, 4, bits], -1, 1),
    sampleTensor(3, [3, bits], -1, 1),
  ];
  const state = sampleTensor(4, [layers, 2, bits], -1, 1);
  const text = sampleTensor(5, [characters, bits], 0, 1);
  const objective = (...p: Tensor[]) => loss(...(p as [Tensor, Tensor, Tensor]), state, text);
  const derived = backpropagate(
    ...(parameters.map((p) => p.toArray()) as [Cube, Cube, number[][]]),
    state,
    text,
  );

  it('has the value of the plain loops', () => {
    expect(objective(...parameters).item()).to.be.closeTo(derived.loss, 1e-14);
  });

  it('has the gradient of backpropagation through time, written out', () => {
    expectGradient(objective, parameters, derived.gradients);
  });
});

type Cube = number[][][];

/**
 * The same loss and its gradient, bit by bit in plain numbers: forward with everything stored, then backwards
 * through time.
 */
function backpropagate(w: Cube, b: Cube, ends: number[][], state: Tensor, text: Tensor) {
  const count = (characters - 1) * bits;
  const x = text.toArray() as number[][];
  const start = state.toArray() as Cube;
  const logistic = (z: number) => 1 / (1 + Math.exp(-z));
  const zeros = (like: Cube) => like.map((rows) => rows.map((row) => row.map(() => 0)));
  const [ofW, ofB, [ofEnds]] = [zeros(w), zeros(b), zeros([ends])] as [Cube, Cube, Cube];
  type Step = {
    input: number;
    before: readonly [h: number, c: number];
    f: number;
    i: number;
    o: number;
    g: number;
    c: number;
  };
  const steps: Step[][][] = []; // [time][layer][bit]
  const predictions: number[][] = [];
  let total = 0;

  const now = start.map(([hidden, cell]) => hidden!.map((h, j) => [h, cell![j]!] as const));
  for (let t = 0; t + 1 < characters; t++) {
    let signal = x[t]!.map((v, j) => v * ends[0]![j]!);
    steps.push(
      now.map((layer, n) => {
        const made = layer.map((before, j): Step => {
          const gate = (number: number, z: number) => z * w[n]![number]![j]! + b[n]![number]![j]!;
          const [f, i] = [logistic(gate(0, signal[j]!)), logistic(gate(1, before[0]))];
          const [o, g] = [logistic(gate(2, signal[j]!)), Math.tanh(gate(3, before[0]))];
          return { input: signal[j]!, before, f, i, o, g, c: before[1] * f + i * g };
        });
        now[n] = made.map(({ o, c }) => [o * Math.tanh(c), c] as const);
        signal = now[n]!.map(([h]) => h);
        return made;
      }),
    );
    const predicted = signal.map((h, j) => h * ends[1]![j]! + ends[2]![j]!);
    const normaliser = Math.log(2 + predicted.reduce((sum, y) => sum + Math.exp(y), 0));
    total += predicted.reduce((sum, y, j) => sum + x[t + 1]![j]! * (y - normaliser), 0);
    predictions.push(predicted);
  }

  // Cotangents of each layer's hidden state and cell, from the future.
  const later = start.map(([hidden]) => hidden!.map(() => ({ h: 0, c: 0 })));
  for (let t = characters - 2; t >= 0; t--) {
    const predicted = predictions[t]!;
    const gold = x[t + 1]!;
    const mass = 2 + predicted.reduce((sum, y) => sum + Math.exp(y), 0);
    const goldTotal = gold.reduce((sum, y) => sum + y, 0);
    for (let j = 0; j < bits; j++) {
      const ofPredicted = -(gold[j]! - (goldTotal * Math.exp(predicted[j]!)) / mass) / count;
      const top = steps[t]!.at(-1)![j]!;
      ofEnds![1]![j]! += ofPredicted * top.o * Math.tanh(top.c);
      ofEnds![2]![j]! += ofPredicted;
      let ofSignal = ofPredicted * ends[1]![j]!;
      for (let n = layers - 1; n >= 0; n--) {
        const { input, before, f, i, o, g, c } = steps[t]![n]![j]!;
        const ofHidden = ofSignal + later[n]![j]!.h;
        const ofCell = later[n]![j]!.c + ofHidden * o * (1 - Math.tanh(c) ** 2);
        const ofGates = [
          ofCell * before[1] * f * (1 - f),
          ofCell * g * i * (1 - i),
          ofHidden * Math.tanh(c) * o * (1 - o),
          ofCell * i * (1 - g * g),
        ];
        const gateInputs = [input, before[0], input, before[0]];
        ofGates.forEach((d, k) => {
          ofW[n]![k]![j]! += d * gateInputs[k]!;
          ofB[n]![k]![j]! += d;
        });
        const back = (k: number) => ofGates[k]! * w[n]![k]![j]!;
        later[n]![j] = { h: back(1) + back(3), c: ofCell * f };
        ofSignal = back(0) + back(2);
      }
      ofEnds![0]![j]! += ofSignal * x[t]![j]!;
    }
  }
  return {
    loss: -total / count,
    gradients: [ofW, ofB, ofEnds].map((g) => (g as unknown[]).flat(2) as number[]),
  };
}
