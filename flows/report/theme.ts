/** The colours of the light and the dark theme. In the page they are CSS variables, such as `var(--ink)`. */

export type ColourName =
  | 'paper'
  | 'card'
  | 'ink'
  | 'quiet'
  | 'rule'
  | 'accent'
  | 'warm'
  | 'cool'
  | 'good'
  | 'bad'
  | 'faint';

export type Theme = Readonly<Record<ColourName, string>>;

export const lightTheme: Theme = {
  paper: '#faf9f6',
  card: '#ffffff',
  ink: '#1c2026',
  quiet: '#5c6470',
  rule: '#e2dfd8',
  accent: '#3454d1',
  warm: '#b5501a',
  cool: '#0f766e',
  good: '#157347',
  bad: '#b42318',
  faint: '#b9bcc2',
};

export const darkTheme: Theme = {
  paper: '#121417',
  card: '#1a1d22',
  ink: '#e8e6e1',
  quiet: '#a0a6b0',
  rule: '#2e333b',
  accent: '#8ea4ff',
  warm: '#f0a060',
  cool: '#4fc7b8',
  good: '#5fca90',
  bad: '#ff8a7a',
  faint: '#565c66',
};

/** A reference to a colour of the page's theme, for an SVG attribute. */
export function colour(name: ColourName): string {
  return `var(--${name})`;
}

/** The theme as CSS declarations. */
export function declarations(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');
}

/** An SVG with the theme's colours in place of the variables, for renderers without CSS variables. */
export function resolveColours(svg: string, theme: Theme): string {
  return svg
    .replace(/var\(--(\w+)\)/g, (whole, name: string) => theme[name as ColourName] ?? whole)
    .replaceAll('currentColor', theme.ink);
}
