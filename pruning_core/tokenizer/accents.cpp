#include "pruning_core/tokenizer/accents.h"

#include <algorithm>
#include <utility>

#include "pruning_core/tokenizer/code_point_classes.h"

namespace sparsweep::core {
namespace {

// Code points come in decomposed; those of combining class 0 push the ones before them out in
// canonical order.
class CanonicalOrder {
 public:
  explicit CanonicalOrder(const std::vector<uint32_t>& sources) : sources_(sources) {
    out_.text.reserve(sources.size());
    out_.sources.reserve(sources.size());
  }

  // `added`: not the first code point of a decomposition.
  void Add(char32_t c, bool added) {
    const uint8_t combining = CombiningClass(c);
    if (combining == 0) {
      Flush();
      Put(c, added);
    } else {
      marks_.push_back({c, combining, added});
    }
  }
  NormalText Finish() {
    Flush();
    return std::move(out_);
  }

 private:
  struct Mark {
    char32_t c;
    uint8_t combining;
    bool added;
  };

  void Flush() {
    std::ranges::stable_sort(marks_, {}, &Mark::combining);
    for (const Mark& mark : marks_) Put(mark.c, mark.added);
    marks_.clear();
  }
  void Put(char32_t c, bool added) {
    if (!added) ++taken_;
    if (!IsNonSpacingMark(c)) out_.Append(c, sources_[taken_ - 1]);
  }

  const std::vector<uint32_t>& sources_;
  NormalText out_;
  std::vector<Mark> marks_;  // since the last code point of class 0
  size_t taken_ = 0;         // sources used up
};

}  // namespace

void StripAccents(NormalText& text) {
  // Below it nothing decomposes and nothing is a mark.
  constexpr char32_t kFirst = 0xC0;
  if (std::ranges::all_of(text.text, [](char32_t c) { return c < kFirst; })) return;
  CanonicalOrder order(text.sources);
  for (const char32_t c : text.text) {
    if (!MayDecompose(c)) {
      order.Add(c, false);
      continue;
    }
    bool added = false;
    for (const char32_t part : Decomposition(c)) {
      order.Add(part, added);
      added = true;
    }
  }
  const uint32_t length = text.length;
  text = order.Finish();
  text.length = length;
}

}  // namespace sparsweep::core
