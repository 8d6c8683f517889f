"""start: MiniLM from exec to the first step, a checkpoint against dd, evaluation with the mask applied once."""
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

from stepper import HERE, MODEL, PYTHON, ROOT, Stepper, milliseconds
from table import row
from trial import events, spec

EXAMPLES = 1000
SHAPE = ["batch=16", "length=128", "method=movement"]


def first_step_of_ours(options, folder):
    """Seconds until the trainer has told of its first step."""
    folder.mkdir()
    lines = (ROOT / ".deps/quickstart/wordnet.train.tsv").read_text().splitlines()[:EXAMPLES + 1]
    data = folder / "train.tsv"
    data.write_text("\n".join(lines) + "\n")
    task = {"train": str(data), "dev": str(data), "format": {"layout": "tsv", "header": True, "text": ["definition"], "label": "label"}}
    begin = time.perf_counter()
    for event in events(options, folder, spec(folder, task, 50, 16, options.threads)):
        if event["step"] > 0:
            return time.perf_counter() - begin


def first_step_of_reference():
    begin = time.perf_counter()
    with Stepper(PYTHON, HERE / "reference_step.py", MODEL, *SHAPE) as theirs:
        theirs.run(1)
        return time.perf_counter() - begin


def dd(file, size):
    begin = time.perf_counter()
    subprocess.run(["dd", "if=/dev/zero", f"of={file}", "bs=4M", "iflag=count_bytes", f"count={size}", "conv=fsync"],
                   check=True, stderr=subprocess.DEVNULL)
    return {"steps": 1, "seconds": time.perf_counter() - begin}


def checkpoint_and_evaluation(options, folder):
    with Stepper(options.build / "tests/start_bench", MODEL, *SHAPE, f"threads={options.threads}") as trial:
        written, plain, once, each = [], [], [], []
        for turn in range(options.turns + 1):
            results = [trial.command(f"checkpoint {folder}/ours"), None, trial.command("evaluate 3"),
                       trial.command("evaluate_masked 3")]
            results[1] = dd(f"{folder}/plain", results[0]["bytes"])
            for file in ("ours", "plain"):
                os.remove(f"{folder}/{file}")
            if turn:
                for of_case, result in zip((written, plain, once, each), results):
                    of_case.append(result)
    ours, other = milliseconds(written), milliseconds(plain)
    return [row(f"checkpoint of {written[-1]['bytes'] / 1e6:.0f} MB", ours, other, "dd with fsync", other,
                note=f"{ours / other:.2f} × dd (goal at most 1.3)"),
            row("evaluation, mask applied once", milliseconds(once), milliseconds(each), "mask applied in each pass")]


def start(options):
    with tempfile.TemporaryDirectory(prefix="sparsweep-bench-", dir=options.build) as name:
        folder = pathlib.Path(name)
        ours = [first_step_of_ours(options, folder / f"turn-{turn}") for turn in range(options.turns + 1)][1:]
        theirs = [first_step_of_reference() for _ in range(2)][1:]
        rows = [row(f"exec to first step, {EXAMPLES} examples", 1e3 * statistics.median(ours), 1e3 * statistics.median(theirs),
                    "reference's way, without data", 1500.0, note="limit: the goal")]
        return rows + checkpoint_and_evaluation(options, folder)
