"""Training steps: ours by method, shape and precision, PyTorch's beside them, and the machine's peaks."""
import json
import os
import pathlib
import subprocess
import sys

from checks import ROOT, Fail, Skip

BENCH = ROOT / "tests/bench"
METHODS = ("dense", "magnitude", "movement", "soft_movement", "l0")
# (layers, hidden, heads, batch, length): BERT-base on a GPU, a model that a CPU gets through elsewhere.
SHAPES = {"cuda": ((12, 768, 12, 16, 384), (12, 768, 12, 32, 128)), "cpu": ((2, 128, 4, 8, 64),)}
# cuBLAS takes TF32 for fp32 when LibTorch reads this at its start.
TF32 = {"TORCH_ALLOW_TF32_CUBLAS_OVERRIDE": "1"}
PEAKS = """
import json, time, torch
device = torch.device("DEVICE")
def seconds(work):
    def once():
        begin = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - begin
    once()
    return min(once() for _ in range(5))
size = 8192 if device.type == "cuda" else 512
result = {}
for name, kind in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
    a, b = (torch.randn(size, size, device=device, dtype=kind) for _ in range(2))
    result[name + "_tflops"] = 2 * size**3 / seconds(lambda: a @ b) / 1e12
source = torch.empty(2**28 if device.type == "cuda" else 2**24, device=device)
target = torch.empty_like(source)
result["copy_gb_s"] = 2 * source.nbytes / seconds(lambda: target.copy_(source)) / 1e9
print(json.dumps(result))
"""


def precisions(device):
    """(name, value of the option, environment, our methods, PyTorch's (kind, method)) to time: most where most train."""
    plain = (("eager", "dense"), ("sdpa", "dense"))
    pruned = (("reference", "movement"), ("reference", "soft_movement"))
    if device == "cpu":
        return (("fp32", "fp32", {}, METHODS, plain + pruned),)
    return (("bf16", "bf16", {}, METHODS, plain + pruned),
            ("tf32", "fp32", TF32, ("dense", "movement", "soft_movement"), plain[:1] + pruned[1:]),
            ("fp32", "fp32", {}, ("dense", "soft_movement"), ()))


def shape_name(shape):
    layers, hidden, _, batch, length = shape
    return f"{layers} layers of {hidden}, {batch} × {length}"


def model_of(shape, folder):
    """A folder with a random model of the shape. Made by transformers; skips the check where there are none."""
    layers, hidden, heads, _, _ = shape
    path = pathlib.Path(folder) / f"bert-{layers}-{hidden}"
    if not path.exists():
        done = subprocess.run([sys.executable, BENCH / "random_model.py", path, str(layers), str(hidden), str(heads)],
                              capture_output=True, text=True)
        if done.returncode:
            raise Skip(f"{sys.executable} made no model: " + (done.stderr.strip().splitlines() or ["?"])[-1])
    return path


def timed(run, command, shape, device, environment, *values):
    """The last of some steps, in milliseconds a step and its parts; {"error": …} where the program failed."""
    _, _, _, batch, length = shape
    steps = "3\n20\n" if device == "cuda" else "1\n2\n"
    done = run(*command, f"batch={batch}", f"length={length}", f"device={device}", *values, stdin=steps,
               environment={**os.environ, **environment})
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["?"])[-1]}
    result = json.loads(done.stdout.strip().splitlines()[-1])
    figures = {f"{part}_ms": round(1e3 * result[part] / result["steps"], 3)
               for part in ("seconds", "forward", "backward", "optimizer")}
    figures["step_ms"] = figures.pop("seconds_ms")
    figures["examples_per_second"] = round(batch * result["steps"] / result["seconds"], 1)
    figures["peak_device_mib"] = result["peak_device_mib"]
    return figures


def product_tflop(shape):
    """Of one dense step's matrix products, forward and backward, attention's included: 2 FLOP a multiply and add."""
    layers, hidden, _, batch, length = shape
    forward = layers * batch * length * (2 * 12 * hidden * hidden + 4 * length * hidden)
    return 3 * forward / 1e12


def ours(run, bench, folder, device, peaks):
    """Per shape, precision and method. peaks: of peaks_of(), or {}."""
    table = {}
    for shape in SHAPES[device]:
        model = model_of(shape, folder)
        for name, precision, environment, methods, _ in precisions(device):
            rows = table[f"{shape_name(shape)}, {name}"] = {}
            for method in methods:
                row = timed(run, [bench, model], shape, device, environment, f"method={method}", f"precision={precision}")
                rows[method] = row
                if "error" in row or "error" in rows["dense"]:
                    continue
                row["over_dense"] = round(row["step_ms"] / rows["dense"]["step_ms"], 3)
                peak = peaks.get("bf16_tflops" if precision == "bf16" else "fp32_tflops")
                if peak and name != "tf32":
                    row["share_of_peak"] = round(product_tflop(shape) / row["step_ms"] * 1e3 / peak, 3)
    return table


def pytorch(run, folder, device):
    """transformers, eager and SDPA, and the reference's way, at the same shapes and precisions."""
    table = {}
    script = BENCH / "reference_step.py"
    for shape in SHAPES[device]:
        model = model_of(shape, folder)
        for name, precision, environment, _, kinds in precisions(device):
            table[f"{shape_name(shape)}, {name}"] = {
                f"{kind}, {method}": timed(run, [sys.executable, script, model], shape, device, environment,
                                           f"kind={kind}", f"method={method}", f"precision={precision}")
                for kind, method in kinds}
    return table


def ratios(table, other):
    """Our examples/s over theirs, per shape and precision: dense against eager, hard and soft movement against the reference."""
    pairs = {"dense": "eager, dense", "movement": "reference, movement", "soft_movement": "reference, soft_movement"}
    result = {}
    for case, rows in table.items():
        for method, name in pairs.items():
            mine, theirs = rows.get(method, {}), other.get(case, {}).get(name, {})
            if "step_ms" in mine and "step_ms" in theirs:
                result[f"{case}: {method} over {name.split(',')[0]}"] = round(theirs["step_ms"] / mine["step_ms"], 2)
    return result


def peaks_of(run, device):
    """TFLOP/s of a large product and GB/s of a copy, read and written, in PyTorch."""
    done = run(sys.executable, "-c", PEAKS.replace("DEVICE", device))
    if done.returncode:
        raise Skip("no torch here that computes: " + (done.stderr.strip().splitlines() or ["?"])[-1])
    return {name: round(value, 2) for name, value in json.loads(done.stdout).items()}


def peaks(checks):
    """What products and copies reach on this device: the limits of the steps."""
    checks.peaks = peaks_of(checks.run, checks.options.device)
    return checks.peaks


def steps(checks):
    """Our training steps by shape, precision and method."""
    bench = checks.program("step_bench")
    checks.steps = ours(checks.run, bench, checks.scratch.name, checks.options.device, checks.peaks)
    failed = [f"{case}, {method}: {row['error']}" for case, rows in checks.steps.items() for method, row in rows.items()
              if "error" in row]
    if failed:
        raise Fail("; ".join(failed))
    return {"steps": checks.steps, "cases": sum(map(len, checks.steps.values()))}


def alternative(checks):
    """The reference's way and plain transformers, in PyTorch, at the shapes of steps()."""
    other = pytorch(checks.run, checks.scratch.name, checks.options.device)
    return {"steps": other, **ratios(checks.steps, other)}
