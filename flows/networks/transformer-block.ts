/**
 * The diffusion transformer's block: attention and a perceptron. The condition sets its normalisations and
 * gates.
 */
import {
  add,
  attention,
  type DType,
  expandDims,
  layerNorm,
  multiply,
  random,
  reshape,
  silu,
  split,
  type Tensor,
  transpose,
} from '../../autograd/index.ts';
import { type Dense, dense, initialiseDense } from './dense.ts';

export interface TransformerBlock {
  /** [hidden, 6·hidden]: shift, scale − 1 and gate of the attention, then of the perceptron. Starts at 0. */
  readonly modulation: Dense;
  /** [hidden, 3·hidden]: queries, keys and values. */
  readonly attend: Dense;
  /** [hidden, hidden] */
  readonly project: Dense;
  /** [hidden, 4·hidden] */
  readonly expand: Dense;
  /** [4·hidden, hidden] */
  readonly contract: Dense;
}

/** A block that is the identity until training opens its gates. */
export function initialiseTransformerBlock(key: random.Key, hidden: number, dtype: DType): TransformerBlock {
  const layer = (index: number, inputs: number, outputs: number, gain = 1) =>
    initialiseDense(random.foldIn(key, index), inputs, outputs, gain, dtype);
  return {
    modulation: layer(0, hidden, 6 * hidden, 0),
    attend: layer(1, hidden, 3 * hidden),
    project: layer(2, hidden, hidden),
    expand: layer(3, hidden, 4 * hidden),
    contract: layer(4, 4 * hidden, hidden),
  };
}

/**
 * h ← h + gate·attention(modulated norm of h), then h ← h + gate·perceptron(modulated norm of h).
 *
 * Source: Peebles and Xie 2023, figure 3 (adaLN-zero). The perceptron's nonlinearity is silu here.
 *
 * @param h tokens, [batch, tokens, hidden]
 * @param condition [batch, hidden]
 * @returns like h
 */
export function transformerBlock(
  block: TransformerBlock,
  h: Tensor,
  condition: Tensor,
  heads: number,
): Tensor {
  const parts = split(dense(block.modulation, condition), 6, 1) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const [shift1, scale1, gate1, shift2, scale2, gate2] = parts;
  const attended = selfAttention(block, modulated(layerNorm(h), shift1, scale1), heads);
  const between = add(h, multiply(attended, expandDims(gate1, 1)));
  const expanded = silu(dense(block.expand, modulated(layerNorm(between), shift2, scale2)));
  return add(between, multiply(dense(block.contract, expanded), expandDims(gate2, 1)));
}

/**
 * (1 + scale)·h + shift for h [batch, tokens, hidden]. The others, [batch, hidden], hold for all tokens of a
 * sample.
 */
export function modulated(h: Tensor, shift: Tensor, scale: Tensor): Tensor {
  return add(multiply(h, expandDims(add(scale, 1), 1)), expandDims(shift, 1));
}

function selfAttention(block: TransformerBlock, h: Tensor, heads: number): Tensor {
  const [batch = 0, tokens = 0, hidden = 0] = h.shape;
  const inHeads = transpose(
    reshape(dense(block.attend, h), [batch, tokens, 3, heads, hidden / heads]),
    [2, 0, 3, 1, 4],
  );
  const [queries, keys, values] = [0, 1, 2].map((i) => inHeads.slice([i])) as [Tensor, Tensor, Tensor];
  const attended = attention(queries, keys, values);
  return dense(block.project, reshape(transpose(attended, [0, 2, 1, 3]), [batch, tokens, hidden]));
}
