/** The site: `npm run docs` builds it to out/docs, `npm run docs:dev` serves it. */
import { join } from 'node:path';
import katex from '@vscode/markdown-it-katex';
import { defineConfig, type MarkdownRenderer } from 'vitepress';
import { apiGroups } from './api-groups.ts';
import { hangingIndents } from './code-lines.ts';
import { keepPunctuation } from './punctuation.ts';
import { makeRelocatable, placeholderBase } from './relocatable.ts';
import { copySources, sourceMarkdown } from './sources.ts';
import { tablesForAll } from './tables.ts';

const base = process.argv.includes('build') ? placeholderBase : '/';
/** Other sites that show a link to this one want the address of the picture in full. */
const { SITE_URL: siteUrl } = process.env;
const card = siteUrl === undefined ? `${base}card.png` : new URL('card.png', siteUrl).href;
const description =
  'Automatic differentiation in pure TypeScript, and generative models by flow matching on top of it';

/** Pages with wide tables, which take the room of the outline too, as the guides' programs do. */
const wide = ['benchmarks.md', 'coming-from.md', 'conventions.md', 'errata.md'];

/** Links to the API's pages for a module. */
function apiPages(module: string) {
  const groups = apiGroups.filter((group) => group.module === module);
  return groups.map(({ title, page }) => ({ text: title, link: `/api/${page}` }));
}

const english = {
  outline: { level: [2, 3] as [number, number] },
  sidebar: [
    {
      text: 'Learn',
      items: [
        { text: 'Start', link: '/start' },
        { text: 'Autodiff from scratch', link: '/autodiff-from-scratch' },
        { text: 'The graph, step by step', link: '/graph' },
        { text: 'Compiling', link: '/compiling' },
        { text: 'The note, proved', link: '/note' },
        { text: '笔记及其证明', link: '/note-zh' },
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
      text: 'Guides',
      items: [
        { text: 'A classifier', link: '/guides/classifier' },
        { text: 'Regression', link: '/guides/regression' },
        { text: 'A Gaussian process', link: '/guides/gaussian-process' },
        { text: 'A physics-informed network', link: '/guides/physics-informed' },
        { text: 'Your own images', link: '/guides/images' },
        { text: 'A continuous condition', link: '/guides/conditions' },
        { text: 'PyTorch weights', link: '/guides/pytorch' },
        { text: 'A React page', link: '/react' },
        { text: 'Install anywhere', link: '/guides/install' },
      ],
    },
    {
      text: 'API',
      items: [{ text: 'All names', link: '/api/' }, ...apiPages('fluxion')],
    },
    { text: 'API of flows', items: apiPages('fluxion/flows') },
    {
      text: 'API of the rest',
      items: ['worker', 'files', 'xla', 'lib'].flatMap((name) => apiPages(`fluxion/${name}`)),
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

export default defineConfig({
  title: 'fluxion',
  description,
  lang: 'en',
  base,
  head: [
    ['link', { rel: 'icon', href: `${base}mark.svg` }],
    ['meta', { property: 'og:type', content: 'website' }],
    ['meta', { property: 'og:title', content: 'fluxion: derivatives, of flowing quantities' }],
    ['meta', { property: 'og:description', content: description }],
    ['meta', { property: 'og:image', content: card }],
  ],
  outDir: '../out/docs',
  cacheDir: '../node_modules/.cache/vitepress',
  srcExclude: ['examples/README.md'],
  themeConfig: {
    logo: { src: '/mark.svg', alt: '' },
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
    build: { chunkSizeWarningLimit: 2000 }, // the search index
    worker: { format: 'es' },
    resolve: {
      alias: [
        { find: /^.*\/load-ops\.cjs$/, replacement: join(import.meta.dirname, 'load-ops.ts') },
        { find: /^fluxion$/, replacement: join(import.meta.dirname, '../../autograd/index.ts') },
        { find: /^fluxion\/flows$/, replacement: join(import.meta.dirname, '../../flows/index.ts') },
      ],
    },
    esbuild: { jsx: 'automatic', jsxImportSource: 'vue' },
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    codeTransformers: [hangingIndents],
    config(md) {
      md.use(katex.default as unknown as (md: MarkdownRenderer) => void); // its types are another version's
      md.use(keepPunctuation);
      md.use(sourceMarkdown, base);
      md.use(tablesForAll);
    },
  },
  transformPageData({ relativePath, frontmatter }) {
    if (wide.includes(relativePath) || relativePath.startsWith('guides/')) frontmatter.aside = false;
    if (relativePath.startsWith('api/')) frontmatter.outline = 3;
  },
  buildEnd({ outDir }) {
    copySources(outDir);
    makeRelocatable(outDir);
  },
});
