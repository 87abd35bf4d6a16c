"""The other end of a peer (`spec/bench/step/peer.ts`), in Python: says what the check gave, then makes
as many steps as each line of its input asks for."""

import json
import sys
import time

import numpy as np


def problem():
    """The threads, the name of the problem, its sizes, and its arrays, from the command line."""
    threads, setting, path = sys.argv[1:]
    setting = json.loads(setting)
    values = np.fromfile(path, np.float32)
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in setting["shapes"]])
    arrays = [a.reshape(s) for a, s in zip(np.split(values, ends[:-1]), setting["shapes"])]
    return int(threads), setting["problem"], setting["sizes"], arrays


def serve(check, run):
    print(json.dumps(check), flush=True)
    for line in sys.stdin:
        count = int(line)
        start, start_processor = time.perf_counter(), time.process_time()
        run(count)
        wall, processor = time.perf_counter() - start, time.process_time() - start_processor
        print(json.dumps({"wall": wall * 1e3 / count, "processor": processor * 1e3 / count}), flush=True)
