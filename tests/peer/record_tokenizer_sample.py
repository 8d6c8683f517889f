"""Writes the recorded outputs under tests/pruning_core/tokenizer/sample: what the tokenizers library makes of the lines
in sample/texts.json with our small vocabulary, cased and uncased, and of every code point. Run it with the environment
of requirements.txt after a change of texts, vocabulary or version.
"""
import hashlib
import json
import pathlib

import code_points
import tokenizers
from reference_tokenizer import bert_tokenizer

SAMPLE = pathlib.Path(__file__).parent.parent / "pruning_core/tokenizer/sample"
PAIR_LENGTHS = (3, 4, 8, 11, 12, 64)


def main() -> None:
    texts = json.loads((SAMPLE / "texts.json").read_text(encoding="utf-8"))
    recorded = {"tokenizers": tokenizers.__version__}
    for name, lower in (("uncased", True), ("cased", False)):
        tokenizer = bert_tokenizer(SAMPLE / "vocab.txt", lower)
        recorded[name] = [tokenizer.encode(text).ids for text in texts]
        recorded[f"{name}_offsets"] = [tokenizer.encode(text).offsets for text in texts]
    tokenizer = bert_tokenizer(SAMPLE / "vocab.txt", True)
    recorded["pairs"] = []
    for max_length in PAIR_LENGTHS:
        tokenizer.enable_truncation(max_length)
        for i in range(len(texts) - 1):
            encoding = tokenizer.encode(texts[i], texts[i + 1])
            recorded["pairs"].append([i, max_length, encoding.ids, encoding.type_ids])
    lines = (f'  "{key}": {json.dumps(value, separators=(",", ":"))}' for key, value in recorded.items())
    (SAMPLE / "recorded.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")

    hashes = ""
    for plane in range(17):
        lines = "".join(code_points.plane_lines(plane))
        hashes += f"{plane} {hashlib.sha256(lines.encode()).hexdigest()}\n"
    (SAMPLE / "code_point_hashes.txt").write_text(hashes)


if __name__ == "__main__":
    main()
