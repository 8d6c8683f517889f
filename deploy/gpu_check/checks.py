"""A list of checks: what is left of the time, what came out so far, and how a check says that it fails or cannot be made."""
import pathlib
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Skip(Exception):
    pass


class Fail(Exception):
    pass


class Checks:
    """The options, the time that is left, and what came out so far."""

    def __init__(self, options):
        self.options = options
        self.end = time.monotonic() + 60 * options.minutes
        self.results = []
        self.scratch = tempfile.TemporaryDirectory()
        self.peaks, self.steps = {}, {}  # of the checks by that name

    def program(self, name, folder="tests"):
        path = self.options.build / folder / name
        if not path.exists():
            raise Skip(f"no {path}")
        return path

    def run(self, *command, limit=120, stdin=None, environment=None):
        left = min(limit, self.end - time.monotonic())
        if left < 2:
            raise Skip("no time left")
        try:
            return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=left,
                                  input=stdin, env=environment)
        except subprocess.TimeoutExpired:
            if left < limit:
                raise Skip("no time left") from None
            raise Fail(f"{pathlib.Path(command[0]).name}: not done after {left:.0f} s") from None

    def check(self, name, step):
        begin = time.monotonic()
        result = {"check": name, "status": "pass", "text": "", "figures": {}}
        try:
            result["figures"] = step(self) or {}
            result["text"] = ", ".join(f"{key} {value}" for key, value in result["figures"].items()
                                       if not isinstance(value, (dict, list)))
        except Skip as reason:
            result.update(status="skip", text=str(reason))
        except Fail as reason:
            result.update(status="fail", text=str(reason))
        result["seconds"] = round(time.monotonic() - begin, 2)
        self.results.append(result)
        print(line_of(result), flush=True)


def line_of(result):
    return f"{result['status']:<5}{result['check']:<34}{result['seconds']:>7.1f} s  {result['text']}"


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
