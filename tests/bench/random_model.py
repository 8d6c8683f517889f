"""random_model.py FOLDER LAYERS HIDDEN: a BERT of random weights and 1,000 word pieces, as transformers saves it."""
import sys

from transformers import BertConfig, BertModel

folder, layers, hidden = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
BertModel(BertConfig(vocab_size=1000, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=hidden // 32,
                     intermediate_size=4 * hidden, max_position_embeddings=512)).save_pretrained(folder)
