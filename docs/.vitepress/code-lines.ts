/** Lines of code that go on further in where they are too long for the page. */
import type { UserConfig } from 'vitepress';

type Transformer = NonNullable<NonNullable<UserConfig['markdown']>['codeTransformers']>[number];

/** The Shiki transformer that tells the style sheet by how much each line is indented. */
export const hangingIndents: Transformer = {
  name: 'hanging-indents',
  code(code) {
    const lines = this.source.split('\n');
    const spans = code.children.filter((child) => child.type === 'element');
    spans.forEach((span, i) => {
      const indent = /^ */.exec(lines[i] ?? '')?.[0].length ?? 0;
      if (indent > 0) span.properties.style = `--indent:${indent}ch`;
    });
  },
};
