"""BERT's tokenizer as the tokenizers library builds it."""
from tokenizers import BertWordPieceTokenizer


def bert_tokenizer(vocab, lower_case: bool):
    tokenizer = BertWordPieceTokenizer(str(vocab), lowercase=lower_case)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
