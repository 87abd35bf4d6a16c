import 'katex/dist/katex.min.css';
import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { defineAsyncComponent } from 'vue';
import { Picture } from './picture.ts';
// After the default theme's own styles, which it overrides.
import './style.css';
import '../home/home.css';

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('Picture', Picture);
    app.component(
      'Playground',
      defineAsyncComponent(() => import('../playground/playground.tsx')),
    );
    app.component(
      'LiveFlow',
      defineAsyncComponent(async () => (await import('../home/home.tsx')).LiveFlow),
    );
    app.component(
      'TenLines',
      defineAsyncComponent(async () => (await import('../home/home.tsx')).TenLines),
    );
    app.component(
      'PathFigure',
      defineAsyncComponent(async () => (await import('../figures/path-figure.tsx')).PathFigure),
    );
    app.component(
      'GapFigure',
      defineAsyncComponent(async () => (await import('../figures/gap-figure.tsx')).GapFigure),
    );
    app.component(
      'AverageVelocityFigure',
      defineAsyncComponent(
        async () => (await import('../figures/average-velocity-figure.tsx')).AverageVelocityFigure,
      ),
    );
    app.component(
      'GraphPanel',
      defineAsyncComponent(() => import('../graph-panel/panel.tsx')),
    );
  },
};

export default theme;
