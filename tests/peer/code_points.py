"""What the tokenizers library does to each single code point, in the lines that tests/pruning_core/tokenizer/
code_point_lines.h writes: code point, normalized uncased, normalized cased, number of words of a<c>b."""
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

UNCASED = BertNormalizer(lowercase=True)
CASED = BertNormalizer(lowercase=False)
SPLIT = BertPreTokenizer()


def _hex(text: str) -> str:
    return ".".join(f"{ord(c):X}" for c in text) or "-"


def line(code_point: int) -> str:
    c = chr(code_point)
    words = SPLIT.pre_tokenize_str(f"a{c}b")
    return f"{code_point:X} {_hex(UNCASED.normalize_str(c))} {_hex(CASED.normalize_str(c))} {len(words)}\n"


def plane_lines(plane: int):
    for code_point in range(plane << 16, (plane + 1) << 16):
        if not 0xD800 <= code_point < 0xE000:
            yield line(code_point)
