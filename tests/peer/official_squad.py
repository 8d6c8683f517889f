"""SQuAD's rules for exact match and F1, v1.1 and v2.0, written down anew in the Python they are defined by."""
import collections
import re
import string

PUNCTUATION = set(string.punctuation)
ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)


def normalize(text):
    kept = "".join(c for c in text.lower() if c not in PUNCTUATION)
    return " ".join(ARTICLES.sub(" ", kept).split())


def f1(prediction, answer, v2):
    predicted, wanted = normalize(prediction).split(), normalize(answer).split()
    if v2 and not (predicted and wanted):
        return float(predicted == wanted)
    same = sum((collections.Counter(predicted) & collections.Counter(wanted)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(predicted), same / len(wanted)
    return 2 * precision * recall / (precision + recall)


def score(prediction, answers, v2):
    """(exact match, F1) against the best of the answers."""
    if v2:
        answers = [answer for answer in answers if normalize(answer)] or [""]
    exact = max(float(normalize(prediction) == normalize(answer)) for answer in answers)
    return exact, max(f1(prediction, answer, v2) for answer in answers)


def totals(data, predictions):
    """Per cent over a v1.1 file; a question without a prediction counts 0."""
    questions = [qa for article in data for paragraph in article["paragraphs"] for qa in paragraph["qas"]]
    exact = whole = 0.0
    for qa in questions:
        if qa["id"] in predictions:
            one = score(predictions[qa["id"]], [answer["text"] for answer in qa["answers"]], False)
            exact, whole = exact + one[0], whole + one[1]
    return 100 * exact / len(questions), 100 * whole / len(questions)
