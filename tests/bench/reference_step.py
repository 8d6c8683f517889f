"""reference_step.py MODEL_DIR [NAME=VALUE…]: training steps the way the reference takes them, in PyTorch, on demand.

Speaks the protocol of step_bench. kind=reference: masks are float nodes of the autograd graph, made anew from the
scores in every forward pass (a full sort of every matrix for ranked methods), scores and weights each with a gradient.
kind=eager or kind=sdpa: plain dense fine-tuning with transformers. precision=bf16: under torch.autocast.
"""
import json
import resource
import sys
import time

import torch
from transformers import AutoConfig, BertForSequenceClassification

OPTIONS = {"kind": "reference", "layers": "0", "batch": "16", "length": "128", "method": "dense", "density": "0.1",
           "threads": "2", "dropout": "0", "device": "cpu", "precision": "fp32"}


class TopK(torch.autograd.Function):
    @staticmethod
    def forward(context, scores, density):
        mask = scores.clone()
        order = torch.sort(scores.flatten(), descending=True)[1]
        keep = int(density * scores.numel())
        flat = mask.flatten()
        flat[order[keep:]] = 0
        flat[order[:keep]] = 1
        return mask

    @staticmethod
    def backward(context, gradient):
        return gradient, None


class Threshold(torch.autograd.Function):
    @staticmethod
    def forward(context, scores, threshold):
        floor = int(0.005 * scores.numel()) + 1
        mask = (torch.sigmoid(scores) > threshold).float()
        if mask.sum() < floor:
            cut = torch.kthvalue(scores.flatten(), max(scores.numel() - floor, 1))[0]
            mask = (scores > cut).float()
        return mask

    @staticmethod
    def backward(context, gradient):
        return gradient, None


class MaskedLinear(torch.nn.Linear):
    def prepare(self, method, density):
        self.method, self.density = method, density
        if method != "magnitude":
            start = 2.197 if method == "l0" else 0.0
            self.mask_scores = torch.nn.Parameter(torch.full_like(self.weight, start))

    def mask(self):
        if self.method == "magnitude":
            return TopK.apply(self.weight.abs().detach(), self.density)
        if self.method == "movement":
            return TopK.apply(self.mask_scores, self.density)
        if self.method == "soft_movement":
            return Threshold.apply(self.mask_scores, 0.1)
        noise = torch.empty_like(self.mask_scores).uniform_(1e-4, 1 - 1e-4)
        gate = torch.sigmoid((noise.log() - (1 - noise).log() + self.mask_scores) / (2 / 3))
        return (gate * 1.2 - 0.1).clamp(0, 1)

    def forward(self, values):
        return torch.nn.functional.linear(values, self.mask() * self.weight, self.bias)


def regularizer(layers, method):
    shift = 1.598597 if method == "l0" else 0.0
    return sum(torch.sigmoid(layer.mask_scores + shift).mean() for layer in layers) / len(layers)


def build(folder, options):
    config = AutoConfig.from_pretrained(folder)
    if int(options["layers"]):
        config.num_hidden_layers = int(options["layers"])
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = float(options["dropout"])
    config.num_labels = 2
    config._attn_implementation = "sdpa" if options["kind"] == "sdpa" else "eager"
    model = BertForSequenceClassification(config)
    model.train()
    if options["kind"] != "reference" or options["method"] == "dense":
        return model, []
    masked = []
    for name, layer in model.bert.encoder.named_modules():
        if isinstance(layer, torch.nn.Linear):
            layer.__class__ = MaskedLinear
            layer.prepare(options["method"], float(options["density"]))
            masked.append(layer)
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad_(False)
    return model, masked


def main():
    options = dict(OPTIONS, **dict(word.split("=", 1) for word in sys.argv[2:]))
    torch.set_num_threads(int(options["threads"]))
    torch.manual_seed(1)
    device = torch.device(options["device"])
    model, masked = build(sys.argv[1], options)
    model.to(device)
    scores = [p for n, p in model.named_parameters() if "mask_score" in n and p.requires_grad]
    others = [p for n, p in model.named_parameters() if "mask_score" not in n and p.requires_grad]
    groups = [{"params": others, "lr": 3e-5}] + ([{"params": scores, "lr": 1e-2}] if scores else [])
    fused = device.type == "cuda" and options["kind"] != "reference"
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0, fused=fused)
    batch, length = int(options["batch"]), int(options["length"])
    ids = torch.randint(0, model.config.vocab_size, (batch, length)).to(device)
    attention = torch.ones_like(ids)
    labels = (torch.arange(batch) % 2).to(device)
    rounding = torch.autocast(device.type, torch.bfloat16, enabled=options["precision"] == "bf16")

    def now():
        if device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    penalized = options["kind"] == "reference" and options["method"] in ("soft_movement", "l0")
    print("ready", flush=True)
    for line in sys.stdin:
        steps = int(line)
        spent = [0.0, 0.0, 0.0]
        begin = time.perf_counter()
        for _ in range(steps):
            marks = [now()]
            with rounding:
                loss = model(input_ids=ids, attention_mask=attention, labels=labels).loss
            if penalized:
                loss = loss + 100 * regularizer(masked, options["method"])
            marks.append(now())
            loss.backward()
            marks.append(now())
            torch.nn.utils.clip_grad_norm_(others + scores, 1.0)
            optimizer.step()
            model.zero_grad()
            marks.append(now())
            spent = [total + after - before for total, before, after in zip(spent, marks, marks[1:])]
        print(json.dumps({"steps": steps, "seconds": time.perf_counter() - begin, "forward": spent[0],
                          "backward": spent[1], "optimizer": spent[2],
                          "prunable": sum(layer.weight.numel() for layer in masked),
                          "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                          "peak_device_mib": torch.cuda.max_memory_allocated() >> 20 if device.type == "cuda" else 0}),
              flush=True)


if __name__ == "__main__":
    main()
