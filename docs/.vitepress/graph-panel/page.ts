/** What the panel needs of the page around it: the address, the width, the keys, and scrolling. */
import { onBeforeUnmount, onMounted, type Ref, watch } from 'vue';

/**
 * Writes the query into the address, a moment after it has changed. If the query is null, the address stays.
 */
export function useAddress(query: () => string | null): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(query, (text) => {
    clearTimeout(timer);
    if (text === null) return;
    // Browsers refuse more than a few hundred changes in half a minute, and a slider that is dragged makes
    // that many.
    timer = setTimeout(
      () => history.replaceState(history.state, '', location.pathname + text + location.hash),
      150,
    );
  });
  onBeforeUnmount(() => clearTimeout(timer));
}

/** Keeps the width of an element, in pixels. */
export function useWidth(element: Ref<HTMLElement | undefined>, width: Ref<number>): void {
  const observer = new ResizeObserver(([entry]) => {
    if (entry) width.value = entry.contentRect.width;
  });
  onMounted(() => element.value && observer.observe(element.value));
  onBeforeUnmount(() => observer.disconnect());
}

/** Calls back again and again until the panel is removed. */
export function useInterval(seconds: number, callback: () => void): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  onMounted(() => {
    timer = setInterval(callback, 1000 * seconds);
  });
  onBeforeUnmount(() => clearInterval(timer));
}

/** Handles arrow keys, Home and End, except on elements where these keys mean something else. */
export function useStepKeys(
  position: () => number,
  last: () => number,
  go: (position: number) => void,
): void {
  const press = (event: KeyboardEvent) => {
    const { target, key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (altKey || ctrlKey || metaKey || shiftKey) return;
    const inPanel = target instanceof Element && target.closest('.graph-panel') !== null;
    if (target instanceof Element && target.closest('input, select, textarea, table')) return;
    const to = {
      ArrowLeft: position() - 1,
      ArrowRight: position() + 1,
      // On the rest of the page these scroll.
      Home: inPanel ? 0 : undefined,
      End: inPanel ? last() : undefined,
    }[key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  onMounted(() => document.addEventListener('keydown', press));
  onBeforeUnmount(() => document.removeEventListener('keydown', press));
}

/**
 * Brings the current node into view: sideways within the box, and up or down the page, below what sticks to
 * its top.
 */
export function reveal(box: HTMLElement, sticky: HTMLElement): void {
  const nodes = [...box.querySelectorAll('.node.current')].map((node) => node.getBoundingClientRect());
  if (nodes.length === 0) return;
  const frame = box.getBoundingClientRect();
  const margin = 12;
  const left = Math.min(...nodes.map((node) => node.left)) - margin - frame.left;
  const right = Math.max(...nodes.map((node) => node.right)) + margin - frame.right;
  const stuckBottom = Number.parseFloat(getComputedStyle(sticky).top) + sticky.offsetHeight;
  const top = Math.min(...nodes.map((node) => node.top)) - margin - stuckBottom;
  const bottom = Math.max(...nodes.map((node) => node.bottom)) + margin - innerHeight;
  const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
  box.scrollBy({ left: shift(left, right), behavior });
  scrollBy({ top: shift(top, bottom), behavior });
}

/** How far to scroll so that both ends are inside. If there is no room for both, the beginning is inside. */
function shift(before: number, after: number): number {
  return before < 0 ? before : Math.min(Math.max(after, 0), Math.max(before, 0));
}
