"""Lines that try a tokenizer: scripts, accents, CJK, emoji, control and combining characters mixed at random, the same
for the same seed."""
import random
import unicodedata

LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORDS = ("the", "unaffable", "Pruning", "WEIGHTS", "don't", "U.S.A.", "naïve", "Straße", "ΣΊΣΥΦΟΣ", "İstanbul", "ﬁne", "x²",
         "[MASK]", "[SEP]", "[unused1]", "[CLS]x", "##ing", "a" * 99, "b" * 101, "é" * 101, "http://a.b/c?d=e&f", "3.14")
SPACES = " \t\r\v\f\x1c\x1f\x85\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000"
REMOVED = "\x00\x01\x07\x08\x1b\x7f\x80\x9f\u00ad\u061c\u200b\u200c\u200d\u200e\u202e\u2060\ufeff\ufffd\ue000\U000f0000"
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡«»¿–—‘’“”…‰※、。「」！？։؟٪।༺᙭᠊‿⁅⸮﹅｛"
EMOJI = ("😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "1️⃣", "☃️", "♥", "🫠")
BLOCKS = ((0xC0, 0x250), (0x250, 0x300), (0x370, 0x530), (0x590, 0x700), (0x900, 0xE00), (0xE00, 0x1000),
          (0x10A0, 0x1100), (0x1100, 0x1200), (0x1E00, 0x2000), (0x2000, 0x2C00), (0x2C00, 0x2E80), (0x2E80, 0x3400),
          (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xA640, 0xAC00), (0xAC00, 0xD7A4), (0xF900, 0xFB00), (0xFB00, 0x10000),
          (0x10000, 0x11000), (0x11000, 0x12000), (0x1D000, 0x1D800), (0x1E000, 0x20000), (0x20000, 0x2FA20))
# What canonical ordering moves, and marks of every combining class.
MARKS = [chr(c) for c in range(0x110000) if unicodedata.combining(chr(c)) or unicodedata.category(chr(c)) in ("Mn", "Mc", "Me")]
COMPOSED = [chr(c) for c in range(0xC0, 0x30000) if unicodedata.decomposition(chr(c))]


def _code_point(draw: random.Random) -> str:
    c = draw.randrange(0x110000)
    return "x" if 0xD800 <= c < 0xE000 else chr(c)


def _block(draw: random.Random) -> str:
    first, last = draw.choice(BLOCKS)
    return "".join(chr(draw.randrange(first, last)) for _ in range(draw.randint(1, 8)))


def _word(draw: random.Random) -> str:
    return "".join(draw.choice(LATIN) for _ in range(draw.randint(1, 12)))


def _marked(draw: random.Random) -> str:
    base = draw.choice((draw.choice(LATIN), draw.choice(COMPOSED), ""))
    return base + "".join(draw.choice(MARKS) for _ in range(draw.randint(1, 5)))


_SEGMENTS = ((_word, 6), (_marked, 4), (_block, 4), (_code_point, 2), (lambda draw: draw.choice(WORDS), 4),
             (lambda draw: draw.choice(COMPOSED), 2), (lambda draw: draw.choice(EMOJI), 1),
             (lambda draw: draw.choice(PUNCTUATION), 2), (lambda draw: draw.choice(REMOVED), 2),
             (lambda draw: draw.choice(SPACES), 4))


def lines(count: int, seed: int):
    draw = random.Random(seed)
    kinds, weights = zip(*_SEGMENTS)
    for _ in range(count):
        line = "".join(kind(draw) for kind in draw.choices(kinds, weights, k=draw.randint(1, 24)))
        yield line.replace("\n", " ")
