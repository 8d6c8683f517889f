"""The windows over SQuAD's contexts against transformers' tokenizer: ids, offsets, answer positions, max-context."""
import json
import os
import subprocess
import unittest

import span_recipe
from environment import BUILD, test_data
from transformers import BertTokenizerFast

QUESTION_TOKENS = 64
LONG = os.environ.get("SPARSWEEP_LONG") == "1"


def questions(path, every):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)["data"]
    flat = ((paragraph["context"], qa) for article in data for paragraph in article["paragraphs"] for qa in paragraph["qas"])
    return [pair for i, pair in enumerate(flat) if i % every == 0]


class SpanFeaturesTest(unittest.TestCase):
    def compare(self, file, every, max_length, stride):
        if not test_data():
            self.skipTest("SPARSWEEP_TEST_DATA is not set")
        model = test_data() / "wordpiece"
        path = test_data() / "squad" / file
        run = subprocess.run([BUILD / "tests/write_span_features", model, path, str(max_length), str(stride), str(every)],
                             stdout=subprocess.PIPE, check=True)
        ours = {}
        for line in run.stdout.decode().splitlines():
            window = json.loads(line)
            self.assertTrue(window.pop("stands"))
            ours.setdefault(window.pop("id"), []).append(window)
        tokenizer = BertTokenizerFast(str(model / "vocab.txt"))
        tokenizer.model_max_length = 1 << 30
        different = windows = long_questions = answers = compared = 0
        for context, qa in questions(path, every):
            if len(tokenizer.tokenize(qa["question"])) > QUESTION_TOKENS:  # cut by us, not by that recipe
                long_questions += 1
                continue
            first = qa["answers"][0]
            theirs = span_recipe.windows(tokenizer, qa["question"], context, (first["text"], first["answer_start"]),
                                         max_length, stride)
            mine = ours[qa["id"]]
            if mine != theirs:
                different += 1
                if different <= 3:
                    print(qa["id"], mine, theirs, sep="\n")
            compared += 1
            windows += len(theirs)
            answers += sum(window["start"] > 0 for window in theirs)
        print(f"{file}, {max_length} tokens, stride {stride}: {different} of {compared} questions differ; "
              f"{windows} windows, {answers} with the answer, {long_questions} questions too long")
        self.assertGreater(answers, 0)
        self.assertEqual(different, 0)

    def test_dev(self):
        self.compare("dev-v1.1.rebuilt.json", 1 if LONG else 23, 384, 128)

    def test_train(self):
        self.compare("train-v1.1.rebuilt.json", 11 if LONG else 223, 384, 128)

    def test_short_windows(self):
        self.compare("dev-v1.1.rebuilt.json", 7 if LONG else 37, 128, 40)
        self.compare("dev-v1.1.rebuilt.json", 7 if LONG else 37, 96, 25)


if __name__ == "__main__":
    unittest.main(verbosity=2)
