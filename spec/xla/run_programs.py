"""Runs each program of a folder, and writes what it gives.

    python run_programs.py RUN_PY FOLDER

A program is NAME.mlir with its signature NAME.json; it takes NAME.inputs.safetensors and gives
NAME.outputs.safetensors. RUN_PY is the program that fluxion export writes: its loader is what is tried.
"""
import importlib.util
import pathlib
import sys

from safetensors.numpy import load_file, save_file

run_py, folder = sys.argv[1], pathlib.Path(sys.argv[2])
spec = importlib.util.spec_from_file_location("run", run_py)
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)

for path in sorted(folder.glob("*.mlir")):
    try:
        outputs = run.load(path)(load_file(path.with_suffix(".inputs.safetensors")))
        save_file({name: run.np.array(value, order="C") for name, value in outputs.items()}, path.with_suffix(".outputs.safetensors"))
    except Exception as error:  # noqa: BLE001: the spec of this program says what happened
        path.with_suffix(".error.txt").write_text(f"{type(error).__name__}: {str(error)[:3000]}")
