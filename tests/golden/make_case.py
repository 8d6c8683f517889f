"""Runs of movement pruning that `sparsweep-trainer verify` replays: an independent reference, written from README.md.

  make_case.py check DIR…               runs the cases of DIR again from their init/… and batches and compares
  make_case.py make OUT [KEY=VALUE…]    writes a new case; keys: see DEFAULTS, "hyper.lr=2e-3", "kd.temperature=3"
  make_case.py list                     the named combinations of combinations.py
  make_case.py named OUT [NAME…]        writes those (all without NAME) into OUT/NAME
  make_case.py stored [NAME…]           writes the own-… cases of this folder again

Needs PyTorch and safetensors (./dev setup peer).
"""
import copy
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file

import masked_bert
from reference_run import SCORED, Run

HYPER = {"lr": 1e-3, "score_lr": 1e-2, "weight_decay": 0.05, "adam_epsilon": 1e-8, "max_grad_norm": 1.0,
         "gradient_accumulation_steps": 1, "warmup_steps": 2, "initial_warmup": 1, "final_warmup": 2,
         "initial_threshold": 1.0, "final_threshold": 0.3, "final_lambda": 0.0, "regularization": None,
         "global_topk": False, "global_topk_frequency_compute": 25, "adam_beta1": 0.9, "adam_beta2": 0.999}
DEFAULTS = {"method": "topK", "task": "classification", "seed": 1, "layers": 2, "hidden": 24, "heads": 3,
            "intermediate": 40, "vocab": 60, "positions": 20, "labels": 3, "batch": 4, "seq": 12, "epochs": 1,
            "micro_steps_per_epoch": 12, "first_schedule_step": 0, "layer_norm_eps": 1e-12,
            "score_init": {"kind": "uniform", "scale": 0.2}, "deviation": 0.2, "kd": None,
            "teacher": {"layers": 1, "hidden": 16, "heads": 2, "intermediate": 24},
            "keep_after": [2], "keep_masks": None, "hyper": {}}
KD = {"alpha_ce": 0.5, "alpha_distil": 0.5, "temperature": 2.0}
SEEDS = 400  # how many are tried


def config_of(layers, hidden, heads, intermediate, spec):
    return {"vocab_size": spec["vocab"], "hidden_size": hidden, "num_hidden_layers": layers,
            "num_attention_heads": heads, "intermediate_size": intermediate,
            "max_position_embeddings": spec["positions"], "type_vocab_size": 2,
            "layer_norm_eps": spec["layer_norm_eps"], "num_labels": spec["labels"], "model_type": "bert",
            "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "pad_token_id": 0}


def case_of(name, spec):
    """case.json without what the run gives."""
    hyper = {**HYPER, **spec["hyper"]}
    case = {"name": name, "config": config_of(spec["layers"], spec["hidden"], spec["heads"], spec["intermediate"], spec),
            "teacher_config": config_of(**spec["teacher"], spec=spec) if spec["kd"] else None}
    for key in ("method", "task", "seed", "epochs", "micro_steps_per_epoch", "first_schedule_step", "keep_after"):
        case[key] = spec[key]
    case["batch_size"], case["seq_len"] = spec["batch"], spec["seq"]
    case["score_init"] = spec["score_init"] if spec["method"] in SCORED else None
    case["hyper"], case["kd"] = hyper, spec["kd"]
    case["total_steps"] = spec["micro_steps_per_epoch"] // hyper["gradient_accumulation_steps"] * spec["epochs"]
    case["noise"] = "splitmix64" if spec["method"] == "l0" else None
    return case


def draw(case, spec):
    """init/…, teacher/… and the batches, from the seed."""
    g = torch.Generator().manual_seed(case["seed"])

    def values(config, group, tensors):
        for name, shape in masked_bert.shapes(config, case["task"]).items():
            x = torch.randn(shape, generator=g) * spec["deviation"]
            if name.endswith("LayerNorm.weight"):
                x = x + 1.0
            tensors[f"{group}/{name}"] = x.half()

    tensors = {}
    values(case["config"], "init", tensors)
    if case["kd"]:
        values(case["teacher_config"], "teacher", tensors)
    if case["method"] in SCORED:
        kind, scale = spec["score_init"]["kind"], spec["score_init"]["scale"]
        for module in masked_bert.matrices(case["config"]):
            shape = tensors[f"init/{module}.weight"].shape
            width = scale if kind == "uniform" else shape[1] ** -0.5  # kaiming_uniform with a = √5
            score = torch.full(shape, float(scale))
            if kind != "constant":
                score = (torch.rand(shape, generator=g) * 2 - 1) * width
            tensors[f"init/{module}.mask_scores"] = score
    rows, b, s = case["micro_steps_per_epoch"], case["batch_size"], case["seq_len"]
    lengths = torch.randint(3, s + 1, (rows, b), generator=g)
    lengths[:, 0] = s
    mask = (torch.arange(s) < lengths[..., None]).int()
    first = torch.randint(1, s, (rows, b), generator=g)
    tensors["attention_mask"] = mask
    tensors["input_ids"] = (torch.randint(1, case["config"]["vocab_size"], (rows, b, s), generator=g) * mask).int()
    tensors["token_type_ids"] = ((torch.arange(s) >= first[..., None]) * mask).int()
    if case["task"] == "question_answering":
        for name in ("start_positions", "end_positions"):  # some below 0, some beyond the end, the first never
            positions = torch.randint(-2, s + 4, (rows, b), generator=g)
            positions[:, 0] = torch.randint(0, s, (rows,), generator=g)
            tensors[name] = positions.int()
    elif case["task"] == "regression":
        tensors["labels"] = torch.randn((rows, b), generator=g) * 2
    else:
        tensors["labels"] = torch.randint(0, case["config"]["num_labels"], (rows, b), generator=g).int()
    return tensors


def noise_only(case):
    last = case["config"]["num_hidden_layers"] - 1
    names = [f"bert.encoder.layer.{i}.attention.self.key.bias" for i in range(last + 1)]
    if case["task"] == "question_answering":
        names += [f"bert.encoder.layer.{last}.output.LayerNorm.bias", "qa_outputs.bias"]
    return names


def difference(run, exact, group, case):
    """Largest |fp32 - fp64| over results of `group`, without parameters whose gradient is noise."""
    skip, most = noise_only(case), 0.0
    for name, value in run.out.items():
        if name.startswith(group) and name.split("/", 1)[1] not in skip:
            most = max(most, (value.double() - exact.out[name].double()).abs().max().item())
    return most


def too_near(case, run):
    """Whether a mask is closer to its cut than rounding can move it."""
    rate = case["hyper"]["score_lr"] if case["method"] in SCORED else case["hyper"]["lr"]
    gaps = [gap for gap in run.series["mask_gap"] + [run.eval_gap] if gap is not None]
    return bool(gaps) and min(gaps) < max(2e-6, 2e-4 * rate)


def unsound(case, run, exact):
    """Whether fp64 gives other masks or other scores than fp32."""
    if run.series["mask_ones"] != exact.series["mask_ones"]:
        return True
    if any((run.out[n] != exact.out[n]).any() for n in run.out if n.startswith(("mask/", "eval_mask/"))):
        return True
    after, rate = f"after{case['total_steps']}/", case["hyper"]["score_lr"]
    scores = [(run.out[n].double() - exact.out[n].double()).abs().flatten() for n in run.out
              if n.startswith(after) and n.endswith(".mask_scores")]
    if not scores:
        return False
    off = torch.cat(scores)
    return bool((off > max(1e-6, 1e-4 * rate)).double().mean() > 0.001 or off.max() > max(1e-6, 0.03 * rate))


def series_or_none(series):
    return {key: values if values and any(v is not None for v in values) else None for key, values in series.items()}


def make(folder, name, overrides):
    spec = copy.deepcopy(DEFAULTS)
    spec.update(copy.deepcopy(overrides))
    torch.set_num_threads(1)
    for seed in range(spec["seed"], spec["seed"] + SEEDS):
        spec["seed"] = seed
        case = case_of(name, spec)
        tensors = draw(case, spec)
        run = Run(case, tensors).run()
        if too_near(case, run):
            continue
        exact = Run(case, tensors, torch.float64).run()
        if not unsound(case, run, exact):
            break
    else:
        raise SystemExit(f"{name}: none of {SEEDS} seeds is far enough from its cuts")
    keep_masks = spec["keep_masks"]
    stored = dict(tensors)
    for key, value in run.out.items():
        if key.startswith("mask/") and keep_masks is not None and int(key.split("/")[1]) not in keep_masks:
            continue
        stored[key] = value
    case.pop("keep_after")
    case["micro_steps_run"], case["steps_run"] = len(run.series["v"]), case["total_steps"]
    case["matrices"] = run.modules
    case["matrix_numel"] = [run.p[m + ".weight"].numel() for m in run.modules]
    case["trainable"] = [n for n in run.p if n not in run.frozen]
    case["without_gradient"] = run.without_gradient
    case["noise_only_gradient"] = noise_only(case)
    case["per_micro"], case["per_step"], case["eval"] = series_or_none(run.series), run.steps, run.eval
    case["measured_noise"] = {"float64": {group: difference(run, exact, group, case)
                                          for group in ("logits0/", "grad0/", "after", "eval/")}}
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.json").write_text(json.dumps(case) + "\n")
    save_file({key: value.contiguous() for key, value in stored.items()}, folder / "tensors.safetensors")
    print(f"{folder}: seed {spec['seed']}, {len(run.series['v'])} forwards, {case['total_steps']} steps", flush=True)


# Check.
def relative(ours, stored, least):
    return abs(ours - stored) / max(least, abs(stored))


def check(folder):
    """The worst error / tolerance of each quantity of a stored case."""
    folder = pathlib.Path(folder)
    case = json.loads((folder / "case.json").read_text())
    tensors = load_file(folder / "tensors.safetensors")
    case["keep_after"] = sorted({int(name[5:].split("/")[0]) for name in tensors if name.startswith("after")})
    case["hyper"].setdefault("global_topk_frequency_compute", 25)
    torch.set_num_threads(1)
    run = Run(case, tensors).run()
    worst = {}

    def note(what, ratio):
        worst[what] = max(worst.get(what, 0.0), ratio)

    for key, stored in case["per_micro"].items():
        ours = run.series.get(key)
        if stored is None or ours is None:
            continue
        for a, b in zip(ours, stored, strict=True):
            if key in ("schedule_step", "mask_ones"):
                off = max(abs(x - y) for x, y in zip(a, b)) if isinstance(b, list) else abs(a - b)
                note(key, off / (1 if case["method"] == "l0" else 1e-9))
            elif key in ("v", "lambda"):
                note(key, relative(a, b, 1e-300) / 1e-12)
            elif key == "threshold_used":
                note(key, abs(a - b) / (max(2e-6, 3e-4 * case["hyper"]["score_lr"])))
            elif key.endswith(("loss", "regularizer", "backpropagated")):
                note(key, relative(a, b, 1.0) / 1e-5)
    for key, stored in case["per_step"].items():
        for a, b in zip(run.steps[key], stored, strict=True):
            note(key, relative(a, b, 1e-300) / (5e-5 if "norm" in key else 1e-12))
    scores = strays = 0
    for name, stored in tensors.items():
        group, _, parameter = name.partition("/")
        if group in ("init", "teacher") or not parameter or parameter in case["noise_only_gradient"]:
            continue
        if name not in run.out:
            note("not computed: " + name, float("inf"))
            continue
        off = (run.out[name].double() - stored.double()).abs()
        if group.startswith("after"):
            rate = case["hyper"]["score_lr"]
            if name.endswith(".mask_scores"):
                strays += int((off > max(2e-6, 3e-4 * rate)).sum())
                scores += off.numel()
                note("scores, the worst", off.max().item() / (0.1 * rate))
            else:
                note("weights", off.max().item() / 1e-5)
        elif group == "grad0":
            note("grad0", off.max().item() / (1e-6 + 1e-5 * stored.abs().max().item()))
        elif group in ("mask", "eval_mask", "u"):
            note(group, float("inf") if off.any() else 0.0)
        elif group == "eval" and case["task"] == "question_answering":
            a, b = run.out[name], stored
            note("eval", ((a - a.mean(1, True)) - (b - b.mean(1, True))).abs().max().item() / 5e-5)
        else:
            note(group, off.max().item() / {"logits0": 2e-5, "eval": 5e-5, "weff": 1e-5}[group])
    if scores:
        note("share of strays", strays / scores / 0.002)
    beyond = {what: ratio for what, ratio in worst.items() if not ratio <= 1}
    print(f"{folder.name}: {len(worst)} quantities, the worst at {max(worst.values()):.2g} of its tolerance"
          + "".join(f"\n  BEYOND: {what}: {ratio:.3g} × tolerance" for what, ratio in beyond.items()), flush=True)
    return not beyond


def cases_in(folder):
    folder = pathlib.Path(folder)
    return [folder] if (folder / "case.json").exists() else sorted(p.parent for p in folder.glob("*/case.json"))


def overrides_of(words):
    spec = {}
    for word in words:
        key, _, text = word.partition("=")
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            value = text
        place, parts = spec, key.split(".")
        if parts[0] == "kd":
            spec.setdefault("kd", dict(KD))
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = value
    return spec


def main(arguments):
    from combinations import COMBINATIONS, STORED
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if verb == "check" and rest:
        return 0 if all([check(case) for folder in rest for case in cases_in(folder)]) else 1
    if verb == "make" and rest:
        make(rest[0], pathlib.Path(rest[0]).name, overrides_of(rest[1:]))
        return 0
    if verb == "list":
        print("\n".join(COMBINATIONS))
        return 0
    if verb == "named" and rest:
        for name in rest[1:] or COMBINATIONS:
            make(pathlib.Path(rest[0]) / name, name, COMBINATIONS[name])
        return 0
    if verb == "stored":
        for name in rest or STORED:
            make(pathlib.Path(__file__).parent / name, name, STORED[name])
        return 0
    print(__doc__, end="", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
