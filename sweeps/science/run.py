"""run.py SPARSWEEP NAME… [--data DIR] [--tables]: the sweeps of docs/science.md, from nothing to the table.

For each NAME (wordnet-300, sst2-1500, wordnet-target, …): trains the teacher first where the sweep names one, runs the
sweep beside this file, writes docs/science/NAME.csv (one line a trial) and prints the table of means. A sweep that was
begun goes on; one that is finished is only read. With --tables nothing is trained: the tables of the CSV files.
"""
import argparse
import collections
import csv
import json
import math
import pathlib
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS = ROOT / "docs/science"
FIELDS = ["trial", "method", "teacher", "asked", "lambda", "precision", "seed", "layers", "steps", "density", "before_cut",
          "score", "seconds"]


class Cluster:
    def __init__(self, program, data):
        self.program, self.data = program, data

    def run(self, sweep):
        subprocess.run([self.program, "run", str(sweep), "--data", self.data], check=True)

    def read(self, *words):
        result = subprocess.run([self.program, *words, "--data", self.data, "-o", "json"], check=True,
                                stdout=subprocess.PIPE)
        return json.loads(result.stdout)

    def trials(self, sweep):
        names = [trial["name"] for trial in self.read("list", sweep)["trials"] if trial["state"] == "succeeded"]
        return [self.read("show", name) for name in names]


def train_teacher(cluster, sweep):
    """The folder that a sweep's teacher fields point to, filled once."""
    name = sweep.split("-")[0] + "-teacher"
    target = ROOT / ".deps/science" / name
    if f"science/{name}" not in (HERE / f"{sweep}.yaml").read_text() or target.exists():
        return
    cluster.run(HERE / f"{name}.yaml")
    [trial] = cluster.trials(name)
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(pathlib.Path(trial["directory"]) / "model", partial)
    partial.rename(target)
    print(f"{name}: accuracy {trial['score']:.3f}")


def row_of(trial):
    folder = pathlib.Path(trial["directory"])
    spec = json.loads((folder / "spec.json").read_text())
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    target = next((event for event in events if event["type"] == "target_density"), {})
    return {
        "trial": trial["name"],
        "method": trial["method"],
        "teacher": "yes" if spec["training"].get("teacher") else "no",
        "asked": spec["pruning"].get("target_density"),
        "lambda": spec["pruning"].get("lambda"),
        "precision": spec["training"].get("precision", "fp32"),
        "seed": trial["seed"],
        "layers": spec["model"].get("layers", 0),
        "steps": spec["training"]["steps"],
        "density": trial["mask_density"],
        "before_cut": target.get("before_cut"),
        "score": trial["score"],
        "seconds": round(seconds_of(folder), 1),
    }


def mean_and_spread(values):
    if len(values) < 2:
        return f"{values[0]:.3f}"
    return f"{statistics.mean(values):.3f} ± {statistics.stdev(values):.3f}"


def seconds_of(folder):
    """Wall time of all attempts of a trial, from spec.json to the last event of each."""
    return sum((attempt / "events.jsonl").stat().st_mtime - (attempt / "spec.json").stat().st_mtime
               for attempt in folder.parent.glob("attempt-*") if (attempt / "events.jsonl").exists())


def interpolate(curve, density):
    """Score at a density, linear in log density between the two neighbours of a λ sweep; None outside it."""
    for (low, low_score), (high, high_score) in zip(curve, curve[1:]):
        if low <= density <= high and low < high:
            share = (math.log(density) - math.log(low)) / (math.log(high) - math.log(low))
            return low_score + share * (high_score - low_score)
    return None


def print_means(rows):
    groups = collections.defaultdict(list)
    for row in rows:
        strength = f"{float(row['asked']):.0%}" if row["asked"] else (f"λ {float(row['lambda']):g}" if row["lambda"] else "")
        groups[row["method"], row["teacher"], strength].append(row)
    print("| method | asked | distilled | density % | score | seconds | seeds |")
    print("|---|---|---|---|---|---|---|")
    for (method, teacher, strength), of_case in groups.items():
        densities = [100 * float(row["density"]) for row in of_case]
        print(f"| {method} | {strength} | {teacher} | {statistics.mean(densities):.2f} | "
              f"{mean_and_spread([float(row['score']) for row in of_case])} | "
              f"{statistics.mean(float(row['seconds']) for row in of_case):.0f} | {len(of_case)} |")


def print_precisions(rows):
    """bf16 beside fp32, the same seeds."""
    print("| method | asked | fp32 | bf16 | difference | seconds, fp32 and bf16 | seeds |")
    print("|---|---|---|---|---|---|---|")
    cases = collections.defaultdict(lambda: {"fp32": {}, "bf16": {}})
    for row in rows:
        cases[row["method"], row["asked"]][row["precision"]][row["seed"]] = row
    for (method, asked), of_case in cases.items():
        scores = {name: [float(row["score"]) for row in by_seed.values()] for name, by_seed in of_case.items()}
        seconds = [statistics.mean(float(row["seconds"]) for row in by_seed.values()) for by_seed in of_case.values()]
        pairs = [float(of_case["bf16"][seed]["score"]) - float(row["score"]) for seed, row in of_case["fp32"].items()]
        print(f"| {method} | {f'{float(asked):.0%}' if asked else ''} | {mean_and_spread(scores['fp32'])} | "
              f"{mean_and_spread(scores['bf16'])} | {statistics.mean(pairs):+.3f} | {seconds[0]:.0f}, {seconds[1]:.0f} | {len(pairs)} |")


def print_targets(rows):
    """Asked against got, and the score against a λ by hand at the same density, seed by seed."""
    print("\n| method | asked % | before the cut % | reached % | score | λ by hand, same density | difference |")
    print("|---|---|---|---|---|---|---|")
    cases = collections.defaultdict(list)
    curves = collections.defaultdict(list)
    for row in rows:
        if row["asked"]:
            cases[row["method"], float(row["asked"])].append(row)
        elif row["lambda"]:
            curves[row["method"], row["seed"]].append((float(row["density"]), float(row["score"])))
    for (method, asked), of_case in cases.items():
        by_hand = [interpolate(sorted(curves[method, row["seed"]]), float(row["density"])) for row in of_case]
        pairs = [(float(row["score"]), hand) for row, hand in zip(of_case, by_hand) if hand is not None]
        before = " ".join(f"{100 * float(row['before_cut']):.2f}" for row in of_case if row["before_cut"])
        reached = " ".join(f"{100 * float(row['density']):.3f}" for row in of_case)
        hand = mean_and_spread([hand for _, hand in pairs]) if pairs else "outside the λ tried"
        if pairs and len(pairs) < len(of_case):
            hand += f" ({len(pairs)} of {len(of_case)} seeds)"
        difference = f"{statistics.mean(mine - hand for mine, hand in pairs):+.3f}" if pairs else ""
        print(f"| {method} | {100 * asked:g} | {before} | {reached} | "
              f"{mean_and_spread([float(row['score']) for row in of_case])} | {hand} | {difference} |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("sparsweep")
    arguments.add_argument("names", nargs="+", metavar="NAME")
    arguments.add_argument("--data", default=str(ROOT / ".sparsweep"))
    arguments.add_argument("--tables", action="store_true")
    options = arguments.parse_args()
    known = sorted(path.stem for path in HERE.glob("*.yaml") if not path.stem.endswith("-teacher"))
    for name in options.names:
        if name not in known:
            sys.exit(f"unknown sweep '{name}'; known: {', '.join(known)}")
    cluster = Cluster(options.sparsweep, options.data)
    for name in options.names:
        path = RESULTS / f"{name}.csv"
        if not options.tables:
            train_teacher(cluster, name)
            cluster.run(HERE / f"{name}.yaml")
            rows = [row_of(trial) for trial in cluster.trials(name)]
            RESULTS.mkdir(parents=True, exist_ok=True)
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        print(f"\n## {name}\n")
        (print_precisions if name.endswith("-precision") else print_means)(rows)
        if name.endswith("-target"):
            print_targets(rows)


if __name__ == "__main__":
    main()
