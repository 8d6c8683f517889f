"""Tiny BERT directories as transformers writes them."""
import shutil

import torch
from environment import SAMPLE
from transformers import BertConfig, BertForSequenceClassification, BertModel

LAYERS = 3


def write(directory, head_labels=0, layers=LAYERS, hidden=24, intermediate=40):
    """With a classification head where head_labels > 0; the vocabulary is the tokenizer sample's."""
    torch.manual_seed(1)
    words = (SAMPLE / "vocab.txt").read_text(encoding="utf-8").splitlines()
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=intermediate,
        max_position_embeddings=32,
        initializer_range=0.3,  # the default's logits would all be near zero
        num_labels=max(head_labels, 2),
    )
    model = BertForSequenceClassification(config) if head_labels else BertModel(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:  # biases 0 and LayerNorm 1 would hide an exchange
                parameter.add_(torch.randn_like(parameter) * 0.1)
    model.eval().save_pretrained(directory)
    shutil.copy(SAMPLE / "vocab.txt", directory)
    return model
