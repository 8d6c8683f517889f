"""Token ids and places against the tokenizers library: every code point, the public data sets and generated lines
through `sparsweep-trainer tokenize --offsets`, cased and uncased. All of it with SPARSWEEP_LONG=1, a part without."""
import contextlib
import itertools
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time
import unittest

import code_points
import generated_lines
import shared_lines
from environment import BUILD, QUICKSTART, SAMPLE, test_data
from reference_tokenizer import bert_tokenizer

LONG = os.environ.get("SPARSWEEP_LONG") == "1"
SEED = 20260101
CHUNK = 1_000_000  # characters
MEASURED = 1_000_000  # bytes from which a speed says something


def vocabulary():
    """The largest uncased vocabulary at hand."""
    return test_data() / "wordpiece/vocab.txt" if test_data() else SAMPLE / "vocab.txt"


def cased_pieces(pieces):
    """A cased vocabulary, of which none is at hand: the uncased one and its pieces capitalized and in capitals."""
    known = dict.fromkeys(pieces)
    for piece in pieces:
        front, word = ("##", piece[2:]) if piece.startswith("##") else ("", piece)
        if not piece.startswith("["):
            known.update(dict.fromkeys((front + word.capitalize(), front + word.upper())))
    return [piece for piece in known if piece]


@contextlib.contextmanager
def model(lower, **settings):
    """A model directory with the vocabulary for lower or mixed case."""
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        pieces = vocabulary().read_text(encoding="utf-8").split("\n")
        if not lower:
            pieces = cased_pieces(pieces)
        (directory / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
        (directory / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": lower, **settings}))
        yield directory


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ours(directory, lines, *options):
    text = "".join(line + "\n" for line in lines).encode()
    begin = children_seconds()
    run = subprocess.run([BUILD / "bin/sparsweep-trainer", "tokenize", "--model", directory, *options], input=text,
                         stdout=subprocess.PIPE, check=True)
    return run.stdout.decode().split("\n")[:-1], children_seconds() - begin, len(text)


def chunks(lines):
    chunk, size = [], 0
    for line in lines:
        chunk.append(line.replace("\n", " "))
        size += len(line)
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def written(encoding):
    return json.dumps({"ids": encoding.ids, "offsets": encoding.offsets}, separators=(",", ":"))


class TokenizerTest(unittest.TestCase):
    def compare(self, name, directory, reference, lines):
        """`lines`: an iterable; each is compared in ids and offsets. Speeds are by processor time, with the writing
        of JSON but without the start of the process on our side."""
        _, start, _ = ours(directory, [])
        count = bytes_read = different = 0
        seconds = {"sparsweep": 0.0, "tokenizers": 0.0}
        for chunk in chunks(lines):
            found, spent, size = ours(directory, chunk, "--offsets")
            seconds["sparsweep"] += max(spent - start, 1e-6)
            bytes_read += size
            begin = time.process_time()
            encodings = reference.encode_batch(chunk)
            seconds["tokenizers"] += time.process_time() - begin
            self.assertEqual(len(found), len(chunk))
            for line, mine, theirs in zip(chunk, found, map(written, encodings)):
                if mine == theirs:
                    continue
                different += 1
                if different <= 5:
                    print(ascii(line), mine, theirs, sep="\n")
            count += len(chunk)
        speeds = "".join(f"; {who} {bytes_read / spent / 1e6:.1f} MB/s" for who, spent in seconds.items()
                         if bytes_read >= MEASURED)
        print(f"{name}: {different} of {count} lines differ{speeds}")
        self.assertGreater(count, 0)
        self.assertEqual(different, 0)

    def compare_cases(self, name, make_lines):
        for lower in (True, False):
            with model(lower) as directory:
                reference = bert_tokenizer(directory / "vocab.txt", lower)
                self.compare(f"{name}, {'uncased' if lower else 'cased'}", directory, reference, make_lines())

    def test_every_code_point_by_itself(self):
        run = subprocess.run([BUILD / "tests/write_code_points"], stdout=subprocess.PIPE, check=True)
        mine = run.stdout.decode().splitlines(keepends=True)
        theirs = [line for plane in range(17) for line in code_points.plane_lines(plane)]
        self.assertEqual(len(mine), len(theirs))
        differ = [(a, b) for a, b in zip(mine, theirs) if a != b]
        print(f"{len(differ)} of {len(mine)} code points differ")
        self.assertEqual(differ[:20], [])

    def test_every_code_point_in_words(self):
        every = 1 if LONG else 41
        chosen = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000 and c != 10 and (c < 0x600 or c % every == 0)]
        self.compare_cases("code points in words", lambda: (f"a{chr(c)}b {chr(c)}{chr(c)}I" for c in chosen))

    def test_sample(self):
        texts = json.loads((SAMPLE / "texts.json").read_text(encoding="utf-8"))
        self.compare_cases("sample", lambda: texts)

    def test_generated_lines(self):
        count = 100_000 if LONG else 10_000
        self.compare_cases("generated lines", lambda: generated_lines.lines(count, SEED))

    def test_settings(self):
        for lower, accents, cjk in itertools.product((True, False), (True, False), (True, False)):
            with model(lower, strip_accents=accents, tokenize_chinese_chars=cjk) as directory:
                reference = bert_tokenizer(directory / "vocab.txt", lower, accents, cjk)
                self.compare(f"lower {lower}, strip accents {accents}, CJK {cjk}", directory, reference,
                             generated_lines.lines(1000, SEED + 1))

    def test_wordnet(self):
        if not (QUICKSTART / "wordnet.train.tsv").exists():
            self.skipTest("the quickstart's data is not there; ./dev setup fetches it")
        directory = QUICKSTART / "model"
        with open(QUICKSTART / "wordnet.train.tsv", encoding="utf-8") as lines:
            lines = [line.rstrip("\n") for line in itertools.islice(lines, None if LONG else 4000)]
        self.compare("WordNet", directory, bert_tokenizer(directory / "vocab.txt", True), lines)

    def test_shared_data(self):
        if not test_data():
            self.skipTest("SPARSWEEP_TEST_DATA is not set")
        every = 1 if LONG else 50
        self.compare_cases("public data", lambda: itertools.islice(shared_lines.lines(test_data()), None, None, every))

    def test_vectors(self):
        if not test_data():
            self.skipTest("SPARSWEEP_TEST_DATA is not set")
        with open(test_data() / "wordpiece/vectors-transformersjs.jsonl", encoding="utf-8") as vectors:
            lines = [json.loads(line)["text"] for line in vectors]
        self.compare_cases("vectors", lambda: lines)


if __name__ == "__main__":
    unittest.main(verbosity=2)
