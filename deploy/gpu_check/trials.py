"""Short trials of the quickstart: by method, and by two ranks of which one is killed."""
import json
import pathlib
import socket
import subprocess
import time

from checks import Fail, Skip, last_line

METHODS = {"dense": {}, "magnitude": {"density": 0.1}, "movement": {"density": 0.1},
           "soft_movement": {"lambda": 1300, "score_learning_rate": 0.5},
           "l0": {"lambda": 100, "score_learning_rate": 0.5}}


def trainer_spec(checks, name, method, steps, **changes):
    """The quickstart's trial, in a folder of its own."""
    data = checks.options.quickstart
    if not (data / "model").is_dir():
        raise Skip(f"no {data / 'model'}; give --quickstart")
    pruning = {"method": method, "score_learning_rate": 0.05, "initial_warmup": 1, "final_warmup": 1, "tau": 0.1,
               "numerics": "standard", "selection": "local", "structure": "weight", **METHODS[method]}
    directory = pathlib.Path(checks.scratch.name) / name
    spec = {"schema": 1, "sweep": "gpu-check", "trial": name, "attempt_number": 1, "seed": "1",
            "model": {"path": str(data / "model"), "layers": 1 if checks.options.device == "cpu" else 3, "pooling": "mean"},
            "task": {"kind": "classification", "train": str(data / "wordnet.train.tsv"),
                     "dev": str(data / "wordnet.dev.tsv"),
                     "format": {"layout": "tsv", "header": True, "text": ["definition"], "label": "label"},
                     "max_length": 32, "dev_limit": 200, "labels": []},
            "training": {"steps": steps, "batch": 8 if checks.options.device == "cpu" else 32, "learning_rate": 5e-4, "head_learning_rate": 3e-3,
                         "weight_decay": 0, "max_grad_norm": 1, "warmup_steps": max(1, steps // 10),
                         "evaluate_every": steps, "checkpoint_every": steps, "precision": "fp32"},
            "pruning": pruning, "world": {"rank": 0, "size": 1, "rendezvous": ""}, "device": checks.options.device,
            "threads": 2, "directory": str(directory), **changes}
    path = pathlib.Path(checks.scratch.name) / f"{name}.{spec['world']['rank']}.json"
    path.write_text(json.dumps(spec))
    return path, directory


def two_ranks(checks):
    """Two ranks of one trial on this machine, then again with one of them killed."""
    trainer = checks.program("sparsweep-trainer", "bin")
    if checks.end - time.monotonic() < 60:
        raise Skip("no time left")
    figures = {}
    for fate in ("finishes", "dies"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        ranks = []
        for rank in (0, 1):
            world = {"rank": rank, "size": 2, "rendezvous": f"127.0.0.1:{port}"}
            path, directory = trainer_spec(checks, f"ranks-{fate}", "movement", 20 if fate == "finishes" else 5000,
                                                  world=world, threads=1)
            ranks.append(subprocess.Popen([str(trainer), "train", str(path)], stdout=subprocess.DEVNULL,
                                          stderr=subprocess.PIPE, text=True))
        try:
            if fate == "dies":
                until = min(checks.end, time.monotonic() + 60)
                while '"type":"progress"' not in events_of(directory) and time.monotonic() < until:
                    if any(rank.poll() is not None for rank in ranks):
                        break
                    time.sleep(0.1)
                ranks[1].kill()
                begin = time.monotonic()
                ranks[0].wait(timeout=30)
                figures["others_gone_s"] = round(time.monotonic() - begin, 2)
                if ranks[0].returncode == 0 or figures["others_gone_s"] > 5:
                    raise Fail(f"rank 0 ended with {ranks[0].returncode} after {figures['others_gone_s']} s")
            else:
                codes = [rank.wait(timeout=max(2, min(120, checks.end - time.monotonic()))) for rank in ranks]
                if any(codes):
                    raise Fail(f"exit codes {codes}: " + last_line("".join(rank.stderr.read() for rank in ranks)))
                figures["finished"] = True
        except subprocess.TimeoutExpired:
            raise Fail(f"a rank did not end ({fate})") from None
        finally:
            for rank in ranks:
                rank.kill()
                rank.wait()
                rank.stderr.close()
    return figures


def events_of(directory):
    path = directory / "events.jsonl"
    return path.read_text() if path.exists() else ""


def end_to_end(method):
    """A short trial of the quickstart."""
    def step(checks):
        trainer = checks.program("sparsweep-trainer", "bin")
        path, directory = trainer_spec(checks, method, method, 20 if checks.options.device == "cpu" else 300)
        done = checks.run(trainer, "train", path)
        if done.returncode:
            raise Fail(f"exit code {done.returncode}: {last_line(done.stderr)}")
        events = [json.loads(line) for line in events_of(directory).splitlines()]
        if events[-1]["type"] != "finished":
            raise Fail(f"the last event is {events[-1]['type']}")
        speed = [event["examples_per_second"] for event in events if event["type"] == "progress"]
        return {"score": round(events[-1]["score"], 4), "examples_per_second": round(speed[-1], 1) if speed else None}
    return step
