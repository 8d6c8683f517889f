"""Writes tests/pruning_core/export/recorded: a tiny classifier as transformers saves it, and what transformers computes
with it. Run it with the environment of requirements.txt; see record_tokenizer_sample.py.

expected.safetensors: input_ids, token_type_ids, attention_mask [B, S]; hidden [B, S, H] of the encoder; logits [B, C];
mean_logits [B, C], the head on the mean over the tokens that are not padding.
"""
import pathlib

import tiny_bert
import torch
from environment import SAMPLE
from safetensors.torch import save_file
from transformers import BertTokenizerFast

RECORDED = pathlib.Path(__file__).parent.parent / "pruning_core/export/recorded"
LABELS = 3


def main() -> None:
    model = tiny_bert.write(RECORDED, head_labels=LABELS, layers=2, hidden=12, intermediate=20)
    tokenizer = BertTokenizerFast(str(SAMPLE / "vocab.txt"))
    texts = [("the pruned weights", "small"), ("a", "b c"), ("pruning of the small weights, 12", "é")]
    inputs = tokenizer([a for a, _ in texts], [b for _, b in texts], padding=True, return_tensors="pt")
    mask = inputs["attention_mask"].unsqueeze(-1)
    with torch.no_grad():
        hidden = model.bert(**inputs).last_hidden_state
        mean = (hidden * mask).sum(1) / mask.sum(1)
        expected = {"hidden": hidden, "logits": model(**inputs).logits, "mean_logits": model.classifier(mean)}
    save_file({**inputs, **expected}, RECORDED / "expected.safetensors")


if __name__ == "__main__":
    main()
