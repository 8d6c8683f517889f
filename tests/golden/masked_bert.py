"""A BERT encoder with heads as plain PyTorch functions over a dict of tensors, for make_case.py."""
import math

import torch
import torch.nn.functional as F

LINEARS = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
           "intermediate.dense", "output.dense")


def matrices(config):
    """The masked linear modules in order."""
    return [f"bert.encoder.layer.{i}.{name}" for i in range(config["num_hidden_layers"]) for name in LINEARS]


def shapes(config, task):
    """Every parameter's name and shape, scores left out, in order."""
    h, f = config["hidden_size"], config["intermediate_size"]
    out = {}
    for name, rows in (("word", config["vocab_size"]), ("position", config["max_position_embeddings"]),
                       ("token_type", config["type_vocab_size"])):
        out[f"bert.embeddings.{name}_embeddings.weight"] = (rows, h)

    def norm(name):
        out[name + ".weight"], out[name + ".bias"] = (h,), (h,)

    def linear(name, rows, columns):
        out[name + ".weight"], out[name + ".bias"] = (rows, columns), (rows,)

    norm("bert.embeddings.LayerNorm")
    for i in range(config["num_hidden_layers"]):
        layer = f"bert.encoder.layer.{i}."
        for name in ("query", "key", "value"):
            linear(layer + "attention.self." + name, h, h)
        linear(layer + "attention.output.dense", h, h)
        norm(layer + "attention.output.LayerNorm")
        linear(layer + "intermediate.dense", f, h)
        linear(layer + "output.dense", h, f)
        norm(layer + "output.LayerNorm")
    linear("bert.pooler.dense", h, h)
    linear("qa_outputs" if task == "question_answering" else "classifier", config["num_labels"], h)
    return out


def encode(config, p, weight, batch):
    """Hidden states [B, S, H]; `weight(module)` gives the weight that a masked linear multiplies with."""
    eps, heads = config["layer_norm_eps"], config["num_attention_heads"]
    ids = batch["input_ids"]
    b, s = ids.shape

    def norm(x, name):
        return F.layer_norm(x, x.shape[-1:], p[name + ".weight"], p[name + ".bias"], eps)

    def linear(x, name):
        return F.linear(x, weight(name), p[name + ".bias"])

    e = "bert.embeddings."
    x = F.embedding(ids, p[e + "word_embeddings.weight"], padding_idx=config["pad_token_id"])
    x = x + F.embedding(batch["token_type_ids"], p[e + "token_type_embeddings.weight"])
    x = norm(x + p[e + "position_embeddings.weight"][:s], e + "LayerNorm")
    padding = (1.0 - batch["attention_mask"].to(x.dtype))[:, None, None, :] * -10000.0
    for i in range(config["num_hidden_layers"]):
        layer = f"bert.encoder.layer.{i}."

        def split(y):
            return y.view(b, s, heads, -1).transpose(1, 2)

        q, k, v = (split(linear(x, layer + "attention.self." + n)) for n in ("query", "key", "value"))
        attention = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]) + padding, -1)
        context = (attention @ v).transpose(1, 2).reshape(b, s, -1)
        x = norm(linear(context, layer + "attention.output.dense") + x, layer + "attention.output.LayerNorm")
        inner = F.gelu(linear(x, layer + "intermediate.dense"))
        x = norm(linear(inner, layer + "output.dense") + x, layer + "output.LayerNorm")
    return x


def logits(config, p, weight, batch, task):
    """[B, C], or for question answering (start [B, S], end [B, S])."""
    x = encode(config, p, weight, batch)
    if task == "question_answering":
        both = F.linear(x, p["qa_outputs.weight"], p["qa_outputs.bias"])
        return both[..., 0], both[..., 1]
    pooled = torch.tanh(F.linear(x[:, 0], p["bert.pooler.dense.weight"], p["bert.pooler.dense.bias"]))
    return F.linear(pooled, p["classifier.weight"], p["classifier.bias"])
