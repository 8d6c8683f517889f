"""The golden cases, and the programs of tests that need a GPU."""
import json
import pathlib
import shutil

from checks import ROOT, Fail, Skip, last_line


def verify(device):
    """The golden cases: per quantity the largest error over its tolerance."""
    def step(checks):
        trainer = checks.program("sparsweep-trainer", "bin")
        done = checks.run(trainer, "verify", ROOT / "tests/golden", "--json", "--device", device, limit=240)
        if done.returncode not in (0, 1) or not done.stdout:
            raise Fail(last_line(done.stderr))
        cases = json.loads(done.stdout)["cases"]
        worst = {}
        for case in cases:
            for of in case["quantities"]:
                error = of["largest_error"]
                if error is not None:
                    worst[of["quantity"]] = max(worst.get(of["quantity"], 0.0), error)
        if done.returncode:
            raise Fail("beyond tolerance: " + ", ".join(case["case"] for case in cases if not case["within"]))
        return {"cases": len(cases), "largest_errors": worst}
    return step


KERNEL_TESTS = ("core_kernels_gpu_test", "core_mask_gpu_test")


def gpu_tests(names, *tool):
    """Programs of tests that need a GPU, alone or under a tool."""
    def step(checks):
        if tool and not shutil.which(tool[0]):
            raise Skip(f"no {tool[0]} here")
        counts = {"passed": 0, "skipped": 0}
        reason = ""
        for name in names:
            report = pathlib.Path(checks.scratch.name) / f"{name}.json"
            done = checks.run(*tool, checks.program(name), f"--gtest_output=json:{report}", limit=150)
            if done.returncode:
                raise Fail(f"{name}: {last_line(done.stdout + done.stderr)}")
            for suite in json.loads(report.read_text())["testsuites"]:
                for test in suite["testsuite"]:
                    counts["skipped" if test["result"] == "SKIPPED" else "passed"] += 1
            told = done.stdout.partition(": Skipped\n")[2]
            reason = told.partition("\n")[0] or reason
        if not counts["passed"]:
            raise Skip(reason)
        return counts
    return step
