#include <array>
#include <cstdlib>
#include <string_view>

#include "pruning_core/model_io/user_error.h"
#include "pruning_core/tokenizer/word_piece_tokenizer.h"
#include "tests/fuzz/bytes_file.h"
#include "tests/fuzz/fuzz_target.h"

// The first byte says which file the others are; the text after the last NUL is then tokenized.
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sparsweep;
  constexpr std::array<std::string_view, 3> kFiles{"vocab.txt", "tokenizer.json",
                                                   "tokenizer_config.json"};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view name = kFiles[data[0] % kFiles.size()];
  const size_t end = bytes.rfind('\0');
  fuzz::WriteFile(name, bytes.substr(0, end));
  // A configuration alone is no tokenizer.
  if (name == "tokenizer_config.json") {
    fuzz::WriteFile("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n");
  }
  try {
    const auto tokenizer = core::WordPieceTokenizer::Load(fuzz::Folder());
    const auto text = end == std::string_view::npos ? bytes : bytes.substr(end + 1);
    const core::Encoding encoding = tokenizer.Encode(text.substr(0, 4096), 128);
    if (encoding.ids.size() > 128) std::abort();
    for (const int32_t id : encoding.ids) {
      if (id < 0 || static_cast<size_t>(id) >= tokenizer.vocabulary_size()) std::abort();
    }
  } catch (const core::UserError&) {
  }
  for (const std::string_view file : kFiles) fuzz::RemoveFile(file);
  return 0;
}
