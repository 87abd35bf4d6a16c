/** The time that the plane shows. The reader chooses it, or it runs again and again from noise to data. */
import { onBeforeUnmount, onMounted, ref } from 'vue';

const secondsPerRun = 3.2;
/** How long to rest at the data, as a share of a run. */
const rest = 0.35;

export function usePlayback() {
  const time = ref(1);
  const isPlaying = ref(false);
  let frame = 0;
  let start = 0;

  const tick = (now: number) => {
    const share = ((now - start) / 1000 / secondsPerRun) % (1 + rest);
    time.value = Math.min(1, share);
    frame = requestAnimationFrame(tick);
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    isPlaying.value = false;
  };
  const run = () => {
    if (isPlaying.value) return;
    isPlaying.value = true;
    start = performance.now() - (time.value >= 1 ? 0 : 1000 * secondsPerRun * time.value);
    frame = requestAnimationFrame(tick);
  };

  let mayMove = true;
  onMounted(() => {
    mayMove = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  });
  onBeforeUnmount(stop);

  return {
    time,
    isPlaying,
    toggle: () => (isPlaying.value ? stop() : run()),
    /** Lets time run, unless the reader's settings ask for less motion. */
    play: () => mayMove && run(),
    show(t: number) {
      stop();
      time.value = t;
    },
  };
}
