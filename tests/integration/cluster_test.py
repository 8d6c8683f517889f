"""A coordinator and two workers, each started on its own, on TCP: the same results as `run`, and every command."""
import json
import re
import signal

from sandbox import SWEEP, TRAINER, TRIALS, Sandbox, main, wait_until


class Cluster(Sandbox):
    def start_cluster(self, workers=2, more=()):
        data = self.folder / "cluster"
        coordinator = self.start("sparsweep-coordinator", "--data", data, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0")
        self.address = self.endpoint(coordinator, data)["grpc"][0]
        self.workers = [
            self.start("sparsweep-worker", "--coordinator", self.address, "--name", f"w{i}", "--directory",
                       self.folder / f"w{i}", "--cpu-slots", "1", "--no-gpu", "--trainer", TRAINER, *more)
            for i in range(workers)]
        return coordinator

    def sweep_state(self):
        return json.loads(self.sparsweep("show", "small", "-o", "json", "--server", self.address).stdout)["state"]

    def test_two_workers_give_the_scores_of_run_to_the_last_digit(self):
        self.run_sweep()
        self.environment["SPARSWEEP_STEP_MS"] = "20"  # no trial comes and goes between two looks at the sweep
        self.start_cluster()
        submitted = self.sparsweep("submit", "--wait", "sweep.yaml", "--server", self.address)
        self.assertEqual(set(re.findall(r"started, attempt 1 on (\w+)", submitted.stdout)), {"w0", "w1"})
        self.assertEqual(self.scores("--server", self.address), self.scores())
        cluster, local = self.front("small", "--server", self.address), self.front()
        self.assertEqual(len(local["points"]), TRIALS)
        self.assertEqual(cluster, local)

    def test_ranks_over_two_workers_give_the_scores_of_one_rank(self):
        self.run_sweep()
        self.write("sweep.yaml", SWEEP.replace("ranks: 1", "ranks: 2"))
        self.environment["SPARSWEEP_STEP_MS"] = "20"
        self.start_cluster(more=["--rank-address", "127.0.0.1"])
        waiting = self.start("sparsweep", "submit", "--wait", "sweep.yaml", "--server", self.address)
        waiting.wait_for_line(r"t-000001 dense: started, attempt 1")
        trial = json.loads(self.sparsweep("show", "t-000001", "-o", "json", "--server", self.address).stdout)
        self.assertEqual(sorted(trial["ranks"].split()), ["w0/cpu:0", "w1/cpu:0"])
        self.assertEqual(waiting.wait(), 0, waiting.err)
        self.assertEqual(self.scores("--server", self.address), self.scores())

    def test_submit_returns_at_once_and_again_attaches(self):
        self.start_cluster(workers=0)
        first = self.sparsweep("submit", "sweep.yaml", "--server", self.address)
        self.assertEqual(first.stdout, "small: submitted, 5 trials\n")
        again = self.sparsweep("submit", "sweep.yaml", "--server", self.address)
        self.assertEqual(again.stdout, "small: exists already, attached, 5 trials\n")

    def test_cancel_ends_what_has_not_ended(self):
        self.environment["SPARSWEEP_STEP_MS"] = "100"
        self.start_cluster()
        waiting = self.start("sparsweep", "submit", "--wait", "sweep.yaml", "--server", self.address)
        waiting.wait_for_line(r"started, attempt 1")
        self.assertIn("small: canceled", self.sparsweep("cancel", "small", "--server", self.address).stdout)
        self.assertEqual(waiting.wait(), 1)
        self.assertIn("sparsweep: small: canceled", waiting.err)
        self.assertEqual(self.sweep_state(), "canceled")
        wait_until(lambda: not [command for _, command in self.processes() if "train " in command], "the end of the trainers")

    def test_coordinator_restart_is_waited_for(self):
        self.environment["SPARSWEEP_STEP_MS"] = "20"
        coordinator = self.start_cluster()
        waiting = self.start("sparsweep", "submit", "--wait", "sweep.yaml", "--server", self.address)
        waiting.wait_for_line(r"step [1-9]\d*/40")
        coordinator.signal(signal.SIGKILL)
        coordinator.wait()
        data = self.folder / "cluster"
        again = self.start("sparsweep-coordinator", "--data", data, "--listen", self.address, "--http", "127.0.0.1:0")
        self.endpoint(again, data)
        self.assertEqual(waiting.wait(), 0, waiting.err)
        self.assertEqual({state for _, _, _, state, _, _ in self.scores("--server", self.address)}, {"succeeded"})

    def test_tables_and_csv(self):
        self.start_cluster()
        self.sparsweep("submit", "--wait", "sweep.yaml", "--server", self.address)
        table = self.sparsweep("list", "--server", self.address).stdout.splitlines()
        self.assertEqual(table[0].split(), ["sweep", "state", "trials", "succeeded", "failed", "metric", "created"])
        self.assertEqual(table[1].split()[:6], ["small", "succeeded", "5", "5", "0", "accuracy"])
        csv = self.sparsweep("front", "small", "-o", "csv", "--server", self.address).stdout.splitlines()
        self.assertEqual(csv[0], "trial,method,seed,mask_density,remaining_weights,score,lambda,variant")
        self.assertEqual(len(csv), 1 + TRIALS)
        points = self.front("small", "--server", self.address)["points"]
        self.assertEqual([float(line.split(",")[5]) for line in csv[1:]], [point["score"] for point in points])

    def test_server_from_the_environment(self):
        self.start_cluster(workers=0)
        self.environment["SPARSWEEP_SERVER"] = self.address
        self.assertEqual(self.sparsweep("list").returncode, 0)
        self.sparsweep("list", "--data", self.folder / "absent", code=3)  # the flag beats it


if __name__ == "__main__":
    main()
