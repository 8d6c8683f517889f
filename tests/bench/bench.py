"""bench.py BUILD NAME [--json FILE]: one of our benchmarks beside what it is compared with.

step       training steps of each method against the reference's way and plain transformers, MiniLM 16 × 128, and SST-2
select     the masks' selection against a sort
update     the optimizer's arithmetic against PyTorch's fused AdamW and an in-place pass over as many bytes
allreduce  what two ranks send each other, its time, and how much of it the backward pass hides
scale      a step over layers, hidden size, sequence, density and ranks; --full for all sizes
start      exec to first step, a checkpoint's write, evaluation

Ours and the other run in turns within one call; figures are medians over the turns. `limit` is what the machine needs
at least, measured in the same run: a pass over the bytes that must move, or the matrix products alone.
"""
import argparse
import json
import pathlib

import allreduce
import kernels
import scale
import start
import steps
from table import machine, print_table

BENCHES = {"step": steps.step, "select": lambda options: kernels.kernel("select", options),
           "update": lambda options: kernels.kernel("update", options), "allreduce": allreduce.allreduce,
           "scale": scale.scale, "start": start.start}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--json", type=pathlib.Path, help="writes the rows there, too")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32",
                        help="step: of ours and of plain transformers; the reference's way has only fp32")
    parser.add_argument("--full", action="store_true", help="scale: all sizes")
    options = parser.parse_args()
    options.build = options.build.resolve()
    rows = BENCHES[options.name](options)
    print_table(options.name, rows)
    if options.json:
        options.json.write_text(json.dumps({"name": options.name, "machine": machine(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
