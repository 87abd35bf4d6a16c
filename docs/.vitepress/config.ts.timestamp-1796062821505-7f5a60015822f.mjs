// docs/.vitepress/config.ts

import katex2 from 'file:///work/main/node_modules/@vscode/markdown-it-katex/dist/index.js';
import { defineConfig } from 'file:///work/main/node_modules/vitepress/dist/node/index.js';
import { join as join4 } from 'node:path';

// docs/.vitepress/code-lines.ts
var hangingIndents = {
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

// docs/.vitepress/punctuation.ts
var closing = /^[,.;:!?)\]，。；：、！？）」”]+/;
var longest = 40;
function keepPunctuation(md) {
  md.core.ruler.push('punctuation', (state) => {
    const markup = (content) => Object.assign(new state.Token('html_inline', '', 0), { content });
    for (const token2 of state.tokens) {
      const children = token2.children ?? [];
      token2.children = children.flatMap((child, i) => {
        const next = children[i + 1];
        const [kept] = (next?.type === 'text' && closing.exec(next.content)) || [];
        if (child.type !== 'math_inline' || child.content.length > longest || !next || !kept) return [child];
        next.content = next.content.slice(kept.length);
        const text = Object.assign(new state.Token('text', '', 0), { content: kept });
        return [markup('<span class="kept">'), child, text, markup('</span>')];
      });
    }
  });
}

import ts from 'file:///work/main/node_modules/typescript/lib/typescript.js';
// docs/.vitepress/relocatable.ts
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';

var placeholderBase = '/__base__/';
var runtimeBase = 'globalThis.__siteBase';
var makeAbsolute = `<script>
for (const name of ['href', 'src']) for (const element of document.querySelectorAll('[' + name + '^="."]')) {
  const url = new URL(element.getAttribute(name), location.href);
  element.setAttribute(name, url.pathname + url.search + url.hash);
}
</script>`;
function makeRelocatable(outDir) {
  for (const file of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
    const depth = file.split(sep).length - 1;
    const toRoot = depth === 0 ? './' : '../'.repeat(depth);
    const path = join(outDir, file);
    if (file.endsWith('.html')) rewrite(path, (text) => relocatePage(text, toRoot));
    else if (file.endsWith('.js')) rewrite(path, relocateScript);
    else if (file.endsWith('.css')) rewrite(path, (text) => text.replaceAll(placeholderBase, toRoot));
  }
}
function relocatePage(html, toRoot) {
  const where = `<script>${runtimeBase}=new URL(${JSON.stringify(toRoot)},location.href).pathname</script>`;
  return html
    .replace(/(<script[^>]*>)([\s\S]*?)(?=<\/script>)/g, (_, tag, body) => tag + relocateScript(body))
    .replaceAll(/(=")\/__base__\//g, `$1${toRoot}`)
    .replace('<head>', `<head>${where}`)
    .replace('</body>', `${makeAbsolute}</body>`);
}
function relocateScript(script) {
  if (!script.includes(placeholderBase)) return script;
  const source = ts.createSourceFile('script.js', script, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const strings = [];
  const visit = (node) => {
    const isString = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    if (isString && script.slice(node.pos, node.end).includes(placeholderBase)) strings.push(node);
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return strings.reduceRight((text, node) => {
    const start = node.getStart(source);
    const string = text.slice(start, node.end);
    const relocated = `(${string}).replaceAll(${JSON.stringify(placeholderBase)},${runtimeBase})`;
    return text.slice(0, start) + relocated + text.slice(node.end);
  }, script);
}
function rewrite(path, change) {
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after !== before) writeFileSync(path, after);
}

import ts2 from 'file:///work/main/node_modules/typescript/lib/typescript.js';
// docs/.vitepress/sources.ts
import { cpSync, mkdirSync, readFileSync as readFileSync2, statSync } from 'node:fs';
import { dirname, join as join2, relative, resolve } from 'node:path';

var __vite_injected_original_dirname = '/work/wt/h7/docs/.vitepress';
var docs = resolve(__vite_injected_original_dirname, '..');
var root = resolve(docs, '..');
var linked = /* @__PURE__ */ new Set();
function sourceMarkdown(md, base2) {
  md.core.ruler.after('block', 'declarations', (state) => {
    state.tokens = state.tokens.flatMap((token2) => {
      const [path, name] = token2.src ?? [];
      if (!path || !name) return [token2];
      delete token2.src;
      token2.content = declarationIn(path, name);
      const file = relative(root, path);
      linked.add(file);
      const origin = new state.Token('html_block', '', 0);
      origin.content = `<div class="origin"><a href="${base2}source/${file}.txt">${file}</a></div>
`;
      return [token2, origin];
    });
  });
  md.core.ruler.push('sources', (state) => {
    for (const token2 of state.tokens.flatMap(({ children }) => children ?? [])) {
      const href = token2.type === 'link_open' ? token2.attrGet('href') : null;
      if (!href?.startsWith('../')) continue;
      const file = relative(root, resolve(docs, href));
      if (!statSync(join2(root, file), { throwIfNoEntry: false })?.isFile())
        throw new Error(`${state.env.relativePath}: there is no file ${file}`);
      linked.add(file);
      token2.attrSet('href', `/source/${file}.txt`);
    }
  });
}
function copySources(outDir) {
  for (const file of linked) {
    const target = join2(outDir, 'source', `${file}.txt`);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join2(root, file), target);
  }
}
function declarationIn(file, name) {
  const source = ts2.createSourceFile(file, readFileSync2(file, 'utf8'), ts2.ScriptTarget.Latest, true);
  const found = source.statements.find((statement) => namesOf(statement).includes(name));
  if (!found) throw new Error(`${relative(root, file)} declares no '${name}'`);
  return `${source.text.slice(found.getStart(source, true), found.end)}
`;
}
function namesOf(statement) {
  if (ts2.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name: name2 }) => name2.getText());
  }
  const { name } = statement;
  return name ? [name.text] : [];
}

// docs/.vitepress/notation.ts
import katex from 'file:///work/main/node_modules/katex/dist/katex.mjs';
// docs/.vitepress/tables.ts
import { readFileSync as readFileSync3 } from 'node:fs';
import { join as join3 } from 'node:path';

function typesetFormula(text) {
  return formulaPieces(text).map(htmlOf).join('');
}
function typesetSentence(text) {
  return sentencePieces(text).map(htmlOf).join('');
}
function latexOf(text) {
  return tokensOf(text)
    .map(({ latex, word }) => (word === void 0 ? latex : `\\text{ ${word} }`))
    .join('');
}
function htmlOf({ kind, content }) {
  if (kind === 'formula') return katex.renderToString(content, { throwOnError: true, strict: false });
  return content.replace(/[&<>"{]/g, (character) => `&#${character.charCodeAt(0)};`);
}
function formulaPieces(text) {
  const pieces = [];
  for (const { latex, word, isOpen } of tokensOf(text)) {
    const kind = word !== void 0 && isOpen ? 'text' : 'formula';
    const content = word === void 0 ? latex : isOpen ? word : `\\text{ ${word} }`;
    const last = pieces.at(-1);
    if (content === ' ' && last?.kind !== 'formula') continue;
    if (/^[,;]$/.test(content) && last?.kind === 'text') {
      pieces[pieces.length - 1] = { kind: 'text', content: last.content + content };
      continue;
    }
    if (last?.kind !== kind) pieces.push({ kind, content });
    else pieces[pieces.length - 1] = { kind, content: last.content + (kind === 'text' ? ' ' : '') + content };
  }
  return pieces.map(({ kind, content }, i) => {
    if (kind === 'formula') return { kind, content: content.trim() };
    return { kind, content: `${i === 0 ? '' : ' '}${content}${i === pieces.length - 1 ? '' : ' '}` };
  });
}
function sentencePieces(text) {
  return text.split(/((?:[^\s_^]*[_^](?:\{[^}]*\}|\([^)]*\))?[^\s_^]*)+)/u).flatMap((part, i) => {
    if (i % 2 === 0) return part === '' ? [] : [{ kind: 'text', content: part }];
    const [, formula = part, end = ''] = /^(.*?)([,.;:]*)$/.exec(part) ?? [];
    return [{ kind: 'formula', content: latexOf(formula) }, ...(end ? [{ kind: 'text', content: end }] : [])];
  });
}
var token =
  /(?<script>[_^])(?:\{(?<group>(?:[^{}]|\{[^{}]*\})*)\}|\((?<fraction>[^()]+)\)|(?<name>[−-]?[\p{Lu}\p{Ll}\p{Nd}]+))|(?<raised>[⁰¹²³⁴-⁹⁻ⁿᵗˢᵀ]+)|(?<lowered>[₀-₉ᵢ]+)|√(?:\((?<radicand>[^()]*(?:\([^()]*\)[^()]*)*)\)|(?<root>\p{L}\p{M}?))|(?<accented>[A-Za-z])(?<accent>[\u0302-\u0304\u0307])|(?<prose>[A-Za-z]{2,}:?|a(?= [A-Za-z]{2}))|(?<space>\s+)|(?<other>.)/gsu;
function tokensOf(text) {
  const plain = text.replace(/\p{L}/gu, (letter) => letter.normalize('NFD'));
  let depth = 0;
  return [...plain.matchAll(token)].map((match) => {
    const { script, group, fraction, name, raised, lowered, radicand, root: root2 } = match.groups ?? {};
    const { accented, accent, prose, space, other = '' } = match.groups ?? {};
    if (script)
      return { latex: `${script}{${group || fraction ? latexOf(group ?? fraction ?? '') : upright(name)}}` };
    if (raised) return { latex: `^{${[...raised].map((c) => plainForms[c]).join('')}}` };
    if (lowered) return { latex: `_{${[...lowered].map((c) => plainForms[c]).join('')}}` };
    if (radicand || root2) return { latex: `\\sqrt{${latexOf(radicand ?? root2 ?? '')}}` };
    if (accented) return { latex: `\\${accents[accent]}{${accented}}` };
    if (space) return { latex: space.length > 1 ? '\\quad ' : ' ' };
    const next = plain[match.index + match[0].length] ?? '';
    if (prose) return wordToken(prose, next, depth === 0);
    if ('([\u27E8\u230A'.includes(other)) depth++;
    if (')]\u27E9\u230B'.includes(other)) depth--;
    return { latex: signOf(other, next, depth) };
  });
}
var functions = new Set('log det div jvp sg tr logit min max cos sin const Var mean'.split(' '));
function wordToken(word, next, isOpen) {
  if (/^(d[a-zA-Z]|dudt|At)$/.test(word)) return { latex: word };
  if (functions.has(word) || /[(_^²ᵢᵀ]/.test(next)) return { latex: `\\operatorname{${word}}` };
  return { latex: '', word, isOpen };
}
function signOf(sign, next, depth) {
  if (sign === '|') return depth > 0 ? '\\mid ' : '\\vert ';
  if (sign === 'E' && /[[_‖⟨]/.test(next)) return '\\mathbb{E}';
  if (sign === 'N' && next === '(') return '\\mathcal{N}';
  return signs[sign] ?? sign;
}
function upright(name = '') {
  return /^\p{L}{2,}$/u.test(name) ? `\\mathrm{${name}}` : latexOf(name);
}
var signs = {
  '\u2212': '-',
  '\u2016': '\\Vert ',
  '\xB7': '\\cdot ',
  '%': '\\%',
  '~': '\\sim ',
  '\xBD': '\\tfrac12 ',
  '\u2032': "'",
  '\u2205': '\\varnothing ',
};
var accents = {
  '\u0302': 'hat',
  '\u0303': 'tilde',
  '\u0304': 'bar',
  '\u0307': 'dot',
};
var plainForms = {
  ...Object.fromEntries(
    [...'\u2070\xB9\xB2\xB3\u2074\u2075\u2076\u2077\u2078\u2079'].map((c, i) => [c, String(i)]),
  ),
  ...Object.fromEntries(
    [...'\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089'].map((c, i) => [c, String(i)]),
  ),
  '\u207B': '-',
  \u207F: 'n',
  '\u1D57': 't',
  \u02E2: 's',
  '\u1D40': '\\top',
  '\u1D62': 'i',
};

// docs/.vitepress/claims-table.ts
var titles = {
  en: ['Claim', 'Residual', 'Bound', 'Margin'],
  zh: ['\u547D\u9898', '\u6B8B\u5DEE', '\u754C', '\u4F59\u91CF'],
};
function claimsTable(measured2, only, lang) {
  const names = only.split(' ');
  const missing = names.find((name) => !measured2.some(({ id }) => isNamed(name, id)));
  if (missing !== void 0) throw new Error(`Claims: there is no claim '${missing}'`);
  const rows = measured2.filter(({ id }) => names.some((name) => isNamed(name, id)));
  const [claim, ...numbers] = titles[lang];
  const head = [claim, ...numbers].map((title) => `<th>${title}</th>`).join('');
  const body = rows.map((row) => {
    const small = [typesetFormula(row.equation), typesetSentence(row.detail ?? '')].filter(Boolean);
    const equations = small.map((text) => `<div class="equation">${text}</div>`).join('');
    const bound = `${row.bound === 'at most' ? '\u2264' : '\u2265'} ${format(row.tolerance)}`;
    const cells = [format(row.residual), bound, format(row.margin)];
    const figures = cells.map((text, i) => `<td data-label="${numbers[i]}">${text}</td>`).join('');
    return `<tr><td><div>${typesetSentence(row.claim)}</div>${equations}</td>${figures}</tr>`;
  });
  return `<table class="claims cards" v-pre><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>
`;
}
function isNamed(name, id) {
  return id === name || id.startsWith(`${name}.`);
}
function format(value) {
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 0.01 && size < 1e4);
  return plain
    ? String(Number(value.toPrecision(2)))
    : value.toExponential(1).replace('.0e', 'e').replace('-', '\u2212');
}

// docs/.vitepress/tables.ts
var __vite_injected_original_dirname2 = '/work/wt/h7/docs/.vitepress';
var fewestOfCards = 3;
function tablesForAll(md) {
  md.core.ruler.push('cards', ({ tokens }) => {
    let titles2 = [];
    let column = 0;
    let table = tokens[0];
    tokens.forEach((token2, i) => {
      if (token2.type === 'table_open') [table, titles2] = [token2, []];
      else if (token2.type === 'tr_open') column = 0;
      else if (token2.type === 'th_open') titles2.push(plainText(tokens[i + 1]?.content ?? ''));
      else if (token2.type === 'td_open') {
        if (titles2.length >= fewestOfCards) table?.attrSet('class', 'cards');
        token2.attrSet('data-label', titles2[column++] ?? '');
        for (const child of tokens[i + 1]?.children ?? []) child.meta = { ...child.meta, isInTable: true };
      }
    });
  });
  md.core.ruler.push('claims', ({ tokens }) => {
    for (const token2 of tokens) {
      const asked = token2.type === 'html_inline' && /^<Claims (.*)\/>/.exec(token2.content)?.[1];
      if (!asked) continue;
      const { only = '', lang = 'en' } = attributesOf(asked);
      token2.content = claimsTable(measured(), only, lang);
    }
  });
  md.renderer.rules.table_open = (tokens, i) =>
    tokens[i]?.attrGet('class') ? '<table class="cards">\n' : '<table>\n';
  const render = md.renderer.rules.code_inline;
  md.renderer.rules.code_inline = (tokens, i, ...rest) => {
    const markup = render?.(tokens, i, ...rest) ?? '';
    const isInTable = tokens[i]?.meta?.isInTable;
    return isInTable ? markup.replace(/>[^<]+</g, (code) => breakable(code)) : markup;
  };
}
function breakable(text) {
  return text.replace(/&\w+;|[(,./|=_-]|[a-z](?=[A-Z])/g, '$&<wbr>').replaceAll('&lt;<wbr>', '&lt;');
}
function plainText(markdown) {
  return markdown.replace(/[`*$\\]/g, '');
}
function attributesOf(text) {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}
function measured() {
  return JSON.parse(readFileSync3(join3(__vite_injected_original_dirname2, 'claims.json'), 'utf8'));
}

// docs/.vitepress/config.ts
var __vite_injected_original_dirname3 = '/work/wt/h7/docs/.vitepress';
var base = process.argv.includes('build') ? placeholderBase : '/';
var icon =
  'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><text x="7" y="26" font-size="30" fill="%232f7dbd">\u1E8B</text></svg>';
var wide = ['benchmarks.md', 'coming-from.md', 'conventions.md', 'errata.md'];
var english = {
  outline: { level: [2, 3] },
  sidebar: [
    {
      text: 'Learn',
      items: [
        { text: 'Start', link: '/start' },
        { text: 'Autodiff from scratch', link: '/autodiff-from-scratch' },
        { text: 'The graph, step by step', link: '/graph' },
        { text: 'Compiling', link: '/compiling' },
        { text: 'The note, proved', link: '/note' },
        { text: '\u7B14\u8BB0\u53CA\u5176\u8BC1\u660E', link: '/note-zh' },
        { text: 'Flows', link: '/flows' },
        { text: 'Playground', link: '/playground' },
      ],
    },
    {
      text: 'Use',
      items: [
        { text: 'Cookbook', link: '/cookbook' },
        { text: 'Examples', link: '/examples' },
        { text: 'Command line', link: '/command-line' },
        { text: 'Beyond one machine', link: '/beyond-one-machine' },
        { text: 'Coming from JAX, PyTorch, tfjs', link: '/coming-from' },
        { text: 'Adding a primitive', link: '/adding-a-primitive' },
      ],
    },
    {
      text: 'API',
      items: [
        { text: 'fluxion', link: '/api/fluxion' },
        { text: 'fluxion/flows', link: '/api/fluxion-flows' },
        { text: 'fluxion/files', link: '/api/fluxion-files' },
        { text: 'fluxion/xla', link: '/api/fluxion-xla' },
        { text: 'fluxion/lib', link: '/api/fluxion-lib' },
      ],
    },
    {
      text: 'Look up',
      items: [
        { text: 'Conventions', link: '/conventions' },
        { text: 'Errata of the note', link: '/errata' },
        { text: 'Limits', link: '/limits' },
        { text: 'Benchmarks', link: '/benchmarks' },
        { text: 'Architecture', link: '/architecture' },
      ],
    },
  ],
};
var config_default = defineConfig({
  title: 'fluxion',
  description:
    'Automatic differentiation in pure TypeScript, and generative models by flow matching on top of it',
  lang: 'en',
  base,
  head: [['link', { rel: 'icon', href: icon }]],
  outDir: '../out/docs',
  cacheDir: '../node_modules/.cache/vitepress',
  srcExclude: ['examples/README.md'],
  themeConfig: {
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Autodiff', link: '/autodiff-from-scratch' },
      { text: 'The note', link: '/note' },
      { text: 'Flows', link: '/flows' },
      { text: 'Cookbook', link: '/cookbook' },
      { text: 'Playground', link: '/playground' },
    ],
    // An empty label, so that the button's name is the text that it shows: people who speak to their computer
    // say that text.
    search: { provider: 'local', options: { translations: { button: { buttonAriaLabel: '' } } } },
    notFound: { linkLabel: 'Take me home' },
    ...english,
  },
  vite: {
    build: { chunkSizeWarningLimit: 2e3 },
    // the search index
    worker: { format: 'es' },
    resolve: {
      alias: [
        { find: /^.*\/load-ops\.cjs$/, replacement: join4(__vite_injected_original_dirname3, 'load-ops.ts') },
      ],
    },
    esbuild: { jsx: 'automatic', jsxImportSource: 'vue' },
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    codeTransformers: [hangingIndents],
    config(md) {
      md.use(katex2.default);
      md.use(keepPunctuation);
      md.use(sourceMarkdown, base);
      md.use(tablesForAll);
    },
  },
  transformPageData({ relativePath, frontmatter }) {
    if (wide.includes(relativePath)) frontmatter.aside = false;
    if (relativePath.startsWith('api/')) frontmatter.outline = 3;
  },
  buildEnd({ outDir }) {
    copySources(outDir);
    makeRelocatable(outDir);
  },
});

export { config_default as default };
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsiZG9jcy8udml0ZXByZXNzL2NvbmZpZy50cyIsICJkb2NzLy52aXRlcHJlc3MvY29kZS1saW5lcy50cyIsICJkb2NzLy52aXRlcHJlc3MvcHVuY3R1YXRpb24udHMiLCAiZG9jcy8udml0ZXByZXNzL3JlbG9jYXRhYmxlLnRzIiwgImRvY3MvLnZpdGVwcmVzcy9zb3VyY2VzLnRzIiwgImRvY3MvLnZpdGVwcmVzcy90YWJsZXMudHMiLCAiZG9jcy8udml0ZXByZXNzL25vdGF0aW9uLnRzIiwgImRvY3MvLnZpdGVwcmVzcy9jbGFpbXMtdGFibGUudHMiXSwKICAic291cmNlc0NvbnRlbnQiOiBbImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3NcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzcy9jb25maWcudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvd3QvaDcvZG9jcy8udml0ZXByZXNzL2NvbmZpZy50c1wiOy8qKiBUaGUgc2l0ZTogYG5wbSBydW4gZG9jc2AgYnVpbGRzIGl0IHRvIG91dC9kb2NzLCBgbnBtIHJ1biBkb2NzOmRldmAgc2VydmVzIGl0LiAqL1xuaW1wb3J0IHsgam9pbiB9IGZyb20gJ25vZGU6cGF0aCc7XG5pbXBvcnQga2F0ZXggZnJvbSAnQHZzY29kZS9tYXJrZG93bi1pdC1rYXRleCc7XG5pbXBvcnQgeyBkZWZpbmVDb25maWcsIHR5cGUgTWFya2Rvd25SZW5kZXJlciB9IGZyb20gJ3ZpdGVwcmVzcyc7XG5pbXBvcnQgeyBoYW5naW5nSW5kZW50cyB9IGZyb20gJy4vY29kZS1saW5lcy50cyc7XG5pbXBvcnQgeyBrZWVwUHVuY3R1YXRpb24gfSBmcm9tICcuL3B1bmN0dWF0aW9uLnRzJztcbmltcG9ydCB7IG1ha2VSZWxvY2F0YWJsZSwgcGxhY2Vob2xkZXJCYXNlIH0gZnJvbSAnLi9yZWxvY2F0YWJsZS50cyc7XG5pbXBvcnQgeyBjb3B5U291cmNlcywgc291cmNlTWFya2Rvd24gfSBmcm9tICcuL3NvdXJjZXMudHMnO1xuaW1wb3J0IHsgdGFibGVzRm9yQWxsIH0gZnJvbSAnLi90YWJsZXMudHMnO1xuXG5jb25zdCBiYXNlID0gcHJvY2Vzcy5hcmd2LmluY2x1ZGVzKCdidWlsZCcpID8gcGxhY2Vob2xkZXJCYXNlIDogJy8nO1xuY29uc3QgaWNvbiA9XG4gICdkYXRhOmltYWdlL3N2Zyt4bWwsPHN2ZyB4bWxucz1cImh0dHA6Ly93d3cudzMub3JnLzIwMDAvc3ZnXCIgdmlld0JveD1cIjAgMCAzMiAzMlwiPjx0ZXh0IHg9XCI3XCIgeT1cIjI2XCIgZm9udC1zaXplPVwiMzBcIiBmaWxsPVwiJTIzMmY3ZGJkXCI+XHUxRThCPC90ZXh0Pjwvc3ZnPic7XG5cbi8qKiBQYWdlcyB3aXRoIHdpZGUgdGFibGVzLCB3aGljaCB0YWtlIHRoZSByb29tIG9mIHRoZSBvdXRsaW5lIHRvby4gKi9cbmNvbnN0IHdpZGUgPSBbJ2JlbmNobWFya3MubWQnLCAnY29taW5nLWZyb20ubWQnLCAnY29udmVudGlvbnMubWQnLCAnZXJyYXRhLm1kJ107XG5cbmNvbnN0IGVuZ2xpc2ggPSB7XG4gIG91dGxpbmU6IHsgbGV2ZWw6IFsyLCAzXSBhcyBbbnVtYmVyLCBudW1iZXJdIH0sXG4gIHNpZGViYXI6IFtcbiAgICB7XG4gICAgICB0ZXh0OiAnTGVhcm4nLFxuICAgICAgaXRlbXM6IFtcbiAgICAgICAgeyB0ZXh0OiAnU3RhcnQnLCBsaW5rOiAnL3N0YXJ0JyB9LFxuICAgICAgICB7IHRleHQ6ICdBdXRvZGlmZiBmcm9tIHNjcmF0Y2gnLCBsaW5rOiAnL2F1dG9kaWZmLWZyb20tc2NyYXRjaCcgfSxcbiAgICAgICAgeyB0ZXh0OiAnVGhlIGdyYXBoLCBzdGVwIGJ5IHN0ZXAnLCBsaW5rOiAnL2dyYXBoJyB9LFxuICAgICAgICB7IHRleHQ6ICdDb21waWxpbmcnLCBsaW5rOiAnL2NvbXBpbGluZycgfSxcbiAgICAgICAgeyB0ZXh0OiAnVGhlIG5vdGUsIHByb3ZlZCcsIGxpbms6ICcvbm90ZScgfSxcbiAgICAgICAgeyB0ZXh0OiAnXHU3QjE0XHU4QkIwXHU1M0NBXHU1MTc2XHU4QkMxXHU2NjBFJywgbGluazogJy9ub3RlLXpoJyB9LFxuICAgICAgICB7IHRleHQ6ICdGbG93cycsIGxpbms6ICcvZmxvd3MnIH0sXG4gICAgICAgIHsgdGV4dDogJ1BsYXlncm91bmQnLCBsaW5rOiAnL3BsYXlncm91bmQnIH0sXG4gICAgICBdLFxuICAgIH0sXG4gICAge1xuICAgICAgdGV4dDogJ1VzZScsXG4gICAgICBpdGVtczogW1xuICAgICAgICB7IHRleHQ6ICdDb29rYm9vaycsIGxpbms6ICcvY29va2Jvb2snIH0sXG4gICAgICAgIHsgdGV4dDogJ0V4YW1wbGVzJywgbGluazogJy9leGFtcGxlcycgfSxcbiAgICAgICAgeyB0ZXh0OiAnQ29tbWFuZCBsaW5lJywgbGluazogJy9jb21tYW5kLWxpbmUnIH0sXG4gICAgICAgIHsgdGV4dDogJ0JleW9uZCBvbmUgbWFjaGluZScsIGxpbms6ICcvYmV5b25kLW9uZS1tYWNoaW5lJyB9LFxuICAgICAgICB7IHRleHQ6ICdDb21pbmcgZnJvbSBKQVgsIFB5VG9yY2gsIHRmanMnLCBsaW5rOiAnL2NvbWluZy1mcm9tJyB9LFxuICAgICAgICB7IHRleHQ6ICdBZGRpbmcgYSBwcmltaXRpdmUnLCBsaW5rOiAnL2FkZGluZy1hLXByaW1pdGl2ZScgfSxcbiAgICAgIF0sXG4gICAgfSxcbiAgICB7XG4gICAgICB0ZXh0OiAnQVBJJyxcbiAgICAgIGl0ZW1zOiBbXG4gICAgICAgIHsgdGV4dDogJ2ZsdXhpb24nLCBsaW5rOiAnL2FwaS9mbHV4aW9uJyB9LFxuICAgICAgICB7IHRleHQ6ICdmbHV4aW9uL2Zsb3dzJywgbGluazogJy9hcGkvZmx1eGlvbi1mbG93cycgfSxcbiAgICAgICAgeyB0ZXh0OiAnZmx1eGlvbi9maWxlcycsIGxpbms6ICcvYXBpL2ZsdXhpb24tZmlsZXMnIH0sXG4gICAgICAgIHsgdGV4dDogJ2ZsdXhpb24veGxhJywgbGluazogJy9hcGkvZmx1eGlvbi14bGEnIH0sXG4gICAgICAgIHsgdGV4dDogJ2ZsdXhpb24vbGliJywgbGluazogJy9hcGkvZmx1eGlvbi1saWInIH0sXG4gICAgICBdLFxuICAgIH0sXG4gICAge1xuICAgICAgdGV4dDogJ0xvb2sgdXAnLFxuICAgICAgaXRlbXM6IFtcbiAgICAgICAgeyB0ZXh0OiAnQ29udmVudGlvbnMnLCBsaW5rOiAnL2NvbnZlbnRpb25zJyB9LFxuICAgICAgICB7IHRleHQ6ICdFcnJhdGEgb2YgdGhlIG5vdGUnLCBsaW5rOiAnL2VycmF0YScgfSxcbiAgICAgICAgeyB0ZXh0OiAnTGltaXRzJywgbGluazogJy9saW1pdHMnIH0sXG4gICAgICAgIHsgdGV4dDogJ0JlbmNobWFya3MnLCBsaW5rOiAnL2JlbmNobWFya3MnIH0sXG4gICAgICAgIHsgdGV4dDogJ0FyY2hpdGVjdHVyZScsIGxpbms6ICcvYXJjaGl0ZWN0dXJlJyB9LFxuICAgICAgXSxcbiAgICB9LFxuICBdLFxufTtcblxuZXhwb3J0IGRlZmF1bHQgZGVmaW5lQ29uZmlnKHtcbiAgdGl0bGU6ICdmbHV4aW9uJyxcbiAgZGVzY3JpcHRpb246XG4gICAgJ0F1dG9tYXRpYyBkaWZmZXJlbnRpYXRpb24gaW4gcHVyZSBUeXBlU2NyaXB0LCBhbmQgZ2VuZXJhdGl2ZSBtb2RlbHMgYnkgZmxvdyBtYXRjaGluZyBvbiB0b3Agb2YgaXQnLFxuICBsYW5nOiAnZW4nLFxuICBiYXNlLFxuICBoZWFkOiBbWydsaW5rJywgeyByZWw6ICdpY29uJywgaHJlZjogaWNvbiB9XV0sXG4gIG91dERpcjogJy4uL291dC9kb2NzJyxcbiAgY2FjaGVEaXI6ICcuLi9ub2RlX21vZHVsZXMvLmNhY2hlL3ZpdGVwcmVzcycsXG4gIHNyY0V4Y2x1ZGU6IFsnZXhhbXBsZXMvUkVBRE1FLm1kJ10sXG4gIHRoZW1lQ29uZmlnOiB7XG4gICAgbmF2OiBbXG4gICAgICB7IHRleHQ6ICdTdGFydCcsIGxpbms6ICcvc3RhcnQnIH0sXG4gICAgICB7IHRleHQ6ICdBdXRvZGlmZicsIGxpbms6ICcvYXV0b2RpZmYtZnJvbS1zY3JhdGNoJyB9LFxuICAgICAgeyB0ZXh0OiAnVGhlIG5vdGUnLCBsaW5rOiAnL25vdGUnIH0sXG4gICAgICB7IHRleHQ6ICdGbG93cycsIGxpbms6ICcvZmxvd3MnIH0sXG4gICAgICB7IHRleHQ6ICdDb29rYm9vaycsIGxpbms6ICcvY29va2Jvb2snIH0sXG4gICAgICB7IHRleHQ6ICdQbGF5Z3JvdW5kJywgbGluazogJy9wbGF5Z3JvdW5kJyB9LFxuICAgIF0sXG4gICAgLy8gQW4gZW1wdHkgbGFiZWwsIHNvIHRoYXQgdGhlIGJ1dHRvbidzIG5hbWUgaXMgdGhlIHRleHQgdGhhdCBpdCBzaG93czogcGVvcGxlIHdobyBzcGVhayB0byB0aGVpciBjb21wdXRlclxuICAgIC8vIHNheSB0aGF0IHRleHQuXG4gICAgc2VhcmNoOiB7IHByb3ZpZGVyOiAnbG9jYWwnLCBvcHRpb25zOiB7IHRyYW5zbGF0aW9uczogeyBidXR0b246IHsgYnV0dG9uQXJpYUxhYmVsOiAnJyB9IH0gfSB9LFxuICAgIG5vdEZvdW5kOiB7IGxpbmtMYWJlbDogJ1Rha2UgbWUgaG9tZScgfSxcbiAgICAuLi5lbmdsaXNoLFxuICB9LFxuICB2aXRlOiB7XG4gICAgYnVpbGQ6IHsgY2h1bmtTaXplV2FybmluZ0xpbWl0OiAyMDAwIH0sIC8vIHRoZSBzZWFyY2ggaW5kZXhcbiAgICB3b3JrZXI6IHsgZm9ybWF0OiAnZXMnIH0sXG4gICAgcmVzb2x2ZToge1xuICAgICAgYWxpYXM6IFt7IGZpbmQ6IC9eLipcXC9sb2FkLW9wc1xcLmNqcyQvLCByZXBsYWNlbWVudDogam9pbihpbXBvcnQubWV0YS5kaXJuYW1lLCAnbG9hZC1vcHMudHMnKSB9XSxcbiAgICB9LFxuICAgIGVzYnVpbGQ6IHsganN4OiAnYXV0b21hdGljJywganN4SW1wb3J0U291cmNlOiAndnVlJyB9LFxuICB9LFxuICBtYXJrZG93bjoge1xuICAgIHRoZW1lOiB7IGxpZ2h0OiAnZ2l0aHViLWxpZ2h0LWhpZ2gtY29udHJhc3QnLCBkYXJrOiAnZ2l0aHViLWRhcmstaGlnaC1jb250cmFzdCcgfSxcbiAgICBjb2RlVHJhbnNmb3JtZXJzOiBbaGFuZ2luZ0luZGVudHNdLFxuICAgIGNvbmZpZyhtZCkge1xuICAgICAgbWQudXNlKGthdGV4LmRlZmF1bHQgYXMgdW5rbm93biBhcyAobWQ6IE1hcmtkb3duUmVuZGVyZXIpID0+IHZvaWQpOyAvLyBpdHMgdHlwZXMgYXJlIGFub3RoZXIgdmVyc2lvbidzXG4gICAgICBtZC51c2Uoa2VlcFB1bmN0dWF0aW9uKTtcbiAgICAgIG1kLnVzZShzb3VyY2VNYXJrZG93biwgYmFzZSk7XG4gICAgICBtZC51c2UodGFibGVzRm9yQWxsKTtcbiAgICB9LFxuICB9LFxuICB0cmFuc2Zvcm1QYWdlRGF0YSh7IHJlbGF0aXZlUGF0aCwgZnJvbnRtYXR0ZXIgfSkge1xuICAgIGlmICh3aWRlLmluY2x1ZGVzKHJlbGF0aXZlUGF0aCkpIGZyb250bWF0dGVyLmFzaWRlID0gZmFsc2U7XG4gICAgaWYgKHJlbGF0aXZlUGF0aC5zdGFydHNXaXRoKCdhcGkvJykpIGZyb250bWF0dGVyLm91dGxpbmUgPSAzO1xuICB9LFxuICBidWlsZEVuZCh7IG91dERpciB9KSB7XG4gICAgY29weVNvdXJjZXMob3V0RGlyKTtcbiAgICBtYWtlUmVsb2NhdGFibGUob3V0RGlyKTtcbiAgfSxcbn0pO1xuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3NcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzcy9jb2RlLWxpbmVzLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzcy9jb2RlLWxpbmVzLnRzXCI7LyoqIExpbmVzIG9mIGNvZGUgdGhhdCBnbyBvbiBmdXJ0aGVyIGluIHdoZXJlIHRoZXkgYXJlIHRvbyBsb25nIGZvciB0aGUgcGFnZS4gKi9cbmltcG9ydCB0eXBlIHsgVXNlckNvbmZpZyB9IGZyb20gJ3ZpdGVwcmVzcyc7XG5cbnR5cGUgVHJhbnNmb3JtZXIgPSBOb25OdWxsYWJsZTxOb25OdWxsYWJsZTxVc2VyQ29uZmlnWydtYXJrZG93biddPlsnY29kZVRyYW5zZm9ybWVycyddPltudW1iZXJdO1xuXG4vKiogVGhlIFNoaWtpIHRyYW5zZm9ybWVyIHRoYXQgdGVsbHMgdGhlIHN0eWxlIHNoZWV0IGJ5IGhvdyBtdWNoIGVhY2ggbGluZSBpcyBpbmRlbnRlZC4gKi9cbmV4cG9ydCBjb25zdCBoYW5naW5nSW5kZW50czogVHJhbnNmb3JtZXIgPSB7XG4gIG5hbWU6ICdoYW5naW5nLWluZGVudHMnLFxuICBjb2RlKGNvZGUpIHtcbiAgICBjb25zdCBsaW5lcyA9IHRoaXMuc291cmNlLnNwbGl0KCdcXG4nKTtcbiAgICBjb25zdCBzcGFucyA9IGNvZGUuY2hpbGRyZW4uZmlsdGVyKChjaGlsZCkgPT4gY2hpbGQudHlwZSA9PT0gJ2VsZW1lbnQnKTtcbiAgICBzcGFucy5mb3JFYWNoKChzcGFuLCBpKSA9PiB7XG4gICAgICBjb25zdCBpbmRlbnQgPSAvXiAqLy5leGVjKGxpbmVzW2ldID8/ICcnKT8uWzBdLmxlbmd0aCA/PyAwO1xuICAgICAgaWYgKGluZGVudCA+IDApIHNwYW4ucHJvcGVydGllcy5zdHlsZSA9IGAtLWluZGVudDoke2luZGVudH1jaGA7XG4gICAgfSk7XG4gIH0sXG59O1xuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3NcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzcy9wdW5jdHVhdGlvbi50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3MvcHVuY3R1YXRpb24udHNcIjsvKipcbiAqIEtlZXBzIGEgZm9ybXVsYSBhbmQgdGhlIGNvbW1hIGFmdGVyIGl0IG9uIG9uZSBsaW5lLiBGb3IgYSBicm93c2VyIHRoZSBmb3JtdWxhIGlzIGEgYm94LCBzbyBpdCB3b3VsZCBicmVha1xuICogdGhlIGxpbmUgYmV0d2VlbiB0aGUgdHdvLlxuICovXG5pbXBvcnQgdHlwZSB7IE1hcmtkb3duUmVuZGVyZXIgfSBmcm9tICd2aXRlcHJlc3MnO1xuXG5jb25zdCBjbG9zaW5nID0gL15bLC47OiE/KVxcXVx1RkYwQ1x1MzAwMlx1RkYxQlx1RkYxQVx1MzAwMVx1RkYwMVx1RkYxRlx1RkYwOVx1MzAwRFx1MjAxRF0rLztcbi8qKiBUaGUgbG9uZ2VzdCBmb3JtdWxhIHRvIGtlZXAgd2hvbGUsIGluIExhVGVYIGNoYXJhY3RlcnMuIE9uIGEgcGhvbmUsIGEgbG9uZ2VyIG9uZSBtdXN0IGJyZWFrIGl0c2VsZi4gKi9cbmNvbnN0IGxvbmdlc3QgPSA0MDtcblxuLyoqIFRoZSBtYXJrZG93bi1pdCBwbHVnaW4gdGhhdCBrZWVwcyBmb3JtdWxhcyBhbmQgdGhlIHB1bmN0dWF0aW9uIGFmdGVyIHRoZW0gb24gb25lIGxpbmUuICovXG5leHBvcnQgZnVuY3Rpb24ga2VlcFB1bmN0dWF0aW9uKG1kOiBNYXJrZG93blJlbmRlcmVyKTogdm9pZCB7XG4gIG1kLmNvcmUucnVsZXIucHVzaCgncHVuY3R1YXRpb24nLCAoc3RhdGUpID0+IHtcbiAgICBjb25zdCBtYXJrdXAgPSAoY29udGVudDogc3RyaW5nKSA9PiBPYmplY3QuYXNzaWduKG5ldyBzdGF0ZS5Ub2tlbignaHRtbF9pbmxpbmUnLCAnJywgMCksIHsgY29udGVudCB9KTtcbiAgICBmb3IgKGNvbnN0IHRva2VuIG9mIHN0YXRlLnRva2Vucykge1xuICAgICAgY29uc3QgY2hpbGRyZW4gPSB0b2tlbi5jaGlsZHJlbiA/PyBbXTtcbiAgICAgIHRva2VuLmNoaWxkcmVuID0gY2hpbGRyZW4uZmxhdE1hcCgoY2hpbGQsIGkpID0+IHtcbiAgICAgICAgY29uc3QgbmV4dCA9IGNoaWxkcmVuW2kgKyAxXTtcbiAgICAgICAgY29uc3QgW2tlcHRdID0gKG5leHQ/LnR5cGUgPT09ICd0ZXh0JyAmJiBjbG9zaW5nLmV4ZWMobmV4dC5jb250ZW50KSkgfHwgW107XG4gICAgICAgIGlmIChjaGlsZC50eXBlICE9PSAnbWF0aF9pbmxpbmUnIHx8IGNoaWxkLmNvbnRlbnQubGVuZ3RoID4gbG9uZ2VzdCB8fCAhbmV4dCB8fCAha2VwdCkgcmV0dXJuIFtjaGlsZF07XG4gICAgICAgIG5leHQuY29udGVudCA9IG5leHQuY29udGVudC5zbGljZShrZXB0Lmxlbmd0aCk7XG4gICAgICAgIGNvbnN0IHRleHQgPSBPYmplY3QuYXNzaWduKG5ldyBzdGF0ZS5Ub2tlbigndGV4dCcsICcnLCAwKSwgeyBjb250ZW50OiBrZXB0IH0pO1xuICAgICAgICByZXR1cm4gW21hcmt1cCgnPHNwYW4gY2xhc3M9XCJrZXB0XCI+JyksIGNoaWxkLCB0ZXh0LCBtYXJrdXAoJzwvc3Bhbj4nKV07XG4gICAgICB9KTtcbiAgICB9XG4gIH0pO1xufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3NcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzcy9yZWxvY2F0YWJsZS50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3MvcmVsb2NhdGFibGUudHNcIjsvKipcbiAqIE1ha2VzIHRoZSBzaXRlIHdvcmsgdW5kZXIgYW55IHBhdGguIFZpdGVQcmVzcyBtdXN0IGtub3cgYXQgYnVpbGQgdGltZSB1bmRlciB3aGljaCBwYXRoIGEgc2l0ZSB3aWxsIGJlXG4gKiBzZXJ2ZWQuIFNvIHdlIGJ1aWxkIGZvciBhIHBsYWNlaG9sZGVyLCBhbmQgaW4gdGhlIGZpbmlzaGVkIGZpbGVzIHJlcGxhY2UgaXQgYnkgdGhlIHBhZ2UncyBvd24gcGxhY2UuXG4gKi9cbmltcG9ydCB7IHJlYWRkaXJTeW5jLCByZWFkRmlsZVN5bmMsIHdyaXRlRmlsZVN5bmMgfSBmcm9tICdub2RlOmZzJztcbmltcG9ydCB7IGpvaW4sIHNlcCB9IGZyb20gJ25vZGU6cGF0aCc7XG5pbXBvcnQgdHMgZnJvbSAndHlwZXNjcmlwdCc7XG5cbmV4cG9ydCBjb25zdCBwbGFjZWhvbGRlckJhc2UgPSAnL19fYmFzZV9fLyc7XG5cbmNvbnN0IHJ1bnRpbWVCYXNlID0gJ2dsb2JhbFRoaXMuX19zaXRlQmFzZSc7XG5cbi8qKlxuICogTGlua3MgaW4gdGhlIEhUTUwgYXJlIHJlbGF0aXZlLCBmb3IgcmVhZGVycyB3aXRob3V0IHNjcmlwdHMuIEEgc2NyaXB0IG1ha2VzIHRoZW0gYWJzb2x1dGUgYmVmb3JlIHRoZSByb3V0ZXJcbiAqIHJlYWRzIHRoZW0uXG4gKi9cbmNvbnN0IG1ha2VBYnNvbHV0ZSA9IGA8c2NyaXB0PlxuZm9yIChjb25zdCBuYW1lIG9mIFsnaHJlZicsICdzcmMnXSkgZm9yIChjb25zdCBlbGVtZW50IG9mIGRvY3VtZW50LnF1ZXJ5U2VsZWN0b3JBbGwoJ1snICsgbmFtZSArICdePVwiLlwiXScpKSB7XG4gIGNvbnN0IHVybCA9IG5ldyBVUkwoZWxlbWVudC5nZXRBdHRyaWJ1dGUobmFtZSksIGxvY2F0aW9uLmhyZWYpO1xuICBlbGVtZW50LnNldEF0dHJpYnV0ZShuYW1lLCB1cmwucGF0aG5hbWUgKyB1cmwuc2VhcmNoICsgdXJsLmhhc2gpO1xufVxuPC9zY3JpcHQ+YDtcblxuLyoqIFJld3JpdGVzIGV2ZXJ5IHBhZ2UsIHNjcmlwdCBhbmQgc3R5bGUgc2hlZXQgb2YgYSBidWlsdCBzaXRlLCBzbyB0aGF0IGl0IHdvcmtzIGZyb20gYW55IHN1Yi1wYXRoLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIG1ha2VSZWxvY2F0YWJsZShvdXREaXI6IHN0cmluZyk6IHZvaWQge1xuICBmb3IgKGNvbnN0IGZpbGUgb2YgcmVhZGRpclN5bmMob3V0RGlyLCB7IHJlY3Vyc2l2ZTogdHJ1ZSwgZW5jb2Rpbmc6ICd1dGY4JyB9KSkge1xuICAgIGNvbnN0IGRlcHRoID0gZmlsZS5zcGxpdChzZXApLmxlbmd0aCAtIDE7XG4gICAgY29uc3QgdG9Sb290ID0gZGVwdGggPT09IDAgPyAnLi8nIDogJy4uLycucmVwZWF0KGRlcHRoKTtcbiAgICBjb25zdCBwYXRoID0gam9pbihvdXREaXIsIGZpbGUpO1xuICAgIGlmIChmaWxlLmVuZHNXaXRoKCcuaHRtbCcpKSByZXdyaXRlKHBhdGgsICh0ZXh0KSA9PiByZWxvY2F0ZVBhZ2UodGV4dCwgdG9Sb290KSk7XG4gICAgZWxzZSBpZiAoZmlsZS5lbmRzV2l0aCgnLmpzJykpIHJld3JpdGUocGF0aCwgcmVsb2NhdGVTY3JpcHQpO1xuICAgIGVsc2UgaWYgKGZpbGUuZW5kc1dpdGgoJy5jc3MnKSkgcmV3cml0ZShwYXRoLCAodGV4dCkgPT4gdGV4dC5yZXBsYWNlQWxsKHBsYWNlaG9sZGVyQmFzZSwgdG9Sb290KSk7XG4gIH1cbn1cblxuZnVuY3Rpb24gcmVsb2NhdGVQYWdlKGh0bWw6IHN0cmluZywgdG9Sb290OiBzdHJpbmcpOiBzdHJpbmcge1xuICBjb25zdCB3aGVyZSA9IGA8c2NyaXB0PiR7cnVudGltZUJhc2V9PW5ldyBVUkwoJHtKU09OLnN0cmluZ2lmeSh0b1Jvb3QpfSxsb2NhdGlvbi5ocmVmKS5wYXRobmFtZTwvc2NyaXB0PmA7XG4gIHJldHVybiBodG1sXG4gICAgLnJlcGxhY2UoLyg8c2NyaXB0W14+XSo+KShbXFxzXFxTXSo/KSg/PTxcXC9zY3JpcHQ+KS9nLCAoXywgdGFnLCBib2R5KSA9PiB0YWcgKyByZWxvY2F0ZVNjcmlwdChib2R5KSlcbiAgICAucmVwbGFjZUFsbCgvKD1cIilcXC9fX2Jhc2VfX1xcLy9nLCBgJDEke3RvUm9vdH1gKVxuICAgIC5yZXBsYWNlKCc8aGVhZD4nLCBgPGhlYWQ+JHt3aGVyZX1gKVxuICAgIC5yZXBsYWNlKCc8L2JvZHk+JywgYCR7bWFrZUFic29sdXRlfTwvYm9keT5gKTtcbn1cblxuLyoqXG4gKiBUdXJucyBldmVyeSBzdHJpbmcgdGhhdCBjb250YWlucyB0aGUgcGxhY2Vob2xkZXIsIGFsc28gaW4gSlNPTiwgaW50byBhbiBleHByZXNzaW9uIHRoYXQgcHV0cyB0aGUgYmFzZVxuICogdGhlcmUuXG4gKi9cbmZ1bmN0aW9uIHJlbG9jYXRlU2NyaXB0KHNjcmlwdDogc3RyaW5nKTogc3RyaW5nIHtcbiAgaWYgKCFzY3JpcHQuaW5jbHVkZXMocGxhY2Vob2xkZXJCYXNlKSkgcmV0dXJuIHNjcmlwdDtcbiAgY29uc3Qgc291cmNlID0gdHMuY3JlYXRlU291cmNlRmlsZSgnc2NyaXB0LmpzJywgc2NyaXB0LCB0cy5TY3JpcHRUYXJnZXQuTGF0ZXN0LCBmYWxzZSwgdHMuU2NyaXB0S2luZC5KUyk7XG4gIGNvbnN0IHN0cmluZ3M6IHRzLk5vZGVbXSA9IFtdO1xuICBjb25zdCB2aXNpdCA9IChub2RlOiB0cy5Ob2RlKTogdm9pZCA9PiB7XG4gICAgY29uc3QgaXNTdHJpbmcgPSB0cy5pc1N0cmluZ0xpdGVyYWxMaWtlKG5vZGUpIHx8IHRzLmlzVGVtcGxhdGVFeHByZXNzaW9uKG5vZGUpO1xuICAgIGlmIChpc1N0cmluZyAmJiBzY3JpcHQuc2xpY2Uobm9kZS5wb3MsIG5vZGUuZW5kKS5pbmNsdWRlcyhwbGFjZWhvbGRlckJhc2UpKSBzdHJpbmdzLnB1c2gobm9kZSk7XG4gICAgZWxzZSB0cy5mb3JFYWNoQ2hpbGQobm9kZSwgdmlzaXQpO1xuICB9O1xuICB2aXNpdChzb3VyY2UpO1xuICByZXR1cm4gc3RyaW5ncy5yZWR1Y2VSaWdodCgodGV4dCwgbm9kZSkgPT4ge1xuICAgIGNvbnN0IHN0YXJ0ID0gbm9kZS5nZXRTdGFydChzb3VyY2UpO1xuICAgIGNvbnN0IHN0cmluZyA9IHRleHQuc2xpY2Uoc3RhcnQsIG5vZGUuZW5kKTtcbiAgICBjb25zdCByZWxvY2F0ZWQgPSBgKCR7c3RyaW5nfSkucmVwbGFjZUFsbCgke0pTT04uc3RyaW5naWZ5KHBsYWNlaG9sZGVyQmFzZSl9LCR7cnVudGltZUJhc2V9KWA7XG4gICAgcmV0dXJuIHRleHQuc2xpY2UoMCwgc3RhcnQpICsgcmVsb2NhdGVkICsgdGV4dC5zbGljZShub2RlLmVuZCk7XG4gIH0sIHNjcmlwdCk7XG59XG5cbmZ1bmN0aW9uIHJld3JpdGUocGF0aDogc3RyaW5nLCBjaGFuZ2U6ICh0ZXh0OiBzdHJpbmcpID0+IHN0cmluZyk6IHZvaWQge1xuICBjb25zdCBiZWZvcmUgPSByZWFkRmlsZVN5bmMocGF0aCwgJ3V0ZjgnKTtcbiAgY29uc3QgYWZ0ZXIgPSBjaGFuZ2UoYmVmb3JlKTtcbiAgaWYgKGFmdGVyICE9PSBiZWZvcmUpIHdyaXRlRmlsZVN5bmMocGF0aCwgYWZ0ZXIpO1xufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3NcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzcy9zb3VyY2VzLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzcy9zb3VyY2VzLnRzXCI7LyoqXG4gKiBTb3VyY2VzIGluIHBhZ2VzLiBgPDw8IC4uL2Zsb3dzL3RpbWUudHMjcmV2ZXJzZVRpbWVgIGluY2x1ZGVzIG9uZSBkZWNsYXJhdGlvbiB3aXRoIGl0cyBkb2NzdHJpbmcsIGFzIGl0XG4gKiBzdGFuZHMgaW4gdGhlIGZpbGU7IGEgbGluayB0byBhIGZpbGUgb3V0c2lkZSBvZiBkb2NzIGxlYWRzIHRvIGEgY29weSBvZiBpdCB3aXRoaW4gdGhlIHNpdGUuXG4gKi9cbmltcG9ydCB7IGNwU3luYywgbWtkaXJTeW5jLCByZWFkRmlsZVN5bmMsIHN0YXRTeW5jIH0gZnJvbSAnbm9kZTpmcyc7XG5pbXBvcnQgeyBkaXJuYW1lLCBqb2luLCByZWxhdGl2ZSwgcmVzb2x2ZSB9IGZyb20gJ25vZGU6cGF0aCc7XG5pbXBvcnQgdHMgZnJvbSAndHlwZXNjcmlwdCc7XG5pbXBvcnQgdHlwZSB7IE1hcmtkb3duUmVuZGVyZXIgfSBmcm9tICd2aXRlcHJlc3MnO1xuXG5jb25zdCBkb2NzID0gcmVzb2x2ZShpbXBvcnQubWV0YS5kaXJuYW1lLCAnLi4nKTtcbmNvbnN0IHJvb3QgPSByZXNvbHZlKGRvY3MsICcuLicpO1xuY29uc3QgbGlua2VkID0gbmV3IFNldDxzdHJpbmc+KCk7XG5cbi8qKiBUaGUgbWFya2Rvd24taXQgcGx1Z2luIGZvciBib3RoLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIHNvdXJjZU1hcmtkb3duKG1kOiBNYXJrZG93blJlbmRlcmVyLCBiYXNlOiBzdHJpbmcpOiB2b2lkIHtcbiAgbWQuY29yZS5ydWxlci5hZnRlcignYmxvY2snLCAnZGVjbGFyYXRpb25zJywgKHN0YXRlKSA9PiB7XG4gICAgc3RhdGUudG9rZW5zID0gc3RhdGUudG9rZW5zLmZsYXRNYXAoKHRva2VuKSA9PiB7XG4gICAgICAvLyBWaXRlUHJlc3MncyBvd24gc25pcHBldCBydWxlIGxlYXZlcyB0aGUgZmlsZSwgYW5kIHRoZSBuYW1lIG9mIGEgcmVnaW9uIGluIGl0LlxuICAgICAgY29uc3QgW3BhdGgsIG5hbWVdID0gKHRva2VuIGFzIHVua25vd24gYXMgeyBzcmM/OiByZWFkb25seSBbc3RyaW5nLCBzdHJpbmddIH0pLnNyYyA/PyBbXTtcbiAgICAgIGlmICghcGF0aCB8fCAhbmFtZSkgcmV0dXJuIFt0b2tlbl07XG4gICAgICBkZWxldGUgKHRva2VuIGFzIHVua25vd24gYXMgeyBzcmM/OiB1bmtub3duIH0pLnNyYztcbiAgICAgIHRva2VuLmNvbnRlbnQgPSBkZWNsYXJhdGlvbkluKHBhdGgsIG5hbWUpO1xuICAgICAgY29uc3QgZmlsZSA9IHJlbGF0aXZlKHJvb3QsIHBhdGgpO1xuICAgICAgbGlua2VkLmFkZChmaWxlKTtcbiAgICAgIGNvbnN0IG9yaWdpbiA9IG5ldyBzdGF0ZS5Ub2tlbignaHRtbF9ibG9jaycsICcnLCAwKTtcbiAgICAgIG9yaWdpbi5jb250ZW50ID0gYDxkaXYgY2xhc3M9XCJvcmlnaW5cIj48YSBocmVmPVwiJHtiYXNlfXNvdXJjZS8ke2ZpbGV9LnR4dFwiPiR7ZmlsZX08L2E+PC9kaXY+XFxuYDtcbiAgICAgIHJldHVybiBbdG9rZW4sIG9yaWdpbl07XG4gICAgfSk7XG4gIH0pO1xuICBtZC5jb3JlLnJ1bGVyLnB1c2goJ3NvdXJjZXMnLCAoc3RhdGUpID0+IHtcbiAgICBmb3IgKGNvbnN0IHRva2VuIG9mIHN0YXRlLnRva2Vucy5mbGF0TWFwKCh7IGNoaWxkcmVuIH0pID0+IGNoaWxkcmVuID8/IFtdKSkge1xuICAgICAgY29uc3QgaHJlZiA9IHRva2VuLnR5cGUgPT09ICdsaW5rX29wZW4nID8gdG9rZW4uYXR0ckdldCgnaHJlZicpIDogbnVsbDtcbiAgICAgIGlmICghaHJlZj8uc3RhcnRzV2l0aCgnLi4vJykpIGNvbnRpbnVlO1xuICAgICAgY29uc3QgZmlsZSA9IHJlbGF0aXZlKHJvb3QsIHJlc29sdmUoZG9jcywgaHJlZikpO1xuICAgICAgaWYgKCFzdGF0U3luYyhqb2luKHJvb3QsIGZpbGUpLCB7IHRocm93SWZOb0VudHJ5OiBmYWxzZSB9KT8uaXNGaWxlKCkpXG4gICAgICAgIHRocm93IG5ldyBFcnJvcihgJHtzdGF0ZS5lbnYucmVsYXRpdmVQYXRofTogdGhlcmUgaXMgbm8gZmlsZSAke2ZpbGV9YCk7XG4gICAgICBsaW5rZWQuYWRkKGZpbGUpO1xuICAgICAgdG9rZW4uYXR0clNldCgnaHJlZicsIGAvc291cmNlLyR7ZmlsZX0udHh0YCk7XG4gICAgfVxuICB9KTtcbn1cblxuLyoqIENvcGllcyB0aGUgZmlsZXMgdGhhdCBwYWdlcyBsaW5rIHRvIGludG8gdGhlIHNpdGUsIGFzIHBsYWluIHRleHQuICovXG5leHBvcnQgZnVuY3Rpb24gY29weVNvdXJjZXMob3V0RGlyOiBzdHJpbmcpOiB2b2lkIHtcbiAgZm9yIChjb25zdCBmaWxlIG9mIGxpbmtlZCkge1xuICAgIGNvbnN0IHRhcmdldCA9IGpvaW4ob3V0RGlyLCAnc291cmNlJywgYCR7ZmlsZX0udHh0YCk7XG4gICAgbWtkaXJTeW5jKGRpcm5hbWUodGFyZ2V0KSwgeyByZWN1cnNpdmU6IHRydWUgfSk7XG4gICAgY3BTeW5jKGpvaW4ocm9vdCwgZmlsZSksIHRhcmdldCk7XG4gIH1cbn1cblxuLyoqIFRoZSB0ZXh0IG9mIGEgdG9wLWxldmVsIGRlY2xhcmF0aW9uLCBpdHMgZG9jc3RyaW5nIGluY2x1ZGVkLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIGRlY2xhcmF0aW9uSW4oZmlsZTogc3RyaW5nLCBuYW1lOiBzdHJpbmcpOiBzdHJpbmcge1xuICBjb25zdCBzb3VyY2UgPSB0cy5jcmVhdGVTb3VyY2VGaWxlKGZpbGUsIHJlYWRGaWxlU3luYyhmaWxlLCAndXRmOCcpLCB0cy5TY3JpcHRUYXJnZXQuTGF0ZXN0LCB0cnVlKTtcbiAgY29uc3QgZm91bmQgPSBzb3VyY2Uuc3RhdGVtZW50cy5maW5kKChzdGF0ZW1lbnQpID0+IG5hbWVzT2Yoc3RhdGVtZW50KS5pbmNsdWRlcyhuYW1lKSk7XG4gIGlmICghZm91bmQpIHRocm93IG5ldyBFcnJvcihgJHtyZWxhdGl2ZShyb290LCBmaWxlKX0gZGVjbGFyZXMgbm8gJyR7bmFtZX0nYCk7XG4gIHJldHVybiBgJHtzb3VyY2UudGV4dC5zbGljZShmb3VuZC5nZXRTdGFydChzb3VyY2UsIHRydWUpLCBmb3VuZC5lbmQpfVxcbmA7XG59XG5cbmZ1bmN0aW9uIG5hbWVzT2Yoc3RhdGVtZW50OiB0cy5TdGF0ZW1lbnQpOiByZWFkb25seSBzdHJpbmdbXSB7XG4gIGlmICh0cy5pc1ZhcmlhYmxlU3RhdGVtZW50KHN0YXRlbWVudCkpIHtcbiAgICByZXR1cm4gc3RhdGVtZW50LmRlY2xhcmF0aW9uTGlzdC5kZWNsYXJhdGlvbnMubWFwKCh7IG5hbWUgfSkgPT4gbmFtZS5nZXRUZXh0KCkpO1xuICB9XG4gIGNvbnN0IHsgbmFtZSB9ID0gc3RhdGVtZW50IGFzIHVua25vd24gYXMgeyByZWFkb25seSBuYW1lPzogdHMuSWRlbnRpZmllciB9O1xuICByZXR1cm4gbmFtZSA/IFtuYW1lLnRleHRdIDogW107XG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvd3QvaDcvZG9jcy8udml0ZXByZXNzL3RhYmxlcy50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3MvdGFibGVzLnRzXCI7LyoqIFRhYmxlcyBmb3IgbmFycm93IHNjcmVlbnMsIGFuZCB0aGUgdGFibGVzIG9mIGNsYWltcy4gKi9cbmltcG9ydCB7IHJlYWRGaWxlU3luYyB9IGZyb20gJ25vZGU6ZnMnO1xuaW1wb3J0IHsgam9pbiB9IGZyb20gJ25vZGU6cGF0aCc7XG5pbXBvcnQgdHlwZSB7IE1hcmtkb3duUmVuZGVyZXIgfSBmcm9tICd2aXRlcHJlc3MnO1xuaW1wb3J0IHsgY2xhaW1zVGFibGUsIHR5cGUgTGFuZ3VhZ2UsIHR5cGUgTWVhc3VyZWQgfSBmcm9tICcuL2NsYWltcy10YWJsZS50cyc7XG5cbi8qKiBGcm9tIHRoaXMgbnVtYmVyIG9mIGNvbHVtbnMgb24sIGEgcGhvbmUgc2hvd3MgZWFjaCByb3cgYXMgYSBjYXJkLiAqL1xuY29uc3QgZmV3ZXN0T2ZDYXJkcyA9IDM7XG5cbi8qKlxuICogVGhlIG1hcmtkb3duLWl0IHBsdWdpbiBmb3IgYm90aC4gRWFjaCBjZWxsIHNheXMgd2hpY2ggY29sdW1uIGl0IGJlbG9uZ3MgdG8sIHNvIHRoYXQgdGhlIHN0eWxlIHNoZWV0IGNhblxuICogc2hvdyByb3dzIGFzIGNhcmRzOyBjb2RlIGluIGNlbGxzIG1heSBicmVhayBhZnRlciBhIHNpZ24uIGA8Q2xhaW1zIG9ubHk9XCJmbG93XCIgLz5gIGJlY29tZXMgdGhlIHJvd3Mgb2ZcbiAqIGBmbHV4aW9uIHZlcmlmeWAgd2hvc2UgaWRzIGJlZ2luIHNvLCBhcyB0aGV5IHdlcmUgbGFzdCBtZWFzdXJlZC5cbiAqL1xuZXhwb3J0IGZ1bmN0aW9uIHRhYmxlc0ZvckFsbChtZDogTWFya2Rvd25SZW5kZXJlcik6IHZvaWQge1xuICBtZC5jb3JlLnJ1bGVyLnB1c2goJ2NhcmRzJywgKHsgdG9rZW5zIH0pID0+IHtcbiAgICBsZXQgdGl0bGVzOiBzdHJpbmdbXSA9IFtdO1xuICAgIGxldCBjb2x1bW4gPSAwO1xuICAgIGxldCB0YWJsZSA9IHRva2Vuc1swXTtcbiAgICB0b2tlbnMuZm9yRWFjaCgodG9rZW4sIGkpID0+IHtcbiAgICAgIGlmICh0b2tlbi50eXBlID09PSAndGFibGVfb3BlbicpIFt0YWJsZSwgdGl0bGVzXSA9IFt0b2tlbiwgW11dO1xuICAgICAgZWxzZSBpZiAodG9rZW4udHlwZSA9PT0gJ3RyX29wZW4nKSBjb2x1bW4gPSAwO1xuICAgICAgZWxzZSBpZiAodG9rZW4udHlwZSA9PT0gJ3RoX29wZW4nKSB0aXRsZXMucHVzaChwbGFpblRleHQodG9rZW5zW2kgKyAxXT8uY29udGVudCA/PyAnJykpO1xuICAgICAgZWxzZSBpZiAodG9rZW4udHlwZSA9PT0gJ3RkX29wZW4nKSB7XG4gICAgICAgIGlmICh0aXRsZXMubGVuZ3RoID49IGZld2VzdE9mQ2FyZHMpIHRhYmxlPy5hdHRyU2V0KCdjbGFzcycsICdjYXJkcycpO1xuICAgICAgICB0b2tlbi5hdHRyU2V0KCdkYXRhLWxhYmVsJywgdGl0bGVzW2NvbHVtbisrXSA/PyAnJyk7XG4gICAgICAgIGZvciAoY29uc3QgY2hpbGQgb2YgdG9rZW5zW2kgKyAxXT8uY2hpbGRyZW4gPz8gW10pIGNoaWxkLm1ldGEgPSB7IC4uLmNoaWxkLm1ldGEsIGlzSW5UYWJsZTogdHJ1ZSB9O1xuICAgICAgfVxuICAgIH0pO1xuICB9KTtcbiAgbWQuY29yZS5ydWxlci5wdXNoKCdjbGFpbXMnLCAoeyB0b2tlbnMgfSkgPT4ge1xuICAgIGZvciAoY29uc3QgdG9rZW4gb2YgdG9rZW5zKSB7XG4gICAgICBjb25zdCBhc2tlZCA9IHRva2VuLnR5cGUgPT09ICdodG1sX2lubGluZScgJiYgL148Q2xhaW1zICguKilcXC8+Ly5leGVjKHRva2VuLmNvbnRlbnQpPy5bMV07XG4gICAgICBpZiAoIWFza2VkKSBjb250aW51ZTtcbiAgICAgIGNvbnN0IHsgb25seSA9ICcnLCBsYW5nID0gJ2VuJyB9ID0gYXR0cmlidXRlc09mKGFza2VkKTtcbiAgICAgIHRva2VuLmNvbnRlbnQgPSBjbGFpbXNUYWJsZShtZWFzdXJlZCgpLCBvbmx5LCBsYW5nIGFzIExhbmd1YWdlKTtcbiAgICB9XG4gIH0pO1xuICAvLyBWaXRlUHJlc3MncyBvd24gcnVsZSBmb3JnZXRzIHRoZSBjbGFzcywgYW5kIGxldHMgdGhlIGtleWJvYXJkIHNjcm9sbCB3aGF0IGhlcmUgaXMgbmV2ZXIgd2lkZXIgdGhhbiB0aGUgcGFnZS5cbiAgbWQucmVuZGVyZXIucnVsZXMudGFibGVfb3BlbiA9ICh0b2tlbnMsIGkpID0+XG4gICAgdG9rZW5zW2ldPy5hdHRyR2V0KCdjbGFzcycpID8gJzx0YWJsZSBjbGFzcz1cImNhcmRzXCI+XFxuJyA6ICc8dGFibGU+XFxuJztcbiAgY29uc3QgcmVuZGVyID0gbWQucmVuZGVyZXIucnVsZXMuY29kZV9pbmxpbmU7XG4gIG1kLnJlbmRlcmVyLnJ1bGVzLmNvZGVfaW5saW5lID0gKHRva2VucywgaSwgLi4ucmVzdCkgPT4ge1xuICAgIGNvbnN0IG1hcmt1cCA9IHJlbmRlcj8uKHRva2VucywgaSwgLi4ucmVzdCkgPz8gJyc7XG4gICAgY29uc3QgaXNJblRhYmxlID0gKHRva2Vuc1tpXT8ubWV0YSBhcyB7IGlzSW5UYWJsZT86IGJvb2xlYW4gfSB8IG51bGwpPy5pc0luVGFibGU7XG4gICAgcmV0dXJuIGlzSW5UYWJsZSA/IG1hcmt1cC5yZXBsYWNlKC8+W148XSs8L2csIChjb2RlKSA9PiBicmVha2FibGUoY29kZSkpIDogbWFya3VwO1xuICB9O1xufVxuXG4vKiogQ29kZSB0aGF0IGEgbGluZSBtYXkgZW5kIHdpdGhpbjogYWZ0ZXIgYSBzaWduLCBhbmQgYmVmb3JlIGEgY2FwaXRhbCBsZXR0ZXIuICovXG5mdW5jdGlvbiBicmVha2FibGUodGV4dDogc3RyaW5nKTogc3RyaW5nIHtcbiAgcmV0dXJuIHRleHQucmVwbGFjZSgvJlxcdys7fFsoLC4vfD1fLV18W2Etel0oPz1bQS1aXSkvZywgJyQmPHdicj4nKS5yZXBsYWNlQWxsKCcmbHQ7PHdicj4nLCAnJmx0OycpO1xufVxuXG5mdW5jdGlvbiBwbGFpblRleHQobWFya2Rvd246IHN0cmluZyk6IHN0cmluZyB7XG4gIHJldHVybiBtYXJrZG93bi5yZXBsYWNlKC9bYCokXFxcXF0vZywgJycpO1xufVxuXG5mdW5jdGlvbiBhdHRyaWJ1dGVzT2YodGV4dDogc3RyaW5nKTogUmVhZG9ubHk8UmVjb3JkPHN0cmluZywgc3RyaW5nPj4ge1xuICByZXR1cm4gT2JqZWN0LmZyb21FbnRyaWVzKFsuLi50ZXh0Lm1hdGNoQWxsKC8oXFx3Kyk9XCIoW15cIl0qKVwiL2cpXS5tYXAoKFssIG5hbWUsIHZhbHVlXSkgPT4gW25hbWUsIHZhbHVlXSkpO1xufVxuXG5mdW5jdGlvbiBtZWFzdXJlZCgpOiByZWFkb25seSBNZWFzdXJlZFtdIHtcbiAgcmV0dXJuIEpTT04ucGFyc2UocmVhZEZpbGVTeW5jKGpvaW4oaW1wb3J0Lm1ldGEuZGlybmFtZSwgJ2NsYWltcy5qc29uJyksICd1dGY4JykpO1xufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3NcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzcy9ub3RhdGlvbi50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3Mvbm90YXRpb24udHNcIjsvKipcbiAqIEZvcm11bGFzIGFzIHRoZSBjbGFpbXMgd3JpdGUgdGhlbSwgaW4gcGxhaW4gdGV4dCAoYFNfdFx1MDBCMiA9IFx1MDNDM190XHUwMEIyICsgdFx1MDBCMnNcdTAwQjJgKSwgdHlwZXNldCBieSBLYVRlWC4gV2hhdCBpcyBub1xuICogZm9ybXVsYSBzdGF5cyB0ZXh0LlxuICovXG5pbXBvcnQga2F0ZXggZnJvbSAna2F0ZXgnO1xuXG4vKiogQSBzdHJldGNoIG9mIHRleHQsIG9yIG9mIExhVGVYLiAqL1xuaW50ZXJmYWNlIFBpZWNlIHtcbiAgcmVhZG9ubHkga2luZDogJ3RleHQnIHwgJ2Zvcm11bGEnO1xuICByZWFkb25seSBjb250ZW50OiBzdHJpbmc7XG59XG5cbi8qKiBIVE1MIGZvciBhIGZvcm11bGEgd2l0aCB3b3JkcyBpbiBpdDogYEwodikgZGVwZW5kcyBvbiBcdTAzQjhgLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIHR5cGVzZXRGb3JtdWxhKHRleHQ6IHN0cmluZyk6IHN0cmluZyB7XG4gIHJldHVybiBmb3JtdWxhUGllY2VzKHRleHQpLm1hcChodG1sT2YpLmpvaW4oJycpO1xufVxuXG4vKiogSFRNTCBmb3IgYSBzZW50ZW5jZSB3aXRoIGZvcm11bGFzIGluIGl0OiBgTm90aGluZyBmbG93cyB0aHJvdWdoIHVfdGd0YC4gKi9cbmV4cG9ydCBmdW5jdGlvbiB0eXBlc2V0U2VudGVuY2UodGV4dDogc3RyaW5nKTogc3RyaW5nIHtcbiAgcmV0dXJuIHNlbnRlbmNlUGllY2VzKHRleHQpLm1hcChodG1sT2YpLmpvaW4oJycpO1xufVxuXG4vKiogTWFya2Rvd24gZm9yIGJvdGgsIHdpdGggTGFUZVggYmV0d2VlbiBkb2xsYXIgc2lnbnM7IG5vIGNlbGwgb2YgYSB0YWJsZSBpcyBjdXQgYnkgaXQuICovXG5leHBvcnQgZnVuY3Rpb24gZm9ybXVsYU1hcmtkb3duKHRleHQ6IHN0cmluZyk6IHN0cmluZyB7XG4gIHJldHVybiBmb3JtdWxhUGllY2VzKHRleHQpLm1hcChtYXJrZG93bk9mKS5qb2luKCcnKTtcbn1cblxuZXhwb3J0IGZ1bmN0aW9uIHNlbnRlbmNlTWFya2Rvd24odGV4dDogc3RyaW5nKTogc3RyaW5nIHtcbiAgcmV0dXJuIHNlbnRlbmNlUGllY2VzKHRleHQpLm1hcChtYXJrZG93bk9mKS5qb2luKCcnKTtcbn1cblxuLyoqIExhVGVYIGZvciBhIGZvcm11bGEuIFdvcmRzIGluIGl0IGJlY29tZSB0ZXh0LiAqL1xuZXhwb3J0IGZ1bmN0aW9uIGxhdGV4T2YodGV4dDogc3RyaW5nKTogc3RyaW5nIHtcbiAgcmV0dXJuIHRva2Vuc09mKHRleHQpXG4gICAgLm1hcCgoeyBsYXRleCwgd29yZCB9KSA9PiAod29yZCA9PT0gdW5kZWZpbmVkID8gbGF0ZXggOiBgXFxcXHRleHR7ICR7d29yZH0gfWApKVxuICAgIC5qb2luKCcnKTtcbn1cblxuZnVuY3Rpb24gaHRtbE9mKHsga2luZCwgY29udGVudCB9OiBQaWVjZSk6IHN0cmluZyB7XG4gIGlmIChraW5kID09PSAnZm9ybXVsYScpIHJldHVybiBrYXRleC5yZW5kZXJUb1N0cmluZyhjb250ZW50LCB7IHRocm93T25FcnJvcjogdHJ1ZSwgc3RyaWN0OiBmYWxzZSB9KTtcbiAgcmV0dXJuIGNvbnRlbnQucmVwbGFjZSgvWyY8Plwie10vZywgKGNoYXJhY3RlcikgPT4gYCYjJHtjaGFyYWN0ZXIuY2hhckNvZGVBdCgwKX07YCk7XG59XG5cbmZ1bmN0aW9uIG1hcmtkb3duT2YoeyBraW5kLCBjb250ZW50IH06IFBpZWNlKTogc3RyaW5nIHtcbiAgcmV0dXJuIGtpbmQgPT09ICdmb3JtdWxhJyA/IGAkJHtjb250ZW50fSRgIDogY29udGVudC5yZXBsYWNlKC9bXFxcXF8qfF0vZywgJ1xcXFwkJicpO1xufVxuXG4vKiogQSBmb3JtdWxhLCB3aXRoIHRoZSB3b3JkcyB0aGF0IG5vIGJyYWNrZXQgaG9sZHMgYmVzaWRlIGl0LCBzbyB0aGF0IGEgbGluZSBjYW4gYnJlYWsgdGhlcmUuICovXG5mdW5jdGlvbiBmb3JtdWxhUGllY2VzKHRleHQ6IHN0cmluZyk6IHJlYWRvbmx5IFBpZWNlW10ge1xuICBjb25zdCBwaWVjZXM6IFBpZWNlW10gPSBbXTtcbiAgZm9yIChjb25zdCB7IGxhdGV4LCB3b3JkLCBpc09wZW4gfSBvZiB0b2tlbnNPZih0ZXh0KSkge1xuICAgIGNvbnN0IGtpbmQgPSB3b3JkICE9PSB1bmRlZmluZWQgJiYgaXNPcGVuID8gJ3RleHQnIDogJ2Zvcm11bGEnO1xuICAgIGNvbnN0IGNvbnRlbnQgPSB3b3JkID09PSB1bmRlZmluZWQgPyBsYXRleCA6IGlzT3BlbiA/IHdvcmQgOiBgXFxcXHRleHR7ICR7d29yZH0gfWA7XG4gICAgY29uc3QgbGFzdCA9IHBpZWNlcy5hdCgtMSk7XG4gICAgaWYgKGNvbnRlbnQgPT09ICcgJyAmJiBsYXN0Py5raW5kICE9PSAnZm9ybXVsYScpIGNvbnRpbnVlO1xuICAgIGlmICgvXlssO10kLy50ZXN0KGNvbnRlbnQpICYmIGxhc3Q/LmtpbmQgPT09ICd0ZXh0Jykge1xuICAgICAgcGllY2VzW3BpZWNlcy5sZW5ndGggLSAxXSA9IHsga2luZDogJ3RleHQnLCBjb250ZW50OiBsYXN0LmNvbnRlbnQgKyBjb250ZW50IH07XG4gICAgICBjb250aW51ZTtcbiAgICB9XG4gICAgaWYgKGxhc3Q/LmtpbmQgIT09IGtpbmQpIHBpZWNlcy5wdXNoKHsga2luZCwgY29udGVudCB9KTtcbiAgICBlbHNlIHBpZWNlc1twaWVjZXMubGVuZ3RoIC0gMV0gPSB7IGtpbmQsIGNvbnRlbnQ6IGxhc3QuY29udGVudCArIChraW5kID09PSAndGV4dCcgPyAnICcgOiAnJykgKyBjb250ZW50IH07XG4gIH1cbiAgcmV0dXJuIHBpZWNlcy5tYXAoKHsga2luZCwgY29udGVudCB9LCBpKSA9PiB7XG4gICAgaWYgKGtpbmQgPT09ICdmb3JtdWxhJykgcmV0dXJuIHsga2luZCwgY29udGVudDogY29udGVudC50cmltKCkgfTtcbiAgICByZXR1cm4geyBraW5kLCBjb250ZW50OiBgJHtpID09PSAwID8gJycgOiAnICd9JHtjb250ZW50fSR7aSA9PT0gcGllY2VzLmxlbmd0aCAtIDEgPyAnJyA6ICcgJ31gIH07XG4gIH0pO1xufVxuXG4vKiogVGhlIHdvcmRzIG9mIGEgc2VudGVuY2UgdGhhdCBoYXZlIGFuIGluZGV4IG9yIGEgcG93ZXIgaW4gdGhlbSBhcmUgZm9ybXVsYXMuICovXG5mdW5jdGlvbiBzZW50ZW5jZVBpZWNlcyh0ZXh0OiBzdHJpbmcpOiByZWFkb25seSBQaWVjZVtdIHtcbiAgcmV0dXJuIHRleHQuc3BsaXQoLygoPzpbXlxcc19eXSpbX15dKD86XFx7W159XSpcXH18XFwoW14pXSpcXCkpP1teXFxzX15dKikrKS91KS5mbGF0TWFwKChwYXJ0LCBpKSA9PiB7XG4gICAgaWYgKGkgJSAyID09PSAwKSByZXR1cm4gcGFydCA9PT0gJycgPyBbXSA6IFt7IGtpbmQ6ICd0ZXh0JyBhcyBjb25zdCwgY29udGVudDogcGFydCB9XTtcbiAgICBjb25zdCBbLCBmb3JtdWxhID0gcGFydCwgZW5kID0gJyddID0gL14oLio/KShbLC47Ol0qKSQvLmV4ZWMocGFydCkgPz8gW107XG4gICAgcmV0dXJuIFtcbiAgICAgIHsga2luZDogJ2Zvcm11bGEnIGFzIGNvbnN0LCBjb250ZW50OiBsYXRleE9mKGZvcm11bGEpIH0sXG4gICAgICAuLi4oZW5kID8gW3sga2luZDogJ3RleHQnIGFzIGNvbnN0LCBjb250ZW50OiBlbmQgfV0gOiBbXSksXG4gICAgXTtcbiAgfSk7XG59XG5cbmludGVyZmFjZSBUb2tlbiB7XG4gIHJlYWRvbmx5IGxhdGV4OiBzdHJpbmc7XG4gIC8qKiBTZXQgd2hlcmUgdGhlIHRva2VuIGlzIGEgd29yZCBvZiBwcm9zZS4gKi9cbiAgcmVhZG9ubHkgd29yZD86IHN0cmluZztcbiAgLyoqIFdoZXRoZXIgbm8gYnJhY2tldCBpcyBvcGVuLCBzbyB0aGF0IHRoZSB3b3JkIGNhbiBzdGFuZCBvdXRzaWRlIG9mIHRoZSBmb3JtdWxhLiAqL1xuICByZWFkb25seSBpc09wZW4/OiBib29sZWFuO1xufVxuXG5jb25zdCB0b2tlbiA9XG4gIC8oPzxzY3JpcHQ+W19eXSkoPzpcXHsoPzxncm91cD4oPzpbXnt9XXxcXHtbXnt9XSpcXH0pKilcXH18XFwoKD88ZnJhY3Rpb24+W14oKV0rKVxcKXwoPzxuYW1lPltcdTIyMTItXT9bXFxwe0x1fVxccHtMbH1cXHB7TmR9XSspKXwoPzxyYWlzZWQ+W1x1MjA3MFx1MDBCOVx1MDBCMlx1MDBCM1x1MjA3NC1cdTIwNzlcdTIwN0JcdTIwN0ZcdTFENTdcdTAyRTJcdTFENDBdKyl8KD88bG93ZXJlZD5bXHUyMDgwLVx1MjA4OVx1MUQ2Ml0rKXxcdTIyMUEoPzpcXCgoPzxyYWRpY2FuZD5bXigpXSooPzpcXChbXigpXSpcXClbXigpXSopKilcXCl8KD88cm9vdD5cXHB7TH1cXHB7TX0/KSl8KD88YWNjZW50ZWQ+W0EtWmEtel0pKD88YWNjZW50PltcXHUwMzAyLVxcdTAzMDRcXHUwMzA3XSl8KD88cHJvc2U+W0EtWmEtel17Mix9Oj98YSg/PSBbQS1aYS16XXsyfSkpfCg/PHNwYWNlPlxccyspfCg/PG90aGVyPi4pL2dzdTtcblxuZnVuY3Rpb24gdG9rZW5zT2YodGV4dDogc3RyaW5nKTogcmVhZG9ubHkgVG9rZW5bXSB7XG4gIGNvbnN0IHBsYWluID0gdGV4dC5yZXBsYWNlKC9cXHB7TH0vZ3UsIChsZXR0ZXIpID0+IGxldHRlci5ub3JtYWxpemUoJ05GRCcpKTtcbiAgbGV0IGRlcHRoID0gMDtcbiAgcmV0dXJuIFsuLi5wbGFpbi5tYXRjaEFsbCh0b2tlbildLm1hcCgobWF0Y2gpOiBUb2tlbiA9PiB7XG4gICAgY29uc3QgeyBzY3JpcHQsIGdyb3VwLCBmcmFjdGlvbiwgbmFtZSwgcmFpc2VkLCBsb3dlcmVkLCByYWRpY2FuZCwgcm9vdCB9ID0gbWF0Y2guZ3JvdXBzID8/IHt9O1xuICAgIGNvbnN0IHsgYWNjZW50ZWQsIGFjY2VudCwgcHJvc2UsIHNwYWNlLCBvdGhlciA9ICcnIH0gPSBtYXRjaC5ncm91cHMgPz8ge307XG4gICAgaWYgKHNjcmlwdCkgcmV0dXJuIHsgbGF0ZXg6IGAke3NjcmlwdH17JHtncm91cCB8fCBmcmFjdGlvbiA/IGxhdGV4T2YoZ3JvdXAgPz8gZnJhY3Rpb24gPz8gJycpIDogdXByaWdodChuYW1lKX19YCB9O1xuICAgIGlmIChyYWlzZWQpIHJldHVybiB7IGxhdGV4OiBgXnske1suLi5yYWlzZWRdLm1hcCgoYykgPT4gcGxhaW5Gb3Jtc1tjXSkuam9pbignJyl9fWAgfTtcbiAgICBpZiAobG93ZXJlZCkgcmV0dXJuIHsgbGF0ZXg6IGBfeyR7Wy4uLmxvd2VyZWRdLm1hcCgoYykgPT4gcGxhaW5Gb3Jtc1tjXSkuam9pbignJyl9fWAgfTtcbiAgICBpZiAocmFkaWNhbmQgfHwgcm9vdCkgcmV0dXJuIHsgbGF0ZXg6IGBcXFxcc3FydHske2xhdGV4T2YocmFkaWNhbmQgPz8gcm9vdCA/PyAnJyl9fWAgfTtcbiAgICBpZiAoYWNjZW50ZWQpIHJldHVybiB7IGxhdGV4OiBgXFxcXCR7YWNjZW50c1thY2NlbnQgYXMgc3RyaW5nXX17JHthY2NlbnRlZH19YCB9O1xuICAgIGlmIChzcGFjZSkgcmV0dXJuIHsgbGF0ZXg6IHNwYWNlLmxlbmd0aCA+IDEgPyAnXFxcXHF1YWQgJyA6ICcgJyB9O1xuICAgIGNvbnN0IG5leHQgPSBwbGFpblttYXRjaC5pbmRleCArIG1hdGNoWzBdLmxlbmd0aF0gPz8gJyc7XG4gICAgaWYgKHByb3NlKSByZXR1cm4gd29yZFRva2VuKHByb3NlLCBuZXh0LCBkZXB0aCA9PT0gMCk7XG4gICAgaWYgKCcoW1x1MjdFOFx1MjMwQScuaW5jbHVkZXMob3RoZXIpKSBkZXB0aCsrO1xuICAgIGlmICgnKV1cdTI3RTlcdTIzMEInLmluY2x1ZGVzKG90aGVyKSkgZGVwdGgtLTtcbiAgICByZXR1cm4geyBsYXRleDogc2lnbk9mKG90aGVyLCBuZXh0LCBkZXB0aCkgfTtcbiAgfSk7XG59XG5cbmNvbnN0IGZ1bmN0aW9ucyA9IG5ldyBTZXQoJ2xvZyBkZXQgZGl2IGp2cCBzZyB0ciBsb2dpdCBtaW4gbWF4IGNvcyBzaW4gY29uc3QgVmFyIG1lYW4nLnNwbGl0KCcgJykpO1xuXG4vKiogQSBmdW5jdGlvbiwgYSBkaWZmZXJlbnRpYWwgb3IgYSB3b3JkLiAqL1xuZnVuY3Rpb24gd29yZFRva2VuKHdvcmQ6IHN0cmluZywgbmV4dDogc3RyaW5nLCBpc09wZW46IGJvb2xlYW4pOiBUb2tlbiB7XG4gIGlmICgvXihkW2EtekEtWl18ZHVkdHxBdCkkLy50ZXN0KHdvcmQpKSByZXR1cm4geyBsYXRleDogd29yZCB9O1xuICBpZiAoZnVuY3Rpb25zLmhhcyh3b3JkKSB8fCAvWyhfXlx1MDBCMlx1MUQ2Mlx1MUQ0MF0vLnRlc3QobmV4dCkpIHJldHVybiB7IGxhdGV4OiBgXFxcXG9wZXJhdG9ybmFtZXske3dvcmR9fWAgfTtcbiAgcmV0dXJuIHsgbGF0ZXg6ICcnLCB3b3JkLCBpc09wZW4gfTtcbn1cblxuZnVuY3Rpb24gc2lnbk9mKHNpZ246IHN0cmluZywgbmV4dDogc3RyaW5nLCBkZXB0aDogbnVtYmVyKTogc3RyaW5nIHtcbiAgaWYgKHNpZ24gPT09ICd8JykgcmV0dXJuIGRlcHRoID4gMCA/ICdcXFxcbWlkICcgOiAnXFxcXHZlcnQgJztcbiAgaWYgKHNpZ24gPT09ICdFJyAmJiAvW1tfXHUyMDE2XHUyN0U4XS8udGVzdChuZXh0KSkgcmV0dXJuICdcXFxcbWF0aGJie0V9JztcbiAgaWYgKHNpZ24gPT09ICdOJyAmJiBuZXh0ID09PSAnKCcpIHJldHVybiAnXFxcXG1hdGhjYWx7Tn0nO1xuICByZXR1cm4gc2lnbnNbc2lnbl0gPz8gc2lnbjtcbn1cblxuZnVuY3Rpb24gdXByaWdodChuYW1lID0gJycpOiBzdHJpbmcge1xuICByZXR1cm4gL15cXHB7TH17Mix9JC91LnRlc3QobmFtZSkgPyBgXFxcXG1hdGhybXske25hbWV9fWAgOiBsYXRleE9mKG5hbWUpO1xufVxuXG5jb25zdCBzaWduczogUmVhZG9ubHk8UmVjb3JkPHN0cmluZywgc3RyaW5nPj4gPSB7XG4gICdcdTIyMTInOiAnLScsXG4gICdcdTIwMTYnOiAnXFxcXFZlcnQgJyxcbiAgJ1x1MDBCNyc6ICdcXFxcY2RvdCAnLFxuICAnJSc6ICdcXFxcJScsXG4gICd+JzogJ1xcXFxzaW0gJyxcbiAgJ1x1MDBCRCc6ICdcXFxcdGZyYWMxMiAnLFxuICAnXHUyMDMyJzogXCInXCIsXG4gICdcdTIyMDUnOiAnXFxcXHZhcm5vdGhpbmcgJyxcbn07XG5cbmNvbnN0IGFjY2VudHM6IFJlYWRvbmx5PFJlY29yZDxzdHJpbmcsIHN0cmluZz4+ID0ge1xuICAnXFx1MDMwMic6ICdoYXQnLFxuICAnXFx1MDMwMyc6ICd0aWxkZScsXG4gICdcXHUwMzA0JzogJ2JhcicsXG4gICdcXHUwMzA3JzogJ2RvdCcsXG59O1xuXG5jb25zdCBwbGFpbkZvcm1zOiBSZWFkb25seTxSZWNvcmQ8c3RyaW5nLCBzdHJpbmc+PiA9IHtcbiAgLi4uT2JqZWN0LmZyb21FbnRyaWVzKFsuLi4nXHUyMDcwXHUwMEI5XHUwMEIyXHUwMEIzXHUyMDc0XHUyMDc1XHUyMDc2XHUyMDc3XHUyMDc4XHUyMDc5J10ubWFwKChjLCBpKSA9PiBbYywgU3RyaW5nKGkpXSkpLFxuICAuLi5PYmplY3QuZnJvbUVudHJpZXMoWy4uLidcdTIwODBcdTIwODFcdTIwODJcdTIwODNcdTIwODRcdTIwODVcdTIwODZcdTIwODdcdTIwODhcdTIwODknXS5tYXAoKGMsIGkpID0+IFtjLCBTdHJpbmcoaSldKSksXG4gICdcdTIwN0InOiAnLScsXG4gIFx1MjA3RjogJ24nLFxuICBcdTFENTc6ICd0JyxcbiAgXHUwMkUyOiAncycsXG4gIFx1MUQ0MDogJ1xcXFx0b3AnLFxuICBcdTFENjI6ICdpJyxcbn07XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL3d0L2g3L2RvY3MvLnZpdGVwcmVzc1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvd3QvaDcvZG9jcy8udml0ZXByZXNzL2NsYWltcy10YWJsZS50c1wiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9pbXBvcnRfbWV0YV91cmwgPSBcImZpbGU6Ly8vd29yay93dC9oNy9kb2NzLy52aXRlcHJlc3MvY2xhaW1zLXRhYmxlLnRzXCI7LyoqIFRoZSB0YWJsZSBvZiBtZWFzdXJlZCBjbGFpbXMgaW4gYSBwYWdlLCBhcyBIVE1MLiAqL1xuaW1wb3J0IHsgdHlwZXNldEZvcm11bGEsIHR5cGVzZXRTZW50ZW5jZSB9IGZyb20gJy4vbm90YXRpb24udHMnO1xuXG4vKiogQSByb3cgb2YgY2xhaW1zLmpzb247IHNwZWMvZG9jcy93cml0ZS1jbGFpbXMudHMgd3JpdGVzIGl0LiAqL1xuZXhwb3J0IGludGVyZmFjZSBNZWFzdXJlZCB7XG4gIHJlYWRvbmx5IGlkOiBzdHJpbmc7XG4gIHJlYWRvbmx5IGNsYWltOiBzdHJpbmc7XG4gIHJlYWRvbmx5IGVxdWF0aW9uOiBzdHJpbmc7XG4gIHJlYWRvbmx5IGJvdW5kOiBzdHJpbmc7XG4gIHJlYWRvbmx5IHRvbGVyYW5jZTogbnVtYmVyO1xuICByZWFkb25seSByZXNpZHVhbDogbnVtYmVyO1xuICByZWFkb25seSBtYXJnaW46IG51bWJlcjtcbiAgcmVhZG9ubHkgZGV0YWlsPzogc3RyaW5nO1xufVxuXG5jb25zdCB0aXRsZXMgPSB7IGVuOiBbJ0NsYWltJywgJ1Jlc2lkdWFsJywgJ0JvdW5kJywgJ01hcmdpbiddLCB6aDogWydcdTU0N0RcdTk4OTgnLCAnXHU2QjhCXHU1REVFJywgJ1x1NzU0QycsICdcdTRGNTlcdTkxQ0YnXSB9IGFzIGNvbnN0O1xuXG5leHBvcnQgdHlwZSBMYW5ndWFnZSA9IGtleW9mIHR5cGVvZiB0aXRsZXM7XG5cbi8qKiBUaGUgcm93cyB3aG9zZSBpZHMgYmVnaW4gd2l0aCBvbmUgb2YgdGhlIGdpdmVuIG5hbWVzLCB3aGljaCBzcGFjZXMgc2VwYXJhdGUuICovXG5leHBvcnQgZnVuY3Rpb24gY2xhaW1zVGFibGUobWVhc3VyZWQ6IHJlYWRvbmx5IE1lYXN1cmVkW10sIG9ubHk6IHN0cmluZywgbGFuZzogTGFuZ3VhZ2UpOiBzdHJpbmcge1xuICBjb25zdCBuYW1lcyA9IG9ubHkuc3BsaXQoJyAnKTtcbiAgY29uc3QgbWlzc2luZyA9IG5hbWVzLmZpbmQoKG5hbWUpID0+ICFtZWFzdXJlZC5zb21lKCh7IGlkIH0pID0+IGlzTmFtZWQobmFtZSwgaWQpKSk7XG4gIGlmIChtaXNzaW5nICE9PSB1bmRlZmluZWQpIHRocm93IG5ldyBFcnJvcihgQ2xhaW1zOiB0aGVyZSBpcyBubyBjbGFpbSAnJHttaXNzaW5nfSdgKTtcbiAgY29uc3Qgcm93cyA9IG1lYXN1cmVkLmZpbHRlcigoeyBpZCB9KSA9PiBuYW1lcy5zb21lKChuYW1lKSA9PiBpc05hbWVkKG5hbWUsIGlkKSkpO1xuICBjb25zdCBbY2xhaW0sIC4uLm51bWJlcnNdID0gdGl0bGVzW2xhbmddO1xuICBjb25zdCBoZWFkID0gW2NsYWltLCAuLi5udW1iZXJzXS5tYXAoKHRpdGxlKSA9PiBgPHRoPiR7dGl0bGV9PC90aD5gKS5qb2luKCcnKTtcbiAgY29uc3QgYm9keSA9IHJvd3MubWFwKChyb3cpID0+IHtcbiAgICBjb25zdCBzbWFsbCA9IFt0eXBlc2V0Rm9ybXVsYShyb3cuZXF1YXRpb24pLCB0eXBlc2V0U2VudGVuY2Uocm93LmRldGFpbCA/PyAnJyldLmZpbHRlcihCb29sZWFuKTtcbiAgICBjb25zdCBlcXVhdGlvbnMgPSBzbWFsbC5tYXAoKHRleHQpID0+IGA8ZGl2IGNsYXNzPVwiZXF1YXRpb25cIj4ke3RleHR9PC9kaXY+YCkuam9pbignJyk7XG4gICAgY29uc3QgYm91bmQgPSBgJHtyb3cuYm91bmQgPT09ICdhdCBtb3N0JyA/ICdcdTIyNjQnIDogJ1x1MjI2NSd9ICR7Zm9ybWF0KHJvdy50b2xlcmFuY2UpfWA7XG4gICAgY29uc3QgY2VsbHMgPSBbZm9ybWF0KHJvdy5yZXNpZHVhbCksIGJvdW5kLCBmb3JtYXQocm93Lm1hcmdpbildO1xuICAgIGNvbnN0IGZpZ3VyZXMgPSBjZWxscy5tYXAoKHRleHQsIGkpID0+IGA8dGQgZGF0YS1sYWJlbD1cIiR7bnVtYmVyc1tpXX1cIj4ke3RleHR9PC90ZD5gKS5qb2luKCcnKTtcbiAgICByZXR1cm4gYDx0cj48dGQ+PGRpdj4ke3R5cGVzZXRTZW50ZW5jZShyb3cuY2xhaW0pfTwvZGl2PiR7ZXF1YXRpb25zfTwvdGQ+JHtmaWd1cmVzfTwvdHI+YDtcbiAgfSk7XG4gIHJldHVybiBgPHRhYmxlIGNsYXNzPVwiY2xhaW1zIGNhcmRzXCIgdi1wcmU+PHRoZWFkPjx0cj4ke2hlYWR9PC90cj48L3RoZWFkPjx0Ym9keT4ke2JvZHkuam9pbignJyl9PC90Ym9keT48L3RhYmxlPlxcbmA7XG59XG5cbmZ1bmN0aW9uIGlzTmFtZWQobmFtZTogc3RyaW5nLCBpZDogc3RyaW5nKTogYm9vbGVhbiB7XG4gIHJldHVybiBpZCA9PT0gbmFtZSB8fCBpZC5zdGFydHNXaXRoKGAke25hbWV9LmApO1xufVxuXG4vKiogVHdvIHNpZ25pZmljYW50IGRpZ2l0cy4gKi9cbmZ1bmN0aW9uIGZvcm1hdCh2YWx1ZTogbnVtYmVyKTogc3RyaW5nIHtcbiAgY29uc3Qgc2l6ZSA9IE1hdGguYWJzKHZhbHVlKTtcbiAgY29uc3QgcGxhaW4gPSBzaXplID09PSAwIHx8IChzaXplID49IDAuMDEgJiYgc2l6ZSA8IDEwXzAwMCk7XG4gIHJldHVybiBwbGFpblxuICAgID8gU3RyaW5nKE51bWJlcih2YWx1ZS50b1ByZWNpc2lvbigyKSkpXG4gICAgOiB2YWx1ZS50b0V4cG9uZW50aWFsKDEpLnJlcGxhY2UoJy4wZScsICdlJykucmVwbGFjZSgnLScsICdcdTIyMTInKTtcbn1cbiJdLAogICJtYXBwaW5ncyI6ICI7QUFDQSxTQUFTLFFBQUFBLGFBQVk7QUFDckIsT0FBT0MsWUFBVztBQUNsQixTQUFTLG9CQUEyQzs7O0FDRzdDLElBQU0saUJBQThCO0FBQUEsRUFDekMsTUFBTTtBQUFBLEVBQ04sS0FBSyxNQUFNO0FBQ1QsVUFBTSxRQUFRLEtBQUssT0FBTyxNQUFNLElBQUk7QUFDcEMsVUFBTSxRQUFRLEtBQUssU0FBUyxPQUFPLENBQUMsVUFBVSxNQUFNLFNBQVMsU0FBUztBQUN0RSxVQUFNLFFBQVEsQ0FBQyxNQUFNLE1BQU07QUFDekIsWUFBTSxTQUFTLE1BQU0sS0FBSyxNQUFNLENBQUMsS0FBSyxFQUFFLElBQUksQ0FBQyxFQUFFLFVBQVU7QUFDekQsVUFBSSxTQUFTLEVBQUcsTUFBSyxXQUFXLFFBQVEsWUFBWSxNQUFNO0FBQUEsSUFDNUQsQ0FBQztBQUFBLEVBQ0g7QUFDRjs7O0FDVkEsSUFBTSxVQUFVO0FBRWhCLElBQU0sVUFBVTtBQUdULFNBQVMsZ0JBQWdCLElBQTRCO0FBQzFELEtBQUcsS0FBSyxNQUFNLEtBQUssZUFBZSxDQUFDLFVBQVU7QUFDM0MsVUFBTSxTQUFTLENBQUMsWUFBb0IsT0FBTyxPQUFPLElBQUksTUFBTSxNQUFNLGVBQWUsSUFBSSxDQUFDLEdBQUcsRUFBRSxRQUFRLENBQUM7QUFDcEcsZUFBV0MsVUFBUyxNQUFNLFFBQVE7QUFDaEMsWUFBTSxXQUFXQSxPQUFNLFlBQVksQ0FBQztBQUNwQyxNQUFBQSxPQUFNLFdBQVcsU0FBUyxRQUFRLENBQUMsT0FBTyxNQUFNO0FBQzlDLGNBQU0sT0FBTyxTQUFTLElBQUksQ0FBQztBQUMzQixjQUFNLENBQUMsSUFBSSxJQUFLLE1BQU0sU0FBUyxVQUFVLFFBQVEsS0FBSyxLQUFLLE9BQU8sS0FBTSxDQUFDO0FBQ3pFLFlBQUksTUFBTSxTQUFTLGlCQUFpQixNQUFNLFFBQVEsU0FBUyxXQUFXLENBQUMsUUFBUSxDQUFDLEtBQU0sUUFBTyxDQUFDLEtBQUs7QUFDbkcsYUFBSyxVQUFVLEtBQUssUUFBUSxNQUFNLEtBQUssTUFBTTtBQUM3QyxjQUFNLE9BQU8sT0FBTyxPQUFPLElBQUksTUFBTSxNQUFNLFFBQVEsSUFBSSxDQUFDLEdBQUcsRUFBRSxTQUFTLEtBQUssQ0FBQztBQUM1RSxlQUFPLENBQUMsT0FBTyxxQkFBcUIsR0FBRyxPQUFPLE1BQU0sT0FBTyxTQUFTLENBQUM7QUFBQSxNQUN2RSxDQUFDO0FBQUEsSUFDSDtBQUFBLEVBQ0YsQ0FBQztBQUNIOzs7QUN0QkEsU0FBUyxhQUFhLGNBQWMscUJBQXFCO0FBQ3pELFNBQVMsTUFBTSxXQUFXO0FBQzFCLE9BQU8sUUFBUTtBQUVSLElBQU0sa0JBQWtCO0FBRS9CLElBQU0sY0FBYztBQU1wQixJQUFNLGVBQWU7QUFBQTtBQUFBO0FBQUE7QUFBQTtBQUFBO0FBUWQsU0FBUyxnQkFBZ0IsUUFBc0I7QUFDcEQsYUFBVyxRQUFRLFlBQVksUUFBUSxFQUFFLFdBQVcsTUFBTSxVQUFVLE9BQU8sQ0FBQyxHQUFHO0FBQzdFLFVBQU0sUUFBUSxLQUFLLE1BQU0sR0FBRyxFQUFFLFNBQVM7QUFDdkMsVUFBTSxTQUFTLFVBQVUsSUFBSSxPQUFPLE1BQU0sT0FBTyxLQUFLO0FBQ3RELFVBQU0sT0FBTyxLQUFLLFFBQVEsSUFBSTtBQUM5QixRQUFJLEtBQUssU0FBUyxPQUFPLEVBQUcsU0FBUSxNQUFNLENBQUMsU0FBUyxhQUFhLE1BQU0sTUFBTSxDQUFDO0FBQUEsYUFDckUsS0FBSyxTQUFTLEtBQUssRUFBRyxTQUFRLE1BQU0sY0FBYztBQUFBLGFBQ2xELEtBQUssU0FBUyxNQUFNLEVBQUcsU0FBUSxNQUFNLENBQUMsU0FBUyxLQUFLLFdBQVcsaUJBQWlCLE1BQU0sQ0FBQztBQUFBLEVBQ2xHO0FBQ0Y7QUFFQSxTQUFTLGFBQWEsTUFBYyxRQUF3QjtBQUMxRCxRQUFNLFFBQVEsV0FBVyxXQUFXLFlBQVksS0FBSyxVQUFVLE1BQU0sQ0FBQztBQUN0RSxTQUFPLEtBQ0osUUFBUSw0Q0FBNEMsQ0FBQyxHQUFHLEtBQUssU0FBUyxNQUFNLGVBQWUsSUFBSSxDQUFDLEVBQ2hHLFdBQVcscUJBQXFCLEtBQUssTUFBTSxFQUFFLEVBQzdDLFFBQVEsVUFBVSxTQUFTLEtBQUssRUFBRSxFQUNsQyxRQUFRLFdBQVcsR0FBRyxZQUFZLFNBQVM7QUFDaEQ7QUFNQSxTQUFTLGVBQWUsUUFBd0I7QUFDOUMsTUFBSSxDQUFDLE9BQU8sU0FBUyxlQUFlLEVBQUcsUUFBTztBQUM5QyxRQUFNLFNBQVMsR0FBRyxpQkFBaUIsYUFBYSxRQUFRLEdBQUcsYUFBYSxRQUFRLE9BQU8sR0FBRyxXQUFXLEVBQUU7QUFDdkcsUUFBTSxVQUFxQixDQUFDO0FBQzVCLFFBQU0sUUFBUSxDQUFDLFNBQXdCO0FBQ3JDLFVBQU0sV0FBVyxHQUFHLG9CQUFvQixJQUFJLEtBQUssR0FBRyxxQkFBcUIsSUFBSTtBQUM3RSxRQUFJLFlBQVksT0FBTyxNQUFNLEtBQUssS0FBSyxLQUFLLEdBQUcsRUFBRSxTQUFTLGVBQWUsRUFBRyxTQUFRLEtBQUssSUFBSTtBQUFBLFFBQ3hGLElBQUcsYUFBYSxNQUFNLEtBQUs7QUFBQSxFQUNsQztBQUNBLFFBQU0sTUFBTTtBQUNaLFNBQU8sUUFBUSxZQUFZLENBQUMsTUFBTSxTQUFTO0FBQ3pDLFVBQU0sUUFBUSxLQUFLLFNBQVMsTUFBTTtBQUNsQyxVQUFNLFNBQVMsS0FBSyxNQUFNLE9BQU8sS0FBSyxHQUFHO0FBQ3pDLFVBQU0sWUFBWSxJQUFJLE1BQU0sZ0JBQWdCLEtBQUssVUFBVSxlQUFlLENBQUMsSUFBSSxXQUFXO0FBQzFGLFdBQU8sS0FBSyxNQUFNLEdBQUcsS0FBSyxJQUFJLFlBQVksS0FBSyxNQUFNLEtBQUssR0FBRztBQUFBLEVBQy9ELEdBQUcsTUFBTTtBQUNYO0FBRUEsU0FBUyxRQUFRLE1BQWMsUUFBd0M7QUFDckUsUUFBTSxTQUFTLGFBQWEsTUFBTSxNQUFNO0FBQ3hDLFFBQU0sUUFBUSxPQUFPLE1BQU07QUFDM0IsTUFBSSxVQUFVLE9BQVEsZUFBYyxNQUFNLEtBQUs7QUFDakQ7OztBQ2xFQSxTQUFTLFFBQVEsV0FBVyxnQkFBQUMsZUFBYyxnQkFBZ0I7QUFDMUQsU0FBUyxTQUFTLFFBQUFDLE9BQU0sVUFBVSxlQUFlO0FBQ2pELE9BQU9DLFNBQVE7QUFOZixJQUFNLG1DQUFtQztBQVN6QyxJQUFNLE9BQU8sUUFBUSxrQ0FBcUIsSUFBSTtBQUM5QyxJQUFNLE9BQU8sUUFBUSxNQUFNLElBQUk7QUFDL0IsSUFBTSxTQUFTLG9CQUFJLElBQVk7QUFHeEIsU0FBUyxlQUFlLElBQXNCQyxPQUFvQjtBQUN2RSxLQUFHLEtBQUssTUFBTSxNQUFNLFNBQVMsZ0JBQWdCLENBQUMsVUFBVTtBQUN0RCxVQUFNLFNBQVMsTUFBTSxPQUFPLFFBQVEsQ0FBQ0MsV0FBVTtBQUU3QyxZQUFNLENBQUMsTUFBTSxJQUFJLElBQUtBLE9BQXlELE9BQU8sQ0FBQztBQUN2RixVQUFJLENBQUMsUUFBUSxDQUFDLEtBQU0sUUFBTyxDQUFDQSxNQUFLO0FBQ2pDLGFBQVFBLE9BQXVDO0FBQy9DLE1BQUFBLE9BQU0sVUFBVSxjQUFjLE1BQU0sSUFBSTtBQUN4QyxZQUFNLE9BQU8sU0FBUyxNQUFNLElBQUk7QUFDaEMsYUFBTyxJQUFJLElBQUk7QUFDZixZQUFNLFNBQVMsSUFBSSxNQUFNLE1BQU0sY0FBYyxJQUFJLENBQUM7QUFDbEQsYUFBTyxVQUFVLGdDQUFnQ0QsS0FBSSxVQUFVLElBQUksU0FBUyxJQUFJO0FBQUE7QUFDaEYsYUFBTyxDQUFDQyxRQUFPLE1BQU07QUFBQSxJQUN2QixDQUFDO0FBQUEsRUFDSCxDQUFDO0FBQ0QsS0FBRyxLQUFLLE1BQU0sS0FBSyxXQUFXLENBQUMsVUFBVTtBQUN2QyxlQUFXQSxVQUFTLE1BQU0sT0FBTyxRQUFRLENBQUMsRUFBRSxTQUFTLE1BQU0sWUFBWSxDQUFDLENBQUMsR0FBRztBQUMxRSxZQUFNLE9BQU9BLE9BQU0sU0FBUyxjQUFjQSxPQUFNLFFBQVEsTUFBTSxJQUFJO0FBQ2xFLFVBQUksQ0FBQyxNQUFNLFdBQVcsS0FBSyxFQUFHO0FBQzlCLFlBQU0sT0FBTyxTQUFTLE1BQU0sUUFBUSxNQUFNLElBQUksQ0FBQztBQUMvQyxVQUFJLENBQUMsU0FBU0MsTUFBSyxNQUFNLElBQUksR0FBRyxFQUFFLGdCQUFnQixNQUFNLENBQUMsR0FBRyxPQUFPO0FBQ2pFLGNBQU0sSUFBSSxNQUFNLEdBQUcsTUFBTSxJQUFJLFlBQVksc0JBQXNCLElBQUksRUFBRTtBQUN2RSxhQUFPLElBQUksSUFBSTtBQUNmLE1BQUFELE9BQU0sUUFBUSxRQUFRLFdBQVcsSUFBSSxNQUFNO0FBQUEsSUFDN0M7QUFBQSxFQUNGLENBQUM7QUFDSDtBQUdPLFNBQVMsWUFBWSxRQUFzQjtBQUNoRCxhQUFXLFFBQVEsUUFBUTtBQUN6QixVQUFNLFNBQVNDLE1BQUssUUFBUSxVQUFVLEdBQUcsSUFBSSxNQUFNO0FBQ25ELGNBQVUsUUFBUSxNQUFNLEdBQUcsRUFBRSxXQUFXLEtBQUssQ0FBQztBQUM5QyxXQUFPQSxNQUFLLE1BQU0sSUFBSSxHQUFHLE1BQU07QUFBQSxFQUNqQztBQUNGO0FBR08sU0FBUyxjQUFjLE1BQWMsTUFBc0I7QUFDaEUsUUFBTSxTQUFTQyxJQUFHLGlCQUFpQixNQUFNQyxjQUFhLE1BQU0sTUFBTSxHQUFHRCxJQUFHLGFBQWEsUUFBUSxJQUFJO0FBQ2pHLFFBQU0sUUFBUSxPQUFPLFdBQVcsS0FBSyxDQUFDLGNBQWMsUUFBUSxTQUFTLEVBQUUsU0FBUyxJQUFJLENBQUM7QUFDckYsTUFBSSxDQUFDLE1BQU8sT0FBTSxJQUFJLE1BQU0sR0FBRyxTQUFTLE1BQU0sSUFBSSxDQUFDLGlCQUFpQixJQUFJLEdBQUc7QUFDM0UsU0FBTyxHQUFHLE9BQU8sS0FBSyxNQUFNLE1BQU0sU0FBUyxRQUFRLElBQUksR0FBRyxNQUFNLEdBQUcsQ0FBQztBQUFBO0FBQ3RFO0FBRUEsU0FBUyxRQUFRLFdBQTRDO0FBQzNELE1BQUlBLElBQUcsb0JBQW9CLFNBQVMsR0FBRztBQUNyQyxXQUFPLFVBQVUsZ0JBQWdCLGFBQWEsSUFBSSxDQUFDLEVBQUUsTUFBQUUsTUFBSyxNQUFNQSxNQUFLLFFBQVEsQ0FBQztBQUFBLEVBQ2hGO0FBQ0EsUUFBTSxFQUFFLEtBQUssSUFBSTtBQUNqQixTQUFPLE9BQU8sQ0FBQyxLQUFLLElBQUksSUFBSSxDQUFDO0FBQy9COzs7QUNoRUEsU0FBUyxnQkFBQUMscUJBQW9CO0FBQzdCLFNBQVMsUUFBQUMsYUFBWTs7O0FDRXJCLE9BQU8sV0FBVztBQVNYLFNBQVMsZUFBZSxNQUFzQjtBQUNuRCxTQUFPLGNBQWMsSUFBSSxFQUFFLElBQUksTUFBTSxFQUFFLEtBQUssRUFBRTtBQUNoRDtBQUdPLFNBQVMsZ0JBQWdCLE1BQXNCO0FBQ3BELFNBQU8sZUFBZSxJQUFJLEVBQUUsSUFBSSxNQUFNLEVBQUUsS0FBSyxFQUFFO0FBQ2pEO0FBWU8sU0FBUyxRQUFRLE1BQXNCO0FBQzVDLFNBQU8sU0FBUyxJQUFJLEVBQ2pCLElBQUksQ0FBQyxFQUFFLE9BQU8sS0FBSyxNQUFPLFNBQVMsU0FBWSxRQUFRLFdBQVcsSUFBSSxJQUFLLEVBQzNFLEtBQUssRUFBRTtBQUNaO0FBRUEsU0FBUyxPQUFPLEVBQUUsTUFBTSxRQUFRLEdBQWtCO0FBQ2hELE1BQUksU0FBUyxVQUFXLFFBQU8sTUFBTSxlQUFlLFNBQVMsRUFBRSxjQUFjLE1BQU0sUUFBUSxNQUFNLENBQUM7QUFDbEcsU0FBTyxRQUFRLFFBQVEsWUFBWSxDQUFDLGNBQWMsS0FBSyxVQUFVLFdBQVcsQ0FBQyxDQUFDLEdBQUc7QUFDbkY7QUFPQSxTQUFTLGNBQWMsTUFBZ0M7QUFDckQsUUFBTSxTQUFrQixDQUFDO0FBQ3pCLGFBQVcsRUFBRSxPQUFPLE1BQU0sT0FBTyxLQUFLLFNBQVMsSUFBSSxHQUFHO0FBQ3BELFVBQU0sT0FBTyxTQUFTLFVBQWEsU0FBUyxTQUFTO0FBQ3JELFVBQU0sVUFBVSxTQUFTLFNBQVksUUFBUSxTQUFTLE9BQU8sV0FBVyxJQUFJO0FBQzVFLFVBQU0sT0FBTyxPQUFPLEdBQUcsRUFBRTtBQUN6QixRQUFJLFlBQVksT0FBTyxNQUFNLFNBQVMsVUFBVztBQUNqRCxRQUFJLFNBQVMsS0FBSyxPQUFPLEtBQUssTUFBTSxTQUFTLFFBQVE7QUFDbkQsYUFBTyxPQUFPLFNBQVMsQ0FBQyxJQUFJLEVBQUUsTUFBTSxRQUFRLFNBQVMsS0FBSyxVQUFVLFFBQVE7QUFDNUU7QUFBQSxJQUNGO0FBQ0EsUUFBSSxNQUFNLFNBQVMsS0FBTSxRQUFPLEtBQUssRUFBRSxNQUFNLFFBQVEsQ0FBQztBQUFBLFFBQ2pELFFBQU8sT0FBTyxTQUFTLENBQUMsSUFBSSxFQUFFLE1BQU0sU0FBUyxLQUFLLFdBQVcsU0FBUyxTQUFTLE1BQU0sTUFBTSxRQUFRO0FBQUEsRUFDMUc7QUFDQSxTQUFPLE9BQU8sSUFBSSxDQUFDLEVBQUUsTUFBTSxRQUFRLEdBQUcsTUFBTTtBQUMxQyxRQUFJLFNBQVMsVUFBVyxRQUFPLEVBQUUsTUFBTSxTQUFTLFFBQVEsS0FBSyxFQUFFO0FBQy9ELFdBQU8sRUFBRSxNQUFNLFNBQVMsR0FBRyxNQUFNLElBQUksS0FBSyxHQUFHLEdBQUcsT0FBTyxHQUFHLE1BQU0sT0FBTyxTQUFTLElBQUksS0FBSyxHQUFHLEdBQUc7QUFBQSxFQUNqRyxDQUFDO0FBQ0g7QUFHQSxTQUFTLGVBQWUsTUFBZ0M7QUFDdEQsU0FBTyxLQUFLLE1BQU0sc0RBQXNELEVBQUUsUUFBUSxDQUFDLE1BQU0sTUFBTTtBQUM3RixRQUFJLElBQUksTUFBTSxFQUFHLFFBQU8sU0FBUyxLQUFLLENBQUMsSUFBSSxDQUFDLEVBQUUsTUFBTSxRQUFpQixTQUFTLEtBQUssQ0FBQztBQUNwRixVQUFNLENBQUMsRUFBRSxVQUFVLE1BQU0sTUFBTSxFQUFFLElBQUksbUJBQW1CLEtBQUssSUFBSSxLQUFLLENBQUM7QUFDdkUsV0FBTztBQUFBLE1BQ0wsRUFBRSxNQUFNLFdBQW9CLFNBQVMsUUFBUSxPQUFPLEVBQUU7QUFBQSxNQUN0RCxHQUFJLE1BQU0sQ0FBQyxFQUFFLE1BQU0sUUFBaUIsU0FBUyxJQUFJLENBQUMsSUFBSSxDQUFDO0FBQUEsSUFDekQ7QUFBQSxFQUNGLENBQUM7QUFDSDtBQVVBLElBQU0sUUFDSjtBQUVGLFNBQVMsU0FBUyxNQUFnQztBQUNoRCxRQUFNLFFBQVEsS0FBSyxRQUFRLFdBQVcsQ0FBQyxXQUFXLE9BQU8sVUFBVSxLQUFLLENBQUM7QUFDekUsTUFBSSxRQUFRO0FBQ1osU0FBTyxDQUFDLEdBQUcsTUFBTSxTQUFTLEtBQUssQ0FBQyxFQUFFLElBQUksQ0FBQyxVQUFpQjtBQUN0RCxVQUFNLEVBQUUsUUFBUSxPQUFPLFVBQVUsTUFBTSxRQUFRLFNBQVMsVUFBVSxNQUFBQyxNQUFLLElBQUksTUFBTSxVQUFVLENBQUM7QUFDNUYsVUFBTSxFQUFFLFVBQVUsUUFBUSxPQUFPLE9BQU8sUUFBUSxHQUFHLElBQUksTUFBTSxVQUFVLENBQUM7QUFDeEUsUUFBSSxPQUFRLFFBQU8sRUFBRSxPQUFPLEdBQUcsTUFBTSxJQUFJLFNBQVMsV0FBVyxRQUFRLFNBQVMsWUFBWSxFQUFFLElBQUksUUFBUSxJQUFJLENBQUMsSUFBSTtBQUNqSCxRQUFJLE9BQVEsUUFBTyxFQUFFLE9BQU8sS0FBSyxDQUFDLEdBQUcsTUFBTSxFQUFFLElBQUksQ0FBQyxNQUFNLFdBQVcsQ0FBQyxDQUFDLEVBQUUsS0FBSyxFQUFFLENBQUMsSUFBSTtBQUNuRixRQUFJLFFBQVMsUUFBTyxFQUFFLE9BQU8sS0FBSyxDQUFDLEdBQUcsT0FBTyxFQUFFLElBQUksQ0FBQyxNQUFNLFdBQVcsQ0FBQyxDQUFDLEVBQUUsS0FBSyxFQUFFLENBQUMsSUFBSTtBQUNyRixRQUFJLFlBQVlBLE1BQU0sUUFBTyxFQUFFLE9BQU8sVUFBVSxRQUFRLFlBQVlBLFNBQVEsRUFBRSxDQUFDLElBQUk7QUFDbkYsUUFBSSxTQUFVLFFBQU8sRUFBRSxPQUFPLEtBQUssUUFBUSxNQUFnQixDQUFDLElBQUksUUFBUSxJQUFJO0FBQzVFLFFBQUksTUFBTyxRQUFPLEVBQUUsT0FBTyxNQUFNLFNBQVMsSUFBSSxZQUFZLElBQUk7QUFDOUQsVUFBTSxPQUFPLE1BQU0sTUFBTSxRQUFRLE1BQU0sQ0FBQyxFQUFFLE1BQU0sS0FBSztBQUNyRCxRQUFJLE1BQU8sUUFBTyxVQUFVLE9BQU8sTUFBTSxVQUFVLENBQUM7QUFDcEQsUUFBSSxpQkFBTyxTQUFTLEtBQUssRUFBRztBQUM1QixRQUFJLGlCQUFPLFNBQVMsS0FBSyxFQUFHO0FBQzVCLFdBQU8sRUFBRSxPQUFPLE9BQU8sT0FBTyxNQUFNLEtBQUssRUFBRTtBQUFBLEVBQzdDLENBQUM7QUFDSDtBQUVBLElBQU0sWUFBWSxJQUFJLElBQUksNkRBQTZELE1BQU0sR0FBRyxDQUFDO0FBR2pHLFNBQVMsVUFBVSxNQUFjLE1BQWMsUUFBd0I7QUFDckUsTUFBSSx3QkFBd0IsS0FBSyxJQUFJLEVBQUcsUUFBTyxFQUFFLE9BQU8sS0FBSztBQUM3RCxNQUFJLFVBQVUsSUFBSSxJQUFJLEtBQUssV0FBVyxLQUFLLElBQUksRUFBRyxRQUFPLEVBQUUsT0FBTyxrQkFBa0IsSUFBSSxJQUFJO0FBQzVGLFNBQU8sRUFBRSxPQUFPLElBQUksTUFBTSxPQUFPO0FBQ25DO0FBRUEsU0FBUyxPQUFPLE1BQWMsTUFBYyxPQUF1QjtBQUNqRSxNQUFJLFNBQVMsSUFBSyxRQUFPLFFBQVEsSUFBSSxXQUFXO0FBQ2hELE1BQUksU0FBUyxPQUFPLFNBQVMsS0FBSyxJQUFJLEVBQUcsUUFBTztBQUNoRCxNQUFJLFNBQVMsT0FBTyxTQUFTLElBQUssUUFBTztBQUN6QyxTQUFPLE1BQU0sSUFBSSxLQUFLO0FBQ3hCO0FBRUEsU0FBUyxRQUFRLE9BQU8sSUFBWTtBQUNsQyxTQUFPLGVBQWUsS0FBSyxJQUFJLElBQUksWUFBWSxJQUFJLE1BQU0sUUFBUSxJQUFJO0FBQ3ZFO0FBRUEsSUFBTSxRQUEwQztBQUFBLEVBQzlDLFVBQUs7QUFBQSxFQUNMLFVBQUs7QUFBQSxFQUNMLFFBQUs7QUFBQSxFQUNMLEtBQUs7QUFBQSxFQUNMLEtBQUs7QUFBQSxFQUNMLFFBQUs7QUFBQSxFQUNMLFVBQUs7QUFBQSxFQUNMLFVBQUs7QUFDUDtBQUVBLElBQU0sVUFBNEM7QUFBQSxFQUNoRCxVQUFVO0FBQUEsRUFDVixVQUFVO0FBQUEsRUFDVixVQUFVO0FBQUEsRUFDVixVQUFVO0FBQ1o7QUFFQSxJQUFNLGFBQStDO0FBQUEsRUFDbkQsR0FBRyxPQUFPLFlBQVksQ0FBQyxHQUFHLHdEQUFZLEVBQUUsSUFBSSxDQUFDLEdBQUcsTUFBTSxDQUFDLEdBQUcsT0FBTyxDQUFDLENBQUMsQ0FBQyxDQUFDO0FBQUEsRUFDckUsR0FBRyxPQUFPLFlBQVksQ0FBQyxHQUFHLDhEQUFZLEVBQUUsSUFBSSxDQUFDLEdBQUcsTUFBTSxDQUFDLEdBQUcsT0FBTyxDQUFDLENBQUMsQ0FBQyxDQUFDO0FBQUEsRUFDckUsVUFBSztBQUFBLEVBQ0wsUUFBRztBQUFBLEVBQ0gsVUFBRztBQUFBLEVBQ0gsUUFBRztBQUFBLEVBQ0gsVUFBRztBQUFBLEVBQ0gsVUFBRztBQUNMOzs7QUMvSUEsSUFBTSxTQUFTLEVBQUUsSUFBSSxDQUFDLFNBQVMsWUFBWSxTQUFTLFFBQVEsR0FBRyxJQUFJLENBQUMsZ0JBQU0sZ0JBQU0sVUFBSyxjQUFJLEVBQUU7QUFLcEYsU0FBUyxZQUFZQyxXQUErQixNQUFjLE1BQXdCO0FBQy9GLFFBQU0sUUFBUSxLQUFLLE1BQU0sR0FBRztBQUM1QixRQUFNLFVBQVUsTUFBTSxLQUFLLENBQUMsU0FBUyxDQUFDQSxVQUFTLEtBQUssQ0FBQyxFQUFFLEdBQUcsTUFBTSxRQUFRLE1BQU0sRUFBRSxDQUFDLENBQUM7QUFDbEYsTUFBSSxZQUFZLE9BQVcsT0FBTSxJQUFJLE1BQU0sOEJBQThCLE9BQU8sR0FBRztBQUNuRixRQUFNLE9BQU9BLFVBQVMsT0FBTyxDQUFDLEVBQUUsR0FBRyxNQUFNLE1BQU0sS0FBSyxDQUFDLFNBQVMsUUFBUSxNQUFNLEVBQUUsQ0FBQyxDQUFDO0FBQ2hGLFFBQU0sQ0FBQyxPQUFPLEdBQUcsT0FBTyxJQUFJLE9BQU8sSUFBSTtBQUN2QyxRQUFNLE9BQU8sQ0FBQyxPQUFPLEdBQUcsT0FBTyxFQUFFLElBQUksQ0FBQyxVQUFVLE9BQU8sS0FBSyxPQUFPLEVBQUUsS0FBSyxFQUFFO0FBQzVFLFFBQU0sT0FBTyxLQUFLLElBQUksQ0FBQyxRQUFRO0FBQzdCLFVBQU0sUUFBUSxDQUFDLGVBQWUsSUFBSSxRQUFRLEdBQUcsZ0JBQWdCLElBQUksVUFBVSxFQUFFLENBQUMsRUFBRSxPQUFPLE9BQU87QUFDOUYsVUFBTSxZQUFZLE1BQU0sSUFBSSxDQUFDLFNBQVMseUJBQXlCLElBQUksUUFBUSxFQUFFLEtBQUssRUFBRTtBQUNwRixVQUFNLFFBQVEsR0FBRyxJQUFJLFVBQVUsWUFBWSxXQUFNLFFBQUcsSUFBSSxPQUFPLElBQUksU0FBUyxDQUFDO0FBQzdFLFVBQU0sUUFBUSxDQUFDLE9BQU8sSUFBSSxRQUFRLEdBQUcsT0FBTyxPQUFPLElBQUksTUFBTSxDQUFDO0FBQzlELFVBQU0sVUFBVSxNQUFNLElBQUksQ0FBQyxNQUFNLE1BQU0sbUJBQW1CLFFBQVEsQ0FBQyxDQUFDLEtBQUssSUFBSSxPQUFPLEVBQUUsS0FBSyxFQUFFO0FBQzdGLFdBQU8sZ0JBQWdCLGdCQUFnQixJQUFJLEtBQUssQ0FBQyxTQUFTLFNBQVMsUUFBUSxPQUFPO0FBQUEsRUFDcEYsQ0FBQztBQUNELFNBQU8sZ0RBQWdELElBQUksdUJBQXVCLEtBQUssS0FBSyxFQUFFLENBQUM7QUFBQTtBQUNqRztBQUVBLFNBQVMsUUFBUSxNQUFjLElBQXFCO0FBQ2xELFNBQU8sT0FBTyxRQUFRLEdBQUcsV0FBVyxHQUFHLElBQUksR0FBRztBQUNoRDtBQUdBLFNBQVMsT0FBTyxPQUF1QjtBQUNyQyxRQUFNLE9BQU8sS0FBSyxJQUFJLEtBQUs7QUFDM0IsUUFBTSxRQUFRLFNBQVMsS0FBTSxRQUFRLFFBQVEsT0FBTztBQUNwRCxTQUFPLFFBQ0gsT0FBTyxPQUFPLE1BQU0sWUFBWSxDQUFDLENBQUMsQ0FBQyxJQUNuQyxNQUFNLGNBQWMsQ0FBQyxFQUFFLFFBQVEsT0FBTyxHQUFHLEVBQUUsUUFBUSxLQUFLLFFBQUc7QUFDakU7OztBRmpEQSxJQUFNQyxvQ0FBbUM7QUFPekMsSUFBTSxnQkFBZ0I7QUFPZixTQUFTLGFBQWEsSUFBNEI7QUFDdkQsS0FBRyxLQUFLLE1BQU0sS0FBSyxTQUFTLENBQUMsRUFBRSxPQUFPLE1BQU07QUFDMUMsUUFBSUMsVUFBbUIsQ0FBQztBQUN4QixRQUFJLFNBQVM7QUFDYixRQUFJLFFBQVEsT0FBTyxDQUFDO0FBQ3BCLFdBQU8sUUFBUSxDQUFDQyxRQUFPLE1BQU07QUFDM0IsVUFBSUEsT0FBTSxTQUFTLGFBQWMsRUFBQyxPQUFPRCxPQUFNLElBQUksQ0FBQ0MsUUFBTyxDQUFDLENBQUM7QUFBQSxlQUNwREEsT0FBTSxTQUFTLFVBQVcsVUFBUztBQUFBLGVBQ25DQSxPQUFNLFNBQVMsVUFBVyxDQUFBRCxRQUFPLEtBQUssVUFBVSxPQUFPLElBQUksQ0FBQyxHQUFHLFdBQVcsRUFBRSxDQUFDO0FBQUEsZUFDN0VDLE9BQU0sU0FBUyxXQUFXO0FBQ2pDLFlBQUlELFFBQU8sVUFBVSxjQUFlLFFBQU8sUUFBUSxTQUFTLE9BQU87QUFDbkUsUUFBQUMsT0FBTSxRQUFRLGNBQWNELFFBQU8sUUFBUSxLQUFLLEVBQUU7QUFDbEQsbUJBQVcsU0FBUyxPQUFPLElBQUksQ0FBQyxHQUFHLFlBQVksQ0FBQyxFQUFHLE9BQU0sT0FBTyxFQUFFLEdBQUcsTUFBTSxNQUFNLFdBQVcsS0FBSztBQUFBLE1BQ25HO0FBQUEsSUFDRixDQUFDO0FBQUEsRUFDSCxDQUFDO0FBQ0QsS0FBRyxLQUFLLE1BQU0sS0FBSyxVQUFVLENBQUMsRUFBRSxPQUFPLE1BQU07QUFDM0MsZUFBV0MsVUFBUyxRQUFRO0FBQzFCLFlBQU0sUUFBUUEsT0FBTSxTQUFTLGlCQUFpQixtQkFBbUIsS0FBS0EsT0FBTSxPQUFPLElBQUksQ0FBQztBQUN4RixVQUFJLENBQUMsTUFBTztBQUNaLFlBQU0sRUFBRSxPQUFPLElBQUksT0FBTyxLQUFLLElBQUksYUFBYSxLQUFLO0FBQ3JELE1BQUFBLE9BQU0sVUFBVSxZQUFZLFNBQVMsR0FBRyxNQUFNLElBQWdCO0FBQUEsSUFDaEU7QUFBQSxFQUNGLENBQUM7QUFFRCxLQUFHLFNBQVMsTUFBTSxhQUFhLENBQUMsUUFBUSxNQUN0QyxPQUFPLENBQUMsR0FBRyxRQUFRLE9BQU8sSUFBSSw0QkFBNEI7QUFDNUQsUUFBTSxTQUFTLEdBQUcsU0FBUyxNQUFNO0FBQ2pDLEtBQUcsU0FBUyxNQUFNLGNBQWMsQ0FBQyxRQUFRLE1BQU0sU0FBUztBQUN0RCxVQUFNLFNBQVMsU0FBUyxRQUFRLEdBQUcsR0FBRyxJQUFJLEtBQUs7QUFDL0MsVUFBTSxZQUFhLE9BQU8sQ0FBQyxHQUFHLE1BQXlDO0FBQ3ZFLFdBQU8sWUFBWSxPQUFPLFFBQVEsWUFBWSxDQUFDLFNBQVMsVUFBVSxJQUFJLENBQUMsSUFBSTtBQUFBLEVBQzdFO0FBQ0Y7QUFHQSxTQUFTLFVBQVUsTUFBc0I7QUFDdkMsU0FBTyxLQUFLLFFBQVEsb0NBQW9DLFNBQVMsRUFBRSxXQUFXLGFBQWEsTUFBTTtBQUNuRztBQUVBLFNBQVMsVUFBVSxVQUEwQjtBQUMzQyxTQUFPLFNBQVMsUUFBUSxZQUFZLEVBQUU7QUFDeEM7QUFFQSxTQUFTLGFBQWEsTUFBZ0Q7QUFDcEUsU0FBTyxPQUFPLFlBQVksQ0FBQyxHQUFHLEtBQUssU0FBUyxrQkFBa0IsQ0FBQyxFQUFFLElBQUksQ0FBQyxDQUFDLEVBQUUsTUFBTSxLQUFLLE1BQU0sQ0FBQyxNQUFNLEtBQUssQ0FBQyxDQUFDO0FBQzFHO0FBRUEsU0FBUyxXQUFnQztBQUN2QyxTQUFPLEtBQUssTUFBTUMsY0FBYUMsTUFBS0MsbUNBQXFCLGFBQWEsR0FBRyxNQUFNLENBQUM7QUFDbEY7OztBTGhFQSxJQUFNQyxvQ0FBbUM7QUFVekMsSUFBTSxPQUFPLFFBQVEsS0FBSyxTQUFTLE9BQU8sSUFBSSxrQkFBa0I7QUFDaEUsSUFBTSxPQUNKO0FBR0YsSUFBTSxPQUFPLENBQUMsaUJBQWlCLGtCQUFrQixrQkFBa0IsV0FBVztBQUU5RSxJQUFNLFVBQVU7QUFBQSxFQUNkLFNBQVMsRUFBRSxPQUFPLENBQUMsR0FBRyxDQUFDLEVBQXNCO0FBQUEsRUFDN0MsU0FBUztBQUFBLElBQ1A7QUFBQSxNQUNFLE1BQU07QUFBQSxNQUNOLE9BQU87QUFBQSxRQUNMLEVBQUUsTUFBTSxTQUFTLE1BQU0sU0FBUztBQUFBLFFBQ2hDLEVBQUUsTUFBTSx5QkFBeUIsTUFBTSx5QkFBeUI7QUFBQSxRQUNoRSxFQUFFLE1BQU0sMkJBQTJCLE1BQU0sU0FBUztBQUFBLFFBQ2xELEVBQUUsTUFBTSxhQUFhLE1BQU0sYUFBYTtBQUFBLFFBQ3hDLEVBQUUsTUFBTSxvQkFBb0IsTUFBTSxRQUFRO0FBQUEsUUFDMUMsRUFBRSxNQUFNLHdDQUFVLE1BQU0sV0FBVztBQUFBLFFBQ25DLEVBQUUsTUFBTSxTQUFTLE1BQU0sU0FBUztBQUFBLFFBQ2hDLEVBQUUsTUFBTSxjQUFjLE1BQU0sY0FBYztBQUFBLE1BQzVDO0FBQUEsSUFDRjtBQUFBLElBQ0E7QUFBQSxNQUNFLE1BQU07QUFBQSxNQUNOLE9BQU87QUFBQSxRQUNMLEVBQUUsTUFBTSxZQUFZLE1BQU0sWUFBWTtBQUFBLFFBQ3RDLEVBQUUsTUFBTSxZQUFZLE1BQU0sWUFBWTtBQUFBLFFBQ3RDLEVBQUUsTUFBTSxnQkFBZ0IsTUFBTSxnQkFBZ0I7QUFBQSxRQUM5QyxFQUFFLE1BQU0sc0JBQXNCLE1BQU0sc0JBQXNCO0FBQUEsUUFDMUQsRUFBRSxNQUFNLGtDQUFrQyxNQUFNLGVBQWU7QUFBQSxRQUMvRCxFQUFFLE1BQU0sc0JBQXNCLE1BQU0sc0JBQXNCO0FBQUEsTUFDNUQ7QUFBQSxJQUNGO0FBQUEsSUFDQTtBQUFBLE1BQ0UsTUFBTTtBQUFBLE1BQ04sT0FBTztBQUFBLFFBQ0wsRUFBRSxNQUFNLFdBQVcsTUFBTSxlQUFlO0FBQUEsUUFDeEMsRUFBRSxNQUFNLGlCQUFpQixNQUFNLHFCQUFxQjtBQUFBLFFBQ3BELEVBQUUsTUFBTSxpQkFBaUIsTUFBTSxxQkFBcUI7QUFBQSxRQUNwRCxFQUFFLE1BQU0sZUFBZSxNQUFNLG1CQUFtQjtBQUFBLFFBQ2hELEVBQUUsTUFBTSxlQUFlLE1BQU0sbUJBQW1CO0FBQUEsTUFDbEQ7QUFBQSxJQUNGO0FBQUEsSUFDQTtBQUFBLE1BQ0UsTUFBTTtBQUFBLE1BQ04sT0FBTztBQUFBLFFBQ0wsRUFBRSxNQUFNLGVBQWUsTUFBTSxlQUFlO0FBQUEsUUFDNUMsRUFBRSxNQUFNLHNCQUFzQixNQUFNLFVBQVU7QUFBQSxRQUM5QyxFQUFFLE1BQU0sVUFBVSxNQUFNLFVBQVU7QUFBQSxRQUNsQyxFQUFFLE1BQU0sY0FBYyxNQUFNLGNBQWM7QUFBQSxRQUMxQyxFQUFFLE1BQU0sZ0JBQWdCLE1BQU0sZ0JBQWdCO0FBQUEsTUFDaEQ7QUFBQSxJQUNGO0FBQUEsRUFDRjtBQUNGO0FBRUEsSUFBTyxpQkFBUSxhQUFhO0FBQUEsRUFDMUIsT0FBTztBQUFBLEVBQ1AsYUFDRTtBQUFBLEVBQ0YsTUFBTTtBQUFBLEVBQ047QUFBQSxFQUNBLE1BQU0sQ0FBQyxDQUFDLFFBQVEsRUFBRSxLQUFLLFFBQVEsTUFBTSxLQUFLLENBQUMsQ0FBQztBQUFBLEVBQzVDLFFBQVE7QUFBQSxFQUNSLFVBQVU7QUFBQSxFQUNWLFlBQVksQ0FBQyxvQkFBb0I7QUFBQSxFQUNqQyxhQUFhO0FBQUEsSUFDWCxLQUFLO0FBQUEsTUFDSCxFQUFFLE1BQU0sU0FBUyxNQUFNLFNBQVM7QUFBQSxNQUNoQyxFQUFFLE1BQU0sWUFBWSxNQUFNLHlCQUF5QjtBQUFBLE1BQ25ELEVBQUUsTUFBTSxZQUFZLE1BQU0sUUFBUTtBQUFBLE1BQ2xDLEVBQUUsTUFBTSxTQUFTLE1BQU0sU0FBUztBQUFBLE1BQ2hDLEVBQUUsTUFBTSxZQUFZLE1BQU0sWUFBWTtBQUFBLE1BQ3RDLEVBQUUsTUFBTSxjQUFjLE1BQU0sY0FBYztBQUFBLElBQzVDO0FBQUE7QUFBQTtBQUFBLElBR0EsUUFBUSxFQUFFLFVBQVUsU0FBUyxTQUFTLEVBQUUsY0FBYyxFQUFFLFFBQVEsRUFBRSxpQkFBaUIsR0FBRyxFQUFFLEVBQUUsRUFBRTtBQUFBLElBQzVGLFVBQVUsRUFBRSxXQUFXLGVBQWU7QUFBQSxJQUN0QyxHQUFHO0FBQUEsRUFDTDtBQUFBLEVBQ0EsTUFBTTtBQUFBLElBQ0osT0FBTyxFQUFFLHVCQUF1QixJQUFLO0FBQUE7QUFBQSxJQUNyQyxRQUFRLEVBQUUsUUFBUSxLQUFLO0FBQUEsSUFDdkIsU0FBUztBQUFBLE1BQ1AsT0FBTyxDQUFDLEVBQUUsTUFBTSx1QkFBdUIsYUFBYUMsTUFBS0MsbUNBQXFCLGFBQWEsRUFBRSxDQUFDO0FBQUEsSUFDaEc7QUFBQSxJQUNBLFNBQVMsRUFBRSxLQUFLLGFBQWEsaUJBQWlCLE1BQU07QUFBQSxFQUN0RDtBQUFBLEVBQ0EsVUFBVTtBQUFBLElBQ1IsT0FBTyxFQUFFLE9BQU8sOEJBQThCLE1BQU0sNEJBQTRCO0FBQUEsSUFDaEYsa0JBQWtCLENBQUMsY0FBYztBQUFBLElBQ2pDLE9BQU8sSUFBSTtBQUNULFNBQUcsSUFBSUMsT0FBTSxPQUFvRDtBQUNqRSxTQUFHLElBQUksZUFBZTtBQUN0QixTQUFHLElBQUksZ0JBQWdCLElBQUk7QUFDM0IsU0FBRyxJQUFJLFlBQVk7QUFBQSxJQUNyQjtBQUFBLEVBQ0Y7QUFBQSxFQUNBLGtCQUFrQixFQUFFLGNBQWMsWUFBWSxHQUFHO0FBQy9DLFFBQUksS0FBSyxTQUFTLFlBQVksRUFBRyxhQUFZLFFBQVE7QUFDckQsUUFBSSxhQUFhLFdBQVcsTUFBTSxFQUFHLGFBQVksVUFBVTtBQUFBLEVBQzdEO0FBQUEsRUFDQSxTQUFTLEVBQUUsT0FBTyxHQUFHO0FBQ25CLGdCQUFZLE1BQU07QUFDbEIsb0JBQWdCLE1BQU07QUFBQSxFQUN4QjtBQUNGLENBQUM7IiwKICAibmFtZXMiOiBbImpvaW4iLCAia2F0ZXgiLCAidG9rZW4iLCAicmVhZEZpbGVTeW5jIiwgImpvaW4iLCAidHMiLCAiYmFzZSIsICJ0b2tlbiIsICJqb2luIiwgInRzIiwgInJlYWRGaWxlU3luYyIsICJuYW1lIiwgInJlYWRGaWxlU3luYyIsICJqb2luIiwgInJvb3QiLCAibWVhc3VyZWQiLCAiX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUiLCAidGl0bGVzIiwgInRva2VuIiwgInJlYWRGaWxlU3luYyIsICJqb2luIiwgIl9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lIiwgIl9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lIiwgImpvaW4iLCAiX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUiLCAia2F0ZXgiXQp9Cg==
