"""A trial of MiniLM by sparsweep-trainer itself, and its events as they are written."""
import json
import subprocess
import time

from stepper import MODEL


def spec(folder, task, steps, batch, threads, precision="fp32"):
    return {"sweep": "bench", "trial": "t-000001", "attempt_number": 1, "seed": 1, "threads": threads, "device": "cpu",
            "directory": str(folder / "attempt"), "model": {"path": str(MODEL)},
            "task": {"kind": "classification", "max_length": 128, **task},
            "training": {"steps": steps, "batch": batch, "precision": precision}, "pruning": {"method": "movement", "density": 0.1}}


def events(options, folder, trial):
    """Runs it in `folder`, which exists; it is killed when the caller wants no more."""
    (folder / "spec.json").write_text(json.dumps(trial))
    with open(folder / "log", "w") as log:
        trainer = subprocess.Popen([options.build / "bin/sparsweep-trainer", "train", folder / "spec.json"],
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        file = folder / "attempt" / "events.jsonl"
        seen = 0
        running = True
        while running:
            running = trainer.poll() is None  # before reading: its last events are read, too
            lines = file.read_text().splitlines(keepends=True) if file.exists() else []
            for line in lines[seen:]:
                if line.endswith("\n"):
                    seen += 1
                    yield json.loads(line)
            time.sleep(0.002)
    finally:
        trainer.kill()
        trainer.wait()
    if trainer.returncode != 0:
        raise SystemExit(f"bench: the trainer ended with {trainer.returncode}: {(folder / 'log').read_text()[-500:]}")
