"""compare.py SPARSWEEP [--data DIR]: runs sweeps/wordnet-3-layers.yaml and holds its means against PyTorch's.

The expected accuracies were measured with the same recipe in PyTorch (three seeds, the first 2,000 dev examples, standard
error about one point); a mean more than two points away fails. Soft movement's density is printed beside the one that
PyTorch reached.
"""
import argparse
import collections
import json
import pathlib
import statistics
import subprocess
import sys

SWEEP = pathlib.Path(__file__).resolve().parents[1] / "wordnet-3-layers.yaml"
TOLERANCE = 0.02
# (method, density or λ) → accuracy per seed; density reached, in percent, for soft movement.
EXPECTED = {
    ("dense", None): ([0.758], None),
    ("magnitude", 0.10): ([0.676, 0.679, 0.674], None),
    ("movement", 0.10): ([0.635, 0.645, 0.636], None),
    ("soft_movement", 2000): ([0.724, 0.724, 0.709], [11.8, 11.5, 12.1]),
    ("magnitude", 0.03): ([0.501, 0.488, 0.490], None),
    ("movement", 0.03): ([0.608, 0.587, 0.606], None),
    ("soft_movement", 5000): ([0.636, 0.639, 0.640], [1.5, 1.5, 1.5]),
}


def case_of(point):
    if point["method"] == "dense":
        return ("dense", None)
    if point["method"] == "soft_movement":
        return ("soft_movement", point["lambda"])
    nearest = min((density for _, density in EXPECTED if isinstance(density, float)),
                  key=lambda density: abs(density - point["mask_density"]))
    return (point["method"], nearest)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("sparsweep")
    arguments.add_argument("--data", default=".sparsweep")
    options = arguments.parse_args()

    subprocess.run([options.sparsweep, "run", str(SWEEP), "--data", options.data], check=True)
    front = json.loads(subprocess.run(
        [options.sparsweep, "front", "wordnet-3-layers", "--data", options.data, "-o", "json"],
        check=True, stdout=subprocess.PIPE).stdout)

    points = collections.defaultdict(list)
    for point in front["points"]:
        points[case_of(point)].append(point)
    failed = 0
    print(f"{'method':<14} {'asked':>6} {'density %':>14} {'PyTorch':>8} {'accuracy per seed':>22} {'mean':>6} {'PyTorch':>8} {'diff':>6}")
    for case, (accuracies, reached) in EXPECTED.items():
        mine = sorted(points[case], key=lambda point: point["seed"])
        if len(mine) != 3:
            print(f"{case[0]:<14} {case[1] or '':>6}: {len(mine)} finished trials instead of 3")
            failed += 1
            continue
        mean, expected = statistics.mean(point["score"] for point in mine), statistics.mean(accuracies)
        failed += abs(mean - expected) > TOLERANCE
        densities = " ".join(f"{100 * point['mask_density']:.1f}" for point in mine)
        there = f"{statistics.mean(reached):.1f}" if reached else ""
        scores = " ".join(f"{point['score']:.3f}" for point in mine)
        verdict = "  MORE THAN 2 POINTS AWAY" if abs(mean - expected) > TOLERANCE else ""
        print(f"{case[0]:<14} {case[1] or '':>6} {densities:>14} {there:>8} {scores:>22} {mean:>6.3f} {expected:>8.3f} "
              f"{mean - expected:>+6.3f}{verdict}")
    print(f"{len(EXPECTED) - failed} of {len(EXPECTED)} means within {100 * TOLERANCE:.0f} points")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
