"""BERT's tokenizer as the tokenizers library builds it."""
from tokenizers import BertWordPieceTokenizer


def bert_tokenizer(vocab, lower_case: bool, strip_accents=None, split_cjk: bool = True):
    tokenizer = BertWordPieceTokenizer(str(vocab), lowercase=lower_case, strip_accents=strip_accents,
                                       handle_chinese_chars=split_cjk)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
