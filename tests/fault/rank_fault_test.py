"""rank_fault_test.py BIN TESTS [CASE…]: ranks of the real trainer killed and hung in the middle of training.

All ranks of the attempt are gone within 5 s of a kill, and of a hang (SIGSTOP) within the hang timeout and 5 s; the trial
goes on from its checkpoint to the score of an undisturbed one. Prints how long it took. SPARSWEEP_LONG=1: 50 kills and
10 hangs over both cases instead of two and one in each.
"""
import os
import signal
import statistics
import subprocess
import sys
import time
import unittest

import cluster as processes
from fault_test import BIN, TESTS, Fault

LONG = os.environ.get("SPARSWEEP_LONG") == "1"
KILLS, HANGS = (25, 5) if LONG else (2, 1)
RANKS = 3
HANG_TIMEOUT = 3  # seconds
LIMIT = {signal.SIGKILL: 5, signal.SIGSTOP: HANG_TIMEOUT + 5}

SWEEP = """
model: {{path: {0}/model, pooling: mean}}
task: {{kind: classification, train: {0}/train.tsv, dev: {0}/dev.tsv, format: {{layout: tsv, text: [text], label: label}}, max_length: 16, dev_limit: 50}}
training: {{steps: 300, batch: 8, learning_rate: 1e-2, warmup_steps: 4, evaluate_every: 100, checkpoint_every: 20}}
pruning: {{score_learning_rate: 0.3}}
groups:
  - {{method: movement, density: 0.25}}
seeds: {1}
resources: {{threads: 1, ranks: 3}}
max_restarts: 100
"""


class RankLost(Fault):
    trainer = BIN / "sparsweep-trainer"
    kills = KILLS + HANGS
    patience = 600  # a trial waits for up to a minute to be tried again, and they train one at a time

    def prepare(self, folder):
        subprocess.run([TESTS / "write-tiny-task", folder / "tiny"], check=True)
        self.signals = [signal.SIGKILL] * KILLS + [signal.SIGSTOP] * HANGS
        self.random.shuffle(self.signals)
        self.took = {signal.SIGKILL: [], signal.SIGSTOP: []}
        # Of several trials one trains while another waits to be tried again.
        return SWEEP.format(folder / "tiny", list(range(1, 9)) if LONG else [1])

    def ranks_in_training(self):
        """Their process ids, once they have made a step and their trial has a checkpoint; else []."""
        now = self.cluster.query("SELECT trial_id FROM attempts WHERE state = 'running' AND last_sequence > 1")
        if not now or not list(self.cluster.folder.glob(f"*/trials/t-{now[0][0]:06}/attempt-*/checkpoint-*.safetensors")):
            return []
        ranks = self.cluster.trainers()
        return ranks if len(ranks) == RANKS else []

    def lose_a_rank(self):
        sweep = self.cluster.sweeps[-1]
        ranks = processes.wait_until("all ranks train", lambda: self.ranks_in_training() or self.cluster.is_over(sweep))
        if ranks is True:
            return False
        with_signal = self.signals[-1]
        begin = time.monotonic()
        try:
            os.kill(self.random.choice(ranks), with_signal)
        except ProcessLookupError:
            return False  # the trial has just finished
        processes.wait_until("all ranks are gone", lambda: not set(ranks) & set(self.cluster.trainers()), LIMIT[with_signal])
        self.took[self.signals.pop()].append(time.monotonic() - begin)
        return True

    def lose_ranks(self):
        self.disturb(0.0, 0.3, self.lose_a_rank)
        self.end()
        begun_again = self.cluster.query("SELECT trial_id, attempt_number FROM attempts WHERE attempt_number > 1 AND start_step = 0")
        self.assertEqual(begun_again, [], "not resumed from a checkpoint")
        resumed, = self.cluster.query("SELECT count(*) FROM attempts WHERE attempt_number > 1")[0]
        self.assertGreaterEqual(resumed, 1)
        for what, of_signal in (("killed", signal.SIGKILL), ("hung", signal.SIGSTOP)):
            seconds = self.took[of_signal]
            print(f"{self.id()}: one of {RANKS} ranks {what} {len(seconds)} times: all gone after {statistics.median(seconds):.2f} s "
                  f"(median), {max(seconds):.2f} s (longest); limit {LIMIT[of_signal]} s", flush=True)


class RankLostOnOneWorker(RankLost):
    def start_workers(self):
        self.cluster.start_worker("w", RANKS, "--hang-timeout", f"{HANG_TIMEOUT}s")

    def test_the_others_end_and_the_trial_goes_on(self):
        self.lose_ranks()


class RankLostOverTwoWorkers(RankLost):
    def start_workers(self):
        for name in ("a", "b"):
            self.cluster.start_worker(name, RANKS - 1, "--rank-address", "127.0.0.1", "--hang-timeout", f"{HANG_TIMEOUT}s")

    def test_the_others_end_and_the_trial_goes_on(self):
        self.lose_ranks()


if __name__ == "__main__":
    if not (BIN / "sparsweep-trainer").exists():
        print("skipped: built without sparsweep-trainer")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
