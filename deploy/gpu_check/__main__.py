"""python3 deploy/gpu_check [OPTION…]: checks and figures of a built trainer on this machine; started by gpu_check.sh.

Writes gpu_check.json and gpu_check.txt, a line a check: pass, fail or skip, and why. Exit code 1 when a check failed.
Steps that find no time left, or no program, data or tool, are skipped and say so.
"""
import argparse
import json
import pathlib
import platform
import shutil
import subprocess
import sys
import time

from checks import ROOT, Checks, line_of
from programs import KERNEL_TESTS, gpu_tests, verify
from steps import alternative, peaks, steps
from trials import METHODS, end_to_end, two_ranks


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
