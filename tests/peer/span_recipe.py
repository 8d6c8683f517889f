"""Windows over a context and the answer's place in them, as transformers' question-answering example makes them with a
fast tokenizer; which window shows a token with the most context, as its SQuAD features decided. Written anew."""


def windows(tokenizer, question, context, answer, max_length, stride):
    """answer: (text, start) or None. Yields dictionaries in the form of write_span_features."""
    encoded = tokenizer(question.lstrip(), context, truncation="only_second", max_length=max_length, stride=stride,
                        return_overflowing_tokens=True, return_offsets_mapping=True)
    found = []
    for i, ids in enumerate(encoded["input_ids"]):
        parts = encoded.sequence_ids(i)
        offsets = encoded["offset_mapping"][i]
        first = parts.index(1)
        last = len(parts) - 1 - parts[::-1].index(1)
        start, end = place(offsets, first, last, answer)
        found.append({"ids": ids, "second_begin": encoded["token_type_ids"][i].index(1), "first": first, "last": last,
                      "offsets": [list(pair) for pair in offsets[first:last + 1]], "start": start, "end": end})
    mark_max_context(found, len(found[0]["offsets"]) - stride)
    return found


def place(offsets, first, last, answer):
    if answer is None:
        return 0, 0
    text, begin = answer
    end = begin + len(text)
    if not (offsets[first][0] <= begin and offsets[last][1] >= end):
        return 0, 0
    # Held at the last token of the context, where the example's own loop goes on into [SEP].
    while first <= last and offsets[first][0] <= begin:
        first += 1
    while offsets[last][1] >= end:
        last -= 1
    return first - 1, last + 1


def mark_max_context(found, step):
    spans = [(i * step, len(window["offsets"])) for i, window in enumerate(found)]
    for index, window in enumerate(found):
        begin, length = spans[index]
        window["max_context"] = [is_max_context(spans, index, token) for token in range(begin, begin + length)]


def is_max_context(spans, current, token):
    best_score = best = None
    for index, (begin, length) in enumerate(spans):
        end = begin + length - 1
        if not begin <= token <= end:
            continue
        score = min(token - begin, end - token) + 0.01 * length
        if best_score is None or score > best_score:
            best_score, best = score, index
    return current == best
