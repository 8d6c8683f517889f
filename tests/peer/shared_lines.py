"""Every line of the public data sets: lines of text files as they are, of JSON files every string."""
import json


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)


def lines(folder):
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        texts = _strings(json.loads(text)) if path.suffix == ".json" else (text,)
        for part in texts:
            yield from part.split("\n")
