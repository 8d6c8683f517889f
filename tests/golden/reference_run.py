"""One run of movement pruning as README.md of this folder describes it, in PyTorch: for make_case.py."""
import math

import numpy
import torch
import torch.nn.functional as F

import masked_bert

SCORED = ("topK", "threshold", "sigmoied_threshold", "l0")


def schedule(hyper, total, t):
    """(v, λ) of step t."""
    w, i, f = hyper["warmup_steps"], hyper["initial_warmup"], hyper["final_warmup"]
    first, last = hyper["initial_threshold"], hyper["final_threshold"]
    if t <= i * w:
        v = first
    elif t > total - f * w:
        v = last
    else:
        v = last + (first - last) * (1 - (t - i * w) / (total - (i + f) * w)) ** 3
    return v, (hyper["final_lambda"] * v / last if last != 0 else 0.0)


def rate_factor(step, warmup, total):
    if step < warmup:
        return step / max(1, warmup)
    return max(0.0, (total - step) / max(1, total - warmup))


def noise(seed, forward, matrix, shape):
    """The uniform draw of l0: splitmix64, 24 bits."""
    count = math.prod(shape)
    with numpy.errstate(over="ignore"):
        key = numpy.uint64((seed << 48) & (2**64 - 1)) | numpy.uint64(forward << 32) | numpy.uint64(matrix << 24)
        x = (key | numpy.arange(count, dtype=numpy.uint64)) + numpy.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        x = x ^ (x >> numpy.uint64(31))
    return torch.from_numpy((x >> numpy.uint64(40)).astype(numpy.float64) / 2**24).reshape(shape)


class Masked(torch.autograd.Function):
    """W' = M·W; the gradient reaches the scores as G·W, also where the mask is 0."""

    @staticmethod
    def forward(ctx, weight, score, mask):
        ctx.save_for_backward(weight, mask)
        ctx.scored = score is not None
        return weight * mask

    @staticmethod
    def backward(ctx, gradient):
        weight, mask = ctx.saved_tensors
        return gradient * mask, gradient * weight if ctx.scored else None, None


class Run:
    """`tensors`: init/…, teacher/… and the batches. Run() fills `series`, `steps`, `out` (results by stored name)."""

    def __init__(self, case, tensors, dtype=torch.float32):
        self.case, self.hyper, self.dtype = case, case["hyper"], dtype
        self.task, self.method, self.config = case["task"], case["method"], case["config"]
        self.tensors = tensors
        self.modules = [] if self.method == "dense" else masked_bert.matrices(self.config)
        self.p = {name: tensors["init/" + name].to(dtype, copy=True)
                  for name in masked_bert.shapes(self.config, self.task)}
        if self.method in SCORED:
            for module in self.modules:
                self.p[module + ".mask_scores"] = tensors[f"init/{module}.mask_scores"].to(dtype, copy=True)
        self.frozen = [n for n in self.p if n.startswith("bert.embeddings.")] if self.method != "dense" else []
        for name, value in self.p.items():
            value.requires_grad_(name not in self.frozen)
        if case["kd"]:
            self.teacher = {name: tensors["teacher/" + name].to(dtype)
                            for name in masked_bert.shapes(case["teacher_config"], self.task)}
        self.held = None
        self.threshold_used = None
        self.series = {key: [] for key in ("schedule_step", "v", "threshold_used", "lambda", "loss_backpropagated",
                                           "task_loss", "kd_loss", "regularizer", "mask_ones", "mask_density",
                                           "mask_gap")}
        self.steps = {key: [] for key in ("last_micro", "lr_scores", "lr_weights", "grad_norm_before_clipping")}
        self.out, self.masks, self.moments = {}, {}, {}

    def score(self, module):
        return self.p[module + ".mask_scores"] if self.method in SCORED else self.p[module + ".weight"].abs()

    def batch(self, forward):
        row = forward % self.case["micro_steps_per_epoch"]
        names = ["input_ids", "attention_mask", "token_type_ids"]
        names += ["start_positions", "end_positions"] if self.task == "question_answering" else ["labels"]
        batch = {name: self.tensors[name][row] for name in names}
        return {k: v.to(self.dtype) if v.is_floating_point() else v.long() for k, v in batch.items()}

    # Masks.
    def overall_threshold(self, v):
        every = torch.cat([self.score(m).detach().flatten() for m in self.modules])
        n = every.numel()
        return torch.kthvalue(every, max(n - (int(n * v) + 1), 1)).values.item()

    def nearest(self, scores, cut):
        """Distance of the nearest score; a global threshold is one of them, and strictly above it stays so."""
        distances = (scores - cut).abs()
        return (distances[distances > 0] if self.hyper["global_topk"] else distances).min().item()

    def select(self, t, v, final=False):
        """Masks of (t, v); returns the smallest distance to a cut, None where nothing is cut."""
        gap, cut = None, v
        if self.hyper["global_topk"]:
            if v == 1.0:
                cut = -100.0
            elif final or self.held is None or t % self.hyper["global_topk_frequency_compute"] == 0:
                cut = self.held = self.overall_threshold(v)
            else:
                cut = self.held
        self.threshold_used = cut
        for module in self.modules:
            score = self.score(module).detach()
            flat, n = score.flatten(), score.numel()
            if self.method in ("topK", "magnitude"):
                order = torch.sort(flat, descending=True, stable=True)
                keep = int(v * n)
                mask = torch.zeros_like(flat)
                mask[order.indices[:keep]] = 1.0
                distance = (order.values[keep - 1] - order.values[keep]).item() if 0 < keep < n else None
            elif self.method == "l0":
                mask, distance = None, None
            else:
                soft = self.method == "sigmoied_threshold"
                kept = (torch.sigmoid(flat) if soft else flat) > cut
                at = (math.log(cut / (1 - cut)) if 0 < cut < 1 else None) if soft else (cut if cut != -100.0 else None)
                least = int(0.005 * n) + 1
                if kept.sum() < least:
                    lower = torch.kthvalue(flat, max(n - least, 1)).values
                    kept = flat > lower
                    distance = (flat[kept].min() - lower).item()
                    distance = min(distance, self.nearest(flat, at))
                else:
                    distance = None if at is None else self.nearest(flat, at)
                mask = kept.to(self.dtype)
            if distance is not None:
                gap = distance if gap is None else min(gap, distance)
            self.masks[module] = None if mask is None else mask.reshape(score.shape)
        return gap

    def weight(self, forward):
        """module → W' of this forward pass; forward None = evaluation."""
        seen = {}

        def of(module):
            w = self.p[module + ".weight"]
            if not self.modules:
                return w
            if self.method != "l0":
                return Masked.apply(w, self.p.get(module + ".mask_scores"), self.masks[module])
            s = self.p[module + ".mask_scores"]
            if forward is None:
                gate = torch.sigmoid(s)
            else:
                u = noise(self.case["seed"], forward, self.modules.index(module), s.shape).to(self.dtype)
                if forward == 0:
                    self.out["u/0/" + module] = u.clone()
                u = u.clamp(1e-4, 0.9999)
                gate = torch.sigmoid((torch.log(u) - torch.log(1 - u) + s) / (2 / 3))
            z = (gate * 1.2 - 0.1).clamp(0.0, 1.0)
            seen[module] = (z > 0).detach()
            if forward == 0:
                self.out["weff/0/" + module] = (z * w).detach().clone()
            return z * w

        of.seen = seen
        return of

    # Losses.
    def task_loss(self, logits, batch):
        if self.task == "regression":
            return F.mse_loss(logits.view(-1), batch["labels"])
        if self.task == "classification":
            return F.cross_entropy(logits, batch["labels"])
        seq = logits[0].shape[1]
        parts = [F.cross_entropy(part, batch[name].clamp(0, seq), ignore_index=seq)
                 for part, name in zip(logits, ("start_positions", "end_positions"))]
        return sum(parts) / 2

    def distance(self, logits, batch):
        """KL(teacher ‖ student) · T² / B."""
        kd, config = self.case["kd"], self.case["teacher_config"]
        with torch.no_grad():
            theirs = masked_bert.logits(config, self.teacher, lambda m: self.teacher[m + ".weight"], batch, self.task)

        def one(student, teacher):
            t = kd["temperature"]
            target = torch.softmax(teacher / t, -1)
            terms = target * (torch.log_softmax(teacher / t, -1) - torch.log_softmax(student / t, -1))
            return terms.sum() / student.shape[0] * t * t

        if self.task == "question_answering":
            return (one(logits[0], theirs[0]) + one(logits[1], theirs[1])) / 2
        return one(logits, theirs)

    def regularizer(self):
        shift = {"l1": 0.0, "l0": -2 / 3 * math.log(0.1 / 1.1)}[self.hyper["regularization"]]
        means = [torch.sigmoid(self.p[m + ".mask_scores"] + shift).mean() for m in self.modules]
        return sum(means) / len(means)

    # The loop.
    def run(self):
        case, hyper = self.case, self.hyper
        step, per_epoch, accumulation = 0, case["micro_steps_per_epoch"], hyper["gradient_accumulation_steps"]
        for epoch in range(case["epochs"]):
            for micro in range(per_epoch):
                self.forward(epoch * per_epoch + micro, step)
                if (micro + 1) % accumulation == 0:
                    self.step(step, epoch * per_epoch + micro)
                    step += 1
        self.evaluate(step)
        return self

    def record_masks(self, forward, of, series):
        if not self.modules:
            return
        masks = [of.seen[m] if self.method == "l0" else self.masks[m] for m in self.modules]
        ones = [int(mask.sum().item()) for mask in masks]
        series["mask_ones"].append(ones)
        series["mask_density"].append(sum(ones) / sum(mask.numel() for mask in masks))
        if self.method != "l0":
            for module in self.modules:
                self.out[f"mask/{forward}/{module}"] = self.masks[module].to(torch.uint8)

    def forward(self, forward, step):
        hyper, series = self.hyper, self.series
        t = step + self.case["first_schedule_step"]
        v, lam = schedule(hyper, self.case["total_steps"], t)
        gap = self.select(t, v)
        batch = self.batch(forward)
        of = self.weight(forward)
        logits = masked_bert.logits(self.config, self.p, of, batch, self.task)
        if forward == 0:
            self.store_logits("logits0", logits)
        task = self.task_loss(logits, batch)
        loss = task
        if self.case["kd"]:
            kd = self.distance(logits, batch)
            loss = self.case["kd"]["alpha_distil"] * kd + self.case["kd"]["alpha_ce"] * task
            series["kd_loss"].append(kd.item())
        if hyper["regularization"]:
            regularizer = self.regularizer()
            loss = loss + lam * regularizer
            series["regularizer"].append(regularizer.item())
        loss = loss / hyper["gradient_accumulation_steps"]
        loss.backward()
        series["schedule_step"].append(t)
        series["v"].append(v)
        series["lambda"].append(lam)
        series["task_loss"].append(task.item())
        series["loss_backpropagated"].append(loss.item())
        if self.modules:
            series["threshold_used"].append(self.threshold_used)
            series["mask_gap"].append(gap)
        self.record_masks(forward, of, series)

    def step(self, step, forward):
        hyper, total = self.hyper, self.case["total_steps"]
        gradients = {name: value.grad for name, value in self.p.items() if value.grad is not None}
        if step == 0:
            for name, gradient in gradients.items():
                self.out["grad0/" + name] = gradient.clone()
            self.without_gradient = [name for name in self.p if name not in gradients]
        norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradients.values()]))
        clip = min(1.0, hyper["max_grad_norm"] / (norm.item() + 1e-6))
        factor = rate_factor(step, hyper["warmup_steps"], total)
        beta1, beta2, eps = hyper["adam_beta1"], hyper["adam_beta2"], hyper["adam_epsilon"]
        with torch.no_grad():
            for name, gradient in gradients.items():
                p = self.p[name]
                g = gradient * clip
                m, v = self.moments.setdefault(name, (torch.zeros_like(p), torch.zeros_like(p)))
                m.mul_(beta1).add_(g, alpha=1 - beta1)
                v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
                scored = name.endswith(".mask_scores")
                rate = (hyper["score_lr"] if scored else hyper["lr"]) * factor
                size = rate * math.sqrt(1 - beta2 ** (step + 1)) / (1 - beta1 ** (step + 1))
                p.addcdiv_(m, v.sqrt().add_(eps), value=-size)
                if not scored and not name.endswith(".bias") and "LayerNorm" not in name:
                    p.add_(p, alpha=-rate * hyper["weight_decay"])
                p.grad = None
        self.steps["last_micro"].append(forward)
        self.steps["lr_scores"].append(hyper["score_lr"] * factor)
        self.steps["lr_weights"].append(hyper["lr"] * factor)
        self.steps["grad_norm_before_clipping"].append(norm.item())
        if step + 1 in self.case["keep_after"] or step + 1 == total:
            for name, value in self.p.items():
                if name not in self.frozen:
                    self.out[f"after{step + 1}/{name}"] = value.detach().clone()

    def store_logits(self, group, logits):
        names = ("start", "end") if self.task == "question_answering" else ("logits",)
        for name, part in zip(names, logits if len(names) == 2 else (logits,)):
            self.out[f"{group}/{name}"] = part.detach().clone()

    def evaluate(self, step):
        self.eval_gap = self.select(step + self.case["first_schedule_step"], self.hyper["final_threshold"], final=True)
        of = self.weight(None)
        with torch.no_grad():
            self.store_logits("eval", masked_bert.logits(self.config, self.p, of, self.batch(0), self.task))
        self.eval = {"threshold_used": None, "mask_ones": None,
                     "batch": "first batch_size examples (input_ids[0])"}
        if self.modules:
            masks = [of.seen[m] if self.method == "l0" else self.masks[m] for m in self.modules]
            self.eval["threshold_used"] = self.threshold_used
            self.eval["mask_ones"] = [int(mask.sum().item()) for mask in masks]
            if self.method != "l0":
                for module in self.modules:
                    self.out["eval_mask/" + module] = self.masks[module].to(torch.uint8)
