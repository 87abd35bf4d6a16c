/** The program that trains an exported step. Written by spec/tools/write-run-py.ts from run.py. */
export const runText: string = `"""Trains what fluxion exported into this folder, with JAX, on one device or many.

    python run.py --data data.npz --out DIR [--steps N] [--devices all] [--checkpoint-every N] [--resume]

The data are the arrays \`points\`, [n, columns], and for a model with classes \`labels\`, [n], from 0. DIR becomes a folder
as fluxion train writes it: fluxion sample DIR draws from it, and fluxion train --resume --out DIR goes on with it.
"""
import argparse, dataclasses, hashlib, itertools, json, math, os, pathlib, sys, time

HERE = pathlib.Path(__file__).resolve().parent
JAX_VERSION = "0.10."  # what this was tried with

def fail(message):
    sys.exit(f"run.py: {message}")

try:
    import jax
    import jax.numpy as jnp
    import numpy as np
    from jax.sharding import Mesh, NamedSharding, PartitionSpec
    from safetensors.numpy import load_file, safe_open, save
except ImportError as error:
    fail(f"there is no module {error.name}; pip install 'jax=={JAX_VERSION}*' safetensors")
if not jax.__version__.startswith(JAX_VERSION):
    fail(f"wanted JAX {JAX_VERSION}*, which this was tried with, got {jax.__version__}; pip install 'jax=={JAX_VERSION}*'")
from jax import export
from jax.extend import mlir

jax.config.update("jax_enable_x64", True)  # the counters of steps and the learning rate are float64

def sharding(mesh, batch):
    return NamedSharding(mesh, PartitionSpec("data") if batch else PartitionSpec())

def load(path, mesh=None):
    """A program, as a function from values by name to values by name. The devices of a mesh share the batch."""
    signature = json.loads(path.with_suffix(".json").read_text())
    inputs, outputs = signature["inputs"], signature["outputs"]
    # JAX makes the envelope around a stub of the same types, and the program takes the place of the stub.
    stub = jax.jit(lambda *_: tuple(jnp.zeros(o["shape"], o["dtype"]) for o in outputs), keep_unused=True)
    exported = dataclasses.replace(
        export.export(stub)(*(jax.ShapeDtypeStruct(i["shape"], i["dtype"]) for i in inputs)),
        mlir_module_serialized=mlir.serialize_portable_artifact(path.read_text(), "1.0.0"),
        module_kept_var_idx=tuple(range(len(inputs))),
    )
    options = {"donate_argnums": tuple(k for k, i in enumerate(inputs) if i["donated"]), "keep_unused": True}
    if mesh:
        options |= {"in_shardings": tuple(sharding(mesh, i["batch"]) for i in inputs), "out_shardings": sharding(mesh, False)}
    jitted = jax.jit(exported.call, **options)
    run = lambda values: dict(zip((o["name"] for o in outputs), jitted(*(values[i["name"]] for i in inputs))))
    run.jitted, run.inputs = jitted, inputs  # for those who look at what XLA makes of it
    return run

def make_mesh(asked, batch_size):
    """The devices as one axis, over which a batch is shared."""
    devices = jax.devices()
    count = len(devices) if asked == "all" else asked
    if not 1 <= count <= len(devices) or batch_size % count:
        fail(f"{count} of {len(devices)} devices cannot share a batch of {batch_size} alike; say --devices, or export with another --batch")
    return Mesh(np.array(devices[:count]), ("data",))

def read_data(path, about):
    """The data as the model knows them: standardised, without constant columns, float32; and the labels."""
    columns, classes, size = about["columns"], about["classes"], about["batchSize"]
    try:
        arrays = np.load(path)
        points = np.asarray(arrays["points"], np.float64)
        points = points.reshape(len(points), math.prod(points.shape[1:]))
        labels = np.asarray(arrays["labels"]) if classes else None
    except Exception as error:  # NumPy has many, for a file that is empty, cut off, or of another kind
        fail(f"{path}: wanted a .npz file with points{' and labels' if classes else ''}: {error}")
    named = not classes or (labels.shape == points.shape[:1] and np.isin(labels, np.arange(classes)).all())
    for holds, wanted in (
        (points.shape[1] == columns, f"points with {columns} columns, got {points.shape[1]}"),
        (np.isfinite(points).all(), "points that are finite"),
        (named, f"a label from 0 to {classes - 1} for each point"),
        (len(points) >= size, f"at least the {size} points of a batch, got {len(points)}; export with a smaller --batch"),
    ):
        if not holds:
            fail(f"{path}: wanted {wanted}")
    mean, scale = (np.broadcast_to(np.array(about["standardization"][name]), columns) for name in ("mean", "scale"))
    varying = scale != 0
    data = ((points[:, varying] - mean[varying]) / scale[varying]).astype(np.float32)
    return {"batch.data": data, **({"batch.labels": labels.astype(np.int32)} if classes else {})}

def batches(data, key, size, done):
    """As fluxion's shuffledBatches: each epoch in an order of its own. The first \`done\` batches are passed over."""
    per_epoch = len(data["batch.data"]) // size
    for epoch in itertools.count(done // per_epoch):
        order = np.asarray(jax.random.permutation(jax.random.fold_in(key, epoch), len(data["batch.data"])))
        for place in range(done % per_epoch if epoch == done // per_epoch else 0, per_epoch):
            yield {name: rows[order[place * size : (place + 1) * size]] for name, rows in data.items()}

def write(path, content):
    """A file that is never half-written. Of many machines, the first one writes."""
    if jax.process_index() != 0:
        return
    partial = path.with_suffix(".partial")
    with open(partial, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)

def read_state(path):
    """The state by names, the keys, and what else the file says. Counters of steps stand among the metadata."""
    tensors, said = load_file(path), safe_open(path, "numpy").metadata()
    keys = {name: tensors.pop(name) for name in list(tensors) if name.startswith("key.")}
    return {**tensors, **{name: np.float64(said[name]) for name in ("optimizerStep", "averageStep")}}, keys, said

def write_state(path, state, keys, said, step):
    """A checkpoint as fluxion writes it: sealed with the SHA-256 of its bytes, which stand as zeros meanwhile."""
    counters = {name: str(int(state[name])) for name in ("optimizerStep", "averageStep")}
    said = {**said, **counters, "format": "fluxion checkpoint 2", "sha256": "0" * 64, "step": str(step)}
    said |= {"node": f"jax {jax.__version__}", "platform": jax.default_backend(), "backend": "xla", "arithmetic": "xla"}
    content = save({**{name: np.asarray(x) for name, x in state.items() if name not in counters}, **keys}, said)
    write(path, content.replace(b"0" * 64, hashlib.sha256(content).hexdigest().encode(), 1))

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--data", "--out"):
        parser.add_argument(name, type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, help="the number of the last step (default: that of the run)")
    parser.add_argument("--devices", default="all", type=lambda text: text if text == "all" else int(text))
    parser.add_argument("--checkpoint-every", type=int, help="save after every n steps (default: every 15 seconds)")
    parser.add_argument("--resume", action="store_true", help="go on with the run in DIR")
    asked = parser.parse_args()
    if "JAX_COORDINATOR_ADDRESS" in os.environ:  # many machines, each of which runs this program with the same data
        said = lambda name: int(os.environ[name]) if name in os.environ else None  # else JAX asks the cluster
        jax.distributed.initialize(num_processes=said("JAX_NUM_PROCESSES"), process_id=said("JAX_PROCESS_ID"))
    train(asked, json.loads((HERE / "run.json").read_text()), np.load(HERE / "learning-rates.npy"))

def train(asked, about, rates):
    checkpoint, metrics = asked.out / "checkpoint.safetensors", asked.out / "metrics.jsonl"
    last, size = len(rates) if asked.steps is None else asked.steps, about["batchSize"]
    if metrics.exists() and not asked.resume:
        fail(f"there is a run in {asked.out} already; go on with it (--resume), or take another --out")
    data, mesh = read_data(asked.data, about), make_mesh(asked.devices, size)
    state, keys, said = read_state(checkpoint if asked.resume and checkpoint.exists() else HERE / "state.safetensors")
    state, step_program = jax.device_put(state, sharding(mesh, False)), load(HERE / "step.mlir", mesh)
    done, saved = int(said["step"]), time.monotonic()
    if not done <= last <= len(rates):
        fail(f"wanted --steps from the {done} that are done to the {len(rates)} that were exported, got {last}")
    asked.out.mkdir(parents=True, exist_ok=True)
    if (HERE / "config.json").exists():
        write(asked.out / "config.json", (HERE / "config.json").read_bytes())
    old = metrics.read_text().splitlines(keepends=True) if metrics.exists() else []
    lines = [line for line in old if json.loads(line)["step"] <= done]
    for step, batch in zip(range(done + 1, last + 1), batches(data, keys["key.batches"], size, done)):
        rest = {"key": jax.random.fold_in(keys["key.training"], step), "learningRate": rates[step - 1]}
        results = step_program({**state, **jax.device_put(batch, sharding(mesh, True)), **rest})
        state = {name: results.pop(name) for name in state}
        numbers = {name.removeprefix("losses."): float(x) for name, x in results.items()}
        finite = all(map(math.isfinite, numbers.values()))
        lines += [json.dumps({"step": step, **numbers, "learningRate": rates[step - 1]}) + "\\n"] if finite else []
        due = step % asked.checkpoint_every == 0 if asked.checkpoint_every else time.monotonic() - saved > 15
        if due or step == last or not finite:
            write(metrics, "".join(lines).encode())
            write_state(checkpoint, state, keys, said, step if finite else step - 1)
            saved = time.monotonic()
        if not finite:
            fail(f"the loss of step {step} is not finite: {numbers}; the state before it is {checkpoint}")
    model = load(HERE / "model.mlir")({name: np.asarray(x) for name, x in state.items()})
    write(asked.out / "model.safetensors", save({name: np.array(x, order="C") for name, x in model.items()}, {"format": "pt"}))
    print(f"{last} steps done, on {mesh.size} devices; fluxion sample {asked.out} draws from the model")

if __name__ == "__main__":
    main()
`;
