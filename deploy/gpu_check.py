"""gpu_check.py [OPTION…]: checks and figures of a built trainer on this machine; started by gpu_check.sh.

Writes gpu_check.json and gpu_check.txt, a line a check: pass, fail or skip, and why. Exit code 1 when a check failed.
Steps that find no time left, or no program, data or tool, are skipped and say so.
"""
import argparse
import json
import pathlib
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import gpu_steps

ROOT = pathlib.Path(__file__).resolve().parents[1]
METHODS = {"dense": {}, "magnitude": {"density": 0.1}, "movement": {"density": 0.1},
           "soft_movement": {"lambda": 1300, "score_learning_rate": 0.5},
           "l0": {"lambda": 100, "score_learning_rate": 0.5}}


class Skip(Exception):
    pass


class Fail(Exception):
    pass


class Checks:
    """The options, the time that is left, and what came out so far."""

    def __init__(self, options):
        self.options = options
        self.end = time.monotonic() + 60 * options.minutes
        self.results = []
        self.scratch = tempfile.TemporaryDirectory()
        self.peaks, self.steps = {}, {}  # of the checks by that name

    def program(self, name, folder="tests"):
        path = self.options.build / folder / name
        if not path.exists():
            raise Skip(f"no {path}")
        return path

    def run(self, *command, limit=120, stdin=None, environment=None):
        left = min(limit, self.end - time.monotonic())
        if left < 2:
            raise Skip("no time left")
        try:
            return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=left,
                                  input=stdin, env=environment)
        except subprocess.TimeoutExpired:
            if left < limit:
                raise Skip("no time left") from None
            raise Fail(f"{pathlib.Path(command[0]).name}: not done after {left:.0f} s") from None

    def trainer_spec(self, name, method, steps, **changes):
        """The quickstart's trial, in a folder of its own."""
        data = self.options.quickstart
        if not (data / "model").is_dir():
            raise Skip(f"no {data / 'model'}; give --quickstart")
        pruning = {"method": method, "score_learning_rate": 0.05, "initial_warmup": 1, "final_warmup": 1, "tau": 0.1,
                   "numerics": "standard", "selection": "local", "structure": "weight", **METHODS[method]}
        directory = pathlib.Path(self.scratch.name) / name
        spec = {"schema": 1, "sweep": "gpu-check", "trial": name, "attempt_number": 1, "seed": "1",
                "model": {"path": str(data / "model"), "layers": 1 if self.options.device == "cpu" else 3, "pooling": "mean"},
                "task": {"kind": "classification", "train": str(data / "wordnet.train.tsv"),
                         "dev": str(data / "wordnet.dev.tsv"),
                         "format": {"layout": "tsv", "header": True, "text": ["definition"], "label": "label"},
                         "max_length": 32, "dev_limit": 200, "labels": []},
                "training": {"steps": steps, "batch": 8 if self.options.device == "cpu" else 32, "learning_rate": 5e-4, "head_learning_rate": 3e-3,
                             "weight_decay": 0, "max_grad_norm": 1, "warmup_steps": max(1, steps // 10),
                             "evaluate_every": steps, "checkpoint_every": steps, "precision": "fp32"},
                "pruning": pruning, "world": {"rank": 0, "size": 1, "rendezvous": ""}, "device": self.options.device,
                "threads": 2, "directory": str(directory), **changes}
        path = pathlib.Path(self.scratch.name) / f"{name}.{spec['world']['rank']}.json"
        path.write_text(json.dumps(spec))
        return path, directory

    def check(self, name, step):
        begin = time.monotonic()
        result = {"check": name, "status": "pass", "text": "", "figures": {}}
        try:
            result["figures"] = step(self) or {}
            result["text"] = ", ".join(f"{key} {value}" for key, value in result["figures"].items()
                                       if not isinstance(value, (dict, list)))
        except Skip as reason:
            result.update(status="skip", text=str(reason))
        except Fail as reason:
            result.update(status="fail", text=str(reason))
        result["seconds"] = round(time.monotonic() - begin, 2)
        self.results.append(result)
        print(line_of(result), flush=True)


def line_of(result):
    return f"{result['status']:<5}{result['check']:<34}{result['seconds']:>7.1f} s  {result['text']}"


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


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


def peaks(checks):
    """What products and copies reach on this device: the limits of the steps."""
    try:
        checks.peaks = gpu_steps.peaks_of(checks.run, checks.options.device)
    except gpu_steps.NoPyTorch as reason:
        raise Skip(str(reason)) from None
    return checks.peaks


def steps(checks):
    """Our training steps by shape, precision and method."""
    bench = checks.program("step_bench")
    try:
        checks.steps = gpu_steps.ours(checks.run, bench, checks.scratch.name, checks.options.device, checks.peaks)
    except gpu_steps.NoPyTorch as reason:
        raise Skip(str(reason)) from None
    failed = [f"{case}, {method}: {row['error']}" for case, rows in checks.steps.items() for method, row in rows.items()
              if "error" in row]
    if failed:
        raise Fail("; ".join(failed))
    return {"steps": checks.steps, "cases": sum(map(len, checks.steps.values()))}


def alternative(checks):
    """The reference's way and plain transformers, in PyTorch, at the shapes of steps()."""
    try:
        other = gpu_steps.pytorch(checks.run, checks.scratch.name, checks.options.device)
    except gpu_steps.NoPyTorch as reason:
        raise Skip(str(reason)) from None
    return {"steps": other, **gpu_steps.ratios(checks.steps, other)}


def two_ranks(checks):
    """Two ranks of one trial on this machine, then again with one of them killed."""
    trainer = checks.program("sparsweep-trainer", "bin")
    if checks.end - time.monotonic() < 60:
        raise Skip("no time left")
    figures = {}
    for fate in ("finishes", "dies"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        ranks = []
        for rank in (0, 1):
            world = {"rank": rank, "size": 2, "rendezvous": f"127.0.0.1:{port}"}
            path, directory = checks.trainer_spec(f"ranks-{fate}", "movement", 20 if fate == "finishes" else 5000,
                                                  world=world, threads=1)
            ranks.append(subprocess.Popen([str(trainer), "train", str(path)], stdout=subprocess.DEVNULL,
                                          stderr=subprocess.PIPE, text=True))
        try:
            if fate == "dies":
                until = min(checks.end, time.monotonic() + 60)
                while '"type":"progress"' not in events_of(directory) and time.monotonic() < until:
                    if any(rank.poll() is not None for rank in ranks):
                        break
                    time.sleep(0.1)
                ranks[1].kill()
                begin = time.monotonic()
                ranks[0].wait(timeout=30)
                figures["others_gone_s"] = round(time.monotonic() - begin, 2)
                if ranks[0].returncode == 0 or figures["others_gone_s"] > 5:
                    raise Fail(f"rank 0 ended with {ranks[0].returncode} after {figures['others_gone_s']} s")
            else:
                codes = [rank.wait(timeout=max(2, min(120, checks.end - time.monotonic()))) for rank in ranks]
                if any(codes):
                    raise Fail(f"exit codes {codes}: " + last_line("".join(rank.stderr.read() for rank in ranks)))
                figures["finished"] = True
        except subprocess.TimeoutExpired:
            raise Fail(f"a rank did not end ({fate})") from None
        finally:
            for rank in ranks:
                rank.kill()
                rank.wait()
                rank.stderr.close()
    return figures


def events_of(directory):
    path = directory / "events.jsonl"
    return path.read_text() if path.exists() else ""


def end_to_end(method):
    """A short trial of the quickstart."""
    def step(checks):
        trainer = checks.program("sparsweep-trainer", "bin")
        path, directory = checks.trainer_spec(method, method, 20 if checks.options.device == "cpu" else 300)
        done = checks.run(trainer, "train", path)
        if done.returncode:
            raise Fail(f"exit code {done.returncode}: {last_line(done.stderr)}")
        events = [json.loads(line) for line in events_of(directory).splitlines()]
        if events[-1]["type"] != "finished":
            raise Fail(f"the last event is {events[-1]['type']}")
        speed = [event["examples_per_second"] for event in events if event["type"] == "progress"]
        return {"score": round(events[-1]["score"], 4), "examples_per_second": round(speed[-1], 1) if speed else None}
    return step


def machine():
    gpus = []
    if shutil.which("nvidia-smi"):
        query = "--query-gpu=name,driver_version,memory.total"
        gpus = subprocess.run(["nvidia-smi", query, "--format=csv,noheader"], capture_output=True,
                              text=True).stdout.splitlines()
    processors = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return {"gpus": gpus, "processor": processors[0] if processors else platform.processor(),
            "cores": len(processors), "system": platform.platform(), "date": time.strftime("%Y-%m-%d")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/cuda", help="bin/ and tests/ of the preset cuda")
    parser.add_argument("--quickstart", type=pathlib.Path, default=ROOT / ".deps/quickstart", help="model and data")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."), help="folder of the two reports")
    parser.add_argument("--minutes", type=float, default=8.5)
    checks = Checks(parser.parse_args())
    options = checks.options
    about = machine()
    head = f"{options.device} on {', '.join(about['gpus']) or 'no GPU'}; {about['processor']}, {about['cores']} cores; {about['date']}"
    print(head)
    if options.device == "cuda":
        checks.check("verify on cuda", verify("cuda"))
    checks.check("verify on cpu", verify("cpu"))
    checks.check("kernels against the CPU", gpu_tests(KERNEL_TESTS))
    for tool in ("memcheck", "racecheck"):
        checks.check(f"kernels under {tool}", gpu_tests(KERNEL_TESTS, "compute-sanitizer", "--tool", tool, "--error-exitcode", "9"))
    checks.check("peaks", peaks)
    checks.check("training steps", steps)
    checks.check("the same in PyTorch", alternative)
    checks.check("one rank by NCCL, two by Gloo", gpu_tests(("core_distributed_gpu_test",)))
    checks.check("two ranks, one killed", two_ranks)
    for method in METHODS:
        checks.check(f"end to end, {method}", end_to_end(method))
    checks.check("kernels under ncu", gpu_tests(KERNEL_TESTS, "ncu", "--clock-control", "none"))
    options.out.mkdir(parents=True, exist_ok=True)
    lines = [head] + [line_of(result) for result in checks.results]
    (options.out / "gpu_check.txt").write_text("\n".join(lines) + "\n")
    report = {"machine": about, "device": options.device, "checks": checks.results}
    (options.out / "gpu_check.json").write_text(json.dumps(report, indent=1) + "\n")
    return 1 if any(result["status"] == "fail" for result in checks.results) else 0


if __name__ == "__main__":
    sys.exit(main())
