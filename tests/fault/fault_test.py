"""fault_test.py BIN TESTS [CASE…]: kill -9 in the middle of sweeps; nothing lost, doubled, stuck or left behind.

SPARSWEEP_FAULT_KILLS (20) says how often each process is killed, SPARSWEEP_FAULT_SEED replays the moments of a run.
SPARSWEEP_FAULT_MODEL names a folder with model/, train.tsv and dev.tsv for the real trainer in place of the tiny one.
"""
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import cluster as processes

BIN, TESTS = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
KILLS = int(os.environ.get("SPARSWEEP_FAULT_KILLS", "20"))
SEED = int(os.environ.get("SPARSWEEP_FAULT_SEED", str(time.time_ns() % 1_000_000)))

SCRIPTED = """
model: {{path: {0}/model, pooling: mean}}
task: {{kind: classification, train: {0}/train.tsv, dev: {0}/dev.tsv, format: {{layout: tsv, text: [text], label: label}}, max_length: 16}}
training: {{steps: 60, batch: 8, evaluate_every: 10, checkpoint_every: 10}}
pruning: {{score_learning_rate: 0.5}}
groups:
  - {{method: dense}}
  - {{method: magnitude, density: 0.1}}
  - {{method: movement, density: {{values: [0.3, 0.1, 0.03]}}}}
  - {{method: soft_movement, lambda: 100}}
seeds: [1, 2]
max_restarts: 100
"""

REAL = """
model: {{path: {0}/model, pooling: mean}}
task: {{kind: classification, train: {0}/train.tsv, dev: {0}/dev.tsv, format: {{layout: tsv, text: [text], label: label}}, max_length: 16, dev_limit: 200}}
training: {{steps: {1}, batch: 8, learning_rate: 1e-2, warmup_steps: 4, evaluate_every: {2}, checkpoint_every: {2}}}
pruning: {{score_learning_rate: 0.3}}
groups:
  - {{method: magnitude, density: 0.25}}
  - {{method: movement, density: 0.25}}
  - {{method: soft_movement, lambda: 30}}
resources: {{threads: 1, max_concurrent_trials: 2}}
max_restarts: 100
"""


class Fault(unittest.TestCase):
    """A fresh cluster, and the scores of an undisturbed sweep to hold the others against."""
    trainer = TESTS / "scripted-trainer"
    kills = KILLS
    patience = processes.PATIENCE  # for the rest of a sweep
    last_logs = ""
    resources = ""

    def setUp(self):
        self.random = random.Random(f"{SEED}/{self.id()}")
        print(f"{self.id()}: SPARSWEEP_FAULT_SEED={SEED}", flush=True)
        folder = tempfile.TemporaryDirectory(prefix="sparsweep-fault-")
        self.addCleanup(folder.cleanup)
        self.cluster = processes.Cluster(BIN, self.trainer, folder.name)
        self.addCleanup(self.cluster.kill_everything)
        self.yaml = self.prepare(pathlib.Path(folder.name))
        self.cluster.start_coordinator()
        self.start_workers()
        self.cluster.submit("undisturbed", self.yaml)
        self.cluster.wait_for_end("undisturbed", self.patience)
        self.scores = self.cluster.scores("undisturbed")
        self.assertNotIn(None, self.scores.values())

    def prepare(self, folder):
        (folder / "model").mkdir()
        for name in ("train.tsv", "dev.tsv"):
            (folder / name).write_text("text\tlabel\n")
        return SCRIPTED.format(folder) + self.resources

    def start_workers(self):
        self.cluster.start_worker()

    def run(self, result=None):
        failures = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > failures:
            print(self.last_logs, flush=True)

    def tearDown(self):
        self.last_logs = self.cluster.logs()

    def disturb(self, shortest, longest, once):
        """Calls once() self.kills times, each after a random while in which trials have made progress.

        Where it returns False the sweep was over before there was something to disturb.
        """
        done = 0
        while done < self.kills:
            name = f"disturbed-{len(self.cluster.sweeps)}"
            self.cluster.submit(name, self.yaml)
            steps = 0
            while done < self.kills:
                processes.wait_until("a trial goes on", lambda: (self.cluster.steps_done(name) or 0) > steps
                                     or self.cluster.is_over(name))
                steps = self.cluster.steps_done(name) or 0
                time.sleep(self.random.uniform(shortest, longest))
                if self.cluster.is_over(name):
                    break
                if once() is False:
                    break
                done += 1
        for name in self.cluster.sweeps:
            self.cluster.wait_for_end(name, self.patience)

    def end(self):
        self.cluster.stop()
        self.cluster.check_everything(self.scores)
        states = self.cluster.query("SELECT state, count(*) FROM attempts GROUP BY state")
        print(f"{self.kills} faults in {len(self.cluster.sweeps) - 1} sweeps; attempts: {dict(states)}", flush=True)


class CoordinatorKilled(Fault):
    def kill_coordinator(self):
        before = self.cluster.acknowledged()
        self.cluster.kill(self.cluster.coordinator)
        self.cluster.start_coordinator()
        self.cluster.check_acknowledged(before)

    def test_nothing_is_lost(self):
        self.disturb(0.0, 0.5, self.kill_coordinator)
        self.end()
        # A restart of the coordinator does not restart training.
        restarted = self.cluster.query("SELECT count(*) FROM attempts WHERE attempt_number > 1")[0][0]
        self.assertLessEqual(restarted, self.kills)


class WorkerKilled(Fault):
    def kill_worker(self):
        self.cluster.kill(self.cluster.workers["w"])
        processes.wait_until("its trainers are gone", lambda: not self.cluster.trainers(), 5)
        self.cluster.start_worker()

    def test_nothing_is_lost(self):
        self.disturb(0.0, 0.5, self.kill_worker)
        self.end()
        resumed = self.cluster.query("SELECT count(*) FROM attempts WHERE attempt_number > 1 AND start_step > 0")[0][0]
        self.assertGreater(resumed, 0)


class TrainerKilled(Fault):
    def kill_trainer(self):
        while True:
            trainers = processes.wait_until("a trainer runs", self.cluster.trainers)
            try:
                return os.kill(self.random.choice(trainers), signal.SIGKILL)
            except ProcessLookupError:
                continue  # it has just finished

    def test_nothing_is_lost(self):
        self.disturb(0.0, 0.3, self.kill_trainer)
        self.end()


class RankKilled(TrainerKilled):
    """Attempts of three ranks on one worker: with one rank all go, and the next attempt resumes."""
    resources = "resources: {ranks: 3}\n"

    def kill_trainer(self):
        killed = processes.wait_until("all ranks run", lambda: self.all_ranks_but_one_killed())
        processes.wait_until("the other ranks are gone", lambda: not killed & set(self.cluster.trainers()), 5)

    def all_ranks_but_one_killed(self):
        ranks = self.cluster.trainers()
        if len(ranks) != 3:
            return None
        try:
            os.kill(self.random.choice(ranks), signal.SIGKILL)
        except ProcessLookupError:
            return None
        return set(ranks)


class TwoWorkers(Fault):
    def start_workers(self):
        self.cluster.start_worker("a", 2)
        self.cluster.start_worker("b", 2)

    def comes_to_train_on_a(self):
        """False when the other worker did all that was left."""
        def look():
            if self.cluster.query("SELECT 1 FROM attempts WHERE worker = 'a' AND state = 'running'"):
                return "trains"
            return "over" if self.cluster.sweep_state(self.cluster.sweeps[-1]) != "running" else None
        return processes.wait_until("worker a trains", look) == "trains"


class WorkerGone(TwoWorkers):
    """A worker that does not come back: the other one takes its trials over once the lease is over."""
    kills = 1

    def kill_for_good(self):
        if not self.comes_to_train_on_a():
            return False
        self.cluster.kill(self.cluster.workers.pop("a"))
        processes.wait_until("its attempts are lost", lambda: not self.cluster.query(
            "SELECT 1 FROM attempts WHERE worker = 'a' AND state IN ('leased', 'running')"), 5 * processes.LEASE)
        return True

    def test_another_takes_over(self):
        self.disturb(0.2, 0.4, self.kill_for_good)
        self.end()


class WorkerStopped(TwoWorkers):
    """A worker that stands still for three leases: what it says afterwards changes nothing."""
    kills = 2

    def stop_and_continue(self):
        if not self.comes_to_train_on_a():
            return False
        processes.pause(self.cluster.workers["a"], 3 * processes.LEASE)
        return True

    def test_its_late_reports_are_refused(self):
        self.disturb(0.2, 0.4, self.stop_and_continue)
        self.end()
        lost = self.cluster.query("SELECT count(*) FROM attempts WHERE worker = 'a' AND state = 'lost'")[0][0]
        self.assertGreater(lost, 0)


class MemberKilled(Fault):
    """Attempts of three ranks over two workers: with either worker all ranks go, and the trial waits for both again."""
    resources = "resources: {ranks: 3}\n"
    kills = max(4, KILLS // 3)

    def start_workers(self):
        for name in ("a", "b"):
            self.start_member(name)

    def start_member(self, name):
        self.cluster.start_worker(name, 2, "--rank-address", "127.0.0.1")

    def kill_member(self):
        name = self.random.choice(("a", "b"))
        ranks = processes.wait_until("all ranks run", lambda: self.all_ranks() or self.sweep_is_over())
        if ranks is True:
            return False
        self.cluster.kill(self.cluster.workers[name])
        processes.wait_until("its ranks are gone", lambda: not self.cluster.trainers(name), 5)
        self.start_member(name)
        processes.wait_until("the other worker's ranks are gone", lambda: not ranks & set(self.cluster.trainers()),
                             3 * processes.LEASE)
        return True

    def all_ranks(self):
        ranks = set(self.cluster.trainers())
        return ranks if len(ranks) == 3 else None

    def sweep_is_over(self):
        return self.cluster.sweep_state(self.cluster.sweeps[-1]) != "running"

    def test_nothing_is_lost(self):
        self.disturb(0.0, 0.3, self.kill_member)
        self.end()
        several = self.cluster.query("SELECT count(*) FROM attempts WHERE slots LIKE '%/%'")[0][0]
        self.assertEqual(several, self.cluster.query("SELECT count(*) FROM attempts")[0][0])
        resumed = self.cluster.query("SELECT count(*) FROM attempts WHERE attempt_number > 1 AND start_step > 0")[0][0]
        self.assertGreater(resumed, 0)


class RealTrainer(Fault):
    trainer = BIN / "sparsweep-trainer"
    kills = 6

    def prepare(self, folder):
        model = os.environ.get("SPARSWEEP_FAULT_MODEL")
        if model is None:
            model = folder / "tiny"
            subprocess.run([TESTS / "write-tiny-task", model], check=True)
        return REAL.format(model, 1500, 100)

    def kill_in_turn(self):
        turn = self.turn = getattr(self, "turn", -1) + 1
        (CoordinatorKilled.kill_coordinator, WorkerKilled.kill_worker, TrainerKilled.kill_trainer)[turn % 3](self)

    def test_nothing_is_lost(self):
        self.disturb(0.3, 0.8, self.kill_in_turn)
        self.end()


if __name__ == "__main__":
    if not (BIN / "sparsweep-trainer").exists() and "RealTrainer" in sys.argv[3:]:
        print("skipped: built without sparsweep-trainer")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
