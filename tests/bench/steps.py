"""step: training steps of each method against the reference's way and plain transformers."""
import statistics
import subprocess

from stepper import HERE, MODEL, PYTHON, Stepper, config_of, in_turns, milliseconds
from sst2 import sst2
from table import row

METHODS = ["dense", "magnitude", "movement", "soft_movement", "l0"]
# What a method must move beyond dense AdamW, bytes a prunable weight: W' made of W (8), three passes of the selection
# over what it ranks or one over what it compares (12 or 4), S in the norm (4), S and its moments updated (24).
EXTRA_BYTES = {"magnitude": 8 + 12, "movement": 8 + 12 + 4 + 24, "soft_movement": 8 + 4 + 4 + 24, "l0": 8 + 4 + 4 + 24}


def best_seconds(threads, made, work):
    """The shortest of seven rounds of `work`, statements in PyTorch on what `made` made."""
    code = f"""
import time, torch
torch.set_num_threads({threads})
{made}
best = 1e9
for _ in range(7):
    begin = time.perf_counter()
    {work}
    best = min(best, time.perf_counter() - begin)
print(best)
"""
    return float(subprocess.run([str(PYTHON), "-c", code], check=True, stdout=subprocess.PIPE).stdout)


def products_alone(layers, batch, length, hidden, inner, threads, precision="fp32"):
    """Milliseconds that the matrix products of one training step take by themselves, in PyTorch."""
    made = f"""
torch.set_default_dtype(torch.{"bfloat16" if precision == "bf16" else "float32"})
shapes = [({hidden}, {hidden})] * 4 + [({hidden}, {inner}), ({inner}, {hidden})]
data = [(torch.randn({batch * length}, i), torch.randn(o, i), torch.randn({batch * length}, o)) for i, o in shapes]
"""
    return 1e3 * layers * best_seconds(threads, made, "for x, w, g in data: x @ w.T; g @ w; g.T @ x")


def copy_rate(threads):
    """Bytes a second, read and written, of copying 256 MiB in PyTorch."""
    return 2 * (1 << 28) / best_seconds(threads, "a, b = torch.ones(1 << 26), torch.ones(1 << 26)", "b.copy_(a)")


def tax(method, mine, my_dense, rate):
    """Milliseconds that pruning adds, turn by turn, and what the bytes alone would take."""
    if method not in EXTRA_BYTES:
        return {}
    added = statistics.median(1e3 * (a["seconds"] / a["steps"] - b["seconds"] / b["steps"]) for a, b in zip(mine, my_dense))
    return {"added_ms": added, "added_in_optimizer_ms": milliseconds(mine, "optimizer") - milliseconds(my_dense, "optimizer"),
            "added_limit_ms": 1e3 * EXTRA_BYTES[method] * mine[-1]["prunable"] / rate}


def parts(program, values):
    """Prints where the milliseconds of a hard movement step go, operation by operation."""
    with Stepper(program, MODEL, *values, "method=movement", "parts=1") as ours:
        [[result]] = in_turns([ours], 5, 1)
    shares = {name: 1e3 * seconds / result["steps"] for name, seconds in result["parts"].items()}
    shares["optimizer"] = milliseconds([result], "optimizer")
    shares["between operations"] = milliseconds([result]) - sum(shares.values())
    print("where a hard movement step goes, ms: " + ", ".join(f"{name} {ms:.1f}" for name, ms in shares.items()))


def step(options):
    shape = config_of(MODEL)
    common = ["batch=16", "length=128", f"threads={options.threads}"]
    of_ours = [*common, f"precision={options.precision}"]
    limit = products_alone(shape["num_hidden_layers"], 16, 128, shape["hidden_size"], shape["intermediate_size"],
                           options.threads, options.precision)
    rate = copy_rate(options.threads)
    rows = []
    program = options.build / "tests/step_bench"
    script = HERE / "reference_step.py"
    for method in METHODS:
        with Stepper(program, MODEL, *of_ours, f"method={method}") as ours, \
                Stepper(program, MODEL, *of_ours, "method=dense") as ours_dense, \
                Stepper(PYTHON, script, MODEL, *common, f"method={method}") as theirs:
            mine, my_dense, other = in_turns([ours, ours_dense, theirs], 1, options.turns)
        ms = milliseconds(mine)
        name = "dense, PyTorch" if method == "dense" else "the reference's way"
        rows.append(row(f"{method}", ms, milliseconds(other), name, limit, over_dense=ms / milliseconds(my_dense),
                        forward=milliseconds(mine, "forward"), backward=milliseconds(mine, "backward"),
                        optimizer=milliseconds(mine, "optimizer"), peak_rss_mib=mine[-1]["peak_rss_mib"],
                        other_peak_rss_mib=other[-1]["peak_rss_mib"], **tax(method, mine, my_dense, rate)))
    for kind in ("eager", "sdpa"):
        with Stepper(program, MODEL, *of_ours) as ours, Stepper(PYTHON, script, MODEL, *of_ours, f"kind={kind}") as theirs:
            mine, other = in_turns([ours, theirs], 1, options.turns)
        rows.append(row("dense", milliseconds(mine), milliseconds(other), f"transformers {kind}", limit))
    parts(program, of_ours)
    return rows + sst2(options)
