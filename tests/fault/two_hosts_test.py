"""two_hosts_test.py BIN TESTS: an attempt whose two ranks run on two hosts, a worker and a network namespace each.

Skipped with the reason where namespaces are not permitted. Nothing fails here; it shows that the ranks meet over the
interface that --rank-address names, listen nowhere else, and come to the result of two ranks on one worker.
"""
import json
import pathlib
import subprocess
import sys
import unittest

import cluster as processes
from fault_test import BIN, TESTS, Fault

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from two_hosts import TwoHosts  # noqa: E402

SWEEP = """
model: {{path: {0}/model, pooling: mean}}
task: {{kind: classification, train: {0}/train.tsv, dev: {0}/dev.tsv, format: {{layout: tsv, text: [text], label: label}}, max_length: 16, dev_limit: 50}}
training: {{steps: 200, batch: 8, learning_rate: 1e-2, warmup_steps: 4, evaluate_every: 100, checkpoint_every: 100}}
pruning: {{score_learning_rate: 0.3}}
groups:
  - {{method: movement, density: 0.25}}
resources: {{threads: 1, ranks: 2}}
"""


class TwoHostsOneGang(Fault):
    trainer = BIN / "sparsweep-trainer"
    kills = 0

    def prepare(self, folder):
        try:
            self.hosts = TwoHosts()
        except OSError as error:
            self.skipTest(f"no network namespaces here: {error}")
        self.addCleanup(self.hosts.close)
        subprocess.run([TESTS / "write-tiny-task", folder / "tiny"], check=True)
        return SWEEP.format(folder / "tiny")

    def start_workers(self):
        self.cluster.start_worker("one", 2)

    def test_they_talk_on_the_configured_interface_and_agree(self):
        self.cluster.end_worker("one")
        for host, address in enumerate(self.hosts.ADDRESSES):
            self.cluster.start_worker(f"host-{host}", 1, "--rank-address", address, inside=self.hosts.inside(host))
        self.cluster.submit("over-two-hosts", self.yaml)
        processes.wait_until("the ranks train", lambda: (self.cluster.steps_done("over-two-hosts") or 0) > 0)
        for host, (own, other) in enumerate((self.hosts.ADDRESSES, self.hosts.ADDRESSES[::-1])):
            listening = {local for local, _ in self.hosts.sockets(host, "--listening")}
            self.assertEqual(listening, {own})
            connected = self.hosts.sockets(host)
            self.assertIn((own, other), connected)
            self.assertLessEqual(connected, {(own, other), (own, own)})
            print(f"host {host}: listens on {listening}, connected {sorted(connected)}", flush=True)
        self.cluster.wait_for_end("over-two-hosts")
        worker, slots = self.cluster.query("SELECT worker, slots FROM attempts ORDER BY trial_id DESC LIMIT 1")[0]
        ranks = {slot if "/" in slot else f"{worker}/{slot}" for slot in json.loads(slots)}
        self.assertEqual(ranks, {"host-0/cpu:0", "host-1/cpu:0"})
        self.end()


if __name__ == "__main__":
    if not (BIN / "sparsweep-trainer").exists():
        print("skipped: built without sparsweep-trainer")
        sys.exit(77)
    program = unittest.main(argv=[sys.argv[0], *sys.argv[3:]], exit=False)
    skipped = program.result.skipped
    sys.exit(1 if not program.result.wasSuccessful() else 77 if skipped else 0)
