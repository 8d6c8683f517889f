"""What HF's question-answering example makes of start and end logits, and random cases for it."""
import numpy as np


def answer(case):
    """The text for one example, windows and logits as in eval_sample.cpp; no padding."""
    pairs, null = [], None
    for window in case["windows"]:
        logits = np.array(window["logits"], dtype=np.float32).reshape(-1, 2)
        start, end = logits[: window["tokens"], 0], logits[: window["tokens"], 1]
        offsets = [None] * window["first"] + window["offsets"]
        offsets += [None] * (window["tokens"] - len(offsets))
        shown = {window["first"] + i for i, most in enumerate(window["max_context"]) if most}
        score = start[0] + end[0]
        null = score if null is None or null > score else null
        best_first = lambda row: np.argsort(row, kind="stable")[-1 : -case["n_best"] - 1 : -1].tolist()
        for i in best_first(start):
            for j in best_first(end):
                if offsets[i] is None or offsets[j] is None or j < i or j - i + 1 > case["max_answer_length"] or i not in shown:
                    continue
                pairs.append((start[i] + end[j], start[i], end[j], offsets[i][0], offsets[j][1]))
    pairs.sort(key=lambda pair: pair[0], reverse=True)
    pairs = pairs[: case["n_best"]]
    if not pairs:
        return ""
    _, start, end, begin, stop = pairs[0]
    if case["v2"] and null - start - end > np.float32(case["threshold"]):
        return ""
    return case["context"][begin:stop]


def random_case(rng):
    words = [rng.choice(["a", "bé", "漢字", "😀", "word"]) for _ in range(rng.randrange(1, 30))]
    context = " ".join(words)
    offsets, position = [], 0
    for word in words:
        offsets.append([position, position + len(word)])
        position += len(word) + 1
    windows, begin, width, coarse = [], 0, rng.randrange(1, 12), rng.random() < 0.4
    while begin < len(words):
        part = offsets[begin : begin + width]
        first = rng.randrange(2, 6)
        tokens = first + len(part) + 1
        draw = lambda: float(rng.randrange(4)) if coarse else float(np.float32(rng.gauss(0, 3)))
        windows.append({"tokens": tokens, "first": first, "offsets": part, "max_context": [rng.random() < 0.8 for _ in part],
                        "logits": [draw() for _ in range(2 * (tokens + rng.randrange(4)))]})
        begin += max(1, width - 3)
    return {"kind": "decode", "context": context, "windows": windows, "n_best": rng.choice([1, 2, 5, 20]),
            "max_answer_length": rng.choice([1, 3, 30]), "v2": rng.random() < 0.5, "threshold": rng.choice([0.0, -1.0, 2.0])}
