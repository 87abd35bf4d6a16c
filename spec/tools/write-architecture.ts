/**
 * Writes docs/images/architecture.svg, the rooms and the imports between them:
 * `npx tsx spec/tools/write-architecture.ts`. A spec keeps it up to date. It is 400 units wide, so that its
 * smallest text can be read on a phone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { housePlan, type RoomPlan } from './house-plan.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = new URL('../../docs/images/architecture.svg', import.meta.url);

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });

/** Where the rooms lie. What is called flows here is the part of it that no other room holds. */
const places: Readonly<Record<string, Box>> = {
  'flows/cli': box(20, 50, 360, 50),
  flows: box(20, 132, 132, 224),
  'flows/files': box(186, 132, 82, 96),
  'flows/report': box(298, 132, 82, 96),
  'flows/data': box(186, 260, 82, 96),
  'flows/formats': box(298, 260, 82, 96),
  autograd: box(8, 404, 284, 74),
  lib: box(8, 514, 384, 74),
};
const house = box(8, 8, 384, 360);
const ground = box(8, 624, 384, 34);

/** The picture of a plan. @throws Error for a room that has no place in it */
export function architecture(plan: readonly RoomPlan[]): string {
  const homeless = plan.find(({ name }) => !places[name]);
  if (homeless) throw new Error(`write-architecture: give '${homeless.name}' a place in the picture`);
  const room = (name: string) => plan.find((each) => each.name === name) as RoomPlan;
  const inFlows = plan.filter(({ name }) => name.startsWith('flows'));
  const importsFromFlows = (name: string) => sum(inFlows.map(({ uses }) => uses.get(name) ?? 0));
  const [autograd, lib] = [places.autograd as Box, places.lib as Box];
  const parts = [
    rectangle('flows', house),
    words(house.x + 12, 32, 'flows', 'name'),
    words(
      380,
      32,
      size({ files: sum(inFlows.map((r) => r.files)), lines: sum(inFlows.map((r) => r.lines)) }),
      'end',
    ),
    ...inFlows.flatMap((each) => drawRoom(each, each.name === 'flows/cli')),
    ...inFlows.flatMap((each) => inFlows.flatMap((other) => arrowBetween(each, other))),
    ...drawRoom(room('autograd'), true),
    ...drawRoom(room('lib'), true),
    arrow(150, house.y + house.height, 150, autograd.y, `${importsFromFlows('autograd')} imports`),
    arrow(308, house.y + house.height, 308, lib.y, `${importsFromFlows('lib')} imports`),
    arrow(150, autograd.y + autograd.height, 150, lib.y, `${room('autograd').uses.get('lib') ?? 0} imports`),
    arrow(150, lib.y + lib.height, 150, ground.y, ''),
    rectangle('ground', ground),
    words(ground.x + 12, ground.y + 22, room('lib').packages.join(', '), 'text'),
    words(ground.x + ground.width - 12, ground.y + 22, 'packages', 'end'),
  ];
  return `${svgStart}\n${parts.join('\n')}\n</svg>\n`;
}

/** The picture with its counts taken out: what must not be stale. Counts change with every commit. */
export function structureOf(svg: string): string {
  return svg.replace(/>[\d,]+( (?:files|lines|imports))?/g, '>#$1').replace(/, [\d,]+ lines/g, ', # lines');
}

function drawRoom(room: RoomPlan, isWide: boolean): string[] {
  const { name, folders, packages } = room;
  const place = places[name] as Box;
  const left = place.x + 12;
  const title = name === 'flows' ? 'flows itself' : name.replace('flows/', '');
  const isInner = name.startsWith('flows');
  const uses = name === 'lib' ? '' : packages.map((each) => each.replace(/^@.*\//, '')).join(', ');
  const parts = name.includes('/') ? [] : [folders.join(', ')];
  const lines = wrapped([...parts, uses].filter(Boolean), place.width - 20);
  const sizes = isWide ? [] : size(room).split(', ');
  return [
    rectangle(isInner ? 'inner' : name, place),
    words(left, place.y + 22, title, isInner ? 'inner-name' : 'name'),
    ...(isWide ? [words(place.x + place.width - 12, place.y + 22, size(room), 'end')] : []),
    ...[...sizes, ...lines].map((line, i) =>
      words(left, place.y + 40 + 16 * i, line, i < sizes.length ? 'text' : 'faint'),
    ),
  ];
}

/**
 * Between two neighbours in flows, down or across, with two heads where both import. None through a third
 * room.
 */
function arrowBetween(from: RoomPlan, to: RoomPlan): string[] {
  const count = from.uses.get(to.name) ?? 0;
  const back = to.uses.get(from.name) ?? 0;
  const [a, b] = [places[from.name] as Box, places[to.name] as Box];
  if (count === 0 || (back > 0 && a.x < b.x)) return [];
  const label = `${count + back}`;
  const x = middle([a.x, a.x + a.width], [b.x, b.x + b.width]);
  if (x !== null) {
    const way = box(x, a.y + a.height, 0, b.y - a.y - a.height);
    return isFree(way) ? [arrow(x, way.y, x, b.y, label, back > 0)] : [];
  }
  const y = middle([a.y, a.y + a.height], [b.y, b.y + b.height]);
  if (y === null) return [];
  const [x0, x1] = a.x < b.x ? [a.x + a.width, b.x] : [a.x, b.x + b.width];
  return isFree(box(Math.min(x0, x1), y, Math.abs(x1 - x0), 0)) ? [arrow(x0, y, x1, y, label, back > 0)] : [];
}

/** Whether a straight way touches rooms at its ends only. */
function isFree(way: Box): boolean {
  return !Object.entries(places).some(
    ([name, place]) =>
      name.startsWith('flows') &&
      overlaps(place.x, place.width, way.x, way.width) &&
      overlaps(place.y, place.height, way.y, way.height),
  );
}

/** Whether two intervals share more than an end. */
function overlaps(start: number, length: number, otherStart: number, otherLength: number): boolean {
  return start < otherStart + otherLength && otherStart < start + length;
}

/** The middle of what two intervals share. */
function middle([a0, a1]: readonly [number, number], [b0, b1]: readonly [number, number]): number | null {
  const [low, high] = [Math.max(a0, b0), Math.min(a1, b1)];
  return low < high ? (low + high) / 2 : null;
}

function arrow(x0: number, y0: number, x1: number, y1: number, label: string, both = false): string {
  const heads = `marker-end="url(#head)"${both ? ' marker-start="url(#head)"' : ''}`;
  const line = `<path class="arrow" d="M${x0} ${y0 + (y0 < y1 ? 2 : 0)}L${x1} ${y1}" ${heads}/>`;
  if (label === '') return line;
  const [x, y] = x0 === x1 ? [x0 + 7, y1 - 13] : [(x0 + x1) / 2, y0 - 6];
  return `${line}\n${words(x, y, label, x0 === x1 ? 'count' : 'count middle')}`;
}

function rectangle(kind: string, { x, y, width, height }: Box): string {
  return `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`;
}

function words(x: number, y: number, text: string, kind: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${text}</text>`;
}

/** Lists broken at their commas, at about 6.2 units a letter. */
function wrapped(texts: readonly string[], width: number): readonly string[] {
  return texts.flatMap((text) => {
    const lines: string[] = [];
    for (const word of text.split(/(?<=,) /)) {
      const last = lines.at(-1);
      const longer = `${last} ${word}`;
      if (last !== undefined && longer.length * 6.2 <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  });
}

function size({ files, lines }: Pick<RoomPlan, 'files' | 'lines'>): string {
  return `${files} files, ${lines.toLocaleString('en')} lines`;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

// The colour scheme is that of the document that shows the picture.
const svgStart = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 666" role="img" aria-labelledby="title">
<title id="title">The rooms of fluxion, and how many imports lead from each to its neighbours: downwards only</title>
<style>
:root { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
rect { stroke-width: 1.2 }
text { fill: #3c3c43 }
.flows { fill: #e8f1fa; stroke: #2f7dbd }
.autograd { fill: #e5f4ec; stroke: #2b8a5f }
.lib { fill: #fbf1df; stroke: #b7791f }
.ground { fill: none; stroke: #8e8e93; stroke-dasharray: 4 3 }
.inner { fill: #fff; stroke: #2f7dbd; stroke-opacity: 0.5 }
.name { font-size: 16px; font-weight: 600 }
.inner-name { font-size: 14px; font-weight: 600 }
.end { text-anchor: end }
.middle { text-anchor: middle }
.faint, .count { fill: #67676c }
.arrow { stroke: #8e8e93; stroke-width: 1.5; fill: none }
marker path { fill: #8e8e93 }
@media (prefers-color-scheme: dark) {
  text { fill: #dfdfd6 }
  .faint, .count { fill: #98989f }
  .flows { fill: #1b2733 }
  .autograd { fill: #1a2c24 }
  .lib { fill: #30281a }
  .inner { fill: #1b1b1f }
}
</style>
<marker id="head" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="6" markerHeight="6" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker>`;

/** The picture as it should be. */
export function architectureNow(): string {
  return architecture(housePlan(root));
}

/** The picture as it stands. */
export function architectureOnDisk(): string {
  return readFileSync(target, 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, architectureNow());
