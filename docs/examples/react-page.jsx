/**
 * A React page that trains without freezing: a worker trains and draws samples, the page shows them.
 *
 * The page is `<div id="root"></div>` and this script. docs/react.md says how to bundle it.
 */
import { random } from 'fluxion';
import { moons } from 'fluxion/flows';
import { fitFlowInWorker } from 'fluxion/worker';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

const steps = Number(new URLSearchParams(location.search).get('steps') ?? 2000);
const data = moons(random.key(0), 4096).points;

function App() {
  const [run, setRun] = useState(0); // 0: not yet
  const [progress, setProgress] = useState();
  const [points, setPoints] = useState([]);
  const [failure, setFailure] = useState('');

  useEffect(() => {
    if (run === 0) return;
    const stop = new AbortController();
    train({ signal: stop.signal, onProgress: setProgress }).then(setPoints, (error) => {
      if (error.name !== 'AbortError') setFailure(error.message);
    });
    return () => stop.abort(); // when the page goes, or another run begins
  }, [run]);

  return (
    <main>
      <button type="button" onClick={() => setRun(run + 1)}>
        Train
      </button>
      <progress max={steps} value={progress?.step ?? 0} />
      <p>{failure || (progress && `step ${progress.step}: loss ${progress.loss.toFixed(3)}`)}</p>
      <Plot points={points} />
    </main>
  );
}

/** The worker trains, and draws a thousand samples. Then it ends. */
async function train({ signal, onProgress }) {
  const flow = await fitFlowInWorker(data, { steps, signal, onProgress });
  try {
    const samples = await flow.sample(1000, { steps: 10 });
    return samples.toArray();
  } finally {
    flow.close();
  }
}

function Plot({ points }) {
  const canvas = useRef(null);
  useEffect(() => {
    const context = canvas.current.getContext('2d');
    context.clearRect(0, 0, 360, 240);
    context.fillStyle = 'steelblue';
    for (const [x, y] of points) context.fillRect(90 * (x + 1.5), 90 * (1.6 - y), 2, 2);
  }, [points]);
  return <canvas ref={canvas} width="360" height="240" role="img" aria-label="The samples" />;
}

createRoot(document.getElementById('root')).render(<App />);
