"""Trains what fluxion exported into this folder, with JAX, on one device or many.

    python run.py --data data.npz --out DIR [--steps N] [--devices all] [--checkpoint-every N] [--resume]

The data are the arrays `points`, [n, columns], and for a model with classes `labels`, [n], from 0. DIR becomes a folder
as fluxion train writes it: fluxion sample DIR draws from it, and fluxion train --resume --out DIR goes on with it.
"""
import argparse, dataclasses, hashlib, itertools, json, math, os, pathlib, shutil, sys, time

HERE = pathlib.Path(__file__).resolve().parent
JAX_VERSION = "0.10."  # what this was tried with


def fail(message):
    sys.exit(f"run.py: {message}")


try:
    import jax
    import jax.numpy as jnp
    import numpy as np
    from jax import export
    from jax.extend import mlir
    from jax.sharding import Mesh, NamedSharding, PartitionSpec
    from safetensors.numpy import load_file, save, safe_open
except ImportError as error:
    fail(f"there is no module {error.name}; pip install 'jax=={JAX_VERSION}*' safetensors")
if not jax.__version__.startswith(JAX_VERSION):
    fail(f"wanted JAX {JAX_VERSION}*, which this was tried with, got {jax.__version__}; pip install 'jax=={JAX_VERSION}*'")
jax.config.update("jax_enable_x64", True)  # the counters of steps and the learning rate are float64


def load(path, mesh=None):
    """A program, as a function from values by name to values by name. Each device of a mesh gets its part of the batch."""
    signature = json.loads(path.with_suffix(".json").read_text())
    inputs, outputs = signature["inputs"], signature["outputs"]
    # JAX makes the envelope around a stub of the same types, and the program takes the place of the stub.
    stub = jax.jit(lambda *_: tuple(jnp.zeros(o["shape"], o["dtype"]) for o in outputs), keep_unused=True)
    exported = dataclasses.replace(
        export.export(stub)(*(jax.ShapeDtypeStruct(i["shape"], i["dtype"]) for i in inputs)),
        fun_name=path.stem,
        mlir_module_serialized=mlir.serialize_portable_artifact(path.read_text(), "1.0.0"),
        module_kept_var_idx=tuple(range(len(inputs))),
    )
    options = {"donate_argnums": tuple(k for k, i in enumerate(inputs) if i["donated"]), "keep_unused": True}
    if mesh:
        options["in_shardings"] = tuple(sharding(mesh, i["batch"]) for i in inputs)
        options["out_shardings"] = sharding(mesh, False)
    program = jax.jit(exported.call, **options)

    def run(values):
        return dict(zip((o["name"] for o in outputs), program(*(values[i["name"]] for i in inputs))))

    run.program, run.inputs, run.signature = program, inputs, signature
    return run


def sharding(mesh, batch):
    return NamedSharding(mesh, PartitionSpec("data") if batch else PartitionSpec())


def make_mesh(asked, batch_size):
    """The devices as one axis, over which a batch is shared."""
    devices = jax.devices()
    if asked != "all" and not (asked.isdigit() and 1 <= int(asked) <= len(devices)):
        fail(f"wanted --devices from 1 to {len(devices)}, or all, got {asked}")
    count = len(devices) if asked == "all" else int(asked)
    if batch_size % count:
        fail(f"{count} devices cannot share a batch of {batch_size} alike; export with another --batch, or use --devices")
    return Mesh(np.array(devices[:count]), ("data",))


def read_data(path, about):
    """The data as the model knows them: standardised, without constant columns, float32; and the labels."""
    try:
        arrays = np.load(path)
        points = np.asarray(arrays["points"], np.float64)
        labels = np.asarray(arrays["labels"], np.int32) if about["classes"] else None
    except (OSError, KeyError, ValueError) as error:
        fail(f"{path}: wanted a .npz file with points{' and labels' if about['classes'] else ''}: {error}")
    points = points.reshape(len(points), -1)
    if points.shape[1] != about["columns"]:
        fail(f"{path}: wanted points with {about['columns']} columns, got {points.shape[1]}")
    if not np.isfinite(points).all():
        fail(f"{path}: not all points are finite")
    if labels is not None and not (labels.shape == (len(points),) and ((labels >= 0) & (labels < about["classes"])).all()):
        fail(f"{path}: wanted a label from 0 to {about['classes'] - 1} for each point")
    if len(points) < about["batchSize"]:
        fail(f"{path}: wanted at least a batch of {about['batchSize']} points, got {len(points)}; export with a smaller --batch")
    mean, scale = (np.broadcast_to(np.array(about["standardization"][name]), points.shape[1]) for name in ("mean", "scale"))
    varying = scale != 0
    data = ((points[:, varying] - mean[varying]) / scale[varying]).astype(np.float32)
    return {"batch.data": data} if labels is None else {"batch.data": data, "batch.labels": labels}


def batches(data, key, size, done):
    """As fluxion's shuffledBatches: each epoch in an order of its own. The first `done` batches are passed over."""
    count = len(data["batch.data"])
    for epoch in itertools.count(done // (count // size)):
        order = np.asarray(jax.random.permutation(jax.random.fold_in(key, epoch), count))
        for place in range(count // size):
            if epoch * (count // size) + place >= done:
                yield {name: rows[order[place * size : (place + 1) * size]] for name, rows in data.items()}


def write(path, content):
    """A file that is never half-written."""
    if jax.process_index() == 0:
        partial = path.with_suffix(".partial")
        with open(partial, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)


def read_state(path):
    """The state by names, the keys, and what else the file says. Counters of steps stand among the metadata."""
    with safe_open(path, "numpy") as file:
        said = file.metadata()
    tensors = load_file(path)
    keys = {name: tensors.pop(name) for name in list(tensors) if name.startswith("key.")}
    counters = {name: np.float64(said[name]) for name in ("optimizerStep", "averageStep")}
    return {**tensors, **counters}, keys, said


def write_state(path, state, keys, said, step):
    """A checkpoint as fluxion writes it: sealed with the SHA-256 of its bytes, which stand as zeros meanwhile."""
    counters = {name: str(int(state[name])) for name in ("optimizerStep", "averageStep")}
    where = {"node": f"jax {jax.__version__}", "platform": jax.default_backend(), "backend": "xla", "arithmetic": "xla"}
    said = {**said, **counters, **where, "format": "fluxion checkpoint 2", "sha256": "0" * 64, "step": str(step)}
    content = save({**{name: np.asarray(x) for name, x in state.items() if name not in counters}, **keys}, said)
    write(path, content.replace(b"0" * 64, hashlib.sha256(content).hexdigest().encode(), 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, help="the number of the last step (default: that of the run)")
    parser.add_argument("--devices", default="all")
    parser.add_argument("--checkpoint-every", type=int, help="save after every n steps (default: every 15 seconds)")
    parser.add_argument("--resume", action="store_true", help="go on with the run in DIR")
    given = parser.parse_args()
    if "JAX_COORDINATOR_ADDRESS" in os.environ or "SLURM_JOB_NUM_NODES" in os.environ:
        jax.distributed.initialize()  # many machines: each runs this program, with the same data
    about, rates = json.loads((HERE / "run.json").read_text()), np.load(HERE / "learning-rates.npy")
    last = given.steps or len(rates)
    if last > len(rates):
        fail(f"wanted at most the {len(rates)} --steps that were exported, got {last}")
    checkpoint, metrics = given.out / "checkpoint.safetensors", given.out / "metrics.jsonl"
    if given.resume and not checkpoint.exists():
        fail(f"there is no checkpoint in {given.out} to go on from")
    if not given.resume and metrics.exists():
        fail(f"there is a run in {given.out} already; go on with it (--resume), or take another --out")
    data = read_data(given.data, about)
    mesh = make_mesh(given.devices, about["batchSize"])
    state, keys, said = read_state(checkpoint if given.resume else HERE / "state.safetensors")
    state = jax.device_put(state, sharding(mesh, False))
    program, done = load(HERE / "step.mlir", mesh), int(said["step"])
    given.out.mkdir(parents=True, exist_ok=True)
    lines = metrics.read_text().splitlines(True)[:done] if metrics.exists() else []
    write(metrics, "".join(lines).encode())
    shutil.copyfile(HERE / "config.json", given.out / "config.json")
    training, saved = keys["key.training"], time.monotonic()
    with open(metrics, "a") as log:
        for step, batch in zip(range(done + 1, last + 1), batches(data, keys["key.batches"], about["batchSize"], done)):
            placed = {n: jax.make_array_from_callback(x.shape, sharding(mesh, True), lambda at, x=x: x[at]) for n, x in batch.items()}
            results = program({**state, **placed, "key": jax.random.fold_in(training, step), "learningRate": rates[step - 1]})
            state = {name: results.pop(name) for name in state}
            numbers = {name.removeprefix("losses."): float(x) for name, x in results.items()}
            if not all(map(math.isfinite, numbers.values())):
                write_state(checkpoint, state, keys, said, step - 1)
                fail(f"the loss of step {step} is not finite: {numbers}; the state before it is {checkpoint}")
            log.write(json.dumps({"step": step, **numbers, "learningRate": float(rates[step - 1])}) + "\n")
            due = time.monotonic() - saved > 15 if given.checkpoint_every is None else step % given.checkpoint_every == 0
            if due or step == last:
                log.flush()
                os.fsync(log.fileno())
                write_state(checkpoint, state, keys, said, step)
                saved = time.monotonic()
    model = {name: np.asarray(x) for name, x in load(HERE / "model.mlir")({n: np.asarray(x) for n, x in state.items()}).items()}
    write(given.out / "model.safetensors", save(model, {"format": "pt"}))
    print(f"{last} steps on {mesh.size} devices; fluxion sample {given.out} draws from the model")


if __name__ == "__main__":
    main()
