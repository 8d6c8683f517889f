"""Two ranks of rank_bench, on the loopback or on two hosts (network namespaces)."""
import json
import socket
import sys

from stepper import ROOT, Stepper

sys.path.insert(0, str(ROOT / "tests/support"))
from two_hosts import TwoHosts  # noqa: E402,F401


class RankPair:
    """`hosts`: TwoHosts, or None for 127.0.0.1."""

    def __init__(self, options, model, *values, hosts=None):
        address = hosts.ADDRESSES[0] if hosts else "127.0.0.1"
        with socket.socket() as probe:  # in a fresh namespace any port is free
            probe.bind(("127.0.0.1", 0))
            meet = f"{address}:{probe.getsockname()[1]}"
        self.ranks = []
        for rank in range(2):
            inside = hosts.inside(rank) if hosts else []
            self.ranks.append(Stepper(*inside, options.build / "tests/rank_bench", model, f"rank={rank}", "size=2",
                                      f"rendezvous={meet}", "threads=1", *values, wait=False))
        for rank in self.ranks:
            rank.await_ready()

    def run(self, mode, steps):
        """The slower rank's result; `waited` of the one that waited less: for what was sent, not for the other rank."""
        for rank in self.ranks:
            rank.send(f"{mode} {steps}")
        results = [json.loads(rank.receive()) for rank in self.ranks]
        slower = max(results, key=lambda result: result["seconds"])
        return {**slower, "waited": min(result["waited"] for result in results)}

    def in_turns(self, modes, steps, turns):
        """mode → its results; the first turn only warms up."""
        results = {mode: [] for mode in modes}
        for turn in range(turns + 1):
            for mode in modes:
                result = self.run(mode, steps)
                if turn:
                    results[mode].append(result)
        return results

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for rank in self.ranks:
            rank.process.stdin.close()
        for rank in self.ranks:
            rank.process.wait()
