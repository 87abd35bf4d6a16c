import dataclasses
import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax import export
from jax.extend import mlir

jax.config.update("jax_enable_x64", True)

def load(path, place=None):
    path = pathlib.Path(path)
    signature = json.loads(path.with_suffix(".json").read_text())
    inputs, outputs = signature["inputs"], signature["outputs"]
    stub = jax.jit(lambda *_: tuple(jnp.zeros(o["shape"], o["dtype"]) for o in outputs), keep_unused=True)
    exported = export.export(stub)(*(jax.ShapeDtypeStruct(i["shape"], i["dtype"]) for i in inputs))
    exported = dataclasses.replace(
        exported,
        fun_name=path.stem,
        mlir_module_serialized=mlir.serialize_portable_artifact(path.read_text(), "1.0.0"),
        module_kept_var_idx=tuple(range(len(inputs))),
    )
    program = jax.jit(exported.call, keep_unused=True)
    return lambda values: dict(zip((o["name"] for o in outputs), program(*(values[i["name"]] for i in inputs))))
