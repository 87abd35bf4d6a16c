import { type FunctionalComponent, h } from 'vue';

const files: Readonly<Record<string, string>> = import.meta.glob<string>('../../images/*.png', {
  eager: true,
  query: '?url',
  import: 'default',
});

/** A picture of docs/images, in its light and its dark edition; the style sheet shows one. */
export const Picture: FunctionalComponent<{ name: string; alt: string }> = ({ name, alt }) =>
  ['', '-dark'].map((edition) =>
    h('img', {
      class: ['picture', edition === '' ? 'light' : 'dark'],
      src: files[`../../images/${name}${edition}.png`],
      alt,
      loading: 'lazy',
    }),
  );
Picture.props = ['name', 'alt'];
