"""quickstart_test.py BIN QUICKSTART: the quickstart's sweep, 40 steps instead of 300, through `sparsweep run`.

One run, then everything a user would look at: the front, the database, the masks, the exported models, and a second run.
"""
import json
import pathlib
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest

BIN, QUICKSTART = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SWEEP = """
name: quickstart-short
model: {{path: {0}/model, layers: 2, pooling: mean}}
task:
  kind: classification
  train: {0}/wordnet.train.tsv
  dev: {0}/wordnet.dev.tsv
  format: {{layout: tsv, header: true, text: [definition], label: label}}
  max_length: 32
  dev_limit: 300
training: {{steps: 40, batch: 32, learning_rate: 5e-4, head_learning_rate: 3e-3, warmup_steps: 5, evaluate_every: 20}}
pruning: {{score_learning_rate: 0.3}}
groups:
  - {{method: dense}}
  - {{method: magnitude, density: 0.1}}
  - {{method: movement, density: 0.1}}
  - {{method: soft_movement, lambda: 300}}
seeds: [1]
metric: {{name: accuracy, goal: maximize}}
search: {{kind: grid}}
resources: {{ranks: 1, threads: 1, max_concurrent_trials: 2}}
"""
# Two layers of four 384 × 384 and two 384 × 1536 matrices.
PRUNABLE = 2 * (4 * 384 * 384 + 2 * 384 * 1536)
MAJORITY = 0.123  # share of the largest of the 45 classes


def read_safetensors(path):
    """name → (dtype, shape, bytes), and the metadata."""
    content = path.read_bytes()
    length, = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    return {name: (entry["dtype"], entry["shape"], content[8 + length + entry["data_offsets"][0]:8 + length + entry["data_offsets"][1]])
            for name, entry in header.items()}, metadata


def ones(packed):
    return bin(int.from_bytes(packed, "little")).count("1")


class QuickstartShort(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.data = pathlib.Path(cls.folder.name, "data")
        cls.file = pathlib.Path(cls.folder.name, "sweep.yaml")
        cls.file.write_text(SWEEP.format(QUICKSTART.resolve()))
        cls.first = cls.sparsweep("run", str(cls.file))
        if cls.first.returncode != 0:
            for log in sorted(cls.data.rglob("*.log")):
                print(f"--- {log.name}\n{log.read_text()[-3000:]}")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def sparsweep(cls, *arguments):
        return subprocess.run([BIN / "sparsweep", *arguments, "--data", cls.data], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=250)

    def front(self):
        answer = self.sparsweep("front", "quickstart-short", "-o", "json")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return {point["method"]: point for point in json.loads(answer.stdout)["points"]}

    def rows(self, statement):
        with sqlite3.connect(f"file:{self.data}/sparsweep.db?mode=ro", uri=True) as database:
            return database.execute(statement).fetchall()

    def test_run_succeeds_without_a_terminal(self):
        self.assertEqual(self.first.returncode, 0, self.first.stderr)
        self.assertNotIn("\x1b[", self.first.stdout)

    def test_front_has_every_method_at_the_density_asked(self):
        front = self.front()
        self.assertEqual(sorted(front), ["dense", "magnitude", "movement", "soft_movement"])
        self.assertEqual(front["dense"]["mask_density"], 1)
        for method in ("magnitude", "movement"):
            self.assertAlmostEqual(front[method]["mask_density"], 0.1, delta=12 / PRUNABLE)
        self.assertGreater(front["soft_movement"]["mask_density"], 0.005)
        self.assertLess(front["soft_movement"]["mask_density"], 0.9)
        for point in front.values():
            self.assertGreater(point["score"], MAJORITY)
            self.assertGreaterEqual(point["remaining_weights"], point["mask_density"])

    def test_database_holds_one_accepted_attempt_a_trial(self):
        self.front()
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.rows("SELECT state, count(*) FROM trials GROUP BY state"), [("succeeded", 4)])
        accepted = self.rows("SELECT count(*) FROM attempts WHERE state = 'accepted' GROUP BY trial_id")
        self.assertEqual(accepted, [(1,)] * 4)
        self.assertEqual(self.rows("SELECT count(*), max(sequence) - min(sequence) + 1 = count(*) FROM events")[0][1], 1)

    def test_masks_and_exported_models_agree(self):
        for method, point in self.front().items():
            attempt, = (self.data / "trials" / point["trial"]).glob("attempt-*")
            masks, metadata = read_safetensors(attempt / "masks.safetensors")
            kept = sum(ones(packed) for _, _, packed in masks.values())
            self.assertEqual(kept / PRUNABLE, point["mask_density"], method)
            model, _ = read_safetensors(attempt / "model" / "model.safetensors")
            nonzero = 0
            for name in masks:
                rows, columns = map(int, metadata[name + ".shape"].split(","))
                self.assertEqual(len(masks[name][2]), (rows * columns + 7) // 8)
                weights = next(model[stored] for stored in (name, "bert." + name) if stored in model)[2]
                nonzero += len(weights) // 4 - sum(value == 0 for value, in struct.iter_unpack("<f", weights))
            self.assertLessEqual(nonzero, kept)
            self.assertGreater(nonzero, 0.999 * kept)

    def test_second_run_shows_the_finished_sweep(self):
        before = self.front()
        again = self.sparsweep("run", str(self.file))
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(self.front(), before)
        self.assertEqual(self.rows("SELECT max(attempt_number), count(*) FROM attempts"), [(1, 4)])

    def test_two_workers_of_a_separate_coordinator_give_the_same_scores(self):
        data = self.file.with_name("cluster")
        processes = [subprocess.Popen([BIN / "sparsweep-coordinator", "--data", data, "--listen", "127.0.0.1:0"],
                                      stderr=subprocess.DEVNULL)]
        try:
            deadline = time.monotonic() + 30
            while not (data / "endpoint.json").exists():
                self.assertLess(time.monotonic(), deadline, "the coordinator does not serve")
                time.sleep(0.05)
            server = json.loads((data / "endpoint.json").read_text())["grpc"][0]
            for name in ("one", "two"):
                processes.append(subprocess.Popen(
                    [BIN / "sparsweep-worker", "--coordinator", server, "--name", name, "--directory", self.file.with_name(name),
                     "--cpu-slots", "1", "--no-gpu"], stderr=subprocess.DEVNULL))
            command = [BIN / "sparsweep", "submit", self.file, "--server", server, "--wait"]
            self.assertEqual(subprocess.run(command, stdout=subprocess.DEVNULL, timeout=250).returncode, 0)
            command = [BIN / "sparsweep", "front", "quickstart-short", "--server", server, "-o", "json"]
            points = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=60).stdout)["points"]
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait(timeout=30)
        self.assertEqual({point["method"]: point for point in points}, self.front())
        for name in ("one", "two"):
            self.assertTrue(list(self.file.with_name(name).glob("trials/*")), f"worker {name} trained nothing")

    def test_same_name_with_other_content_is_a_conflict(self):
        other = self.file.with_name("other.yaml")
        other.write_text(self.file.read_text().replace("seeds: [1]", "seeds: [2]"))
        answer = self.sparsweep("run", str(other))
        self.assertEqual(answer.returncode, 4)
        self.assertIn("quickstart-short", answer.stderr)


if __name__ == "__main__":
    if not (QUICKSTART / "wordnet.dev.tsv").exists():
        print(f"skipped: no quickstart data in {QUICKSTART}: run ./dev setup")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
