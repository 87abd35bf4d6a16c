/** The settings and the machine of a run, so that the reader can repeat it. */
import type { RunDetails } from '../data.ts';
import { html, Markup } from '../markup.ts';
import { formatSeconds } from '../numbers.ts';

const digitsCredit =
  new Markup(`Digits: E. Alpaydin and C. Kaynak, <cite>Optical Recognition of Handwritten Digits</cite> (1998), UCI Machine Learning
Repository, CC BY 4.0.`);

const onGpu =
  'What was measured decides which products the GPU computes, so the same seed may give other last bits.';

/** @param credit names the authors of the data. Default: the digits' authors. */
export function runSection(run: RunDetails, credit: Markup | '' = digitsCredit): Markup {
  const facts: [string, string][] = [
    ['fluxion', run.version],
    ['Seed', String(run.seed)],
    ['Started', run.startedAt.replace(/T(\d\d:\d\d).*Z$/, ' $1 UTC')],
    ['Duration', formatSeconds(run.seconds)],
    ['Node', run.node],
    ['Platform', run.platform],
    ['Matrix products', formatProducts(run.products)],
    ...run.settings.map(({ name, value }): [string, string] => [
      name,
      Number.isInteger(value) ? value.toLocaleString('en-US') : String(value),
    ]),
  ];
  return html`<section id="run" aria-labelledby="run-title">
<h2 id="run-title">This run</h2>
<dl>
${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>
<p class="lead">${run.products.gpu > 0 ? onGpu : 'The same seed on the same machine gives the same numbers, to the last bit.'}</p>
${credit === '' ? '' : html`<p class="lead">${credit}</p>`}
</section>`;
}

function formatProducts({ gpu, wasm, javascript }: RunDetails['products']): string {
  const [onGpu, inWebAssembly, inJavaScript] = [gpu, wasm, javascript].map((n) => n.toLocaleString('en-US'));
  return `${onGpu} on the GPU, ${inWebAssembly} in WebAssembly, ${inJavaScript} in JavaScript`;
}
