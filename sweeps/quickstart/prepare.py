#!/usr/bin/env python3
"""Turns WordNet 3.0's data files into the quickstart's task: to which of the 45 lexicographer files does a
definition belong?

Writes OUT/wordnet.train.tsv and OUT/wordnet.dev.tsv with the columns `definition` and `label` (the file's number, names
in lexnames(5WN)). Every twentieth definition by hash goes to dev, so that equal texts stay together; dev keeps the order
of the hashes and train is shuffled, because the source is sorted by part of speech and topic and the first n lines would
be biased. The same files give the same bytes.
"""
import argparse
import os
import pathlib
import random
import sys

PARTS = ("noun", "verb", "adj", "adv")
TRAIN, DEV = 111_831, 5_828
LABELS = 45


def fnv1a64(data: bytes) -> int:
    h = 0xCBF29CE484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return h


def definition(gloss: str) -> str:
    """The gloss up to its first example, which stands in quotes."""
    text = gloss.split('; "', 1)[0].strip()
    return text.rstrip(";").strip()


def examples(wordnet: pathlib.Path):
    for part in PARTS:
        with open(wordnet / f"data.{part}", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(" "):  # the licence
                    continue
                fields, _, gloss = line.partition(" | ")
                yield definition(gloss), int(fields.split(" ", 2)[1])


def write(path: pathlib.Path, rows) -> None:
    aside = path.with_name(path.name + ".partial")
    with open(aside, "w", encoding="utf-8", newline="\n") as out:
        out.write("definition\tlabel\n")
        for text, label in rows:
            out.write(f"{text}\t{label}\n")
    os.replace(aside, path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "--wordnet", type=pathlib.Path, required=True, metavar="DIR", help="holds data.noun, data.verb, data.adj, data.adv"
    )
    parser.add_argument(
        "--out", type=pathlib.Path, required=True, metavar="DIR", help="made if it is not there"
    )
    arguments = parser.parse_args()

    train, dev = [], []
    try:
        for text, label in examples(arguments.wordnet):
            if not text or "\t" in text or not 0 <= label < LABELS:
                raise ValueError(f"unexpected entry: label {label}, definition {text!r}")
            value = fnv1a64(text.encode())
            (dev if value % 20 == 0 else train).append((value, text, label))
    except (OSError, ValueError, IndexError) as error:
        print(f"prepare.py: {error}; --wordnet must hold WordNet 3.0's data files", file=sys.stderr)
        return 1
    if (len(train), len(dev)) != (TRAIN, DEV):
        print(
            f"prepare.py: {len(train)} train and {len(dev)} dev examples instead of {TRAIN} and {DEV}; "
            "--wordnet must hold WordNet 3.0",
            file=sys.stderr,
        )
        return 1

    dev.sort()
    random.Random(1).shuffle(train)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, rows in (("train", train), ("dev", dev)):
        path = arguments.out / f"wordnet.{name}.tsv"
        write(path, ((text, label) for _, text, label in rows))
        print(f"{path}: {len(rows)} examples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
