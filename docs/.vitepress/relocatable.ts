/**
 * Makes the site work under any path. VitePress must know at build time under which path a site will be
 * served. So we build for a placeholder, and in the finished files replace it by the page's own place.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';

export const placeholderBase = '/__base__/';

const runtimeBase = 'globalThis.__siteBase';

/**
 * Links in the HTML are relative, for readers without scripts. A script makes them absolute before the router
 * reads them.
 */
const makeAbsolute = `<script>
for (const name of ['href', 'src']) for (const element of document.querySelectorAll('[' + name + '^="."]')) {
  const url = new URL(element.getAttribute(name), location.href);
  element.setAttribute(name, url.pathname + url.search + url.hash);
}
</script>`;

/** Rewrites every page, script and style sheet of a built site, so that it works from any sub-path. */
export function makeRelocatable(outDir: string): void {
  for (const file of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
    const depth = file.split(sep).length - 1;
    const toRoot = depth === 0 ? './' : '../'.repeat(depth);
    const path = join(outDir, file);
    if (file.endsWith('.html')) rewrite(path, (text) => relocatePage(text, toRoot));
    else if (file.endsWith('.js')) rewrite(path, relocateScript);
    else if (file.endsWith('.css')) rewrite(path, (text) => text.replaceAll(placeholderBase, toRoot));
  }
}

function relocatePage(html: string, toRoot: string): string {
  const where = `<script>${runtimeBase}=new URL(${JSON.stringify(toRoot)},location.href).pathname</script>`;
  return html
    .replace(/(<script[^>]*>)([\s\S]*?)(?=<\/script>)/g, (_, tag, body) => tag + relocateScript(body))
    .replaceAll(/(=")\/__base__\//g, `$1${toRoot}`)
    .replace('<head>', `<head>${where}`)
    .replace('</body>', `${makeAbsolute}</body>`);
}

/**
 * Turns every string that contains the placeholder, also in JSON, into an expression that puts the base
 * there.
 */
function relocateScript(script: string): string {
  if (!script.includes(placeholderBase)) return script;
  const source = ts.createSourceFile('script.js', script, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const strings: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
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

function rewrite(path: string, change: (text: string) => string): void {
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after !== before) writeFileSync(path, after);
}
