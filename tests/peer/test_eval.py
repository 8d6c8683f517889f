"""Scores against scikit-learn and scipy, SQuAD's rules and span decoding against their Python form."""
import json
import math
import random
import subprocess
import unicodedata
import unittest

import numpy as np
from scipy import stats
from sklearn import metrics

import official_squad
import span_decoding
from environment import BUILD, test_data


def ask(requests):
    run = subprocess.run(
        [BUILD / "tests/eval_sample"],
        input="".join(json.dumps(request) + "\n" for request in requests).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def finite(value):
    return 0.0 if math.isnan(value) else float(value)


def random_text(rng):
    pieces = ["a", "an", "the", "The", "A", "theme", "x", "İ", "Σ", "ΑΣ", "ς", "é", "a\u0301", "½", "a½", "٣", "漢", "the漢", "—",
              "“", "”", "'", ".", ",", "-", "_", "$", " ", "  ", "\t", "\u00a0", "\u2003", "\u200b", "\u3000", "\x1c", "\x85", "ǅ", "ß", "ẞ", ""]
    text = "".join(rng.choice(pieces) for _ in range(rng.randrange(8)))
    if rng.random() < 0.3:
        text += chr(rng.choice([rng.randrange(0x20, 0x250), rng.randrange(0x2000, 0x2100), rng.randrange(0x10000, 0x1F000)]))
    return text


class EvalTest(unittest.TestCase):
    def test_classes(self):
        rng = random.Random(1)
        requests = []
        for size in list(range(1, 6)) * 40 + [50, 500, 5000] * 20:
            for classes in (1, 2, 3, 7):
                skew = rng.random()
                draw = lambda: 0 if rng.random() < skew else rng.randrange(classes)
                requests.append({"kind": "classes", "pairs": [[draw(), draw()] for _ in range(size)]})
        for label in (0, 1, 2):  # constant on either side or both
            for other in (0, 1, 2):
                requests.append({"kind": "classes", "pairs": [[label, other]] * 4})
                requests.append({"kind": "classes", "pairs": [[label, i % 3] for i in range(7)]})
                requests.append({"kind": "classes", "pairs": [[i % 3, label] for i in range(7)]})
        worst = 0.0
        for request, ours in zip(requests, ask(requests), strict=True):
            predicted, wanted = np.array(request["pairs"]).T
            theirs = [metrics.accuracy_score(wanted, predicted), metrics.f1_score(wanted == 1, predicted == 1),
                      metrics.f1_score(wanted, predicted, average="macro"), metrics.matthews_corrcoef(wanted, predicted)]
            worst = max([worst] + [abs(a - finite(b)) for a, b in zip(ours, theirs, strict=True)])
        print(f"{len(requests)} sets of classes, largest difference {worst:.1e}")
        self.assertLess(worst, 1e-12)

    def test_values(self):
        rng = random.Random(2)
        requests = []
        for size in [2, 3, 4, 5] * 100 + [50, 500, 5000] * 20:
            digits, scale = rng.choice([0, 1, 15]), 10 ** rng.uniform(-6, 6)
            wanted = [round(rng.uniform(0, 5), digits) for _ in range(size)]
            predicted = [scale * (round(rng.gauss(0, 1) + rng.choice([0, 1, -2]) * w, digits)) + rng.choice([0, 1000]) for w in wanted]
            requests.append({"kind": "values", "predictions": predicted, "labels": wanted})
        for constant in (0.0, 0.1, 2.5):
            requests.append({"kind": "values", "predictions": [constant] * 5, "labels": [1.0, 2.0, 3.0, 4.0, 4.5]})
            requests.append({"kind": "values", "predictions": [1.0, 2.0, 3.0], "labels": [constant] * 3})
            requests.append({"kind": "values", "predictions": [constant] * 3, "labels": [constant] * 3})
        worst, undefined = 0.0, 0
        for request, ours in zip(requests, ask(requests), strict=True):
            predicted, wanted = request["predictions"], request["labels"]
            theirs = [stats.pearsonr(predicted, wanted).statistic, stats.spearmanr(predicted, wanted).statistic,
                      metrics.mean_squared_error(wanted, predicted)]
            undefined += sum(map(math.isnan, theirs))
            error = [abs(a - finite(b)) for a, b in zip(ours, theirs, strict=True)]
            error[2] /= max(1.0, theirs[2])
            worst = max([worst] + error)
        print(f"{len(requests)} sets of values, {undefined} undefined, largest difference {worst:.1e}")
        self.assertGreater(undefined, 0)
        self.assertLess(worst, 1e-9)

    def test_nothing_and_one(self):
        """Where the libraries refuse or say NaN, ours is 0."""
        with self.assertRaises(ValueError):
            stats.pearsonr([1.0], [1.0])
        with self.assertRaises(ValueError):
            metrics.accuracy_score([], [])
        nothing = ask([{"kind": "classes", "pairs": []}, {"kind": "values", "predictions": [], "labels": []},
                       {"kind": "values", "predictions": [1.0], "labels": [1.0]}])
        self.assertEqual(nothing, [[0, 0, 0, 0], [0, 0, 0], [0, 0, 0]])

    def test_squad_rules(self):
        rng = random.Random(3)
        requests = [{"kind": "squad", "prediction": random_text(rng), "answers": [random_text(rng) for _ in range(rng.randrange(1, 4))],
                     "v2": bool(i % 2)} for i in range(20000)]
        for request in requests[::3]:  # texts that have something in common
            request["prediction"] = " ".join(rng.sample(request["answers"], 1)) + rng.choice(["", " the", "!", " x"])
        differ, exact = [], 0
        for request, ours in zip(requests, ask(requests), strict=True):
            wanted = official_squad.score(request["prediction"], request["answers"], request["v2"])
            theirs = [official_squad.normalize(request["prediction"]), *wanted]
            exact += wanted[0]
            if ours[0] != theirs[0] or ours[1] != theirs[1] or abs(ours[2] - theirs[2]) > 1e-12:
                differ.append((request, ours, theirs))
        print(f"{len(differ)} of {len(requests)} answers differ, {exact:.0f} exact")
        self.assertEqual(differ[:5], [])

    def test_every_code_point(self):
        """Lower case, space and word character, alone and between letters, as far as this Python knows the code point."""
        points = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000 and unicodedata.category(chr(c)) != "Cn"]
        ours = ask([{"kind": "word", "points": points}])[0]
        theirs = [(chr(c).isalnum() or c == 0x5F) + 2 * chr(c).isspace() for c in points]
        self.assertEqual([hex(c) for c, a, b in zip(points, ours, theirs, strict=True) if a != b], [])
        # Letters without case all behave alike behind and before a sigma.
        public = [c for c in points if unicodedata.category(chr(c)) not in ("Co", "Lo")]
        texts = [chr(c) for c in points if unicodedata.category(chr(c)) == "Lo"]
        texts += [form.format(chr(c)) for c in public for form in ("{}", "Σ{}", "{}Σ", "AΣ{}B", "A{}Σ")]
        requests = [{"kind": "text", "text": text} for text in texts]
        differ = []
        for start in range(0, len(requests), 200000):
            part = texts[start:start + 200000]
            for text, answer in zip(part, ask(requests[start:start + 200000]), strict=True):
                if answer != [text.lower(), text.split()]:
                    differ.append((text, answer, text.lower()))
        print(f"{len(differ)} of {len(texts)} texts of {len(points)} code points differ")
        self.assertEqual(differ[:5], [])

    def test_span_decoding(self):
        rng = random.Random(4)
        requests = [span_decoding.random_case(rng) for _ in range(4000)]
        differ = [(request, ours, span_decoding.answer(request)) for request, ours in zip(requests, ask(requests), strict=True)
                  if ours != span_decoding.answer(request)]
        empty = sum(span_decoding.answer(request) == "" for request in requests)
        print(f"{len(differ)} of {len(requests)} decoded answers differ, {empty} empty")
        self.assertEqual(differ[:3], [])

    def test_submissions(self):
        if not test_data():
            self.skipTest("SPARSWEEP_TEST_DATA is not set")
        folder = test_data() / "squad"
        data = json.loads((folder / "dev-v1.1.rebuilt.json").read_text())["data"]
        for file in sorted((folder / "predictions-v1.1").glob("*.json")):
            run = subprocess.run([BUILD / "bin/sparsweep-trainer", "score", "--task", "squad", "--data", folder / "dev-v1.1.rebuilt.json",
                                  "--predictions", file, "--json"], stdout=subprocess.PIPE, check=True)
            ours = json.loads(run.stdout)
            theirs = official_squad.totals(data, json.loads(file.read_text()))
            print(file.name, ours["exact_match"], ours["f1"])
            self.assertAlmostEqual(ours["exact_match"], theirs[0], places=9)
            self.assertAlmostEqual(ours["f1"], theirs[1], places=9)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")  # the libraries warn of what is tested
