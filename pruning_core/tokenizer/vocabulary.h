// The word pieces of a model and their ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sparsweep::core {

// Immutable after construction; may be read from several threads.
class Vocabulary {
 public:
  // Pieces in the order of their ids; an empty string is an id without a piece. Of two equal pieces
  // the later id counts.
  explicit Vocabulary(std::vector<std::string> pieces);
  Vocabulary(Vocabulary&&) noexcept = default;
  Vocabulary& operator=(Vocabulary&&) noexcept = default;
  Vocabulary(const Vocabulary&) = delete;
  Vocabulary& operator=(const Vocabulary&) = delete;

  [[nodiscard]] std::optional<int32_t> Find(std::string_view piece) const;
  // The piece "##" + `rest`, which goes on with a word.
  [[nodiscard]] std::optional<int32_t> FindContinuation(std::string_view rest) const;
  // Bytes of the longest piece, its "##" included.
  [[nodiscard]] size_t longest_piece() const { return longest_piece_; }
  // The largest id + 1.
  [[nodiscard]] size_t size() const { return pieces_.size(); }
  // By id; empty where an id has none.
  [[nodiscard]] const std::vector<std::string>& pieces() const { return pieces_; }

 private:
  std::vector<std::string> pieces_;
  std::unordered_map<std::string_view, int32_t> ids_;            // views into pieces_
  std::unordered_map<std::string_view, int32_t> continuations_;  // likewise, behind the "##"
  size_t longest_piece_ = 0;
};

// Whether LoadVocabulary would find a file.
[[nodiscard]] bool HasVocabulary(const std::string& model_directory);

// From vocab.txt, one piece a line, or where there is none from tokenizer.json's model.vocab and
// added_tokens. `field` is the spec's, for errors. Throws UserError: TOKENIZER_NOT_FOUND (neither
// file), BAD_TOKENIZER (not such a file, or no pieces).
[[nodiscard]] Vocabulary LoadVocabulary(const std::string& model_directory,
                                        const std::string& field = "model.path");

}  // namespace sparsweep::core
