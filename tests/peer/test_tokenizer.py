"""Token ids against the tokenizers library: every code point, and real lines through `sparsweep-trainer tokenize`."""
import json
import shutil
import subprocess
import tempfile
import unittest
from itertools import islice

import code_points
from environment import BUILD, QUICKSTART, SAMPLE, test_data
from reference_tokenizer import bert_tokenizer

LINES = 4000


def column(path, number, count):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t")[number] for line in islice(lines, 1, count + 1)]


def our_ids(directory, lines):
    run = subprocess.run(
        [BUILD / "bin/sparsweep-trainer", "tokenize", "--model", str(directory)],
        input="".join(line + "\n" for line in lines).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return [[int(i) for i in line.split()] for line in run.stdout.decode().splitlines()]


class TokenizerTest(unittest.TestCase):
    def compare(self, directory, vocab, lower, lines):
        lines = [line for line in lines if not set(line) & {"\n", "\r", "\v", "\f", "\0"}]
        ours = our_ids(directory, lines)
        theirs = [encoding.ids for encoding in bert_tokenizer(vocab, lower).encode_batch(lines)]
        self.assertEqual(len(ours), len(lines))
        differ = [i for i in range(len(lines)) if ours[i] != theirs[i]]
        print(f"{len(differ)} of {len(lines)} lines differ")
        for i in differ[:5]:
            print(repr(lines[i]), ours[i], theirs[i])
        self.assertEqual(differ, [])

    def test_every_code_point(self):
        run = subprocess.run([BUILD / "tests/write_code_points"], stdout=subprocess.PIPE, check=True)
        ours = run.stdout.decode().splitlines(keepends=True)
        theirs = [line for plane in range(17) for line in code_points.plane_lines(plane)]
        self.assertEqual(len(ours), len(theirs))
        differ = [(a, b) for a, b in zip(ours, theirs) if a != b]
        print(f"{len(differ)} of {len(ours)} code points differ")
        self.assertEqual(differ[:20], [])

    def test_sample(self):
        texts = json.loads((SAMPLE / "texts.json").read_text(encoding="utf-8"))
        for lower in (True, False):
            with tempfile.TemporaryDirectory() as directory:
                shutil.copy(SAMPLE / "vocab.txt", directory)
                with open(f"{directory}/tokenizer_config.json", "w") as out:
                    json.dump({"do_lower_case": lower}, out)
                self.compare(directory, SAMPLE / "vocab.txt", lower, texts)

    def test_wordnet(self):
        if not (QUICKSTART / "wordnet.train.tsv").exists():
            self.skipTest("the quickstart's data is not there; ./dev setup fetches it")
        model = QUICKSTART / "model"
        lines = column(QUICKSTART / "wordnet.train.tsv", 0, LINES)
        self.compare(model, model / "vocab.txt", True, lines)

    def test_sst2(self):
        if not test_data():
            self.skipTest("SPARSWEEP_TEST_DATA is not set")
        directory = test_data() / "wordpiece"
        lines = column(test_data() / "glue/SST-2/train.tsv", 0, LINES)
        self.compare(directory, directory / "vocab.txt", True, lines)

    def test_vectors(self):
        if not test_data():
            self.skipTest("SPARSWEEP_TEST_DATA is not set")
        directory = test_data() / "wordpiece"
        with open(directory / "vectors-transformersjs.jsonl", encoding="utf-8") as vectors:
            lines = [json.loads(line)["text"] for line in vectors]
        self.compare(directory, directory / "vocab.txt", True, lines)


if __name__ == "__main__":
    unittest.main(verbosity=2)
