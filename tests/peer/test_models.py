"""Hidden states and logits of model directories of many shapes, and of what is exported from them, against
transformers in fp32."""
import logging
import pathlib
import subprocess
import tempfile
import unittest

import torch
from environment import BUILD, QUICKSTART
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForQuestionAnswering, BertForSequenceClassification, BertModel
from transformers.utils.logging import disable_progress_bar

TOLERANCE = 1e-5
HEADS = {
    "classification": BertForSequenceClassification,
    "regression": BertForSequenceClassification,
    "span": BertForQuestionAnswering,
}


def config(**changes):
    shape = dict(
        vocab_size=60,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=40,
        max_position_embeddings=32,
        initializer_range=0.3,  # the default's outputs would all be near zero
        attn_implementation="eager",
    )
    return BertConfig(**{**shape, **changes})


def random_model(kind, **changes):
    torch.manual_seed(1)
    model = kind(config(**changes))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:  # biases 0 and LayerNorm 1 would hide an exchange
                parameter.add_(torch.randn_like(parameter) * 0.1)
    return model.eval()


def random_inputs(vocabulary, types, examples=5, tokens=19):
    random = torch.Generator().manual_seed(2)
    ids = torch.randint(1, vocabulary, (examples, tokens), generator=random)
    lengths = torch.randint(2, tokens + 1, (examples,), generator=random)
    mask = (torch.arange(tokens) < lengths.unsqueeze(1)).long()
    second = (torch.arange(tokens) >= lengths.unsqueeze(1) // 2).long() * (types > 1)
    return {"input_ids": ids * mask, "token_type_ids": second * mask, "attention_mask": mask}


class ModelTest(unittest.TestCase):
    largest = {}

    @classmethod
    def tearDownClass(cls):
        for what, (difference, name) in sorted(cls.largest.items()):
            print(f"largest difference of {what}: {difference:.2g} ({name})")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.source = self.folder / "source"

    def compute(self, source, inputs, head="classification", labels=2, pooling="cls"):
        save_file({name: tensor.contiguous() for name, tensor in inputs.items()}, self.folder / "inputs.safetensors")
        command = [BUILD / "tests/model_sample", source, self.folder, head, str(labels), pooling]
        drawn = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode().split()
        return load_file(self.folder / "outputs.safetensors"), drawn

    def check(self, what, name, actual, expected):
        difference = (actual - expected).abs().max().item()
        self.assertEqual(actual.shape, expected.shape)
        self.assertGreater(expected.abs().max().item(), 0.1)
        self.assertLessEqual(difference, TOLERANCE, f"{what} of {name}")
        self.largest[what] = max(self.largest.get(what, (0.0, "")), (difference, name))

    def outputs(self, model, inputs):
        with torch.no_grad():
            hidden = model.base_model(**inputs).last_hidden_state
            result = model(**inputs)
        if hasattr(result, "start_logits"):
            return hidden, torch.stack([result.start_logits, result.end_logits], dim=2)
        return hidden, getattr(result, "logits", None)

    def check_directory(self, name, model, head="classification", labels=2):
        """`model`, saved in self.source, against ours; where it has a head, its logits and our export of it too."""
        model = model.float()
        inputs = random_inputs(model.config.vocab_size, model.config.type_vocab_size)
        hidden, logits = self.outputs(model, inputs)
        ours, drawn = self.compute(self.source, inputs, head, labels)
        self.check("hidden states", name, ours["hidden"], hidden)
        if logits is None:
            return
        self.assertEqual(drawn, [])
        self.check(f"{head} logits", name, ours["logits"], logits)
        exported, info = type(model).from_pretrained(self.folder / "model", output_loading_info=True)
        self.assertFalse(info["missing_keys"] or info["unexpected_keys"] or info["mismatched_keys"], info)
        self.check(f"{head} logits after export", name, self.outputs(exported.eval(), inputs)[1], logits)
        return exported.config

    def test_shapes(self):
        shapes = {
            "one layer, one head": dict(num_hidden_layers=1, num_attention_heads=1),
            "seven layers, eight heads": dict(num_hidden_layers=7, num_attention_heads=8),
            "wide": dict(hidden_size=96, num_attention_heads=12, intermediate_size=384, initializer_range=0.1),
            "large epsilon": dict(layer_norm_eps=1e-3),
            "one token type": dict(type_vocab_size=1),
            "no padding token": dict(pad_token_id=None),
            "dropout in the config": dict(hidden_dropout_prob=0.5, attention_probs_dropout_prob=0.5),
        }
        acts = ("gelu", "gelu_new", "gelu_fast", "gelu_python", "gelu_pytorch_tanh", "gelu_accurate", "relu", "silu", "swish")
        shapes.update({act: dict(hidden_act=act) for act in acts})
        for name, changes in shapes.items():
            with self.subTest(name):
                model = random_model(BertModel, **changes)
                model.save_pretrained(self.source)
                self.check_directory(name, model)

    def test_heads(self):
        for head, kind in HEADS.items():
            labels = {"classification": 5, "regression": 1, "span": 2}[head]
            with self.subTest(head):
                model = random_model(kind, num_labels=labels)
                model.save_pretrained(self.source)
                exported = self.check_directory(head, model, head, labels)
                self.assertEqual(exported.num_labels, labels)
                problem = {"classification": "single_label_classification", "regression": "regression", "span": None}
                self.assertEqual(exported.problem_type, problem[head])
                if head == "classification":
                    self.assertEqual(exported.id2label, {i: f"label {i}" for i in range(labels)})

    def test_shards(self):
        model = random_model(BertForSequenceClassification, num_labels=3, num_hidden_layers=4)
        model.save_pretrained(self.source, max_shard_size="20KB")
        self.assertFalse((self.source / "model.safetensors").exists())
        self.assertGreater(len(list(self.source.glob("model-*.safetensors"))), 2)
        self.check_directory("shards", model, labels=3)

    def test_half_precision(self):
        for name, dtype in (("fp16", torch.float16), ("bf16", torch.bfloat16)):
            with self.subTest(name):
                model = random_model(BertForSequenceClassification, num_labels=3).to(dtype)
                model.save_pretrained(self.source)
                self.check_directory(name, model, labels=3)

    def test_a_head_of_another_task_is_replaced(self):
        model = random_model(BertForSequenceClassification, num_labels=7)
        model.save_pretrained(self.source)
        inputs = random_inputs(60, 2)
        for head, kind in HEADS.items():
            with self.subTest(head):
                ours, drawn = self.compute(self.source, inputs, head, 3)
                self.assertIn("drawn", drawn)
                exported = kind.from_pretrained(self.folder / "model").eval()
                hidden, logits = self.outputs(exported, inputs)
                self.check("hidden states", f"replaced {head}", ours["hidden"], hidden)
                difference = (ours["logits"] - logits).abs().max().item()
                self.assertLessEqual(difference, TOLERANCE)

    def test_quickstart_model(self):
        source = QUICKSTART / "model"
        if not (source / "model.safetensors").exists():
            self.skipTest("the quickstart's model is not there; ./dev setup fetches it")
        model = BertModel.from_pretrained(source, attn_implementation="eager").eval().float()
        self.assertEqual(model.config.num_hidden_layers, 6)
        inputs = random_inputs(model.config.vocab_size, 2, examples=8, tokens=128)
        for head, kind in HEADS.items():
            ours, _ = self.compute(source, inputs, head, 3)
            self.check("hidden states", "quickstart, 6 layers", ours["hidden"], self.outputs(model, inputs)[0])
            exported = kind.from_pretrained(self.folder / "model").eval()
            logits = self.outputs(exported, inputs)[1]
            difference = (ours["logits"] - logits).abs().max().item()
            print(f"quickstart, {head} logits after export: largest difference {difference:.2g}")
            self.assertLessEqual(difference, TOLERANCE)


if __name__ == "__main__":
    disable_progress_bar()
    logging.disable(logging.WARNING)
    unittest.main(verbosity=2)
