"""Exported models in HF's libraries: same hidden states and logits as the trainer's."""
import logging
import pathlib
import subprocess
import tempfile
import unittest

import tiny_bert
import torch
from environment import BUILD, QUICKSTART
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer
from transformers import AutoTokenizer, BertForSequenceClassification, BertModel

TEXTS = ["the pruned weights", "The PRUNING of small weights!", "a", "naïve café: 12 of the small weights, pruned"]
TOLERANCE = 1e-5


class ExportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def export(self, source, pooling, layers, labels, max_length=16):
        subprocess.run(
            [BUILD / "tests/export_sample", source, self.folder, pooling, str(layers), str(labels), str(max_length)],
            input="".join(text + "\n" for text in TEXTS).encode(),
            check=True,
        )
        self.model = self.folder / "model"
        self.expected = load_file(self.folder / "expected.safetensors")
        self.inputs = {name: self.expected[name] for name in ("input_ids", "token_type_ids", "attention_mask")}

    def assert_close(self, what, actual, expected):
        difference = (actual - expected).abs().max().item()
        print(f"{what}: largest difference {difference:.2g}, largest value {expected.abs().max().item():.3g}")
        self.assertEqual(actual.shape, expected.shape)
        self.assertLessEqual(difference, TOLERANCE)

    def load_whole(self, kind):
        """Neither a weight missing nor one left over."""
        model, info = kind.from_pretrained(self.model, output_loading_info=True)
        self.assertEqual(len(info["missing_keys"]), 0, info)
        self.assertEqual(len(info["unexpected_keys"]), 0, info)
        return model.eval()

    def check_classifier(self, layers, labels):
        model = self.load_whole(BertForSequenceClassification)
        self.assertEqual(model.config.num_hidden_layers, layers)
        self.assertEqual(model.config.id2label, {i: f"label {i}" for i in range(labels)})
        self.assertEqual(model.config.label2id, {f"label {i}": i for i in range(labels)})
        with torch.no_grad():
            self.assert_close("logits", model(**self.inputs).logits, self.expected["logits"])
        tokenizer = AutoTokenizer.from_pretrained(self.model)
        ids = tokenizer(TEXTS, padding=True, truncation=True, max_length=16, return_tensors="pt")["input_ids"]
        self.assertTrue(torch.equal(ids, self.inputs["input_ids"]))

    def check_sentence_model(self, layers, max_length):
        model = self.load_whole(BertModel)
        self.assertEqual(model.config.num_hidden_layers, layers)
        tokens = self.inputs["attention_mask"].bool()
        with torch.no_grad():
            hidden = model(**self.inputs).last_hidden_state
        self.assert_close("hidden states", hidden[tokens], self.expected["hidden"][tokens])
        sentences = SentenceTransformer(str(self.model), device="cpu")
        self.assertEqual(sentences.max_seq_length, max_length)
        self.assert_close("encode", sentences.encode(TEXTS, convert_to_tensor=True), self.expected["logits"])

    def test_first_token(self):
        tiny_bert.write(self.folder / "source")
        self.export(self.folder / "source", "cls", 2, 5)
        self.check_classifier(2, 5)
        weights = load_file(self.model / "model.safetensors")
        query = weights["bert.encoder.layer.0.attention.self.query.weight"].flatten()
        self.assertEqual(query[::3].abs().max().item(), 0)
        self.assertGreater(query[1::3].abs().min().item(), 0)

    def test_first_token_from_a_classifier(self):
        tiny_bert.write(self.folder / "source", head_labels=3)
        self.export(self.folder / "source", "cls", tiny_bert.LAYERS, 3)
        self.check_classifier(tiny_bert.LAYERS, 3)

    def test_mean(self):
        tiny_bert.write(self.folder / "source")
        self.export(self.folder / "source", "mean", 2, 5)
        self.check_sentence_model(2, 16)

    def test_mean_cuts_long_texts_as_the_trainer(self):
        tiny_bert.write(self.folder / "source")
        self.export(self.folder / "source", "mean", 1, 2, max_length=7)
        self.assertEqual(self.inputs["input_ids"].shape[1], 7)
        self.check_sentence_model(1, 7)

    def test_quickstart_model(self):
        if not (QUICKSTART / "model/model.safetensors").exists():
            self.skipTest("the quickstart's model is not there; ./dev setup fetches it")
        self.export(QUICKSTART / "model", "mean", 2, 45)
        self.check_sentence_model(2, 16)
        self.export(QUICKSTART / "model", "cls", 3, 45)
        self.check_classifier(3, 45)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    unittest.main(verbosity=2)
