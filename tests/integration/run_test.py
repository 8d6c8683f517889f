"""`sparsweep run`: start to end, stopped and gone on with, attached, refused."""
import json
import os
import re
import signal
import subprocess

from sandbox import BIN, SWEEP, TRAINER, TRIALS, Sandbox, main, wait_until

RUNNING_STEP = r"step [1-9]\d*/40"


class Run(Sandbox):
    def undisturbed_scores(self):
        self.run_sweep("--data", "undisturbed")
        return self.scores("--data", "undisturbed")

    def test_from_file_to_front(self):
        run = self.run_sweep()
        self.assertNotIn("\x1b", run.stdout)
        self.assertRegex(run.stdout, r"page  http://127\.0\.0\.1:\d+/\?token=\w+")
        self.assertRegex(run.stdout, r"t-000002 magnitude 10 %: started, attempt 1")
        self.assertRegex(run.stdout, r"t-000005 movement 3 %: succeeded, density 3 %, accuracy 0\.\d+ \(\d of 5 trials\)")
        for place in (f"database  {self.data}/sparsweep.db", f"masks     {self.data}/masks.db",
                      f"models    {self.data}/trials/t-000001/attempt-1/model"):
            self.assertIn(place, run.stdout)
            self.assertTrue(os.path.exists(re.sub(r"^\w+ +", "", place)), place)
        self.assertEqual(self.data.stat().st_mode & 0o777, 0o700)
        self.assertEqual(self.processes(), [])

        front = self.front()
        self.assertEqual(list(front), ["sweep", "metric", "points"])
        self.assertEqual((front["sweep"], front["metric"], len(front["points"])), ("small", "accuracy", TRIALS))
        for point in front["points"]:
            self.assertEqual(list(point), ["trial", "method", "seed", "mask_density", "remaining_weights", "score", "lambda", "variant"])
        self.assertEqual([point["mask_density"] for point in front["points"]], sorted(
            (point["mask_density"] for point in front["points"]), reverse=True))

    def test_the_commands_it_names_work(self):
        run = self.run_sweep("--data", "with space")
        commands = re.findall(r"^  sparsweep (.+)$", run.stdout, re.M)
        self.assertEqual(len(commands), 3)
        for command in commands:
            subprocess.run(f"{BIN}/sparsweep {command}", shell=True, cwd=self.folder, env=self.environment, check=True,
                           stdout=subprocess.DEVNULL)

    def test_trial_with_its_masks(self):
        self.run_sweep()
        shown = json.loads(self.sparsweep("show", "t-000003", "-o", "json").stdout)
        self.assertEqual((shown["state"], shown["density"]), ("succeeded", 0.03))
        self.assertGreater(len(shown["matrices"]), 0)
        for matrix in shown["matrices"]:
            self.assertEqual(matrix["ones"], round(matrix["density"] * matrix["rows"] * matrix["columns"]))

    def test_finished_sweep_is_shown_not_run_again(self):
        self.run_sweep()
        before = self.front()
        again = self.run_sweep()
        self.assertIn("front of small", again.stdout)
        self.assertNotIn("started", again.stdout)
        self.assertEqual(self.front(), before)
        self.assertIn(f"models    {self.data}/trials/t-000001/attempt-1/model", again.stdout)
        self.assertFalse((self.data / "trials/t-000001/attempt-2").exists())

    def test_ctrl_c_stops_and_the_next_run_goes_on(self):
        expected = self.undisturbed_scores()
        self.environment["SPARSWEEP_STEP_MS"] = "30"
        run = self.start_run()
        run.wait_for_line(r"step (1\d|2\d)/40")
        run.signal(signal.SIGINT)
        self.assertEqual(run.wait(), 130)
        self.assertIn("go on with `sparsweep run sweep.yaml`", run.err)
        self.assertEqual(self.processes(), [])
        checkpoints = [path for path in self.data.glob("trials/*/attempt-1/checkpoint-*") if not path.name.endswith(".partial")]
        self.assertGreater(len(checkpoints), 0)

        self.environment["SPARSWEEP_STEP_MS"] = "2"
        again = self.run_sweep()
        self.assertIn("started, attempt 2", again.stdout)
        self.assertEqual(self.scores(), expected)

    def test_sigterm_stops_as_ctrl_c_does(self):
        self.environment["SPARSWEEP_STEP_MS"] = "30"
        run = self.start_run()
        run.wait_for_line(RUNNING_STEP)
        run.signal(signal.SIGTERM)
        self.assertEqual(run.wait(), 130)
        self.assertEqual(self.processes(), [])

    def test_second_ctrl_c_does_not_wait_for_trainers(self):
        self.script(step_ms=10, rules=[{"trial": "t-000001", "step": 5, "action": "ignore_sigterm"},
                                       {"trial": "t-000001", "step": 6, "action": "hang"}])
        run = self.start_run()
        run.wait_for_line(r"t-000001 dense: started")
        wait_until(lambda: '"step":5' in "".join(
            path.read_text() for path in self.data.glob("trials/t-000001/attempt-1/events.jsonl")), "step 5")
        run.signal(signal.SIGINT)
        wait_until(lambda: "stopping" in run.err, "the first signal")
        run.signal(signal.SIGINT)
        self.assertEqual(run.wait(), 130)
        wait_until(lambda: not self.processes(), "no process left")

    def test_killed_command_takes_its_daemons_along(self):
        self.environment["SPARSWEEP_STEP_MS"] = "30"
        run = self.start_run()
        run.wait_for_line(RUNNING_STEP)
        run.signal(signal.SIGKILL)
        run.wait()
        wait_until(lambda: not [command for _, command in self.processes() if "train " in command], "the end of the trainers")
        wait_until(lambda: not [command for _, command in self.processes() if "coordinator --data" in command],
                   "the end of the coordinator")

    def test_run_after_a_killed_one_goes_on_at_once(self):
        expected = self.undisturbed_scores()
        self.environment["SPARSWEEP_STEP_MS"] = "30"
        run = self.start_run()
        run.wait_for_line(r"step (1\d|2\d)/40")
        run.signal(signal.SIGKILL)
        run.wait()
        self.environment["SPARSWEEP_STEP_MS"] = "2"
        self.run_sweep()
        self.assertEqual(self.scores(), expected)
        wait_until(lambda: not self.processes(), "no process left")

    def test_timeout_stops_with_124(self):
        self.environment["SPARSWEEP_STEP_MS"] = "1000"
        run = self.run_sweep("--timeout", "1", code=124)
        self.assertIn("go on with", run.stderr)
        self.assertEqual(self.processes(), [])

    def test_other_content_is_a_conflict_with_both_remedies(self):
        self.run_sweep()
        self.write("sweep.yaml", SWEEP.replace("steps: 40", "steps: 41"))
        run = self.run_sweep(code=4)
        self.assertIn("'small' exists with other content", run.stderr)
        self.assertIn("another name", run.stderr)
        self.assertIn("--data DIR", run.stderr)
        self.assertEqual(len(run.stderr.splitlines()), 1)
        self.run_sweep("--data", "other")

    def test_same_content_written_otherwise_is_the_same_sweep(self):
        self.run_sweep()
        self.write("sweep.yaml", "# a comment\n" + SWEEP.replace("[0.1, 0.03]", "[0.10, 3e-2]"))
        self.assertIn("front of small", self.run_sweep().stdout)

    def test_failed_trials_are_listed_and_exit_with_1(self):
        self.script(step_ms=2, rules=[{"method": "magnitude", "step": 5, "action": "fail", "class": "user",
                                       "reason": "SCRIPTED_REASON"}])
        run = self.run_sweep(code=1)
        self.assertIn("2 of 5 trials failed", run.stderr)
        self.assertRegex(run.stderr, r"t-000002 +magnitude +1 +user +SCRIPTED_REASON +failed as scripted")
        self.assertEqual(len(self.front()["points"]), 3)
        self.run_sweep(code=1)

    def test_rejected_sweep_says_what_the_trainer_found(self):
        (self.folder / "model").rmdir()
        run = self.run_sweep(code=1)
        self.assertRegex(run.stderr, r"^sparsweep: small: rejected: model\.path: .*/model is not there")
        self.assertFalse((self.data / "trials/t-000001").exists())

    def test_crashed_trainer_is_started_again(self):
        expected = self.undisturbed_scores()
        self.script(step_ms=2, rules=[{"trial": "t-000002", "attempt": 1, "step": 25, "action": "crash"}])
        run = self.run_sweep()
        self.assertRegex(run.stdout, r"t-000002 magnitude 10 %: started, attempt 2")
        self.assertEqual(self.scores(), expected)

    def test_crashed_rank_ends_the_others_and_the_attempt_goes_on(self):
        expected = self.undisturbed_scores()
        self.write("sweep.yaml", SWEEP.replace("ranks: 1", "ranks: 3"))
        self.script(step_ms=10, rules=[{"trial": "t-000002", "attempt": 1, "rank": 2, "step": 12, "action": "crash"}])
        run = self.run_sweep("--data", "ranks")
        self.assertRegex(run.stdout, r"t-000002 magnitude 10 %: started, attempt 2")
        self.assertEqual(self.scores("--data", "ranks"), expected)
        self.assertEqual(self.processes(), [])

    def test_dead_coordinator_is_reported_with_its_log(self):
        self.environment["SPARSWEEP_STEP_MS"] = "100"
        run = self.start_run()
        run.wait_for_line(r"started, attempt 1")
        os.kill(self.pid_of("sparsweep-coordinator"), signal.SIGKILL)
        self.assertEqual(run.wait(), 1)
        self.assertRegex(run.err, r"sparsweep-coordinator ended \(signal 9 \(Killed\)\).*log: .*coordinator\.log")
        wait_until(lambda: not self.processes(), "no process left")

    def test_dead_worker_is_reported(self):
        self.environment["SPARSWEEP_STEP_MS"] = "100"
        run = self.start_run()
        run.wait_for_line(r"started, attempt 1")
        os.kill(self.pid_of("sparsweep-worker"), signal.SIGKILL)
        self.assertEqual(run.wait(), 1)
        self.assertIn("sparsweep-worker ended (signal 9 (Killed))", run.err)

    def test_worker_without_a_trainer_says_so(self):
        run = self.sparsweep("run", "sweep.yaml", "--trainer", "/nowhere/trainer", code=1)
        self.assertIn("/nowhere/trainer", run.stderr)
        self.assertEqual(len(run.stderr.splitlines()), 1)

    def test_second_run_attaches_and_ctrl_c_leaves_the_first_alone(self):
        self.environment["SPARSWEEP_STEP_MS"] = "20"
        first = self.start_run()
        first.wait_for_line(r"started, attempt 1")
        second = self.start_run()
        second.wait_for_line(RUNNING_STEP)
        second.signal(signal.SIGINT)
        self.assertEqual(second.wait(), 130)
        self.assertIn("small goes on in the process that holds", second.err)
        self.assertEqual(self.front()["sweep"], "small")  # read commands attach as well
        self.assertEqual(first.wait(), 0)
        self.assertEqual({state for _, _, _, state, _, _ in self.scores()}, {"succeeded"})

    def test_two_runs_at_once_share_one_coordinator(self):
        runs = [self.start_run() for _ in range(2)]
        self.assertEqual([run.wait() for run in runs], [0, 0], [run.err for run in runs])
        for run in runs:
            self.assertIn("front of small", run.out)

    def test_json_output_is_the_front_alone(self):
        run = self.run_sweep("-o", "json")
        self.assertEqual(json.loads(run.stdout), self.front())
        self.assertIn("t-000001 dense: succeeded", run.stderr)

    def test_deep_data_directory(self):
        deep = self.folder / ("d" * 60) / ("e" * 60)
        self.run_sweep("--data", deep)
        self.assertEqual(len(self.front("small", "--data", deep)["points"]), TRIALS)

    def test_relative_paths_follow_the_file_not_the_caller(self):
        (self.folder / "elsewhere").mkdir()
        done = subprocess.run([BIN / "sparsweep", "run", "../sweep.yaml", "--trainer", TRAINER], cwd=self.folder / "elsewhere",
                              env=self.environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "elsewhere/.sparsweep/sparsweep.db").exists())


if __name__ == "__main__":
    main()
