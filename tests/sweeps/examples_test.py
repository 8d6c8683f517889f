"""The examples against sweeps/sweep.schema.json, as an editor checks them. Its keys and defaults are held against the
parser's in tests/coordinator/sweep."""
import copy
import json
import pathlib
import re
import sys
import unittest

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

SWEEPS = pathlib.Path(__file__).resolve().parents[2] / "sweeps"


class Loader(yaml.SafeLoader):
    """With the numbers of YAML 1.2: 5e-4 needs no point."""


Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789"))


def read(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        schema = json.loads((SWEEPS / "sweep.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        cls.validator = jsonschema.Draft202012Validator(schema)

    def test_examples_are_valid(self):
        files = sorted(SWEEPS.glob("**/*.yaml"))
        self.assertGreaterEqual(len(files), 15)
        for file in files:
            with self.subTest(file=file.name):
                self.assertEqual([error.message for error in self.validator.iter_errors(read(file))], [])

    def test_mistakes_are_refused(self):
        good = read(SWEEPS / "quickstart.yaml")
        for path, value in [
            (("nmae",), "x"), (("name",), "Not A Name"), (("training", "stpes"), 3), (("training", "steps"), "many"),
            (("training", "steps"), 0), (("groups",), []), (("groups", 0, "method"), "movment"),
            (("groups", 1, "density"), 0), (("groups", 1, "density"), 1.5), (("groups", 3, "lambda"), {"values": []}),
            (("model", "pooling"), "max"), (("seeds",), ["one"]),
        ]:
            with self.subTest(path=path, value=value):
                broken = copy.deepcopy(good)
                place = broken
                for key in path[:-1]:
                    place = place[key]
                place[path[-1]] = value
                self.assertFalse(self.validator.is_valid(broken))


if __name__ == "__main__":
    unittest.main()
