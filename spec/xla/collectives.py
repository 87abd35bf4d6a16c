"""Counts, in what XLA made of the step in a folder, the collective operations and the batch that a device has.

    python collectives.py FOLDER DEVICES
"""
import importlib.util
import json
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])
spec = importlib.util.spec_from_file_location("run", folder / "run.py")
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)

size = json.loads((folder / "run.json").read_text())["batchSize"]
step = run.load(folder / "step.mlir", run.make_mesh(int(sys.argv[2]), size))
text = step.jitted.lower(*(run.jax.ShapeDtypeStruct(i["shape"], i["dtype"]) for i in step.inputs)).compile().as_text()
operations = re.findall(r"= (\S.*?) (all-reduce|all-gather|all-to-all|collective-permute|reduce-scatter)(?:-start)?\(", text)
place = next(k for k, i in enumerate(step.inputs) if i["name"] == "batch.data")
batch = re.search(rf"= (\S+?)\{{\S* parameter\({place}\), sharding", text)
reduced = [re.findall(r"\w+\[[\d,]*\]", types) for name in ["all-reduce"] for types, kind in operations if kind == name]
print(json.dumps({"kinds": sorted({kind for _, kind in operations}), "reduced": sum(reduced, []), "batch": batch and batch[1]}))
