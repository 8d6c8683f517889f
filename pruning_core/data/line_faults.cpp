#include "pruning_core/data/line_faults.h"

#include <string_view>

#include "fmt/format.h"

namespace sparsweep::core {
namespace {

std::string_view NameOf(LineFault fault) {
  switch (fault) {
    case LineFault::kEmpty:
      return "empty";
    case LineFault::kNotUtf8:
      return "not UTF-8";
    case LineFault::kTooLong:
      return "over 1 MiB";
    case LineFault::kTooFewColumns:
      return "with too few columns";
    case LineFault::kOpenQuote:
      return "with a quote that is not closed within 1 MiB";
    case LineFault::kStrayQuote:
      return "with text behind a closing quote";
    case LineFault::kNotJson:
      return "not a JSON object";
    case LineFault::kTextNotString:
      return "whose text is not a string";
    case LineFault::kNoText:
      return "without text";
    case LineFault::kNoLabel:
      return "without a label";
  }
  return "";
}

}  // namespace

void LineFaults::Note(LineFault fault, uint64_t line) {
  const auto kind = static_cast<size_t>(fault);
  if (counts_[kind]++ == 0) firsts_[kind] = line;
  ++count_;
}

void LineFaults::RequireNone(const DataSource& source) const {
  if (count_ == 0) return;
  std::string list;
  for (size_t kind = 0; kind < kKinds; ++kind) {
    if (counts_[kind] == 0) continue;
    list += fmt::format("{}{} line{} {} (first: line {})", list.empty() ? "" : ", ", counts_[kind],
                        counts_[kind] == 1 ? "" : "s", NameOf(static_cast<LineFault>(kind)),
                        firsts_[kind]);
  }
  source.Fail("DATA_MALFORMED", std::to_string(count_),
              fmt::format("has {}; correct or remove them", list));
}

}  // namespace sparsweep::core
