"""scale: a hard movement step as one size grows and the others stay, and two ranks against two threads."""
import subprocess
import tempfile

from rank_pair import RankPair
from stepper import HERE, PYTHON, Stepper, in_turns, milliseconds
from steps import products_alone
from table import row

QUICK = ({"layers": 2, "hidden": 256, "length": 64, "density": 10, "batch": 8},
         {"layers": [2, 4, 8], "hidden": [128, 256, 512], "length": [64, 128], "density": [1, 10, 100]})
FULL = ({"layers": 6, "hidden": 384, "length": 128, "density": 10, "batch": 16},
        {"layers": [2, 4, 6, 12, 24], "hidden": [128, 256, 384, 512, 768, 1024], "length": [64, 128, 256, 512],
         "density": [1, 3, 10, 30, 100]})


class Models:
    """Random models by size, made when they are first asked for."""

    def __init__(self, folder):
        self.folder, self.made = folder, {}

    def of(self, layers, hidden):
        if (layers, hidden) not in self.made:
            model = f"{self.folder}/{layers}-{hidden}"
            subprocess.run([PYTHON, HERE / "random_model.py", model, str(layers), str(hidden)], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.made[layers, hidden] = model
        return self.made[layers, hidden]


def values_of(size, batch, threads):
    return [f"batch={batch}", f"length={size['length']}", f"density={size['density'] / 100}", "method=movement", f"threads={threads}"]


def one_size(options, models, size, case):
    model = models.of(size["layers"], size["hidden"])
    values = values_of(size, size["batch"], options.threads)
    with Stepper(options.build / "tests/step_bench", model, *values) as ours, \
            Stepper(PYTHON, HERE / "reference_step.py", model, *values) as theirs:
        mine, other = in_turns([ours, theirs], 1, options.turns)
    limit = products_alone(size["layers"], size["batch"], size["length"], size["hidden"], 4 * size["hidden"], options.threads)
    return row(case, milliseconds(mine), milliseconds(other), "the reference's way", limit,
               bytes_a_weight=mine[-1]["state_bytes"] / mine[-1]["prunable"], peak_rss_mib=mine[-1]["peak_rss_mib"],
               other_peak_rss_mib=other[-1]["peak_rss_mib"])


def ranks_against_threads(options, models, size, case):
    """As many examples a step: two ranks of one thread against one of two."""
    model, batch = models.of(size["layers"], size["hidden"]), size["batch"]
    single, pair = [], []
    with Stepper(options.build / "tests/step_bench", model, *values_of(size, batch, 2)) as alone, \
            RankPair(options, model, *values_of(size, batch // 2, 1), hosts=None) as ranks:
        for turn in range(options.turns + 1):
            results = alone.run(1), ranks.run("overlapped", 1)
            if turn:
                single.append(results[0])
                pair.append(results[1])
    return row(case, milliseconds(pair), milliseconds(single), "1 rank × 2 threads",
               sent_mb=pair[-1]["given_bytes"] / pair[-1]["steps"] / 1e6, peak_rss_mib=2 * pair[-1]["peak_rss_mib"],
               other_peak_rss_mib=single[-1]["peak_rss_mib"])


def scale(options):
    base, axes = FULL if options.full else QUICK
    rows = []
    with tempfile.TemporaryDirectory(prefix="sparsweep-bench-") as folder:
        models = Models(folder)
        for axis, points in axes.items():
            for point in points:
                size = {**base, axis: point}
                rows.append(one_size(options, models, size, f"{axis} {point}"))
        if options.full:
            rows.append(one_size(options, models, {**base, "layers": 12, "hidden": 768}, "BERT-base: layers 12, hidden 768"))
        for layers in axes["layers"][-2:]:
            size = {**base, "layers": layers}
            rows.append(ranks_against_threads(options, models, size, f"2 ranks × 1 thread, layers {layers}"))
    print("scale: from " + ", ".join(f"{name} {value}" for name, value in base.items()) + ", hard movement")
    return rows
