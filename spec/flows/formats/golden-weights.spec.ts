import { concatenate, random, transpose } from '../../../autograd/index.ts';
import { formatSafetensors, fromStateDict, mlp, parseSafetensors } from '../../../flows/index.ts';
import { expectClose, f64, layersOf, readGoldenNetworks } from '../support.ts';

describe('weights from elsewhere', () => {
  readGoldenNetworks().forEach(({ params, x, e, t, r, u }, i) => {
    it(`give JAX's outputs, read from safetensors in PyTorch's names and layout (golden network ${i})`, () => {
      const layers = layersOf(params);
      // As torch.nn.Sequential's state_dict has them: '0.weight' is [outputs, inputs].
      const file = formatSafetensors(
        Object.fromEntries(
          layers.flatMap(({ w, b }, layer) => [
            [`${layer}.weight`, transpose(w)],
            [`${layer}.bias`, b],
          ]),
        ),
      );
      const sizes = [layers[0]?.w.shape[0], ...layers.map(({ w }) => w.shape[1])] as number[];
      const network = mlp({ sizes, dtype: 'float64' });
      const parameters = fromStateDict(parseSafetensors(file).tensors, network.initialise(random.key(0)));
      const [data, noise, time, earlier] = [f64(x), f64(e), f64(t), f64(r)];
      const z = time.negate().add(1).multiply(data).add(time.multiply(noise));
      const output = network.apply(parameters, concatenate([z, time, time.subtract(earlier)], 1));
      expectClose(output, f64(u), 1e-12);
    });
  });
});
