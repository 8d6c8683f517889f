"""Named combinations for make_case.py that the stored cases do not have: what differs from its DEFAULTS."""

SOFT = {"initial_threshold": 0.0, "final_threshold": 0.4, "final_lambda": 20.0, "regularization": "l1",
        "score_lr": 0.03}
L0 = {"initial_threshold": 1.0, "final_threshold": 1.0, "final_warmup": 1, "final_lambda": 50.0,
      "regularization": "l0", "score_lr": 0.2}

SMALL = {"layers": 1, "hidden": 8, "heads": 2, "intermediate": 12, "vocab": 20, "positions": 8, "seq": 8, "batch": 4,
         "teacher": {"layers": 1, "hidden": 6, "heads": 1, "intermediate": 8}, "deviation": 0.4, "keep_masks": [3, 9]}

# Stored as own-…: each is there for variants that the reference's eleven cases let pass (mutants.py).
STORED = {
    # Start and end are averaged, padding counts.
    "own-span-kd": {
        **SMALL, "method": "topK", "task": "question_answering", "labels": 2, "seed": 1001,
        "kd": {"alpha_ce": 0.3, "alpha_distil": 0.7, "temperature": 2.5}},
    # Scores so low that a gate opens only in the outermost draws, which the clamp of the noise moves; two draws a step.
    "own-l0-rare": {
        **SMALL, "method": "l0", "seed": 1120, "epochs": 2, "micro_steps_per_epoch": 31,
        "score_init": {"kind": "constant", "scale": -8.0},
        "hyper": {**L0, "gradient_accumulation_steps": 2}},
    # Gradients so small that the clipping's 1e-6 and Adam's ε show.
    "own-tiny-gradients": {
        **SMALL, "method": "topK", "seed": 1201, "kd": {"alpha_ce": 3e-7, "alpha_distil": 2e-7, "temperature": 2.0},
        "hyper": {"max_grad_norm": 1e-7}},
    # Padding reaches the span loss, but its embedding gets no gradient; the pooler neither, and no decay.
    "own-dense-span": {
        **SMALL, "method": "dense", "task": "question_answering", "labels": 2, "seed": 1301,
        "hyper": {"weight_decay": 0.3}},
}

COMBINATIONS = {
    # Accumulation draws new gates for each micro-batch; 13 = 6·2 + 1 leaves one over in each epoch.
    "l0-kd-accumulation": {
        "method": "l0", "layers": 1, "seed": 7, "epochs": 2, "micro_steps_per_epoch": 13,
        "score_init": {"kind": "uniform", "scale": 2.0},
        "kd": {"alpha_ce": 0.3, "alpha_distil": 0.7, "temperature": 3.0},
        "hyper": {**L0, "gradient_accumulation_steps": 2}},
    "soft-span-clipping": {
        "method": "sigmoied_threshold", "task": "question_answering", "labels": 2, "layers": 2, "seed": 11,
        "hidden": 20, "heads": 5, "intermediate": 28, "first_schedule_step": 1,
        "score_init": {"kind": "uniform", "scale": 0.5}, "hyper": {**SOFT, "max_grad_norm": 0.3}},
    # The interval is not the usual one; the last epoch leaves forwards after the last step.
    "threshold-regression": {
        "method": "threshold", "task": "regression", "labels": 1, "layers": 1, "seed": 31, "epochs": 3,
        "micro_steps_per_epoch": 11,
        "hyper": {"global_topk": True, "global_topk_frequency_compute": 4, "gradient_accumulation_steps": 2,
                  "adam_epsilon": 1e-6, "max_grad_norm": 5.0, "final_threshold": 0.2}},
    "magnitude-kd": {
        "method": "magnitude", "layers": 3, "seed": 41, "labels": 5, "vocab": 33, "kd":
        {"alpha_ce": 0.6, "alpha_distil": 0.4, "temperature": 1.5}, "hyper": {"weight_decay": 0.2}},
    "dense-kd": {
        "method": "dense", "layers": 1, "seed": 51, "kd": {"alpha_ce": 0.5, "alpha_distil": 0.5, "temperature": 2.0},
        "hyper": {"weight_decay": 0.1, "warmup_steps": 0}},
    "span-kd-four-layers": {
        "method": "topK", "task": "question_answering", "labels": 2, "layers": 4, "seed": 61, "hidden": 12,
        "heads": 2, "intermediate": 18, "kd": {"alpha_ce": 0.2, "alpha_distil": 0.8, "temperature": 4.0},
        "hyper": {"max_grad_norm": 1000.0, "adam_beta1": 0.8, "adam_beta2": 0.95}},
    "odd-sizes": {
        "method": "sigmoied_threshold", "layers": 1, "seed": 71, "hidden": 21, "heads": 7, "intermediate": 13,
        "vocab": 19, "positions": 9, "seq": 9, "batch": 3, "labels": 2, "layer_norm_eps": 1e-5,
        "score_init": {"kind": "constant", "scale": 0.3},
        "hyper": {**SOFT, "final_lambda": 5.0, "final_threshold": 0.5, "score_lr": 0.1, "gradient_accumulation_steps": 3,
                  "initial_warmup": 0, "final_warmup": 0}},
    "dense-span": {
        "method": "dense", "task": "question_answering", "labels": 2, "layers": 2, "seed": 81, "epochs": 2,
        "micro_steps_per_epoch": 5, "hyper": {"gradient_accumulation_steps": 2, "weight_decay": 0.3}},
}
