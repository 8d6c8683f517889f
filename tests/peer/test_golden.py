"""`sparsweep-trainer verify` against the generator in tests/golden: PyTorch, written from the page, not from our code."""
import json
import pathlib
import subprocess
import sys
import tempfile

from environment import BUILD, SOURCE

GOLDEN = pathlib.Path(SOURCE) / "tests" / "golden"
sys.path.insert(0, str(GOLDEN))

import make_case  # noqa: E402
from combinations import COMBINATIONS, STORED  # noqa: E402


def verify(folder):
    done = subprocess.run([f"{BUILD}/bin/sparsweep-trainer", "verify", "--json", str(folder)],
                          capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return {pathlib.Path(case["case"]).name: case for case in json.loads(done.stdout)["cases"]}


def worst(case):
    return max(row["largest_error"] / row["tolerance"] for row in case["quantities"] if row["tolerance"])


def main():
    failed = [folder.name for folder in make_case.cases_in(GOLDEN) if not make_case.check(folder)]
    with tempfile.TemporaryDirectory() as place:
        for name, spec in COMBINATIONS.items():
            make_case.make(pathlib.Path(place) / name, name, spec)
        cases = verify(place)
    assert sorted(cases) == sorted(COMBINATIONS), sorted(cases)
    for name, case in cases.items():
        print(f"{name}: {'within' if case['within'] else 'BEYOND'}, the worst at {worst(case):.2g} of its tolerance")
        if not case["within"]:
            failed.append(name)
            print(json.dumps([row for row in case["quantities"] if not row["within"]] + case["not_compared"]))
    assert all((GOLDEN / name).is_dir() for name in STORED)
    print("failed: " + ", ".join(failed) if failed else f"{len(cases)} generated cases agree")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
