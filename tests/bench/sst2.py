"""A row of step: SST-2 by the trainer, batches of examples of like length, against every example padded to 128."""
import pathlib
import statistics
import tempfile

from stepper import HERE, MODEL, PYTHON, ROOT, Stepper
from table import row
from trial import events, spec

DATA = ROOT / "data/glue/SST-2"
BATCH, STEPS, WARM_UP = 32, 50, 10


def ours(options):
    """Examples a second: the trainer's own figures, the median of those after the first steps."""
    with tempfile.TemporaryDirectory(prefix="sparsweep-bench-") as name:
        folder = pathlib.Path(name)
        task = {"train": str(DATA / "train.tsv"), "dev": str(DATA / "dev.tsv"), "format": {"layout": "glue/sst2"}}
        told = []
        for event in events(options, folder, spec(folder, task, STEPS, BATCH, options.threads, options.precision)):
            if event["type"] == "progress" and event["step"] > WARM_UP:
                told.append(event["examples_per_second"])
            if event["step"] >= STEPS:
                break
        return statistics.median(told)


def theirs(options):
    with Stepper(PYTHON, HERE / "reference_step.py", MODEL, f"batch={BATCH}", "length=128", "method=movement",
                 f"threads={options.threads}") as stepper:
        stepper.run(1)
        return statistics.median(BATCH / stepper.run(1)["seconds"] for _ in range(3))


def sst2(options):
    if not (DATA / "train.tsv").exists():
        print("step: no row for SST-2; put GLUE's train.tsv and dev.tsv into data/glue/SST-2")
        return []
    mine, other = ours(options), theirs(options)
    return [{**row("SST-2, movement, lengths as they are", mine, other, "the reference's way, padded to 128", unit="examples/s"),
             "ratio": mine / other}]
