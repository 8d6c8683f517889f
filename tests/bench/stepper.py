"""Programs that run steps on demand, in turns, and where they and the models are."""
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHON = ROOT / ".deps/peer-venv/bin/python"
MODEL = ROOT / ".deps/quickstart/model"


class Stepper:
    """A program that runs what it is told, a line of JSON for each line. `wait`: until it is ready."""

    def __init__(self, *command, wait=True):
        self.command_line = " ".join(map(str, command))
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        if wait:
            self.await_ready()

    def await_ready(self):
        if self.process.stdout.readline().strip() != "ready":
            sys.exit(f"bench: {self.command_line} did not start")

    def send(self, line):
        print(line, file=self.process.stdin, flush=True)

    def receive(self):
        return self.process.stdout.readline()

    def command(self, line):
        self.send(line)
        return json.loads(self.receive())

    def run(self, steps):
        return self.command(steps)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait()


def milliseconds(results, part="seconds"):
    return 1e3 * statistics.median(result[part] / result["steps"] for result in results)


def in_turns(steppers, steps, turns):
    """For each of the steppers its results; the first turn only warms up."""
    results = [[] for _ in steppers]
    for turn in range(turns + 1):
        for stepper, of_stepper in zip(steppers, results):
            result = stepper.run(steps)
            if turn:
                of_stepper.append(result)
    return results


def config_of(folder):
    return json.loads((folder / "config.json").read_text())
