"""A folder with a sweep file, and the programs run in it. Arguments of each test file: BIN TRAINER [TEST…]."""
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BIN, TRAINER = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
DEADLINE = 60  # seconds; only a broken program needs them

SWEEP = """
name: small
model: {path: model}
task: {train: train.tsv, dev: dev.tsv, format: {text: [definition], label: label}}
training: {steps: 40, warmup_steps: 4, evaluate_every: 10, checkpoint_every: 10}
groups:
  - {method: dense}
  - {method: magnitude, density: {values: [0.1, 0.03]}}
  - {method: movement, density: {values: [0.1, 0.03]}}
resources: {ranks: 1, threads: 1, max_concurrent_trials: 2}
max_restarts: 1
"""
TRIALS = 5


def wait_until(condition, what):
    """Polls until `condition` returns something true, and returns that."""
    limit = time.monotonic() + DEADLINE
    while time.monotonic() < limit:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {DEADLINE} s: {what}")


class Program:
    """A program in the background, its output in files."""

    def __init__(self, command, folder, environment, name):
        self.out_path, self.err_path = folder / f"{name}.out", folder / f"{name}.err"
        with self.out_path.open("w") as out, self.err_path.open("w") as err:
            self.process = subprocess.Popen([str(word) for word in command], cwd=folder, env=environment,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=err)

    @property
    def out(self):
        return self.out_path.read_text()

    @property
    def err(self):
        return self.err_path.read_text()

    def wait_for_line(self, pattern):
        def look():
            found = re.search(pattern, self.out, re.M)
            if found is None and self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode} before {pattern!r}:\n{self.out}{self.err}")
            return found
        return wait_until(look, f"{pattern!r} in {self.out_path.name}")

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        return self.process.wait(DEADLINE)


class Sandbox(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="sparsweep-test-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name).resolve()
        self.addCleanup(self.end_programs)
        self.programs = []
        (self.folder / "model").mkdir()
        for name in ("train.tsv", "dev.tsv"):
            (self.folder / name).touch()
        self.data = self.folder / ".sparsweep"
        self.sweep = self.write("sweep.yaml", SWEEP)
        self.environment = {"PATH": os.environ["PATH"], "TMPDIR": tempfile.gettempdir(), "SPARSWEEP_STEP_MS": "2"}

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def script(self, **script):
        """Makes the scripted trainer misbehave; see tests/support/scripted_trainer_script.h."""
        self.environment["SPARSWEEP_SCRIPT"] = str(self.write("script.json", json.dumps(script)))

    def sparsweep(self, *arguments, code=0):
        done = subprocess.run([BIN / "sparsweep", *map(str, arguments)], cwd=self.folder, env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def run_sweep(self, *arguments, code=0):
        return self.sparsweep("run", "sweep.yaml", "--trainer", TRAINER, *arguments, code=code)

    def start(self, program, *arguments):
        started = Program([BIN / program, *arguments], self.folder, self.environment, f"{program}-{len(self.programs)}")
        self.programs.append(started)
        return started

    def endpoint(self, coordinator, folder, name="endpoint.json"):
        """What a coordinator says of itself, once it serves."""
        def look():
            if coordinator.process.poll() is not None:
                raise AssertionError(f"the coordinator ended with {coordinator.process.returncode}: {coordinator.err}")
            path = folder / name
            content = json.loads(path.read_text()) if path.exists() else {"pid": 0}
            return content if content["pid"] == coordinator.process.pid else None
        return wait_until(look, f"{name} of the coordinator")

    def start_run(self, *arguments):
        return self.start("sparsweep", "run", "sweep.yaml", "--trainer", TRAINER, *arguments)

    def end_programs(self):
        for program in self.programs:
            program.process.kill()
            program.process.wait()
        # What a killed command has left behind; tests that hold it must end say so themselves.
        for pid, _ in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.processes(), "the end of what was killed")

    def processes(self):
        """(pid, command line) of everything that has this folder on its command line."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.folder) in command:
                found.append((int(entry.name), command))
        return found

    def pid_of(self, word):
        """The one process of this folder with `word` on its command line, once there is one."""
        return wait_until(lambda: [pid for pid, command in self.processes() if word in command], word)[0]

    def front(self, sweep="small", *where):
        return json.loads(self.sparsweep("front", sweep, "-o", "json", *where).stdout)

    def scores(self, *where):
        """What came out of each trial, in the order of the plan."""
        trials = json.loads(self.sparsweep("list", "small", "-o", "json", *where).stdout)["trials"]
        return [(trial["method"], trial["density"], trial["seed"], trial["state"], trial["score"], trial["mask_density"])
                for trial in trials]


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
