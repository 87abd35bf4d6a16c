/** The page's style sheet: one column, two themes, and tables that scroll instead of becoming too narrow. */
import { darkTheme, declarations, lightTheme } from './theme.ts';

export const styleSheet = `
:root { color-scheme: light dark; ${declarations(lightTheme)} }
@media (prefers-color-scheme: dark) { :root { ${declarations(darkTheme)} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
.page { max-width: 1120px; margin: 0 auto; padding: 0 clamp(16px, 4vw, 40px) 64px; }
a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: 3px; }
a:hover { color: var(--accent); }
h1, h2, .math, .mark, .tile strong { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Charter, Georgia, "Liberation Serif", "DejaVu Serif", serif; }
h1 { font-size: clamp(2rem, 5.5vw, 3.1rem); line-height: 1.12; letter-spacing: -0.015em; font-weight: 600; margin: 0 0 12px; text-wrap: balance; }
h2 { font-size: 1.7rem; line-height: 1.2; font-weight: 600; margin: 0 0 8px; }
h3 { font-size: 0.95rem; font-weight: 600; margin: 0 0 8px; }
p { margin: 0 0 16px; }
.lead { color: var(--quiet); max-width: 72ch; text-wrap: pretty; }
header { padding: clamp(28px, 6vw, 64px) 0 8px; }
.mark { font-size: 1.15rem; font-style: italic; color: var(--accent); margin: 0 0 20px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 28px 0 20px; padding: 0; list-style: none; }
.tile { padding: 14px clamp(14px, 2vw, 18px); background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
.tile strong { display: block; font-size: clamp(1.45rem, 4.5vw, 1.9rem); line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums lining-nums; }
.tile span { display: block; text-wrap: balance; color: var(--quiet); font-size: 0.9rem; }
.tile.failed strong { color: var(--bad); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 0; margin: 0; list-style: none; font-size: 0.95rem; }
section { padding-top: 44px; margin-top: 44px; border-top: 1px solid var(--rule); }
.math { font-style: italic; font-size: 1.08em; line-height: 1.45; overflow-wrap: anywhere; }
sub, sup { font-size: 0.72em; line-height: 0; }
.stack { display: inline-flex; flex-direction: column; vertical-align: middle; font-size: 0.72em; line-height: 1.05; }
.stack sub { font-size: 1em; line-height: inherit; vertical-align: baseline; }
math { font-style: normal; }
th .math { display: block; font-weight: 400; color: var(--quiet); margin-top: 2px; }
.math.inline { white-space: normal; }
.scroll { position: relative; overflow-x: auto; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
.scroll:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
table { border-collapse: collapse; width: 100%; min-width: 860px; font-size: 0.92rem; }
table.figures { min-width: 680px; }
table.narrow { min-width: 0; overflow-wrap: anywhere; }
.narrow td:first-child { width: auto; padding-right: 12px; font-size: inherit; }
figure pre { overflow-x: auto; font-size: 0.82rem; }
.pictures + .pictures { margin-top: 20px; }
th, td { padding: 9px 12px; text-align: left; vertical-align: top; border-top: 1px solid var(--rule); }
thead th { border-top: 0; color: var(--quiet); font-weight: 500; font-size: 0.82rem; white-space: nowrap; }
tbody th { font-weight: 500; }
td:first-child { width: 1%; padding-right: 0; font-size: 1.05rem; }
details.part { margin-top: 8px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
details.part > summary { padding: 10px 16px; cursor: pointer; }
details.part > summary .count { color: var(--quiet); font-size: 0.88rem; white-space: nowrap; }
details.part > .scroll { border-width: 1px 0 0; border-radius: 0 0 10px 10px; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 10px; }
.claims { table-layout: fixed; overflow-wrap: anywhere; }
.claims thead th:nth-child(1) { width: 34px; }
.claims thead th:nth-child(3) { width: 29%; }
.claims thead th:nth-child(n + 4) { width: 98px; }
.claims thead th:nth-child(6) { width: 76px; }
.claims thead th:nth-child(7) { width: 144px; }
.claims .math { overflow-x: auto; overflow-y: hidden; }
.compared { color: var(--quiet); }
.detail { display: block; margin-top: 2px; color: var(--ink); font-variant-numeric: tabular-nums; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums lining-nums; }
.good { color: var(--good); font-weight: 700; }
.bad { color: var(--bad); font-weight: 700; }
tr.failed { background: color-mix(in srgb, var(--bad) 9%, transparent); }
.kind { margin-left: 8px; padding: 1px 7px; border: 1px solid var(--rule); border-radius: 99px; font-size: 0.75rem; font-weight: 400; color: var(--quiet); }
tr.model .kind { display: none; }
.strip { display: block; margin-top: 4px; }
.accent { color: var(--accent); }
.warm { color: var(--warm); }
.cool { color: var(--cool); }
.quiet { color: var(--quiet); }
.pictures { display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); }
figure { margin: 0; min-width: 0; padding: 16px 18px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; color: var(--quiet); font-family: inherit; }
figcaption { color: var(--quiet); font-size: 0.88rem; margin-top: 8px; }
@media (min-width: 720px) { .two { grid-template-columns: repeat(2, minmax(0, 1fr)); } .three { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (min-width: 980px) { .three { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(clamp(150px, 22vw, 230px), 1fr)); gap: 1px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; overflow: hidden; margin: 16px 0 24px; }
dl div { background: var(--card); padding: 9px 16px; box-shadow: 0 0 0 1px var(--rule); }
dt { color: var(--quiet); font-size: 0.82rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 640px) {
  .claims, table.figures { min-width: 0; }
  .claims, .claims tbody, .figures, .figures tbody { display: block; }
  .claims thead, .figures thead, .figures td:nth-child(5) { display: none; }
  .claims .claim, .figures tbody tr { display: grid; grid-template-columns: 28px auto auto minmax(0, 1fr); padding: 9px 12px; border-top: 1px solid var(--rule); column-gap: 10px; }
  .claims .claim > *, .figures tbody tr > * { padding: 0 0 3px; border: 0; width: auto; min-width: 0; }
  .figures tbody tr { grid-template-columns: 28px auto minmax(0, 1fr); }
  .figures tbody th { grid-column: 2 / -1; }
  .figures td { text-align: left; }
  .figures td[data-label] { grid-column: 2; }
  .figures td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
  .claims .claim > th, .claims .claim > .compared { grid-column: 2 / -1; }
  .claims .claim > td:first-child { grid-row: 1 / 4; }
}
@media print { section { break-inside: avoid; } .scroll { overflow: visible; } }
`;
