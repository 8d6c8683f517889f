"""A coordinator and workers as real processes in a folder of their own, and what must be true of what they leave."""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time

PATIENCE = 90  # seconds that nothing may take
LEASE = 2  # seconds


def wait_until(what, done, patience=PATIENCE):
    """Polls until done() gives something true, and returns it."""
    end = time.monotonic() + patience
    while True:
        result = done()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"still not after {patience} s: {what}")
        time.sleep(0.01)


class Cluster:
    def __init__(self, binaries, trainer, folder):
        self.binaries, self.trainer, self.folder = binaries, trainer, pathlib.Path(folder)
        self.data = self.folder / "data"
        self.data.mkdir()
        self.address = f"unix:{self.folder}/c.sock"
        self.coordinator = None
        self.workers = {}
        self.sweeps = []

    # Processes.

    def _start(self, name, *command):
        with open(self.folder / f"{name}.log", "ab") as log:
            return subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start_coordinator(self):
        self.coordinator = self._start("coordinator", self.binaries / "sparsweep-coordinator", "--data", self.data,
                                       "--listen", self.address, "--http", "127.0.0.1:0", "--lease-duration", f"{LEASE}s")

    def start_worker(self, name="w", slots=4, *more, inside=()):
        """`inside`: words before the command, such as those that enter a namespace."""
        self.workers[name] = self._start(f"worker-{name}", *inside, self.binaries / "sparsweep-worker", "--coordinator", self.address,
                                         "--name", name, "--directory", self.folder / name, "--cpu-slots", slots,
                                         "--no-gpu", "--trainer", self.trainer, *more)

    def end_worker(self, name):
        """As an operator would, for good."""
        process = self.workers.pop(name)
        process.terminate()
        assert process.wait(PATIENCE) == 0, f"{name} ended with {process.returncode}"

    @staticmethod
    def kill(process):
        assert process.poll() is None, f"{process.args[0]} ended by itself with {process.returncode}"
        process.kill()
        process.wait(PATIENCE)

    def trainers(self, worker=""):
        """Process ids of the trainers in this folder, or of one worker; those that are dying are left out."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_bytes()
            except (OSError, ValueError):
                continue
            if entry.name.isdigit() and b"train\0" in command and os.fsencode(self.folder / worker) in command:
                found.append(int(entry.name))
        return found

    def stop(self):
        """Ends everything as an operator would; nothing may be left."""
        for process in [*self.workers.values(), self.coordinator]:
            process.terminate()
            assert process.wait(PATIENCE) == 0, f"{process.args[0]} ended with {process.returncode}"
        wait_until("no trainer is left", lambda: not self.trainers(), 10)

    def kill_everything(self):
        """After a failure."""
        for process in [*self.workers.values(), self.coordinator]:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()

    def logs(self):
        return "".join(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}" for log in sorted(self.folder.glob("*.log")))

    # Sweeps.

    def submit(self, name, text):
        file = self.folder / f"{name}.yaml"
        file.write_text(f"name: {name}\n{text}")
        command = [self.binaries / "sparsweep", "submit", file, "--server", self.address]
        last = None

        def submitted():
            nonlocal last
            last = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
            return last.returncode == 0

        try:
            wait_until(f"{name} is submitted", submitted, 20)
        except AssertionError as error:
            raise AssertionError(last.stderr) from error
        self.sweeps.append(name)

    def query(self, sql, *values, database="sparsweep.db"):
        connection = sqlite3.connect(f"file:{self.data / database}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def sweep_state(self, name):
        return self.query("SELECT state FROM sweeps WHERE name = ?", name)[0][0]

    def is_over(self, name):
        return self.sweep_state(name) not in ("checking", "running")

    def steps_done(self, name):
        return self.query("SELECT sum(step) FROM trials JOIN sweeps ON sweeps.id = sweep_id WHERE name = ?", name)[0][0]

    def wait_for_end(self, name, patience=PATIENCE):
        wait_until(f"{name} has ended", lambda: self.is_over(name), patience)

    def scores(self, name):
        """point → score, for comparing runs of the same points."""
        return dict(self.query("SELECT trials.point_hash, score FROM trials JOIN sweeps ON sweeps.id = sweep_id WHERE name = ?", name))

    # What must be true.

    def acknowledged(self):
        """(trial, attempt, sequence) that workers know to be on the coordinator's disk."""
        found = []
        for file in self.folder.glob("*/trials/t-*/attempt-*/acknowledged"):
            text = file.read_text()
            if text.endswith("\n"):  # else its worker was killed while it wrote
                found.append((int(file.parts[-3][2:]), int(file.parts[-2].removeprefix("attempt-")), int(text)))
        return found

    def check_acknowledged(self, before):
        """What was acknowledged before a crash is there after it."""
        for trial, attempt, sequence in before:
            stored = self.query("SELECT last_sequence FROM attempts WHERE trial_id = ? AND attempt_number = ?", trial, attempt)
            assert stored and stored[0][0] >= sequence, f"t-{trial:06} attempt {attempt}: {sequence} was acknowledged, {stored} is stored"

    def check_databases(self):
        for database in ("sparsweep.db", "masks.db"):
            assert self.query("PRAGMA integrity_check", database=database) == [("ok",)], database
            assert self.query("PRAGMA foreign_key_check", database=database) == [], database

    def check_events(self):
        count, first, last = self.query("SELECT count(*), min(sequence), max(sequence) FROM events")[0]
        assert (first, last) == (1, count), f"{count} events numbered {first} to {last}"
        for trial, ends in self.query("SELECT trial_id, count(*) FROM events WHERE kind IN "
                                      "('trial.succeeded', 'trial.failed', 'trial.canceled') GROUP BY trial_id"):
            assert ends == 1, f"t-{trial:06} ended {ends} times"

    def check_all_succeeded(self):
        for name in self.sweeps:
            assert self.sweep_state(name) == "succeeded", f"{name}: {self.sweep_state(name)}"
        bad = self.query("SELECT id, state, failure_reason, failure_message FROM trials WHERE state != 'succeeded'")
        assert not bad, bad
        for trial, number in self.query("SELECT id, attempt_number FROM trials"):
            attempts = self.query("SELECT attempt_number, state FROM attempts WHERE trial_id = ? ORDER BY 1", trial)
            assert [attempt for attempt, _ in attempts] == list(range(1, number + 1)), f"t-{trial:06}: {attempts}"
            assert attempts[-1][1] == "accepted", f"t-{trial:06}: {attempts}"
            assert all(state in ("failed", "lost") for _, state in attempts[:-1]), f"t-{trial:06}: {attempts}"

    def check_accepted_attempts(self):
        """Everything that an accepted attempt wrote has arrived, once."""
        for trial, attempt, directory, sequence, mask in self.query(
                "SELECT trial_id, attempt_number, directory, last_sequence, mask_hash FROM attempts WHERE state = 'accepted'"):
            lines = [json.loads(line) for line in pathlib.Path(directory, "events.jsonl").read_text().splitlines()]
            assert sequence == len(lines), f"t-{trial:06}: {len(lines)} events written, {sequence} stored"
            written = sum(line["type"] == "metric" for line in lines) + 2 * sum(line["type"] == "density" for line in lines)
            stored, = self.query("SELECT sum(count) FROM metric_chunks WHERE trial_id = ? AND attempt_number = ?", trial, attempt)[0]
            assert written == stored, f"t-{trial:06}: {written} points written, {stored} stored"
            files = self.query("SELECT file_hash FROM attempt_masks JOIN mask_files ON id = file_id "
                               "WHERE trial_id = ? AND attempt_number = ?", trial, attempt, database="masks.db")
            assert files == [(mask,)], f"t-{trial:06}: mask {mask} was told, {files} is stored"

    def check_everything(self, expected_scores):
        self.check_all_succeeded()
        self.check_acknowledged(self.acknowledged())
        self.check_events()
        self.check_accepted_attempts()
        self.check_databases()
        for name in self.sweeps:
            assert self.scores(name) == expected_scores, f"{name}: {self.scores(name)} instead of {expected_scores}"


def pause(process, seconds):
    """Stops a process for so long."""
    process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    process.send_signal(signal.SIGCONT)
