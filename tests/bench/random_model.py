"""random_model.py FOLDER LAYERS HIDDEN [HEADS]: a BERT of random weights and 1,000 word pieces, as transformers saves it.

HEADS: of 32 numbers each without it.
"""
import sys

from transformers import BertConfig, BertModel

folder, layers, hidden = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
heads = int(sys.argv[4]) if len(sys.argv) > 4 else hidden // 32
BertModel(BertConfig(vocab_size=1000, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
                     intermediate_size=4 * hidden, max_position_embeddings=512)).save_pretrained(folder)
