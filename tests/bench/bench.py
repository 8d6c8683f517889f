"""bench.py BUILD NAME [--json FILE]: one of our benchmarks beside what it is compared with.

step    training steps of each method against the reference's way and plain transformers, MiniLM 16 × 128
select  the masks' selection against a sort
update  the optimizer's arithmetic against PyTorch's fused AdamW and a copy of as many bytes

Ours and the other run in turns within one call; figures are medians over the turns. `limit` is what the machine needs
at least, measured in the same run: a copy of the bytes that must move, or the matrix products alone.
"""
import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHON = ROOT / ".deps/peer-venv/bin/python"
MODEL = ROOT / ".deps/quickstart/model"
METHODS = ["dense", "magnitude", "movement", "soft_movement", "l0"]


class Stepper:
    """A program that runs training steps on demand."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            sys.exit(f"bench: {' '.join(map(str, command))} did not start")

    def run(self, steps):
        print(steps, file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait()


def milliseconds(results, part="seconds"):
    return 1e3 * statistics.median(result[part] / result["steps"] for result in results)


def in_turns(steppers, steps, turns):
    """For each of the steppers its results; the first turn only warms up."""
    results = [[] for _ in steppers]
    for turn in range(turns + 1):
        for stepper, of_stepper in zip(steppers, results):
            result = stepper.run(steps)
            if turn:
                of_stepper.append(result)
    return results


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.processor())
    flags = next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "").split()
    widest = next((name for name in ("amx_bf16", "avx512_bf16", "avx512f", "avx2") if name in flags), "baseline")
    return f"{model}, {len(list(filter(lambda l: l.startswith('processor'), open('/proc/cpuinfo'))))} cores, {widest}"


def products_alone(layers, batch, length, hidden, inner, threads):
    """Milliseconds that the matrix products of one training step take by themselves, in PyTorch."""
    code = f"""
import time, torch
torch.set_num_threads({threads})
rows = {batch * length}
shapes = [({hidden}, {hidden})] * 4 + [({hidden}, {inner}), ({inner}, {hidden})]
data = [(torch.randn(rows, i), torch.randn(o, i), torch.randn(rows, o)) for i, o in shapes]
best = 1e9
for _ in range(5):
    begin = time.perf_counter()
    for x, w, g in data:
        x @ w.T; g @ w; g.T @ x
    best = min(best, time.perf_counter() - begin)
print(best * {layers} * 1e3)
"""
    return float(subprocess.run([str(PYTHON), "-c", code], check=True, stdout=subprocess.PIPE).stdout)


def config_of(folder):
    return json.loads((folder / "config.json").read_text())


def row(case, ours, other, other_name, limit=None, unit="ms", **more):
    return {"case": case, "ours": ours, "other": other, "other_name": other_name,
            "ratio": other / ours if other else None, "limit": limit, "unit": unit, **more}


def step(options):
    shape = config_of(MODEL)
    common = ["batch=16", "length=128", f"threads={options.threads}"]
    limit = products_alone(shape["num_hidden_layers"], 16, 128, shape["hidden_size"], shape["intermediate_size"],
                           options.threads)
    rows = []
    program = options.build / "tests/step_bench"
    script = HERE / "reference_step.py"
    for method in METHODS:
        with Stepper(program, MODEL, *common, f"method={method}") as ours, \
                Stepper(program, MODEL, *common, "method=dense") as ours_dense, \
                Stepper(PYTHON, script, MODEL, *common, f"method={method}") as theirs:
            mine, my_dense, other = in_turns([ours, ours_dense, theirs], 1, options.turns)
        ms = milliseconds(mine)
        name = "dense, PyTorch" if method == "dense" else "the reference's way"
        rows.append(row(f"{method}", ms, milliseconds(other), name, limit, over_dense=ms / milliseconds(my_dense),
                        forward=milliseconds(mine, "forward"), backward=milliseconds(mine, "backward"),
                        optimizer=milliseconds(mine, "optimizer"), peak_rss_mib=mine[-1]["peak_rss_mib"],
                        other_peak_rss_mib=other[-1]["peak_rss_mib"]))
    for kind in ("eager", "sdpa"):
        with Stepper(program, MODEL, *common) as ours, Stepper(PYTHON, script, MODEL, *common, f"kind={kind}") as theirs:
            mine, other = in_turns([ours, theirs], 1, options.turns)
        rows.append(row("dense", milliseconds(mine), milliseconds(other), f"transformers {kind}", limit))
    return rows


def kernel(name, options):
    lines = subprocess.run([options.build / "tests/kernel_bench", name, str(options.threads)], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [row(**{key: value for key, value in json.loads(line).items()}) for line in lines]


def print_table(name, rows):
    columns = ["case", "ours", "other", "other_name", "ratio", "limit", "unit"]
    columns += [key for key in rows[0] if key not in columns]
    print(f"\n{name} on {machine()}\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for of_case in rows:
        cells = [of_case.get(column) for column in columns]
        print("| " + " | ".join("" if cell is None else f"{cell:.4g}" if isinstance(cell, float) else str(cell)
                                for cell in cells) + " |")


BENCHES = {"step": step, "select": lambda options: kernel("select", options),
           "update": lambda options: kernel("update", options)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--json", type=pathlib.Path, help="writes the rows there, too")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    rows = BENCHES[options.name](options)
    print_table(options.name, rows)
    if options.json:
        options.json.write_text(json.dumps({"name": options.name, "machine": machine(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
