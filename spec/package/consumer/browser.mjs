// A page's program, to be bundled for the browser. It computes by methods, which only live on if the bundler keeps the module
// that installs them.
import { grad, tensor } from 'fluxion';
import { optimalTransportPath } from 'fluxion/flows';

const x = grad((y) => y.multiply(y).sum())(optimalTransportPath().mean(tensor([[2]]), 0.5));
if (x.item() !== 2) throw new Error(`wanted 2, got ${x}`);
